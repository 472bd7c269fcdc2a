"""Things of the kitchen and the table; each function draws one exemplar, upright, its flat side towards +z."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, metal, paint, pale, wood
from segregation.stimuli.solids import TO_FRONT, Builder, rotation

BOWL = np.deg2rad(np.linspace(0, 90, 7))


def mug(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a mug: straight, conical or bellied, its handle round or angular."""
    u = rng.uniform
    colour = any_of(rng, paint, pale, dark)
    radius, height = u(0.38, 0.55), u(0.7, 1.2)
    foot, belly, wall = radius * u(0.7, 1.05), radius * u(0.95, 1.15), 0.07
    outside = [(foot, -height / 2), (belly, -0.05 * height), (radius, height / 2)]
    inside = [(radius - wall, height / 2), (belly - wall, -0.05 * height), (foot - wall, 0.08 - height / 2)]
    solid.lathe(colour, [(0, -height / 2), *outside])
    solid.lathe(colour if rng.random() < 0.6 else pale(rng), [outside[-1], *inside, (0, 0.08 - height / 2)])
    handle = colour if rng.random() < 0.8 else paint(rng)
    thick, reach, rise = u(0.05, 0.09), u(0.25, 0.42), height * u(0.22, 0.34)
    if rng.random() < 0.7:
        solid.ring(handle, (reach, rise), thick, (0.94 * radius, 0, 0), arc=(-90, 90), steps=10)
    else:
        x = 0.9 * radius, radius + reach
        solid.tube(handle, [(x[0], rise, 0), (x[1], 0.8 * rise, 0), (x[1], -0.6 * rise, 0), (x[0], -rise, 0)], thick)


def bottle(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a bottle from slim to squat, round or with a flat body, with cap and mostly a label."""
    u = rng.uniform
    radius, height, neck, rise = u(0.25, 0.45), u(0.7, 1.4), u(0.08, 0.15), u(0.2, 0.65)
    shoulder = height + u(0.08, 0.4)
    flat = (1, 1, u(0.5, 0.8) if rng.random() < 0.25 else 1)
    bend = u(0.65, 0.9) * radius
    body = [(0, 0), (0.92 * radius, 0), (radius, 0.06), (radius, height), (bend, 0.45 * height + 0.55 * shoulder)]
    solid.lathe(any_of(rng, paint, paint, dark, pale), [*body, (neck, shoulder), (neck, shoulder + rise)], scale=flat)
    solid.cylinder(any_of(rng, paint, metal), 1.25 * neck, u(0.08, 0.2), (0, shoulder + rise, 0))
    if rng.random() < 0.7:
        middle, half = u(0.4, 0.55) * height, u(0.12, 0.3) * height
        label = [(1.02 * radius, middle - half), (1.02 * radius, middle + half)]
        solid.lathe(any_of(rng, paint, pale), label, scale=flat)


def wineglass(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a stemmed glass: wine, flute or cocktail shaped."""
    u = rng.uniform
    colour = any_of(rng, pale, paint, metal)
    radius, height, stem = u(0.25, 0.5), u(0.45, 0.9), u(0.4, 0.9)
    foot, rim = max(radius, 0.32) * u(0.75, 1), radius * u(0.6, 1.05)
    low = radius * (0.12 if rng.random() < 0.25 else u(0.6, 0.85))
    base = [(0, -stem), (foot, -stem), (foot, -stem + 0.03), (0.06, -stem + 0.1), (u(0.035, 0.06), -0.02)]
    cup = [(low, 0.2 * height), (radius, 0.55 * height), (rim, height)]
    solid.lathe(colour, [*base, *cup])
    drink = any_of(rng, paint, dark) if rng.random() < 0.5 else colour
    level = u(0.5, 0.9) * height
    wide = np.interp(level, [0.2 * height, 0.55 * height, height], [low, radius, rim])
    solid.lathe(colour, [(0.97 * rim, height), (0.95 * wide, level)])
    solid.lathe(drink, [(0.95 * wide, level), (0, level)])


def spoon(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a spoon of metal, wood or plastic with a hollow oval bowl."""
    u = rng.uniform
    colour = any_of(rng, metal, metal, wood, paint)
    length, thick, half, broad, deep = u(0.9, 1.7), u(0.03, 0.06), u(0.28, 0.45), u(0.2, 0.36), u(0.1, 0.22)
    outside = np.stack([np.sin(BOWL), -np.cos(BOWL)], axis=1)
    profile = np.concatenate([outside, 0.86 * outside[::-1]]) * [1, 1]
    profile[[0, -1], 0] = 0
    solid.lathe(colour, profile, (0, half, 0), TO_FRONT, scale=(broad, deep, half))
    end = thick * u(1, 3)
    solid.box(colour, (2 * end, length, 1.6 * thick), (0, 0.06 - length / 2, 0), taper=(thick / end, 1))
    if rng.random() < 0.5:
        solid.cylinder(colour, end, 1.6 * thick, (0, 0.06 - length, 0), TO_FRONT, sides=16)


def fork(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a fork of three or four tines."""
    u = rng.uniform
    colour = any_of(rng, metal, metal, wood, paint)
    length, width, tines, reach, thick = u(0.9, 1.5), u(0.3, 0.5), rng.integers(3, 5), u(0.35, 0.6), u(0.04, 0.08)
    root = u(0.15, 0.3)
    right = np.array([(0.05, -0.12), (width / 2, 0.06), (width / 2, root)])
    solid.panel(colour, np.concatenate([right, right[::-1] * [-1, 1]]), thick)
    for x in np.linspace(-1, 1, tines):
        at = (x * (width / 2 - 0.035), root + reach / 2, 0)
        solid.box(colour, (0.07, reach, thick), at, taper=(u(0.4, 1), 0.7))
    handle = colour if rng.random() < 0.7 else any_of(rng, wood, dark, paint)
    end = u(0.1, 0.2)
    solid.box(handle, (end, length, 1.2 * thick), (0, -0.08 - length / 2, 0), taper=(0.08 / end, 1))


def knife(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a kitchen knife, from a slim blade with a point to a cleaver."""
    u = rng.uniform
    length, width, handle = u(0.8, 1.4), u(0.16, 0.32), u(0.5, 0.85)
    if rng.random() < 0.2:
        width, tip = u(0.4, 0.55), [(1, 0.97), (0.95, 1)]
    else:
        tip = [(1, u(0.5, 0.75)), (0.75, 0.88), (u(0, 0.3), 1)]
    outline = np.array([(0, 0), (0.9, 0), (1, 0.06), *tip, (0, u(0.75, 0.95))]) * [width, length]
    solid.panel(metal(rng) + 0.12, outline, 0.04)
    grip = any_of(rng, wood, dark, paint)
    solid.box(metal(rng), (0.7 * min(width, 0.25), 0.07, 0.1), (0.5 * min(width, 0.25), 0, 0))
    at = (0.45 * min(width, 0.25), -handle / 2, 0)
    solid.box(grip, (u(0.13, 0.2), handle, 0.1), at, rotation("z", u(-5, 5)), taper=(u(0.65, 1), 1))


def pan(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a frying pan or a pot with one handle towards +x."""
    u = rng.uniform
    colour = any_of(rng, dark, metal, paint)
    radius, height, length = u(0.45, 0.7), u(0.12, 0.3) if rng.random() < 0.7 else u(0.4, 0.6), u(0.6, 1.1)
    floor = radius * u(0.75, 0.95)
    solid.lathe(colour, [(0, 0), (floor, 0), (radius, height)])
    inside = any_of(rng, dark, metal)
    solid.lathe(inside, [(radius, height), (0.95 * radius, height), (0.94 * floor, 0.05), (0, 0.05)])
    grip = any_of(rng, dark, wood, paint)
    tilt = rotation("z", u(0, 22))
    handle = Builder()
    handle.box(colour, (0.3 * length, 0.05, 0.08), (0.15 * length, 0, 0))
    handle.box(grip, (0.14, 0.8 * length, 0.07), (0.6 * length, 0, 0), rotation("z", 90), taper=(0.7, 1))
    solid.include(handle, (0.96 * radius, 0.9 * height, 0), tilt)


def teapot(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a teapot, round or conical, with spout towards +x, handle and lid."""
    u = rng.uniform
    colour = any_of(rng, paint, pale, metal)
    trim = colour if rng.random() < 0.6 else paint(rng)
    radius, height = u(0.5, 0.65), u(0.38, 0.6)
    if rng.random() < 0.7:
        solid.ellipsoid(colour, (radius, height, radius), sides=24)
    else:
        solid.cylinder(colour, radius, 1.7 * height, top=0.65 * radius)
    solid.lathe(trim, [(0.5 * radius, 0.78 * height), (0.32 * radius, 1.04 * height), (0, 1.1 * height)])
    solid.ellipsoid(trim, u(0.07, 0.11), (0, 1.18 * height, 0), sides=12)
    solid.cylinder(trim, 0.6 * radius, 0.1, (0, -0.95 * height, 0))
    spout = [(0.6 * radius, -0.3 * height, 0), (1.1 * radius, -0.05, 0), (1.3 * radius, 0.4 * height, 0)]
    spout.append((u(1.45, 1.7) * radius, u(0.7, 1) * height, 0))
    solid.tube(colour, spout, [0.15, 0.12, 0.08, 0.055], sides=10)
    if rng.random() < 0.75:
        size = u(0.25, 0.42), u(0.5, 0.7) * height
        solid.ring(trim, size, 0.05, (-0.88 * radius, 0, 0), arc=(90, 270), steps=12)
    else:
        solid.ring(trim, (0.8 * radius, u(0.9, 1.2) * height), 0.04, (0, 0.6 * height, 0), arc=(0, 180))
