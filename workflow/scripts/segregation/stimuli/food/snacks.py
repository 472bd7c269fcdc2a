"""What is eaten by hand; each function draws one exemplar that lies or stands as it is served."""

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
    SALAD,
    YELLOW,
    any_turns,
    blob,
    copies,
    heap,
    plate,
    sector,
    shades,
    tone,
)
from segregation.stimuli.materials import any_of, dark, paint, pale, wood
from segregation.stimuli.solids import Builder, rotation

FILLINGS = (SALAD, RED, YELLOW, PINK, CREAM)


def _pick(solid: Builder, rng: np.random.Generator, at: tuple[float, float, float]) -> None:
    """Stick a pick with a bead or an olive into a point."""
    x, y, z = at
    tall = rng.uniform(0.2, 0.4)
    solid.box(wood(rng), (0.04, 2 * tall, 0.04), at)
    solid.ellipsoid(any_of(rng, paint, dark), 0.08, (x, y + 0.6 * tall, z), sides=8)


def _topping(rng: np.random.Generator) -> Builder:
    """Build one kind of topping for a pizza, lying on y = 0: salami, olive, leaf, mushroom or pepper."""
    piece, size, kind = Builder(), rng.uniform(0.09, 0.15), rng.integers(5)
    if kind == 0:
        piece.cylinder(tone(rng, RED), 1.1 * size, 0.04, sides=10)
    elif kind == 1:
        piece.lathe(tone(rng, BROWN[1:] + GREEN[2:]), [(size, -0.03), (0.8 * size, 0.03), (0.4 * size, 0.03)], sides=8)
    elif kind == 2:
        piece.ellipsoid(tone(rng, GREEN), (1.3 * size, 0.03, 0.7 * size), sides=8)
    elif kind == 3:
        piece.box(tone(rng, CREAM), (1.6 * size, 0.04, 0.7 * size))
        piece.box(tone(rng, CREAM), (0.6 * size, 0.04, 1.6 * size), (0, 0, -0.5 * size))
    else:
        arc = (0, rng.uniform(120, 240))
        piece.lathe(tone(rng, GREEN + RED + YELLOW), [(1.2 * size, 0), (size, 0.04), (0.8 * size, 0)], sides=8, arc=arc)
    return piece


def pizza(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a pizza, whole, without some slices or a single slice, with one to three toppings, at times on a board."""
    u = rng.uniform
    crust, sauce, cheese = tone(rng, BAKED), tone(rng, RED), tone(rng, YELLOW + CREAM[1:] + ORANGE[1:])
    span = rng.choice([360, 360, u(220, 330), u(35, 60)])
    thick, rim, start = u(0.06, 0.12), u(0.05, 0.11), u(0, 360)
    for i, (colour, radius) in enumerate([(crust, 1), (sauce, 1 - rim), (cheese, 0.94 - rim)]):
        solid.panel(colour, sector(span, radius, start), thick, (0, 0.02 * i, 0), FLAT)
    solid.ring(crust * u(0.7, 1.1), 1 - rim / 2, rim, (0, 0.3 * thick, 0), FLAT, (start, start + span))
    for _ in range(rng.integers(1, 4)):
        count = max(int(rng.integers(6, 14) * span / 360), 2)
        angle, reach = np.deg2rad(start + span * (np.arange(count) + u(0.2, 0.8, count)) / count), u(0.25, 0.8, count)
        at = np.stack([reach * np.cos(angle), np.full(count, thick / 2 + 0.05), -reach * np.sin(angle)], axis=1)
        copies(solid, _topping(rng), at, any_turns(rng, count, 10), u(0.8, 1.2, count))
    if rng.random() < 0.4 and span > 60:
        solid.cylinder(any_of(rng, wood, pale, paint), u(1.05, 1.25), 0.04, (0, -thick / 2 - 0.03, 0), sides=32)


def _layer(rng: np.random.Generator, kind: str, broad: float) -> tuple[Builder, float]:
    """Build one layer of a burger of about that radius, from y = 0 up, and return it with its height."""
    piece, u = Builder(), rng.uniform
    if kind == "salad":
        height, frill = 0.07, 1 + 0.06 * (np.arange(30) % 2)[:, None]
        piece.panel(tone(rng, SALAD), 1.12 * frill * blob(rng, broad, 0.1, 30), height, (0, height / 2, 0), FLAT)
    elif kind == "cheese":
        height, side = 0.06, 1.75 * broad
        piece.box(tone(rng, YELLOW + ORANGE[1:]), (side, height, side), (0, height / 2, 0))
    elif kind == "tomato":
        height = 0.09
        piece.cylinder(tone(rng, RED), 0.98 * broad, height, (0, height / 2, 0), sides=20)
    else:
        height = u(0.16, 0.3)
        profile = [(0, 0), (0.95, 0), (1.03, 0.35), (1.03, 0.65), (0.95, 1), (0, 1)]
        piece.lathe(tone(rng, BROWN + BAKED[1:2]), np.array(profile) * [broad, height], sides=20)
    return piece, height


def burger(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a burger of two to five layers in a bun, with or without sesame, at times on a plate."""
    u = rng.uniform
    bun, broad, base, dome = tone(rng, BAKED), u(0.6, 0.75), u(0.14, 0.25), u(0.3, 0.5)
    solid.lathe(bun, [(0, 0), (0.9 * broad, 0), (broad, 0.4 * base), (0.98 * broad, base), (0, base)])
    others = rng.choice(["salad", "cheese", "tomato", "meat"], rng.integers(1, 5), p=(0.35, 0.3, 0.2, 0.15))
    top = base
    for kind in rng.permutation(["meat", *others]):
        layer, height = _layer(rng, kind, broad)
        solid.include(layer, (0, top, 0), rotation("y", u(0, 360)))
        top += height
    angle, lid = np.linspace(0, np.pi / 2, 8), Builder()
    cap = np.stack([broad * np.abs(np.cos(angle)) ** 0.8, 0.04 + dome * np.sin(angle)], axis=1)
    cap[-1, 0] = 0
    lid.lathe(bun, [(0, 0), (0.93 * broad, 0), *cap])
    if rng.random() < 0.6:
        seed, at = Builder(), heap(rng, 24, 0.8 * broad, 0)
        seed.ellipsoid(tone(rng, CREAM), (0.035, 0.025, 0.05), sides=4)
        at[:, 1] = 0.05 + dome * np.sqrt(1 - (at[:, 0] ** 2 + at[:, 2] ** 2) / broad**2)
        copies(lid, seed, at, any_turns(rng, 24, 10))
    solid.include(lid, (0, top, 0), rotation("z", u(-4, 4)))
    if rng.random() < 0.3:
        _pick(solid, rng, (0, top + dome, 0))
    if rng.random() < 0.35:
        plate(solid, rng, 1.15 * broad)


def hot_dog(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one sausage in a split bun or two side by side, mostly with a winding line of mustard or ketchup."""
    u = rng.uniform
    bun, sausage, sauce = tone(rng, BAKED), tone(rng, RED[1:] + BROWN[:1] + PINK + ORANGE[:1]), tone(rng, YELLOW + RED)
    half, thick, bend, waves, piece = u(0.75, 1), u(0.12, 0.17), u(0, 0.12), rng.integers(3, 8), Builder()
    for side in (-1, 1):
        piece.ellipsoid(bun, (half, u(0.2, 0.27), 0.22), (0, 0, 0.2 * side), rotation("x", -8 * side), sides=16)
    reach, t = half * u(0.95, 1.2), np.linspace(-1, 1, 7)
    way = np.stack([reach * t, 0.12 + thick / 2 + bend * t**2, 0 * t], axis=1)
    piece.tube(sausage, way, thick * np.array([0.75, 1, 1, 1, 1, 1, 0.75]), sides=10)
    for end in (way[0], way[-1]):
        piece.ellipsoid(sausage, 0.76 * thick, end, sides=10)
    if rng.random() < 0.85:
        s = np.linspace(-0.85, 0.85, 4 * waves + 1)
        line = [reach * s, 0.14 + 1.5 * thick + bend * s**2, 0.7 * thick * np.sin(np.pi * waves * s)]
        piece.tube(sauce, np.stack(line, axis=1), u(0.03, 0.05), sides=5)
    if rng.random() < 0.4:
        bit, side = Builder(), rng.choice([-1, 1], 14)
        bit.box(tone(rng, GREEN + CREAM + BROWN), 0.09)
        at = np.stack([u(-0.8, 0.8, 14) * half, np.full(14, 0.22), side * u(0.1, 0.2, 14)], axis=1)
        copies(piece, bit, at, any_turns(rng, 14))
    count = rng.choice([1, 1, 1, 2])
    for i in range(count):
        solid.include(piece, (u(-0.1, 0.1), 0, 0.8 * (i - (count - 1) / 2)), rotation("y", u(-8, 8)))
    if rng.random() < 0.3:
        plate(solid, rng, 0.6, 1.5)


def sandwich(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one or two halves of a sandwich, the cut towards +z: two or three slices of toast with fillings between them."""
    u = rng.uniform
    crust, crumb = tone(rng, BAKED + BROWN[:1]), tone(rng, CREAM + BAKED[2:])
    corners = [(-1, 0), (1, 0), (0, 1)] if rng.random() < 0.7 else [(-0.9, 0), (0.9, 0), (0.9, 0.8), (-0.9, 0.8)]
    outline, bread, top = np.array(corners, dtype=float), u(0.12, 0.2), 0.0
    middle, piece, slices = outline.mean(0), Builder(), rng.choice([2, 2, 3])
    inner = 0.9 * (outline - middle) + middle - [0, 0.07]  # stands out of the cut, and above and below the crust
    for i in range(slices):
        piece.panel(crust, outline, bread, (0, top + bread / 2, 0), FLAT)
        piece.panel(crumb, inner, bread + 0.02, (0, top + bread / 2, 0), FLAT)
        top += bread
        for kind in rng.integers(len(FILLINGS), size=rng.integers(2, 5) if i < slices - 1 else 0):
            thick, size = u(0.05, 0.12), u(0.98, 1.1)
            colour, shape = tone(rng, FILLINGS[kind]), size * (outline - middle) + middle
            piece.panel(colour, shape, thick, (0, top + thick / 2, 0), FLAT)
            top += thick
    if rng.random() < 0.4:
        _pick(piece, rng, (0, top, -0.3))
    solid.include(piece)
    if rng.random() < 0.4:
        at = (rng.choice([-1, 1]) * u(0.8, 1.2), 0, -u(0.7, 0.9))
        solid.include(piece, at, rotation("y", u(-30, 30)))
    if rng.random() < 0.3:
        plate(solid, rng, 1.0)


def taco(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one to three folded tortillas, their filling along the round edge."""
    u = rng.uniform
    shell, wide, piece = tone(rng, BAKED[::2] + YELLOW[:1]), u(8, 20), Builder()
    half = np.concatenate([sector(180)[1:], [(-0.9, -0.12), (-0.5, -0.2), (0.5, -0.2), (0.9, -0.12)]])
    for side in (-1, 1):
        piece.panel(shell * u(0.9, 1.1), half, 0.05, (0, 0, 0.16 * side), rotation("x", wide * side))
    piece.ellipsoid(shell, (0.8, 0.1, 0.12), (0, -0.17, 0), sides=12)
    for palette in (SALAD, RED, YELLOW, BROWN):
        bit, angle, reach = Builder(), np.deg2rad(u(8, 172, 8)), u(0.75, 1.04, 8)
        bit.box(tone(rng, palette), (u(0.15, 0.3), 0.12, u(0.1, 0.2)))
        at = np.stack([reach * np.cos(angle), reach * np.sin(angle), u(-0.2, 0.2, 8) * reach], axis=1)
        copies(piece, bit, at, any_turns(rng, 8))
    for i in range(rng.choice([1, 1, 2, 3])):
        solid.include(piece, (0, 0, 0.62 * i), rotation("y", 180 * (i % 2) + u(-6, 6)))


def fries(solid: Builder, rng: np.random.Generator) -> None:
    """Draw chips in a box with a raised back, in a cone of paper or in a cup."""
    u = rng.uniform
    chip, colour, trim = (
        tone(rng, YELLOW + BAKED[2:] + CREAM[1:]) * 1.2,
        any_of(rng, paint, paint, pale),
        any_of(rng, paint, pale),
    )
    tall, wide, flare = u(0.6, 1), u(0.4, 0.6), u(1.1, 1.5)
    mouth = wide * flare
    if rng.random() < 0.4:
        deep = 0.5 * mouth
        solid.box(colour, (2 * wide, tall, wide), (0, tall / 2, 0), taper=flare)
        back = np.array([(-1, 1), (1, 1), (0.85, 1.25), (-0.85, 1.25)]) * [mouth, tall]
        solid.panel(0.8 * colour, back, 0.04, (0, 0, -deep))
        slope = np.rad2deg(np.arctan2(deep - wide / 2, tall))
        solid.cylinder(trim, 0.5 * wide, 0.05, (0, 0.5 * tall, (deep + wide / 2) / 2), rotation("x", 90 + slope))
    else:
        deep, cone = 0.75 * mouth, rng.random() < 0.5
        foot, tall = (0.06 if cone else 0.75) * wide, tall * (1.5 if cone else 1)
        solid.lathe(colour, [(0, 0), (foot, 0), (mouth, tall)], sides=20)
        solid.lathe(trim, [(0.97 * mouth, 0.94 * tall), (1.03 * mouth, tall)], sides=20)
    stick, count = Builder(), rng.integers(16, 30)
    stick.box(chip, (0.11, u(0.7, 1), 0.11))
    at = u(-0.85, 0.85, (count, 3)) * [mouth, 0.3, deep] + [0, tall, 0]
    lean = np.stack([rotation("z", -25 * x / wide + u(-12, 12)) for x in at[:, 0]]) @ any_turns(rng, count, 12)
    copies(solid, stick, at, lean, brightness=shades(rng, count, 0.15))
