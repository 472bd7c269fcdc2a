"""Vegetables; each function draws one exemplar, upright."""

import numpy as np

from segregation.stimuli.food.ingredients import (
    CREAM,
    GREEN,
    ORANGE,
    PURPLE,
    YELLOW,
    around,
    copies,
    headings,
    heap,
    shades,
    tone,
)
from segregation.stimuli.solids import Builder, rotation


def carrot(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one to three carrots, orange or of another colour, with rings and with or without their greens."""
    u = rng.uniform
    skin, green, leafy = tone(rng, 2 * ORANGE + PURPLE + YELLOW[:1]), tone(rng, GREEN), rng.random() < 0.8
    count = rng.choice([1, 1, 2, 3])
    frond, reach, side = Builder(), u(0.5, 0.9), u(0.15, 0.35)
    way = [(0, 0, 0), (0.3 * side, 0.4 * reach, 0), (0.7 * side, 0.8 * reach, 0), (side, reach, 0)]
    frond.tube(green, way, [0.03, 0.03, u(0.06, 0.12), 0.02], sides=5)
    for i in range(count):
        piece, tall, thick, steps = Builder(), u(1.3, 1.9), u(0.16, 0.27), np.linspace(0, 1, 6)
        radius = thick * (1 - (1 - steps) ** u(1.3, 2.5)) + 0.01
        piece.lathe(skin, [(0, -0.02), *np.stack([radius, tall * steps], axis=1), (0, tall + 0.08)], sides=14)
        for height in u(0.35, 0.95, 3):
            ring = np.interp(height, steps, radius) + 0.012
            piece.lathe(0.6 * skin, [(ring, tall * height - 0.015), (ring, tall * height + 0.015)], sides=14)
        if leafy:
            some = rng.integers(4, 8)
            turns, places = headings(u(0, 360, some)), np.tile([0, tall, 0], (some, 1))
            copies(piece, frond, places, turns, u(0.7, 1.2, some), shades(rng, some, 0.2))
        else:
            piece.cylinder(green, 0.07, 0.12, (0, tall + 0.08, 0), sides=8)
        off = i - (count - 1) / 2
        solid.include(piece, (0.3 * off, 0, 0.25 * (i % 2)), rotation("z", off * u(14, 24)))


def corn(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a cob of corn with rings of kernels, mostly in a husk that is drawn back."""
    u = rng.uniform
    grain, green = tone(rng, 2 * YELLOW + PURPLE[1:] + ORANGE[1:]), tone(rng, GREEN[:2] + YELLOW[1:])
    tall, thick, rings, rows = u(1.5, 2.1), u(0.26, 0.36), rng.integers(11, 15), rng.integers(9, 13)
    kernel = Builder()
    kernel.box(grain, (1.75 * np.pi * thick / rows, 0.82 * tall / rings, 0.1), taper=0.8)
    height = np.repeat((np.arange(rings) + 0.5) / rings, rows)
    slim = np.sqrt(1 - np.clip(1.25 * height - 0.3, 0, 0.95) ** 3)
    turns = headings(360 * np.arange(rings * rows) / rows + 180 / rows * np.repeat(np.arange(rings), rows))
    out = np.stack([0 * slim, tall * height, thick * slim - 0.03], axis=1)
    core = [(0, 0), (thick, 0), (thick, 0.5 * tall), (0.7 * thick, 0.9 * tall), (0, tall)]
    solid.lathe(0.45 * grain, np.array(core) * [0.97, 1], sides=12)
    copies(solid, kernel, np.einsum("kij,kj->ki", turns, out), turns, slim, shades(rng, len(out)))
    stalk = green if rng.random() < 0.75 else 0.8 * grain
    solid.tube(stalk, [(0, -0.35, 0), (0, 0, 0)], 0.1)
    if stalk is green:
        for side in around(rng.integers(3, 6), u(0, 360)):
            leaf, reach = side @ rotation("z", -u(15, 55)), u(0.3, 0.5) * tall
            at = leaf @ [0, 0.9 * reach, 0] + side @ [0.6 * thick, -0.1, 0]
            solid.ellipsoid(green * np.exp(0.15 * rng.normal()), (0.05, reach, 0.6 * thick), at, leaf, sides=10)


def broccoli(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a head or floret of broccoli or cauliflower: a forked stalk under a dome of curds."""
    u = rng.uniform
    green = tone(rng, GREEN)
    head = green if rng.random() < 0.8 else tone(rng, CREAM)
    stalk = 0.5 * green + np.array([0.18, 0.25, 0.08])
    radius, rise, low, count = u(0.65, 0.95), u(0.35, 0.7), u(0.4, 0.8), rng.integers(9, 16)
    solid.cylinder(stalk, u(0.2, 0.3), low + 0.1, (0, -low / 2, 0), sides=12)
    at = heap(rng, count, radius, rise)
    for x, y, z in at[1::3]:
        solid.tube(stalk, [(0, -0.4 * low, 0), (0.4 * x, -0.1, 0.4 * z), (x, y, z)], [0.16, 0.13, 0.1], sides=6)
    curd, bud, sizes = Builder(), Builder(), u(0.9, 1.25, count)
    curd.ellipsoid(head, 0.24, sides=10)
    copies(solid, curd, at, sizes=sizes, brightness=shades(rng, count))
    bud.ellipsoid(head, 0.08, sides=4)
    home, outward = rng.integers(count, size=36), rng.normal(size=(36, 3)) + np.array([0, 0.6, 0])
    outward *= (0.24 * sizes[home] / np.linalg.norm(outward, axis=1))[:, None]
    copies(solid, bud, at[home] + outward, brightness=shades(rng, 36, 0.25))
