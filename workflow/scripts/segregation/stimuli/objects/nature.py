"""Plants, a mushroom and a snowman; each function draws one exemplar that stands upright."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, leaf, paint, pale, wood
from segregation.stimuli.solids import TO_FRONT, Builder, rotation


def _pot(solid: Builder, rng: np.random.Generator, radius: float) -> None:
    """Add a pot of that upper radius whose rim lies at y = 0."""
    height = rng.uniform(0.8, 1.4) * radius
    colour = any_of(rng, paint, wood, pale)
    solid.cylinder(colour, rng.uniform(0.6, 0.95) * radius, height, (0, -height / 2, 0), top=radius)
    if rng.random() < 0.5:
        solid.cylinder(colour, 1.1 * radius, 0.2 * height, (0, -0.1 * height, 0))


def tree(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a conifer, a broad-leaved tree or a palm."""
    u = rng.uniform
    bark, green, height = any_of(rng, wood, wood, pale), leaf(rng), u(0.4, 1)
    kind = rng.choice(3, p=(0.4, 0.45, 0.15))
    if kind == 0:
        solid.cylinder(bark, u(0.07, 0.14), height, (0, height / 2, 0), sides=12)
        tiers, radius, rise = rng.integers(1, 6), u(0.4, 0.75), u(0.28, 0.42)
        for i in range(tiers):
            tall = 1.6 * rise if tiers > 1 else 1.5
            at = (0, height + i * rise + tall / 2 - 0.1, 0)
            solid.cylinder(green, radius * (1 - i / (tiers + 0.5)), tall, at, top=0, sides=16)
    elif kind == 1:
        solid.cylinder(bark, u(0.08, 0.15), 1.2 * height, (0, 0.6 * height, 0), sides=12)
        spread = u(0.15, 0.35), u(0.12, 0.3)
        for _ in range(rng.integers(1, 9)):
            place = rng.normal(size=3) * [spread[0], spread[1], spread[0]] + [0, height + 0.4, 0]
            solid.ellipsoid(green * np.exp(0.12 * rng.normal()), u(0.25, 0.5, 3), place, sides=14)
    else:
        bend, top = u(-0.4, 0.4), 1.4 * height + 0.3
        way = [(bend * t * t, top * t, 0) for t in np.linspace(0, 1, 6)]
        solid.tube(bark, way, np.linspace(0.13, 0.07, 6))
        start, fronds = u(0, 360), rng.integers(6, 10)
        for i in range(fronds):
            frond = Builder()
            reach, sink = u(0.5, 0.8), u(0.25, 0.55)
            arch = [(reach * t, 0.25 * np.sin(2 * t) - sink * t * t, 0) for t in np.linspace(0, 1, 5)]
            frond.tube(green, arch, [0.04, 0.1, 0.11, 0.08, 0.01], sides=5)
            solid.include(frond, (bend, top, 0), rotation("y", start + 360 * i / fronds))


def cactus(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a cactus, columnar with arms or round, in a pot or without."""
    u = rng.uniform
    green = leaf(rng) if rng.random() < 0.5 else np.array([0.07, 0.25, 0.06]) * np.exp(0.3 * rng.normal(size=3))
    radius, height = u(0.15, 0.26), u(0.9, 1.6)
    solid.cylinder(green, 0.9 * radius, height, (0, height / 2, 0), top=radius)
    solid.ellipsoid(green, radius, (0, height, 0))
    turn = rotation("y", u(-30, 30))
    for side in (-1, 1)[: 1 + (rng.random() < 0.75)]:
        arm = Builder()
        low, reach, rise, thick = u(0.25, 0.6) * height, u(0.35, 0.55), u(0.15, 0.6), u(0.5, 0.7) * radius
        angle = np.deg2rad(np.linspace(-90, 0, 5))
        bend = 0.6 * reach
        curve = [(reach + bend * (np.cos(a) - 1), low + bend * (np.sin(a) + 1), 0) for a in angle]
        way = np.array([(0, low, 0), *curve, (reach, low + bend + rise, 0)])
        arm.tube(green, way, thick, sides=12)
        arm.ellipsoid(green, thick, way[-1], sides=12)
        solid.include(arm, turn=turn if side > 0 else turn @ rotation("y", 180))
    if rng.random() < 0.3:
        solid.ellipsoid(paint(rng), (0.14, 0.1, 0.14), (0, height + radius, 0), sides=10)
    if rng.random() < 0.75:
        _pot(solid, rng, u(0.32, 0.55))
    else:
        solid.ellipsoid(any_of(rng, wood, pale), (0.7, 0.1, 0.5), sides=14)


def flower(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a flower with open petals facing the viewer, or a tulip; stem with leaves, at times in a pot."""
    u = rng.uniform
    petal, green, height, bend = paint(rng), leaf(rng), u(0.6, 1.4), u(-0.25, 0.25)
    solid.tube(green, [(bend * t * t, height * t, 0) for t in np.linspace(0, 1, 6)], u(0.03, 0.06))
    blossom = Builder()
    size = u(0.3, 0.5)
    if rng.random() < 0.7:
        count, broad, core = rng.integers(5, 13), u(0.35, 0.75), u(0.25, 0.5)
        for angle in 360 * np.arange(count) / count:
            turn = rotation("z", angle) @ rotation("x", u(-25, 25))
            width = broad * size * min(1, 7 / count)
            blossom.ellipsoid(petal, (width, 0.6 * size, 0.05), turn @ [0, 0.75 * size, 0], turn, sides=12)
        blossom.ellipsoid(any_of(rng, paint, dark, wood), core * size * np.array([1, 1, 0.5]), (0, 0, 0.05), sides=14)
        solid.include(blossom, (bend, height, 0.06), rotation("x", u(-40, 15)))
    else:
        cup = [
            (0, 0),
            (0.5 * size, 0.15 * size),
            (0.75 * size, 0.7 * size),
            (u(0.4, 0.9) * size, 1.5 * size),
            (0, size),
        ]
        blossom.lathe(petal, cup, sides=rng.choice([5, 6, 18]))
        solid.include(blossom, (bend, height - 0.05, 0))
    for side in (-1, 1)[: rng.integers(0, 3)]:
        turn = rotation("y", u(-30, 30)) @ rotation("z", -side * u(25, 60))
        at = np.array([bend * 0.15, u(0.2, 0.45) * height, 0])
        solid.ellipsoid(green, (0.1, 0.3, 0.04), at + turn @ [0, 0.28, 0], turn, sides=12)
    if rng.random() < 0.5:
        _pot(solid, rng, u(0.22, 0.4))


def mushroom(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a mushroom: domed, conical or flat cap, at times with spots or a ring."""
    u = rng.uniform
    stem, cap = any_of(rng, pale, pale, wood, paint), any_of(rng, paint, wood, pale)
    height, radius, rise, power = u(0.45, 1.1), u(0.45, 0.8), u(0.25, 0.75), u(0.6, 1.5)
    low, high = u(0.14, 0.32), u(0.1, 0.2)
    solid.lathe(stem, [(0, 0), (low, 0.05), (high, 0.5 * height), (high, height)])
    angle = np.linspace(0, np.pi / 2, 9)
    dome = np.stack([radius * np.cos(angle) ** power, height + rise * np.sin(angle)], axis=1)
    dome[-1, 0] = 0
    solid.lathe(pale(rng), [(0, height + 0.1 * rise), (0.95 * radius, height - 0.02)])
    solid.lathe(cap, [(0.95 * radius, height - 0.02), *dome], sides=28)
    if rng.random() < 0.4:
        spot = pale(rng)
        for _ in range(rng.integers(6, 14)):
            i, turn = rng.integers(1, 8), rotation("y", u(0, 360))
            solid.ellipsoid(spot, u(0.04, 0.09), turn @ [*dome[i], 0], sides=8)
    if rng.random() < 0.4:
        solid.cylinder(stem, 1.9 * high, 0.08, (0, 0.65 * height, 0), top=1.1 * high)


def snowman(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a snowman of two or three balls with stick arms, mostly with a hat or scarf."""
    u = rng.uniform
    snow = any_of(rng, pale, pale, pale, paint) + u(0, 0.25)
    low, middle, head = u(0.45, 0.62), u(0.32, 0.45), u(0.23, 0.32)
    three = rng.random() < 0.75
    chest = 0.75 * low + 0.6 * middle if three else 0.3 * low
    top = chest + 0.75 * (middle if three else low) + 0.7 * head
    solid.ellipsoid(snow, low)
    if three:
        solid.ellipsoid(snow, middle, (0, chest, 0))
    solid.ellipsoid(snow, head, (0, top, 0))
    nose, coal = any_of(rng, paint, wood), dark(rng)
    solid.cylinder(nose, 0.06, u(0.15, 0.4), (0, top, head + 0.08), TO_FRONT, top=0.01, sides=10)
    for side in (-1, 1):
        solid.ellipsoid(coal, 0.045, (side * 0.1, top + 0.08, 0.93 * head), sides=8)
        arm = [(side * 0.25, chest, 0), (side * (middle + u(0.3, 0.6)), chest + u(-0.1, 0.5), u(-0.1, 0.3))]
        solid.tube(wood(rng), arm, 0.03, sides=6)
    body = middle if three else low
    for angle in np.deg2rad([-25, 0, 25])[: rng.integers(0, 4)]:
        at = (0, chest + body * np.sin(angle), body * np.cos(angle))
        solid.ellipsoid(coal, 0.045, at, sides=8)
    if rng.random() < 0.65:
        hat, brim = any_of(rng, dark, paint), top + 0.7 * head
        solid.cylinder(hat, u(1.1, 1.4) * head, 0.05, (0, brim, 0))
        solid.cylinder(hat, 0.75 * head, u(0.2, 0.4), (0, brim + 0.15, 0))
    if rng.random() < 0.5:
        solid.ring(paint(rng), 0.75 * head, 0.09, (0, top - 0.8 * head, 0), rotation("x", 90))
