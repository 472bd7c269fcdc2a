"""The step that silences each filter of a layer alone: how the loss of each class changes on its test images."""

import numpy as np
import pandas as pd
import torch

from segregation.images import batches
from segregation.images.sampling import stratified
from segregation.images.store import Store
from segregation.images.tasks import open_stores
from segregation.lesions.alone import changes_by_class
from segregation.lesions.evaluation import SAVE_EVERY
from segregation.lesions.shown import engine
from segregation.networks import checkpoints
from segregation.steps import hashing, limits
from segregation.steps.files import replacing
from segregation.steps.states import remove_states, state_file


def lesion_single_filters(
    network: dict,
    stores: list[str],
    weights: str,
    layer: str,
    seed: int,
    lesion: dict,
    most: int | None,
    code: list[str],
    threads: int,
    table: str,
    save_every: float = SAVE_EVERY,
    limit: limits.Limit = limits.NEVER,
) -> None:
    """Write a row for each filter and class: filter, task, class, rise, change, rise_masked and change_masked, in nats.

    rise is the mean change of the loss over the class's images, change the mean of its size, whichever way it goes; both are
    of the cross-entropy among all classes of the network, masked among those of the class's own task. At most so many test
    images a class are shown, or all. A killed run of the same parameters, code and files is taken up where it stopped.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    opened = open_stores(network, stores)
    starts = batches.offsets(opened)
    own = [slice(start, start + len(opened[task].classes)) for task, start in starts.items()]
    parts = [(store, _rows(store, task, most, seed), starts[task]) for task, store in opened.items()]
    images = batches.open_images(parts, threads)
    model = model.to(batches.device())
    lesioned = engine(lesion, model, layer, network, opened, seed, description["image_size"], images)
    checksums = [store.checksum for store in opened.values()]
    key = hashing.key(lesion, most, layer, seed, code, checksums, hashing.checksum(weights))
    found = changes_by_class(lesioned, images.targets, own, state_file(table, key), limit, save_every)
    (rise, rise_masked), (change, change_masked) = found.reshape(2, 2, -1).numpy()
    names = [(task, name) for task, store in opened.items() for name in store.classes]
    frame = pd.DataFrame(names * lesioned.n_units, columns=["task", "class"])
    frame.insert(0, "filter", np.repeat(np.arange(lesioned.n_units), len(names)))
    with replacing(table) as temporary:
        columns = {"rise": rise, "change": change, "rise_masked": rise_masked, "change_masked": change_masked}
        frame.assign(**columns).to_parquet(temporary, index=False)
    remove_states(table)


def _rows(store: Store, task: str, most: int | None, seed: int) -> np.ndarray:
    """Return all test images of a task, or at most some a class; their draw belongs to seed and task."""
    rows = store.rows("test")
    return rows if most is None else stratified(store, rows, most * len(store.classes), seed, "images of the map", task)
