"""The images that a network is shown when its filters are lesioned, and the lesion engine for them."""

from collections.abc import Mapping
from functools import partial
from pkgutil import resolve_name

import numpy as np
import torch
from torch import nn

from segregation.images import batches
from segregation.images.sampling import stratified, training_rows
from segregation.images.store import Store
from segregation.lesions.engine import Engine
from segregation.lesions.register import SILENCES
from segregation.steps.randomness import generator


def ranking_images(network: dict, stores: Mapping[str, Store], task: str, n: int, seed: int) -> batches.Images:
    """Return n of a task's training images of a network, stratified over classes; their draw belongs to seed and task."""
    rows = training_rows(stores[task], task, network.get("train_images"))
    rows = stratified(stores[task], rows, n, seed, "ranking images", task)
    return batches.load_images(stores[task], rows, batches.offsets(stores)[task])


def test_images(stores: Mapping[str, Store]) -> batches.Images:
    """Return all test images of all tasks, task by task."""
    starts = batches.offsets(stores)
    parts = [(store, store.rows("test"), starts[task]) for task, store in stores.items()]
    return batches.open_images(parts, torch.get_num_threads())


def engine(
    lesion: dict,
    model: nn.Module,
    layer: str,
    network: dict,
    stores: Mapping[str, Store],
    seed: int,
    size: int,
    images: batches.Images,
) -> Engine:
    """Return the lesion engine for a layer of a network and some images of its tasks; size is that of what it sees.

    lesion holds its kind: zero, mean (then also images, how many ranking images of each task of the network the mean is
    over) or shuffle (among the images of a task); the precision, if it is not float32; and the units of layers whose units
    are not channels.
    """
    prepare, instead, units = partial(batches.centre, size=size), None, units_of(lesion, layer)
    if lesion["kind"] == "mean":
        seen = batches.join([ranking_images(network, stores, task, lesion["images"], seed) for task in stores])
        instead = resolve_name(SILENCES["mean"])(model, layer, seen.pixels, prepare, units=units)
    elif lesion["kind"] == "shuffle":
        tasks = np.searchsorted(list(batches.offsets(stores).values()), images.targets.numpy(), side="right")
        instead = resolve_name(SILENCES["shuffle"])(tasks, generator(seed, "shuffled maps", layer))
    return Engine(model, layer, images.pixels, prepare, instead, precision=precision_of(lesion), units=units)


def precision_of(lesion: dict) -> str:
    """Return the precision of the passes."""
    return lesion.get("precision", "float32")


def units_of(lesion: dict, layer: str) -> str | int:
    """Return what the units of a layer are."""
    return lesion.get("units", {}).get(layer, "channels")
