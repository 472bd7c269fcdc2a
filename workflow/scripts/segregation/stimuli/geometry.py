"""Vectors, circles, and the triangles of regular grids, of which solids are made."""

from functools import lru_cache

import numpy as np

from segregation.stimuli.renderer import normalise

SHARP_EDGE = np.cos(np.deg2rad(50))  # normals of neighbouring faces whose cosine is above it are averaged


def soften(normal: np.ndarray, neighbour: np.ndarray) -> np.ndarray:
    """Average unit normals (k, 2) with those of the neighbours wherever the edge between them is blunt."""
    blunt = (normal * neighbour).sum(1, keepdims=True) > SHARP_EDGE
    total = normal + np.where(blunt, neighbour, 0)
    return total / length(total)[:, None]


def revolve(profile: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Turn (radius, height) pairs (..., 2) around y to (..., k, 3) by k (cosine, sine) pairs (k, 2)."""
    radius, height = profile[..., None, 0], profile[..., None, 1]
    turned = np.empty((*profile.shape[:-1], len(around), 3))
    turned[..., 0], turned[..., 1], turned[..., 2] = radius * around[:, 0], height, radius * around[:, 1]
    return turned


def plane_normal(direction: np.ndarray) -> np.ndarray:
    """Return the unit normal (3,) of the sharpest bend between unit steps (k, 3), of any plane when all is straight."""
    bends = cross(direction[:-1], direction[1:])
    size = length(bends)
    if len(bends) and size.max() > 1e-6:
        return bends[size.argmax()] / size.max()
    return normalise(cross(direction[0], np.eye(3)[np.abs(direction[0]).argmin()]))


def cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return cross products (..., 3); np.cross takes several times as long on small arrays."""
    a, b, c = first[..., 0], first[..., 1], first[..., 2]
    d, e, f = second[..., 0], second[..., 1], second[..., 2]
    return np.stack([b * f - c * e, c * d - a * f, a * e - b * d], axis=-1)


def length(vectors: np.ndarray) -> np.ndarray:
    """Return the lengths (k,) of vectors (k, n)."""
    return np.sqrt(np.einsum("ij,ij->i", vectors, vectors))


def lifted(outline: np.ndarray, height: float) -> np.ndarray:
    """Append one z coordinate to points (k, 2), giving (k, 3)."""
    points = np.full((len(outline), 3), float(height))
    points[:, :2] = outline
    return points


@lru_cache
def circle(steps: int, start: float = 0, end: float = 360) -> np.ndarray:
    """Return steps + 1 pairs (cosine, sine) of angles from start to end; cached, hence not to be changed."""
    angle = np.deg2rad(np.linspace(start, end, steps + 1))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


@lru_cache
def quads(count: int) -> np.ndarray:
    """Return the triangles (2 * count, 3) of that many separate quadrilaterals of four vertices each."""
    return (4 * np.arange(count)[:, None, None] + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3)


@lru_cache
def grid(rows: int, columns: int) -> np.ndarray:
    """Return the triangles (2 * (rows - 1) * (columns - 1), 3) of a grid of vertices stored row by row."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1, 1)
    return np.concatenate([corner + np.array([0, columns, columns + 1]), corner + np.array([0, columns + 1, 1])])


@lru_cache
def strips(count: int, sides: int) -> np.ndarray:
    """Return the triangles of `count` separate bands, each two rows of sides + 1 vertices."""
    band = grid(2, sides + 1)
    return (band + 2 * (sides + 1) * np.arange(count)[:, None, None]).reshape(-1, 3)
