"""Meals on plates, slabs or in pans; each function draws one serving that lies on y = 0."""

import numpy as np

from segregation.stimuli.food.ingredients import (
    BAKED,
    BROWN,
    CREAM,
    FLAT,
    GREEN,
    ORANGE,
    PINK,
    RED,
    YELLOW,
    any_turns,
    around,
    blob,
    copies,
    headings,
    heap,
    plate,
    shades,
    tone,
)
from segregation.stimuli.materials import any_of, dark, grey, metal, pale, wood
from segregation.stimuli.solids import TO_SIDE, Builder, rotation


def _side_dish(solid: Builder, rng: np.random.Generator, at: np.ndarray, broad: float) -> None:
    """Add a heap of peas, chips, potatoes, tomatoes or rice about a point of the plate."""
    u, piece, kind = rng.uniform, Builder(), rng.integers(5)
    if kind == 0:
        piece.ellipsoid(tone(rng, GREEN[:2]), 0.075, sides=6)
    elif kind == 1:
        piece.box(tone(rng, YELLOW + BAKED), (0.09, 0.09, u(0.3, 0.5)))
    elif kind == 2:
        piece.ellipsoid(tone(rng, YELLOW[1:] + BAKED[2:]), (0.14, 0.11, 0.12), sides=8)
    elif kind == 3:
        piece.ellipsoid(tone(rng, RED), 0.12, sides=8)
    else:
        piece.ellipsoid(tone(rng, CREAM), (0.045, 0.045, 0.09), sides=4)
    count = (26, 12, 8, 6, 40)[kind]
    places = at + heap(rng, count, broad, u(0.1, 0.25), 0.05)
    copies(solid, piece, places, any_turns(rng, count, 25), brightness=shades(rng, count))


def _sushi_piece(rng: np.random.Generator, rice: np.ndarray, seaweed: np.ndarray, pressed: bool) -> Builder:
    """Build a pressed piece of rice under a slice of fish, or a roll whose end shows."""
    u, piece, fish = rng.uniform, Builder(), tone(rng, ORANGE + PINK + RED + YELLOW[:1] + CREAM[1:])
    if pressed:
        piece.ellipsoid(rice, (0.19, 0.17, 0.38), (0, 0.15, 0), sides=12)
        piece.ellipsoid(fish, (0.22, 0.1, 0.46), (0, 0.29, 0), sides=12)
        for z in (-0.2, 0, 0.2)[: rng.integers(0, 4)]:
            piece.box(fish + 0.25, (0.26, 0.1, 0.05), (0, 0.34, z), rotation("y", 20))
    else:
        size, tall = u(0.2, 0.25), u(0.25, 0.4)
        piece.cylinder(seaweed, size, tall, (0, tall / 2, 0), sides=14)
        piece.cylinder(rice, 0.86 * size, tall, (0, tall / 2 + 0.03, 0), sides=12)
        piece.cylinder(fish, u(0.35, 0.55) * size, tall, (0, tall / 2 + 0.05, 0), sides=8)
    return piece


def sushi(solid: Builder, rng: np.random.Generator) -> None:
    """Draw three to eight pieces of sushi, pressed ones and rolls, in one or two rows on a slab or a plate."""
    u = rng.uniform
    rice, seaweed = tone(rng, CREAM[:1]) + 0.1, dark(rng) * [0.5, 0.8, 0.5]
    rows, columns = rng.choice([1, 2, 2]), rng.integers(3, 5)
    for row in range(rows):
        pressed = rng.random() < 0.55
        for column in range(columns):
            at = (0.58 * (column - (columns - 1) / 2), 0, 0.95 * (row - (rows - 1) / 2))
            solid.include(_sushi_piece(rng, rice, seaweed, pressed), at, rotation("y", u(-12, 12)))
    if rng.random() < 0.4:
        solid.ellipsoid(tone(rng, GREEN[1:2]), (0.13, 0.1, 0.13), (0.29 * columns, 0.05, 0.1), sides=8)
    size = np.array([0.62 * columns + u(0.1, 0.4), 0.07, 0.95 * rows + u(0.1, 0.3)])
    if rng.random() < 0.7:
        solid.box(any_of(rng, dark, wood, pale), size, (0, -0.035, 0))
    else:
        plate(solid, rng, 0.55 * size[2], size[0] / size[2])


def fried_egg(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one to three fried eggs on a plate or in a pan, alone or with bacon or a side dish."""
    u = rng.uniform
    white, yolk, count = tone(rng, CREAM[:1]) + 0.15, tone(rng, YELLOW[:1] + ORANGE), rng.choice([1, 1, 2, 3])
    start = u(0, 360)
    for i, (x, _, z) in enumerate(around(count, start) @ [0 if count == 1 else u(0.42, 0.5), 0, 0]):
        size = u(0.55, 0.75) if count == 1 else u(0.36, 0.45)
        solid.panel(white, blob(rng, size), 0.05, (x, 0.03 + 0.012 * i, z), FLAT)
        core, off = size * u(0.4, 0.5), u(-0.15, 0.15, 2) * size
        solid.ellipsoid(yolk, (core, u(0.12, 0.2), core), (x + off[0], 0.05, z + off[1]), sides=16)
    side = rotation("y", start + (0 if count == 1 else 180 / count))
    if rng.random() < 0.5:
        along = np.linspace(-0.5, 0.5, 9)
        for i in range(rng.integers(1, 3)):
            way = np.stack([np.full(9, 0.75 - 0.14 * i), 0.08 + 0.05 * np.sin(14 * along + i), along], axis=1)
            solid.tube(tone(rng, RED[1:] + BROWN[:1] + PINK), way @ side.T, 0.07, sides=4)
    elif rng.random() < 0.4:
        _side_dish(solid, rng, side @ [0.7, 0, 0], 0.25)
    if rng.random() < 0.65:
        plate(solid, rng, 0.85)
    else:
        pan = [(0, -0.06), (0.95, -0.06), (1.15, 0.22), (1.1, 0.22), (0.92, 0), (0, 0)]
        solid.lathe(any_of(rng, dark, dark, metal), pan, sides=32)
        solid.box(any_of(rng, dark, wood), (1.0, 0.07, 0.16), (1.6, 0.22, 0), rotation("z", u(0, 12)))


def _fish_body(rng: np.random.Generator, deep: float, tall: float) -> Builder:
    """Build a fish that lies on its side, its head towards -x, of that half depth (z) and half thickness (y)."""
    u, body = rng.uniform, Builder()
    skin = metal(rng) if rng.random() < 0.4 else tone(rng, BAKED + ORANGE + PINK + BROWN[:1])
    t = np.linspace(0, 1, 12)
    width = deep * np.abs(np.sin(np.pi * t**0.75)) ** 0.8 + 0.09 * t
    width[0] = 0
    body.lathe(skin, np.stack([width, 2 * t - 1], axis=1), turn=TO_SIDE, scale=(tall / deep, 1, 1), sides=18)
    fork, spread = u(1.3, 1.45), u(0.28, 0.42)
    tail = [(0.95, -0.06), (fork, -spread), (1.28, 0), (fork, spread), (0.95, 0.06)]
    body.panel(0.8 * skin, tail, 0.06, (0, 0.02, 0), FLAT)
    for side in (-1, 1):
        tip = (u(-0.1, 0.1), deep + u(0.1, 0.22))
        fin = np.array([(-0.3, 0.7 * deep), tip, (0.4, deep + 0.05), (0.5, 0.5 * deep)])
        body.panel(0.75 * skin, fin * [1, side], 0.05, (0, 0.02, 0), FLAT)
    body.ellipsoid(tone(rng, CREAM), (0.07, 0.03, 0.07), (-0.72, 0.72 * tall, 0.06), sides=10)
    body.ellipsoid(grey(0.02), (0.04, 0.03, 0.04), (-0.72, 0.72 * tall + 0.02, 0.06), sides=8)
    body.ring(0.5 * skin, (0.1, 0.7 * deep), 0.025, (-0.5, 0.9 * tall, 0), FLAT, arc=(-80, 80), steps=6)
    for x in np.linspace(-0.25, 0.5, 4)[: rng.choice([0, 3, 4])]:
        at = (x, 0.93 * tall * (1 - 0.5 * x * x), 0)
        body.box(0.35 * skin, (0.05, 0.06, 0.9 * deep), at, rotation("y", 20))
    return body


def fish(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a whole fish, grilled, steamed or raw, on a plate, with slices of lemon or a side dish."""
    u = rng.uniform
    deep, tall = u(0.28, 0.42), u(0.14, 0.2)
    solid.include(_fish_body(rng, deep, tall), (0, 0.7 * tall, 0), rotation("y", 180 * rng.integers(2) + u(-12, 12)))
    count = rng.integers(0, 4)
    if count:
        lemon, peel = Builder(), tone(rng, YELLOW + ORANGE + GREEN[1:2])
        lemon.cylinder(peel, 0.2, 0.05, sides=14)
        lemon.cylinder(0.5 * peel + 0.35, 0.16, 0.06, sides=14)
        beside = rng.choice([-1, 1], count) * u(0.5, 0.6, count)
        at = np.stack([u(-0.8, 0.8, count), np.full(count, 0.04), beside], axis=1)
        copies(solid, lemon, at, any_turns(rng, count, 15))
    if rng.random() < 0.4:
        _side_dish(solid, rng, np.array([u(-0.5, 0.5), 0, 0.55]), 0.22)
    plate(solid, rng, 0.72, 1.6)


def steak(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a steak, plain or with marks of the grill, fat, a bone or butter, beside one or two side dishes on a plate."""
    u = rng.uniform
    meat, thick = tone(rng, 3 * BROWN + RED[1:2]), u(0.14, 0.24)
    piece, outline = Builder(), blob(rng, u(0.48, 0.6), 0.16) * [1.25, 0.85]
    piece.panel(meat, outline, thick, (0, thick / 2, 0), FLAT)
    if rng.random() < 0.6:
        piece.panel(tone(rng, CREAM), 1.06 * outline, 0.7 * thick, (0.03, 0.45 * thick, -0.03), FLAT)
    if rng.random() < 0.7:
        grate = rotation("y", u(0, 180))
        for x in np.linspace(-0.3, 0.3, rng.integers(3, 6)):
            piece.box(0.3 * meat, (0.045, 0.03, 1.6 * np.sqrt(0.16 - x**2)), grate @ [x, thick, 0], grate)
    if rng.random() < 0.4:
        bone = np.array([(0.3, thick / 2, 0), (0.8, thick / 2, 0.15), (1.0, thick / 2, 0.25)])
        piece.tube(tone(rng, CREAM), bone * rng.choice([-1, 1], 3), [0.07, 0.08, 0.1], sides=8)
    if rng.random() < 0.3:
        piece.box(tone(rng, YELLOW[1:]), (0.17, 0.1, 0.17), (0, thick + 0.05, 0), rotation("y", u(0, 90)))
    turn = rotation("y", u(0, 360))
    solid.include(piece, turn @ [0, 0, 0.3], turn)
    for x in rng.permutation([-0.42, 0.42])[: rng.integers(1, 3)]:
        _side_dish(solid, rng, turn @ [x, 0, -0.5], u(0.28, 0.36))
    plate(solid, rng, 1)


def _dumpling(rng: np.random.Generator, dough: np.ndarray) -> Builder:
    """Build a dumpling, folded to a half-moon along x or gathered at its top."""
    piece, pleat = Builder(), Builder()
    if rng.random() < 0.5:
        piece.ellipsoid(dough, (0.36, 0.16, 0.19), (0, 0.12, 0), sides=14)
        arc = np.deg2rad(np.linspace(15, 165, 8))
        pleat.ellipsoid(0.9 * dough, (0.06, 0.06, 0.05), sides=6)
        copies(piece, pleat, np.stack([0.38 * np.cos(arc), 0.1 + 0.22 * np.sin(arc), 0 * arc], axis=1))
    else:
        drop = [(0, 0), (0.24, 0.02), (0.3, 0.13), (0.24, 0.25), (0.1, 0.33), (0.05, 0.38), (0, 0.36)]
        piece.lathe(dough, drop, sides=14)
        pleat.box(0.7 * dough, (0.2, 0.05, 0.05), (0.17, 0.31, 0), rotation("z", -33))
        copies(piece, pleat, np.zeros((8, 3)), around(8))
    return piece


def dumplings(solid: Builder, rng: np.random.Generator) -> None:
    """Draw three to seven dumplings of one kind in a steamer or on a plate, at times with a dip."""
    u = rng.uniform
    dough, count = tone(rng, 2 * CREAM + BAKED[2:]), rng.integers(3, 8)
    outer = count if count <= 4 else count - 1  # the last one lies in the middle
    spots = np.zeros((count, 3))
    spots[:outer] = around(outer) @ [u(0.58, 0.68), 0, 0]
    lie = headings(u(-180, 180, count)) if rng.random() < 0.6 else np.eye(3)
    copies(solid, _dumpling(rng, dough), spots, lie, brightness=shades(rng, count, 0.08))
    if rng.random() < 0.5:
        cane = wood(rng)
        solid.lathe(cane, [(0, -0.12), (1.1, -0.12), (1.1, 0.35), (1.0, 0.35), (1.0, 0), (0, 0)], sides=32)
        for y in (-0.06, 0.3):
            solid.lathe(0.6 * cane, [(1.12, y - 0.04), (1.12, y + 0.04)], sides=32)
    else:
        plate(solid, rng, 1)
        if rng.random() < 0.4 and count == outer:
            solid.lathe(tone(rng, BROWN), [(0.2, 0.1), (0, 0.1)], sides=16)
            solid.lathe(pale(rng), [(0.2, 0), (0.26, 0.14), (0.22, 0.14), (0.2, 0.1)], sides=16)
