"""Images of heads: which classes there are, and the drawing of one image."""

from functools import lru_cache

import numpy as np

from segregation.randomness import generator
from segregation.reporting import InputError
from segregation.stimuli.heads.expressions import draw_expression
from segregation.stimuli.heads.identity import draw_identity
from segregation.stimuli.heads.model import Head, build_head
from segregation.stimuli.renderer import render, sample_background, sample_camera, sample_light

SUPERSAMPLING = 2


def class_names(trained: int, heldout: int) -> tuple[list[str], list[str]]:
    """Return the names of trained and of held-out identities, each in the order of their numbers.

    The two are sequences of their own: the length of one changes nothing about the other. Raises InputError for a
    negative number or more than 10,000.
    """
    if not (0 <= trained <= 10_000 and 0 <= heldout <= 10_000):
        raise InputError(f"There can be 0 to 10,000 heads of each kind, not {trained} and {heldout}.")
    return [f"head_{i:04d}" for i in range(trained)], [f"newhead_{i:04d}" for i in range(heldout)]


def draw(class_name: str, index: int, seed: int, size: int) -> np.ndarray:
    """Draw one image of the person class_name: floats (size, size, 3) in [0, 1], gamma-encoded.

    The image depends on the arguments only. index tells images of one person apart and seed data sets; camera, light,
    expression and background of an index do not depend on the size. Raises InputError where the shape data are
    missing.
    """
    names = ("heads", seed, class_name, index)
    mesh, painter = _head(class_name, seed).pose(draw_expression(generator(*names, "expression")))
    return render(
        mesh,
        sample_camera(generator(*names, "camera")),
        sample_light(generator(*names, "light")),
        sample_background(generator(*names, "background"), size * SUPERSAMPLING),
        size,
        SUPERSAMPLING,
        painter,
    )


@lru_cache(maxsize=64)
def _head(class_name: str, seed: int) -> Head:
    """Build the head of a person; a few are kept, as the images of one person are often drawn in a row."""
    return build_head(draw_identity("heads", seed, class_name))
