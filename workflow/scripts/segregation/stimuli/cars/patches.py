"""Flat pieces of cars: solids between two cross-sections, patches on their sides, and the colours besides the paint."""

import numpy as np
from numpy.typing import ArrayLike

from segregation.stimuli.geometry import cross, quads
from segregation.stimuli.materials import grey
from segregation.stimuli.renderer import normalise
from segregation.stimuli.solids import Builder

LIFT = 0.012  # of a patch above its side, in metres: enough for the ray caster, too little to be seen

PAINT = np.array([0.9, 0.1, 0.9])  # stands for the paint in a mesh that has none yet
GLASS = np.array([0.03, 0.04, 0.05])
BLACK, SILVER = grey(0.02), grey(0.6)
TONES = {"pale": grey(0.8), "dark": BLACK}

# Corners of a prism that make up each of its sides, counter-clockwise from its lower left as seen from outside.
FRONT, REAR, RIGHT, TOP = [5, 4, 6, 7], [0, 1, 3, 2], [1, 5, 7, 3], [2, 3, 7, 6]
FLOOR = [0, 1, 5, 4]  # the bottom as seen from inside

Point = tuple[float, float, float]  # (x, y, half width)


def prism(rear_bottom: Point, rear_top: Point, front_bottom: Point, front_top: Point) -> np.ndarray:
    """Return the corners (8, 3), in the order of Builder.hexahedron, of a solid that is symmetric in z."""
    points = (rear_bottom, rear_top, front_bottom, front_top)
    return np.array([(x, y, side * half) for x, y, half in points for side in (-1, 1)], dtype=float)


def patch(solid: Builder, colour: ArrayLike, side: np.ndarray, across: ArrayLike = (0, 1), up: ArrayLike = (0, 1)) -> None:
    """Lay a patch on a side with corners (4, 3), counter-clockwise from its lower left as seen from outside.

    across and up are the ranges of the side that it covers, as shares from left to right and from bottom to top.
    """
    u, v = np.array([across[0], across[1], across[1], across[0]]), np.array([up[0], up[0], up[1], up[1]])
    weights = np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v], axis=1)
    normal = normalise(cross(side[2] - side[0], side[3] - side[1]))
    solid.add(colour, weights @ side + LIFT * normal, quads(1), np.tile(normal, (4, 1)))


def twin_patches(
    solid: Builder, colour: ArrayLike, side: np.ndarray, across: ArrayLike = (0, 1), up: ArrayLike = (0, 1)
) -> None:
    """Lay a patch on a side that faces right, and its mirror image on the car's other side."""
    patch(solid, colour, side, across, up)
    patch(solid, colour, side[[1, 0, 3, 2]] * [1, 1, -1], (1 - across[1], 1 - across[0]), up)
