"""What dishes share: colours, crockery, irregular outlines, pieces that come in numbers, and the texture of surfaces."""

import numpy as np
from numpy.typing import ArrayLike

from segregation.stimuli.materials import any_of, dark, metal, paint, pale, wood
from segregation.stimuli.renderer import Shader, normalise
from segregation.stimuli.solids import Builder, rotation

Palette = tuple[tuple[float, float, float], ...]  # colours that an ingredient may have, linear RGB

RED: Palette = ((0.50, 0.03, 0.02), (0.35, 0.02, 0.03), (0.60, 0.10, 0.05))
YELLOW: Palette = ((0.80, 0.55, 0.05), (0.75, 0.65, 0.15))
ORANGE: Palette = ((0.80, 0.28, 0.02), (0.75, 0.38, 0.06))
GREEN: Palette = ((0.10, 0.30, 0.04), (0.22, 0.42, 0.06), (0.05, 0.17, 0.03))
PURPLE: Palette = ((0.10, 0.02, 0.10), (0.20, 0.03, 0.12))
BAKED: Palette = ((0.55, 0.30, 0.10), (0.42, 0.19, 0.06), (0.62, 0.42, 0.20))
BROWN: Palette = ((0.20, 0.09, 0.04), (0.11, 0.05, 0.03))
CREAM: Palette = ((0.80, 0.76, 0.66), (0.78, 0.66, 0.45))
PINK: Palette = ((0.75, 0.28, 0.28), (0.70, 0.40, 0.34))
SALAD: Palette = (*GREEN[:2], (0.35, 0.50, 0.10))

FLAT = rotation("x", -90)  # lays a panel down, its front upwards
GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def tone(rng: np.random.Generator, palette: Palette) -> np.ndarray:
    """Draw a colour of a palette, all equally likely, lighter or darker and of slightly other hue."""
    return np.array(palette[rng.integers(len(palette))]) * np.exp(0.2 * rng.normal() + 0.1 * rng.normal(size=3))


def shades(rng: np.random.Generator, count: int, spread: float = 0.12) -> np.ndarray:
    """Draw factors (count,) around 1 by which pieces of one kind differ in brightness."""
    return np.exp(spread * rng.normal(size=count))


def headings(degrees: ArrayLike) -> np.ndarray:
    """Return the rotations (k, 3, 3) around y by k angles."""
    angle = np.deg2rad(np.asarray(degrees, dtype=float))
    turns = np.zeros((len(angle), 3, 3))
    turns[:, 0, 0] = turns[:, 2, 2] = np.cos(angle)
    turns[:, 0, 2], turns[:, 2, 0] = np.sin(angle), -np.sin(angle)
    turns[:, 1, 1] = 1
    return turns


def around(count: int, start: float = 0) -> np.ndarray:
    """Return rotations (count, 3, 3) around y, equally far apart."""
    return headings(start + 360 * np.arange(count) / count)


def any_turns(rng: np.random.Generator, count: int, tilt: float = 180) -> np.ndarray:
    """Draw rotations (count, 3, 3) to any heading, up to `tilt` degrees off the upright."""
    onto = rotation("z", 90)  # takes x to y: turns around y become turns around x
    return headings(rng.uniform(-180, 180, count)) @ (onto.T @ headings(rng.uniform(-tilt, tilt, count)) @ onto)


def heap(rng: np.random.Generator, count: int, radius: float, height: float, base: float = 0) -> np.ndarray:
    """Draw places (count, 3) that cover a disc about evenly, by a jittered sunflower pattern.

    They lie at y = base on its rim and that much higher in its middle.
    """
    angle = GOLDEN_ANGLE * np.arange(count) + rng.uniform(0, 2 * np.pi)
    reach = np.sqrt((np.arange(count) + rng.uniform(0.2, 0.8, count)) / count)
    return np.stack([radius * reach * np.cos(angle), base + height * (1 - reach**2), radius * reach * np.sin(angle)], axis=1)


def copies(
    solid: Builder,
    piece: Builder,
    at: ArrayLike,
    turns: np.ndarray | None = None,
    sizes: ArrayLike = 1,
    brightness: ArrayLike = 1,
) -> None:
    """Add a piece once at each of k places (k, 3).

    turns are rotations (k, 3, 3), sizes scales (k,) and brightness factors of the colours (k,), or one of each for all.
    """
    mesh, at = piece.mesh(), np.asarray(at, dtype=float)
    turned = np.swapaxes(np.broadcast_to(np.eye(3) if turns is None else turns, (len(at), 3, 3)), 1, 2)
    sizes, brightness = (np.broadcast_to(values, len(at))[:, None, None] for values in (sizes, brightness))
    solid.add(
        (mesh.albedo * brightness).reshape(-1, 3),
        (mesh.vertices @ turned * sizes + at[:, None]).reshape(-1, 3),
        (mesh.faces + len(mesh.vertices) * np.arange(len(at))[:, None, None]).reshape(-1, 3),
        (mesh.normals @ turned).reshape(-1, 3),
    )


def blob(rng: np.random.Generator, radius: float, wobble: float = 0.12, points: int = 20) -> np.ndarray:
    """Draw a smooth irregular outline (points, 2) around the origin."""
    angle = 2 * np.pi * np.arange(points) / points
    reach = np.ones(points)
    for waves in (2, 3, 5):
        reach += wobble * rng.uniform(0.2, 1) * np.sin(waves * angle + rng.uniform(0, 2 * np.pi))
    return radius * np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)


def sector(span: float, radius: float = 1, start: float = 0, points: int = 24) -> np.ndarray:
    """Return the outline (k, 2) of a sector of a disc, angles in degrees; one of a full turn is a disc without a centre."""
    angle = np.deg2rad(np.linspace(start, start + span, points, endpoint=span < 360))
    arc = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return arc if span >= 360 else np.concatenate([[(0, 0)], arc])


def plate(solid: Builder, rng: np.random.Generator, radius: float, stretch: float = 1) -> None:
    """Add a plate, slab or board that holds food within that radius on y = 0, longer along x by the factor stretch."""
    u = rng.uniform
    kind = rng.choice(3, p=(0.7, 0.15, 0.15))
    if kind == 0:
        colour, wide, rise = any_of(rng, pale, pale, pale, paint, dark), radius * u(1.3, 1.6), radius * u(0.08, 0.2)
        rim = colour if rng.random() < 0.6 else any_of(rng, paint, pale)
        under = [(0, -0.1), (0.7 * wide, -0.1), (wide, rise)]
        hollow = [(wide, rise), (1.1 * radius, 0.02), (0.9 * radius, 0), (0, 0)]
        for part, profile in ((colour, under), (rim, hollow[:2]), (colour, hollow[1:])):
            solid.lathe(part, profile, sides=32, scale=(stretch, 1, 1))
    elif kind == 1:
        size = radius * np.array([2 * stretch * u(1, 1.2), 0.1, 2 * u(1, 1.2)])
        solid.box(any_of(rng, pale, dark, paint), size, (0, -0.05 * radius, 0))
    else:
        board = np.array([(0, -0.1), (1.2, -0.1), (1.2, 0), (0, 0)]) * [radius, 1]
        solid.lathe(wood(rng), board, sides=32, scale=(stretch, 1, 1))


def bowl(solid: Builder, rng: np.random.Generator, radius: float, depth: float) -> None:
    """Add a bowl of that inner radius at its rim, y = 0; its floor lies at -depth."""
    colour = any_of(rng, pale, pale, paint, wood, metal)
    inside = colour if rng.random() < 0.6 else any_of(rng, pale, paint)
    foot, belly = rng.uniform(0.35, 0.6), rng.uniform(0.8, 1)
    wall = np.array([(foot, -1), (belly, -0.5), (1, 0)]) * [radius, depth]
    solid.lathe(colour, [(0, -1.1 * depth), (foot * radius, -1.1 * depth), *(1.07 * wall[1:])])
    solid.lathe(inside, [(1.07 * radius, 0), *wall[::-1], (0, -depth)])


def sample_surface(rng: np.random.Generator) -> Shader:
    """Draw a texture of what is grown or baked: uneven brightness and relief, from hardly visible to strong."""
    directions = normalise(rng.normal(size=(3, 3)))
    waves, uneven, rough = rng.uniform(8, 26) * directions, rng.uniform(0, 0.16), rng.uniform(0, 0.18)

    def shade(face, points, normals, albedo):
        phase = points @ waves.T
        slope = np.sin(phase + 2 * np.sin(0.6 * phase[:, [1, 2, 0]]))
        return normalise(normals + rough * slope @ directions), albedo * (1 + uneven * slope[:, :1])

    return shade
