"""The step that scores the filters of a layer by simpler means than greedy lesioning: alone, by gradient, by selectivity."""

import pandas as pd
import torch

from segregation.images import batches
from segregation.images.store import Store
from segregation.images.tasks import open_stores
from segregation.lesions import groups, scores
from segregation.lesions.maps import head_of
from segregation.lesions.shown import engine, ranking_images, units_of
from segregation.networks import checkpoints
from segregation.steps.files import replacing
from segregation.steps.reporting import InputError


def score_filters(
    network: dict,
    stores: list[str],
    weights: str,
    layer: str,
    seed: int,
    n_images: int,
    lesion: dict,
    threads: int,
    table: str,
) -> None:
    """Write the score of every filter of a layer for either task by each method.

    One-shot and gradient use the images that the greedy ranking uses, selectivity those of classes that no network was
    trained on.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    device, size = batches.device(), description["image_size"]
    model = model.to(device)
    opened, frames = open_stores(network, stores), []
    _, whole, path, channels = groups.of(model, layer, units_of(lesion, layer))
    head = head_of(whole, path)
    unseen = {task: batches.scores(head, _heldout(store).to(device), size) for task, store in opened.items()}
    unseen = {task: maps.unflatten(1, (-1, channels)) for task, maps in unseen.items()}
    for task in opened:
        images = ranking_images(network, opened, task, n_images, seed)
        lesioned = engine(lesion, model, layer, network, opened, seed, size, images)
        (other,) = (name for name in opened if name != task)
        scored = {
            "one_shot": scores.one_shot(lesioned, images.targets),
            "gradient": scores.gradient(lesioned, images.targets),
            "selectivity": scores.selectivity(unseen[task], unseen[other]),
        }
        frames += [
            pd.DataFrame({"task": task, "method": method, "filter": range(len(values)), "score": values.cpu().numpy()})
            for method, values in scored.items()
        ]
    with replacing(table) as temporary:
        pd.concat(frames).to_csv(temporary, index=False)


def _heldout(store: Store) -> batches.Images:
    """Load all images of held-out classes. Raises InputError where there are none."""
    if not store.heldout_classes:
        raise InputError(f"{store.path}: has no held-out classes; selectivity needs some (datasets.*.heldout_classes).")
    return batches.load_images(store, store.rows("heldout"))
