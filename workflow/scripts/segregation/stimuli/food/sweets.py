"""Sweets; each function draws one exemplar as it is served, upright."""

import numpy as np

from segregation.stimuli.food.ingredients import (
    BAKED,
    BROWN,
    CREAM,
    FLAT,
    PINK,
    PURPLE,
    RED,
    YELLOW,
    Palette,
    any_turns,
    around,
    blob,
    copies,
    heap,
    plate,
    sector,
    shades,
    tone,
)
from segregation.stimuli.materials import any_of, paint, pale
from segregation.stimuli.solids import Builder, rotation

ICING: Palette = (*CREAM, *PINK, *BROWN, *YELLOW[1:], (0.25, 0.50, 0.60), (0.35, 0.60, 0.30), (0.50, 0.35, 0.65))
BERRIES: Palette = RED + PURPLE


def _sprinkles(solid: Builder, rng: np.random.Generator, at: np.ndarray) -> None:
    """Add sprinkles of one to three colours at points (k, 3)."""
    kinds = rng.integers(1, 4)
    for i in range(kinds):
        piece, some = Builder(), at[i::kinds]
        piece.box(paint(rng) + 0.05, (0.04, 0.035, 0.11))
        copies(solid, piece, some, any_turns(rng, len(some), 20))


def _candle(rng: np.random.Generator) -> Builder:
    """Build a burning candle that stands on y = 0."""
    piece = Builder()
    piece.box(any_of(rng, paint, pale), (0.07, 0.5, 0.07), (0, 0.2, 0))
    piece.ellipsoid((0.9, 0.6, 0.1), (0.045, 0.1, 0.045), (0, 0.52, 0), sides=6)
    return piece


def pancakes(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a stack of three to eight pancakes on a plate, with syrup, and with butter, cream, berries or nothing on top."""
    u = rng.uniform
    dough, thick, broad, top = tone(rng, BAKED), u(0.1, 0.16), u(0.7, 0.85), 0.0
    for _ in range(rng.integers(3, 9)):
        size, at = broad * u(0.93, 1.05), (u(-0.04, 0.04), top, u(-0.04, 0.04))
        solid.lathe(0.65 * dough + 0.2, [(0.93 * size, 0), (size, 0.3 * thick), (size, 0.7 * thick)], at, sides=20)
        solid.lathe(dough * u(0.85, 1.1), [(size, 0.7 * thick), (0.93 * size, thick), (0, thick)], at, sides=20)
        top += thick
    if rng.random() < 0.7:
        syrup, drip = tone(rng, BROWN + RED[1:2] + BAKED[1:2]), Builder()
        solid.panel(syrup, blob(rng, 0.62 * broad, 0.2), 0.04, (0, top + 0.01, 0), FLAT)
        way = [(0.5, top + 0.02, 0), (broad, top + 0.01, 0), (1.05 * broad, u(0.1, 0.8) * top, 0)]
        drip.tube(syrup, way, [0.09, 0.08, 0.07], sides=6)
        count = rng.integers(2, 6)
        copies(solid, drip, np.zeros((count, 3)), any_turns(rng, count, 0))
    kind = rng.integers(4)
    if kind == 0:
        solid.box(tone(rng, YELLOW[1:]), (0.26, 0.12, 0.26), (0, top + 0.08, 0), rotation("y", u(0, 90)))
    elif kind == 1:
        solid.ellipsoid(tone(rng, CREAM[:1]) + 0.15, (0.27, 0.25, 0.27), (0, top + 0.1, 0), sides=12)
    elif kind == 2:
        berry, count = Builder(), rng.integers(3, 8)
        berry.ellipsoid(tone(rng, BERRIES), 0.12, sides=10)
        copies(solid, berry, heap(rng, count, 0.5, 0, top + 0.09), brightness=shades(rng, count))
    plate(solid, rng, 1)


def _swirl(solid: Builder, rng: np.random.Generator, size: float) -> float:
    """Add soft ice that winds up from a mouth of that radius, y = 0; return where it ends."""
    colour, rise, t = tone(rng, ICING), rng.uniform(0.7, 1), np.linspace(0, 1, 26)
    angle, reach = 2 * np.pi * rng.uniform(2.5, 3.5) * t, 0.72 * size * (1 - t)
    way = np.stack([reach * np.cos(angle), rise * t + 0.08, reach * np.sin(angle)], axis=1)
    solid.tube(colour, way, size * (0.48 - 0.38 * t), sides=8)
    solid.cylinder(colour, 0.8 * size, 0.8 * rise, (0, 0.4 * rise, 0), top=0.1, sides=16)
    return rise + 0.1


def ice_cream(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a cone with one to three scoops or a swirl of ice, at times with a cherry or a wafer."""
    u = rng.uniform
    wafer, size, tall = tone(rng, BAKED), u(0.33, 0.42), u(0.8, 1.2)
    mouth = 0.95 * size
    solid.cylinder(wafer, 0.04, tall, (0, -tall / 2, 0), top=mouth, sides=20)
    solid.lathe(0.8 * wafer, [(mouth, -0.12), (1.1 * mouth, -0.1), (1.1 * mouth, 0.03)], sides=20)
    for height in np.linspace(0.25, 0.8, 4):
        radius, y = 0.055 + (mouth - 0.04) * height, tall * (height - 1)
        solid.lathe(0.6 * wafer, [(radius, y - 0.02), (radius, y + 0.02)], sides=16)
    if rng.random() < 0.7:
        top = 0.0
        for i in range(rng.integers(1, 4)):
            colour, broad = tone(rng, ICING), size * (1.08 - 0.06 * i)
            skirt = [(0.8 * broad, top - 0.03), (1.12 * broad, top + 0.02), (broad, top + 0.12)]
            solid.lathe(colour, skirt, sides=9)
            solid.ellipsoid(colour, broad, (0, top + 0.55 * broad, 0), sides=18)
            top += 1.15 * broad
        top += 0.35 * broad
    else:
        top = _swirl(solid, rng, size)
    if rng.random() < 0.3:
        solid.ellipsoid(tone(rng, RED), 0.12, (0, top + 0.05, 0), sides=10)
    if rng.random() < 0.25:
        turn = rotation("z", u(-40, -20))
        solid.cylinder(tone(rng, BAKED + BROWN), 0.05, 0.8, turn @ [0, top + 0.05, 0], turn, sides=8)


def _trim_cake(solid: Builder, rng: np.random.Generator, at: np.ndarray) -> None:
    """Add dots of cream, berries or candles at points (k, 3) along the rim of a cake, or in one of ten cakes nothing."""
    kind, trim = rng.choice(4, p=(0.3, 0.3, 0.3, 0.1)), Builder()
    if kind == 0:
        trim.ellipsoid(tone(rng, ICING), (0.1, 0.09, 0.1), sides=8)
    elif kind == 1:
        trim.ellipsoid(tone(rng, BERRIES), 0.11, sides=8)
    elif kind == 2:
        trim, at = _candle(rng), at[:: rng.integers(1, 4)] * [0.7, 1, 0.7]
    if kind < 3:
        copies(solid, trim, at)


def cake(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a layer cake, whole, cut into or a single slice, iced, mostly on a plate."""
    u = rng.uniform
    icing, sponge, cream = tone(rng, ICING), tone(rng, BAKED + BROWN + YELLOW[1:]), tone(rng, CREAM + PINK + RED)
    span, layers, thick = rng.choice([360, u(220, 320), u(220, 320), u(35, 60)]), rng.integers(2, 5), u(0.16, 0.26)
    piece = span < 90
    start, high = 90 - span / 2 if piece else u(0, 360), layers * thick
    for i in range(layers):
        solid.panel(sponge, sector(span, 0.96, start), 0.74 * thick, (0, (i + 0.37) * thick, 0), FLAT)
        between = cream if i < layers - 1 else icing
        solid.panel(between, sector(span, 0.97, start), 0.26 * thick, (0, (i + 0.87) * thick, 0), FLAT)
    coat = [(1, 0), (1, high - 0.04), (0.96, high + 0.02), (0, high + 0.02)]
    solid.lathe(icing, coat, arc=(-start - span, -start))
    edge = np.deg2rad(np.arange(start + 10, start + span - 5, u(18, 32)))
    _trim_cake(solid, rng, np.stack([0.84 * np.cos(edge), np.full(len(edge), high + 0.08), -0.84 * np.sin(edge)], axis=1))
    if rng.random() < 0.3 and span == 360:
        _sprinkles(solid, rng, heap(rng, 20, 0.6, 0, high + 0.03))
    if piece or rng.random() < 0.7:
        radius, back = (0.85, -0.5) if piece else (u(1.15, 1.35), 0)
        solid.cylinder(any_of(rng, pale, paint), radius, 0.05, (0, -0.03, back), sides=32)


def _ring(angle: np.ndarray, wide: float, high: float) -> np.ndarray:
    """Return the points (k, 2) of a doughnut's section at those angles."""
    return np.stack([0.65 + wide * np.cos(angle), high * np.sin(angle)], axis=1)


def doughnut(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one to three ring doughnuts, mostly iced, with sprinkles or stripes."""
    u = rng.uniform
    for i in range(rng.choice([1, 1, 2, 3])):
        piece, thick, squash = Builder(), u(0.28, 0.38), u(0.75, 1)
        angle, cap = np.linspace(-np.pi, np.pi, 13), np.deg2rad(np.linspace(u(-10, 25), u(155, 190), 8))
        piece.lathe(tone(rng, BAKED + BROWN[:1]), _ring(angle, thick, squash * thick), sides=20)
        if rng.random() < 0.85:
            piece.lathe(tone(rng, ICING), _ring(cap, 1.06 * thick, 1.08 * squash * thick), sides=20)
            top, finish = 1.1 * squash * thick, rng.integers(3)
            if finish == 0:
                heading, out = u(0, 2 * np.pi, 24), u(-0.6, 0.6, 24)
                radius, height = 0.65 + thick * out, top * np.sqrt(1 - out**2)
                _sprinkles(piece, rng, np.stack([radius * np.cos(heading), height, radius * np.sin(heading)], axis=1))
            elif finish == 1:
                stripe, x = Builder(), np.tile(np.linspace(-0.6, 0.6, 6), 2)
                stripe.box(tone(rng, ICING), (0.06, 0.04, 1.1 * thick))
                z = np.repeat([-1, 1], 6) * np.sqrt(0.65**2 - x**2)
                copies(piece, stripe, np.stack([x, np.full(12, top), z], axis=1))
        solid.include(piece, (0.9 * i, 0.35 * i, -0.9 * i * (-1) ** i), rotation("z", u(0, 25) * min(i, 1)))


def cupcake(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a cupcake or muffin: a fluted paper cup under a dome or tiers of icing, mostly with a garnish."""
    u = rng.uniform
    paper, icing, tall, low = any_of(rng, paint, pale), tone(rng, ICING), u(0.5, 0.7), u(0.42, 0.5)
    wide = low * u(1.2, 1.45)
    solid.cylinder(paper, low, tall, (0, tall / 2, 0), top=wide)
    flute, turns = Builder(), around(rng.integers(14, 20))
    flute.box(0.65 * paper, (0.06, tall, 0.04), turn=rotation("x", np.rad2deg(np.arctan2(wide - low, tall))))
    copies(solid, flute, turns @ [0, tall / 2, (low + wide) / 2], turns)
    if rng.random() < 0.65:
        top, broad = tall - 0.05, 1.12 * wide
        for _ in range(rng.integers(2, 5)):
            height = u(0.2, 0.26)
            solid.ellipsoid(icing, (broad, height, broad), (0, top + 0.5 * height, 0), sides=18)
            top, broad = top + 0.85 * height, broad * u(0.62, 0.78)
        top += 0.12
    else:
        rise = u(0.3, 0.5)
        top, dome = tall + rise, tone(rng, BAKED + BROWN) if rng.random() < 0.5 else icing
        solid.ellipsoid(dome, (1.1 * wide, rise, 1.1 * wide), (0, tall, 0))
    garnish = rng.integers(4)
    if garnish == 0:
        solid.ellipsoid(tone(rng, BERRIES), 0.15, (0, top + 0.05, 0), sides=12)
    elif garnish == 1:
        _sprinkles(solid, rng, heap(rng, 26, 0.95 * wide, 0.9 * (top - tall), tall + 0.1 * (top - tall) + 0.02))
    elif garnish == 2:
        solid.include(_candle(rng), (0, top, 0))
