"""Fruit; each function draws one exemplar, upright or, if it is long, along x."""

import numpy as np

from segregation.stimuli.food.ingredients import (
    BROWN,
    CREAM,
    GREEN,
    ORANGE,
    PINK,
    PURPLE,
    RED,
    YELLOW,
    any_turns,
    around,
    copies,
    headings,
    sector,
    shades,
    tone,
)
from segregation.stimuli.solids import TO_FRONT, Builder, rotation

POLE_TO_POLE = np.linspace(-np.pi / 2, np.pi / 2, 13)


def _leaf(solid: Builder, rng: np.random.Generator, height: float, size: float) -> None:
    """Add a leaf that starts on the axis at that height and points to any side."""
    turn = rotation("y", rng.uniform(0, 360)) @ rotation("z", rng.uniform(50, 90))
    at = turn @ [0, size, 0] + [0, height, 0]
    solid.ellipsoid(tone(rng, GREEN), (0.4 * size, size, 0.08 * size), at, turn, sides=10)


def _pome(rng: np.random.Generator, skin: np.ndarray, profile: np.ndarray) -> Builder:
    """Build an apple or pear of that profile, whole or its cut half towards +z, with a stalk and at times a leaf."""
    u, piece = rng.uniform, Builder()
    profile[[0, -1], 0] = 0
    if rng.random() < 0.75:
        piece.lathe(skin, profile, sides=20)
    else:
        flesh, core = tone(rng, CREAM), tone(rng, BROWN)
        piece.lathe(skin, profile, sides=12, arc=(180, 360))
        piece.panel(flesh, 0.98 * np.concatenate([profile, profile[-2:0:-1] * [-1, 1]]), 0.02)
        piece.ellipsoid(0.8 * flesh, (0.2, 0.26, 0.02), (0, 0, 0.01), sides=12)
        for side in (-1, 1):
            piece.ellipsoid(core, (0.06, 0.11, 0.03), (0.1 * side, 0, 0.02), sides=8)
    top, lean = profile[-1, 1], u(-0.15, 0.15)
    end = top + u(0.25, 0.5)
    piece.tube(tone(rng, BROWN), [(0, top - 0.2, 0), (0.2 * lean, 0.5 * (top + end), 0), (lean, end, 0)], u(0.03, 0.05))
    if rng.random() < 0.5:
        _leaf(piece, rng, top + 0.1, u(0.15, 0.35))
    return piece


def _place(solid: Builder, rng: np.random.Generator, pieces: list[Builder], apart: float) -> None:
    """Add the first piece as it is, a second one beside it, leaning another way."""
    solid.include(pieces[0])
    for piece in pieces[1:]:
        lean = rotation("y", rng.uniform(-40, 40)) @ rotation("z", rng.uniform(-40, 40))
        solid.include(piece, (apart, 0, rng.uniform(-0.6, 0.6) * apart), lean)


def apple(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one apple or two, red to green, whole or halved, dimpled at both ends."""
    u = rng.uniform
    skin, pieces = tone(rng, 2 * RED + GREEN + YELLOW), []
    for _ in range(rng.choice([1, 1, 2])):
        tall, waist, dent = u(0.8, 1.0), u(0.05, 0.16), u(0.12, 0.25)
        radius = np.cos(POLE_TO_POLE) * (1 + waist * np.sin(POLE_TO_POLE))
        height = tall * np.sin(POLE_TO_POLE) - dent * np.sign(POLE_TO_POLE) * np.exp(-6 * radius**2)
        pieces.append(_pome(rng, skin, np.stack([radius, height], axis=1)))
    _place(solid, rng, pieces, 2)


def pear(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one pear or two, green, yellow or red, whole or halved, with a slim or a thick neck."""
    u = rng.uniform
    skin, pieces = tone(rng, GREEN[:2] + YELLOW + RED[:1]), []
    for _ in range(rng.choice([1, 1, 2])):
        rise, neck, power = u(0.9, 1.4), u(0.28, 0.45), u(0.8, 1.3)
        radius = np.cos(POLE_TO_POLE) * (1 - (1 - neck) * np.clip(np.sin(POLE_TO_POLE) + 0.1, 0, 1) ** power)
        blunt = neck * np.abs(np.cos(POLE_TO_POLE)) ** 0.35
        radius = np.where(POLE_TO_POLE > 0.5, np.maximum(radius, blunt), radius)
        height = np.where(POLE_TO_POLE < 0, 0.8, rise) * np.sin(POLE_TO_POLE)
        pieces.append(_pome(rng, skin, 0.85 * np.stack([radius, height], axis=1)))
    _place(solid, rng, pieces, 1.7)


def banana(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a banana or a bunch of up to five, green to yellow, along x."""
    u = rng.uniform
    skin, tip = tone(rng, 2 * YELLOW + GREEN[1:2]), tone(rng, BROWN)
    bend, thick, count = u(35, 60), u(0.14, 0.2), rng.choice([1, 1, 2, 3, 4, 5])
    angle = np.deg2rad(np.linspace(-bend, bend, 9))
    way = np.stack([np.sin(angle), 1 - np.cos(angle), 0 * angle], axis=1) / np.sin(angle[-1])
    way -= way[0]
    piece = Builder()
    piece.tube(skin, way[1:8], thick * np.array([0.5, 0.85, 1, 1.02, 1, 0.85, 0.4]), sides=6)
    piece.tube(0.8 * skin, [2.2 * way[0], way[1]], thick * np.array([0.45, 0.5]), sides=6)
    piece.tube(tip, [way[7], way[8] - [0.07, 0.07, 0]], thick * np.array([0.4, 0.25]), sides=6)
    for i in range(count):
        solid.include(piece, (0, 0.03 * i, 0), rotation("y", (i - count / 2) * u(10, 16)) @ rotation("x", u(-15, 15)))


def strawberry(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one to three strawberries, conical to round, with seeds and a tuft of leaves."""
    u = rng.uniform
    skin, green = tone(rng, RED), tone(rng, GREEN)
    seed, leaf = Builder(), Builder()
    seed.ellipsoid(tone(rng, YELLOW), (0.045, 0.06, 0.045), sides=4)
    leaf.box(green, (0.3, 0.04, 0.5), (0, 0, 0.25), rotation("x", u(-15, 30)), taper=(0.9, 1))
    t, angle = np.linspace(0, 1, 11), 137.5 * np.arange(44)
    level = np.linspace(0.15, 0.88, 44)
    for i in range(rng.choice([1, 1, 2, 3])):
        piece, tall = Builder(), u(1.4, 2.2)
        radius = 0.75 * np.sin(np.pi * t ** u(1.3, 1.8)) ** u(0.7, 1)
        radius[[0, -1]] = 0
        piece.lathe(skin, np.stack([radius, tall * (t - 0.5)], axis=1), sides=18)
        out = np.stack([np.interp(level, t, radius), tall * (level - 0.5), 0 * level], axis=1)
        copies(piece, seed, np.einsum("kij,kj->ki", headings(angle), out))
        turns = around(rng.integers(5, 9))
        copies(piece, leaf, np.tile([0, tall / 2, 0], (len(turns), 1)), turns)
        piece.tube(green, [(0, tall / 2 - 0.1, 0), (0.1, tall / 2 + u(0.15, 0.4), 0)], 0.05, sides=6)
        at = [(0, 0, 0), (1.5, u(-0.2, 0.2), 0.4), (-0.9, u(-0.2, 0.2), 1.3)][i]
        solid.include(piece, at, rotation("z", u(-120, -20) * min(i, 1)))


def grapes(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a bunch of grapes, green, red or blue, slim or broad, hanging from a stalk."""
    u = rng.uniform
    grape, size, power = Builder(), u(0.15, 0.2), u(0.6, 0.9)
    grape.ellipsoid(tone(rng, 2 * PURPLE + RED[1:2] + GREEN[:2]), (size, size * u(1, 1.35), size), sides=8)
    tiers, broad, at = rng.integers(4, 7), u(1.7, 2.6) * size, []
    for i in range(tiers):
        reach = broad * (1 - i / tiers) ** power - 0.4 * size
        count = max(int(2 * np.pi * reach / (2.1 * size)), 1)
        angle = 2 * np.pi * (np.arange(count) + u()) / count
        out = reach if count > 1 else 0
        at += [(out * np.cos(a), -1.6 * size * i + u(-0.05, 0.05), out * np.sin(a)) for a in angle]
    copies(solid, grape, at, any_turns(rng, len(at), 25), u(0.95, 1.15, len(at)), shades(rng, len(at), 0.15))
    solid.tube(tone(rng, BROWN + GREEN), [(0, -0.1, 0), (0, 0.25, 0), (u(-0.2, 0.2), u(0.4, 0.6), 0)], 0.04)
    if rng.random() < 0.4:
        _leaf(solid, rng, 0.3, u(0.2, 0.35))


def pineapple(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a pineapple, slim to stout, its skin a lattice of bosses under a crown of leaves."""
    u = rng.uniform
    skin, green = tone(rng, YELLOW + ORANGE + BROWN[:1] + GREEN[1:2]), tone(rng, GREEN)
    tall, wide, power = u(0.6, 1), u(0.48, 0.62), u(0.4, 0.6)
    angle = np.linspace(-np.pi / 2, np.pi / 2, 9)
    profile = np.stack([wide * np.abs(np.cos(angle)) ** power, tall * np.sin(angle)], axis=1)
    profile[[0, -1], 0] = 0
    solid.lathe(0.5 * skin, profile, sides=18)
    boss, rows = Builder(), int(2 * tall / 0.2)
    boss.box(skin, (0.17, 0.14, 0.17), turn=rotation("z", 45) @ TO_FRONT, taper=0.45)
    level = np.repeat(np.linspace(-0.85, 0.85, rows), 12)
    turns = headings(30 * np.arange(len(level)) + 15 * np.repeat(np.arange(rows), 12))
    out = np.stack([0 * level, tall * level, wide * (1 - level**2) ** (power / 2)], axis=1)
    copies(solid, boss, np.einsum("kij,kj->ki", turns, out), turns)
    for ring in range(3):
        leaf, count, reach = Builder(), 6 - ring, u(0.35, 0.6) + 0.1 * ring
        way = [(0, 0, 0), (0, 0.5 * reach, 0.2), (0, reach, 0.55 - 0.22 * ring)]
        leaf.tube(green, way, [0.1, 0.08, 0.01], sides=5)
        turns = around(count, 180 * ring / count)
        copies(solid, leaf, turns @ [0, 0.95 * tall, 0.12], turns, brightness=shades(rng, count))


def watermelon(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one slice of melon or two, a sector of any angle that shows rind, flesh and seeds towards +z."""
    u = rng.uniform
    rind, flesh = tone(rng, GREEN), tone(rng, 2 * RED[::2] + PINK[:1] + YELLOW[:1])
    span, thick, edge, white = u(60, 180), u(0.15, 0.35), u(0.05, 0.1), u(0.04, 0.1)
    start, piece, seed = 270 - span / 2, Builder(), Builder()
    layers = [(rind, 1), (0.5 * rind + 0.45, 1 - edge), (flesh, 1 - edge - white)]
    for i, (colour, radius) in enumerate(layers):  # the inner ones stand out of the cuts a little
        outline = sector(span, radius, start, 16) + np.array([0, 0.03 * i])
        piece.panel(colour, outline, thick + 0.02 * i)
    seed.ellipsoid(tone(rng, BROWN[1:]), (0.035, 0.06, 0.03), sides=6)
    count = int(span / u(7, 14))
    angle, reach = np.deg2rad(start + span * u(0.06, 0.94, count)), u(0.3, 0.75, count)
    for side in (-1, 1):
        depth = np.full(count, side * (thick / 2 + 0.02))
        copies(piece, seed, np.stack([reach * np.cos(angle), reach * np.sin(angle), depth], axis=1))
    solid.include(piece)
    if rng.random() < 0.3:
        solid.include(piece, (u(-0.5, 0.5), u(-0.1, 0.1), -thick - u(0.15, 0.5)), rotation("z", u(-40, 40)))


def citrus(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a halved orange, lemon, lime or grapefruit, the cut towards +z, at times beside a whole one."""
    u = rng.uniform
    pulp = tone(rng, ORANGE + YELLOW + GREEN[1:2] + PINK[:1] + RED[2:])
    peel, pith = (pulp if rng.random() < 0.7 else tone(rng, ORANGE + YELLOW)), tone(rng, CREAM)
    count, rim, oval = rng.integers(7, 12), u(0.06, 0.16), u(0.8, 1.1)
    angle = np.linspace(-np.pi / 2, 0, 8)
    half = np.stack([np.cos(angle), oval * np.sin(angle)], axis=1)
    half[0, 0] = 0
    solid.lathe(peel, half, turn=TO_FRONT)
    solid.lathe(pith, [(1, 0), (0, 0)], turn=TO_FRONT)
    segment, width = Builder(), 0.42 * 2 * np.pi / count
    arc = np.linspace(-width, width, 5)
    outline = (1 - rim) * np.stack([np.cos(arc), np.sin(arc)], axis=1)
    segment.panel(pulp, np.concatenate([[(0.12, 0)], outline]), 0.04)
    turns = np.stack([rotation("z", 360 * i / count) for i in range(count)])
    copies(solid, segment, np.zeros((count, 3)), turns, brightness=shades(rng, count, 0.08))
    if rng.random() < 0.4:
        solid.ellipsoid(peel, (1, 1, oval), (u(1.1, 1.6), u(-0.2, 0.2), -u(0.6, 1.2)))


def cherries(solid: Builder, rng: np.random.Generator) -> None:
    """Draw two or three cherries, red, black or yellow, whose long stalks meet at a leaf."""
    u = rng.uniform
    skin, green = tone(rng, 2 * RED + PURPLE + YELLOW[:1]), tone(rng, GREEN)
    size, count, top = u(0.32, 0.42), rng.choice([2, 2, 3]), u(1.1, 1.6)
    apart = u(1.15, 1.5) * size * (1 if count == 2 else 1.2)
    for x, _, z in around(count, u(-15, 15)) @ [apart, 0, 0]:
        y = u(-0.15, 0.15)
        solid.ellipsoid(skin * np.exp(0.1 * rng.normal()), (size, 0.92 * size, size), (x, y, z), sides=16)
        way = [(x, y + 0.8 * size, z), (0.75 * x, 0.55 * (y + size) + 0.45 * top, 0.75 * z), (0, top, 0)]
        solid.tube(green, way, u(0.035, 0.055), sides=6)
    solid.ellipsoid(green, 0.08, (0, top, 0), sides=8)
    for _ in range(rng.integers(0, 3)):
        _leaf(solid, rng, top, u(0.25, 0.4))
