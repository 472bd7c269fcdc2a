"""The step that trains a network: image sets in files, weights and a history in files."""

import pandas as pd
import torch

from segregation.images import batches
from segregation.images.sampling import split_validation, training_rows
from segregation.images.tasks import open_stores
from segregation.networks import building, checkpoints
from segregation.steps import hashing, limits
from segregation.steps.files import replacing
from segregation.steps.states import remove_states, state_file
from segregation.training.loop import HISTORY
from segregation.training.loop import train as fit
from segregation.training.progress import SAVE_EVERY


def train(
    network: dict,
    stores: list[str],
    appearance: dict,
    settings: dict,
    seed: int,
    code: list[str],
    threads: int,
    weights: str,
    history: str,
    save_every: float = SAVE_EVERY,
    limit: limits.Limit = limits.NEVER,
) -> None:
    """Train a network on its tasks, a store each; write its weights and history.

    network holds tasks, without and train_images, appearance architecture and image_size; an interrupted run of the same
    parameters, code and images is taken up where it stopped. Of the threads one trains, and the others decode images that
    are not kept in memory: sums on a processor depend on the number of threads that make them.
    """
    torch.set_num_threads(1)
    opened = open_stores(network, stores)
    parts = []
    for task, offset in batches.offsets(opened).items():
        rows = training_rows(opened[task], task, network.get("train_images"))
        split = split_validation(opened[task], rows, settings["validation_fraction"], seed, task)
        parts.append([(opened[task], of_part, offset) for of_part in split])
    device, size, others = batches.device(), appearance["image_size"], max(1, threads - 1)
    to_train, to_validate = zip(*parts, strict=True)
    training = batches.open_images(to_train, others, varied=True).to(device)
    validation = batches.open_images(to_validate, others).to(device)
    classes = {task: store.classes for task, store in opened.items()}
    model = building.build(appearance["architecture"], size, sum(map(len, classes.values())), seed).to(device)
    images = [[task, store.checksum] for task, store in opened.items()]
    state = state_file(weights, hashing.key(network, appearance, settings, seed, code, images))
    rows = fit(model, training, validation, size, settings, seed, state, save_every, limit)
    with replacing(history) as temporary:
        pd.DataFrame(rows, columns=HISTORY).to_csv(temporary, index=False)
    checkpoints.save(weights, model, {**appearance, "classes": classes, "seed": seed, "training": settings})
    remove_states(weights)
