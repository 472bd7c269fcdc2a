"""The step that keeps what the last hidden layer answers to images of classes that no network was trained on."""

import numpy as np
import torch

from segregation.images import batches
from segregation.images.scratch import staged
from segregation.images.store import Store
from segregation.networks import checkpoints
from segregation.readout.activations import activations, heldout_rows
from segregation.steps.files import replacing


def show_new_classes(stores: dict[str, str], weights: str, threads: int, answers: str) -> None:
    """Write for each dataset features (n_images, n_units), float32, targets (n_images,), int, and their names, classes.

    The arrays are called TASK_features and so on.
    """
    torch.set_num_threads(threads)
    network, description = checkpoints.load(weights)
    network, arrays = network.to(batches.device()), {}
    for task, path in stores.items():
        store = Store(staged(path))
        rows = heldout_rows(store)
        arrays[f"{task}_features"] = activations(network, store, rows, description["image_size"])
        arrays |= {f"{task}_targets": store.targets(rows), f"{task}_classes": np.asarray(store.labels[rows], dtype=str)}
    with replacing(answers) as temporary, temporary.open(mode="wb") as file:
        np.savez(file, **arrays)
