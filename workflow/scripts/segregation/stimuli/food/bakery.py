"""Bread, pastry, cheese and chicken; each function draws one exemplar that lies on y = 0 or stands there."""

import numpy as np

from segregation.stimuli.food.ingredients import (
    BAKED,
    BROWN,
    CREAM,
    FLAT,
    ORANGE,
    RED,
    YELLOW,
    any_turns,
    copies,
    headings,
    plate,
    sector,
    shades,
    tone,
)
from segregation.stimuli.materials import any_of, pale, wood
from segregation.stimuli.solids import Builder, rotation


def _scored_loaf(solid: Builder, rng: np.random.Generator, crust: np.ndarray, crumb: np.ndarray) -> float:
    """Add a loaf, round to long as a baguette along x, with gashes; return its half length."""
    u = rng.uniform
    half, broad, tall, slant = u(0.7, 1.3), u(0.35, 0.6), u(0.3, 0.45), rotation("y", u(15, 60))
    solid.ellipsoid(crust, (half, tall, broad), (0, 0.6 * tall, 0), sides=24)
    for x in np.linspace(-0.6, 0.6, rng.integers(2, 6)):
        rise = np.sqrt(1 - x**2)
        at = (x * half, (0.6 + 0.94 * rise) * tall, 0)
        solid.ellipsoid(0.8 * crumb, (0.05, 0.05, 0.65 * broad * rise), at, slant, sides=10)
    return half


def _tin_loaf(solid: Builder, rng: np.random.Generator, crust: np.ndarray, crumb: np.ndarray) -> float:
    """Add a loaf as baked in a tin, along x, with up to three slices off its end; return its half length."""
    u = rng.uniform
    half, broad, tall, side = u(0.5, 0.9), u(0.36, 0.45), u(0.5, 0.65), rotation("y", 90)
    dome = np.deg2rad(np.linspace(-20, 200, 12))
    top = np.stack([1.08 * broad * np.cos(dome), tall + u(0.15, 0.3) * np.sin(dome)], axis=1)
    outline = np.concatenate([[(-0.9 * broad, 0), (0.9 * broad, 0)], top])
    inner = 0.9 * outline + [0, 0.05 * tall]
    solid.panel(crust, outline, 2 * half, turn=side)
    solid.panel(crumb, inner, 2 * half + 0.02, turn=side)
    for i in range(rng.integers(0, 4)):
        lean = rotation("z", -u(10, 25) - 14 * i) @ side
        solid.panel(crust, outline, 0.12, (half + 0.2 + 0.22 * i, 0, 0), lean)
        solid.panel(crumb, inner, 0.14, (half + 0.2 + 0.22 * i, 0, 0), lean)
    return half


def bread(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a scored loaf, or a tin loaf with or without slices; at times on a board."""
    loaf = _scored_loaf if rng.random() < 0.5 else _tin_loaf
    half = loaf(solid, rng, tone(rng, BAKED[:2] + BROWN[:1]), tone(rng, CREAM))
    if rng.random() < 0.3:
        solid.box(wood(rng), (2.6 * half, 0.08, rng.uniform(1.1, 1.5)), (0, -0.04, 0))


def croissant(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a croissant, straight to strongly bent, of five to nine overlapping turns of pastry."""
    u = rng.uniform
    dough, count, bend, thick = tone(rng, BAKED + ORANGE[1:]), 2 * rng.integers(2, 5) + 1, u(40, 100), u(0.36, 0.5)
    wide = 1.0 if bend > 70 else 1.2
    for i, t in enumerate(np.linspace(-1, 1, count)):
        angle, size = np.deg2rad(bend * t), thick * (1 - 0.65 * abs(t) ** 1.6)
        at = wide * np.array([np.sin(angle), 0.55 * size, np.cos(angle) - 1])
        radii = (1.7 * np.deg2rad(bend) * wide / count + 0.04, 0.85 * size + 0.02, size + 0.03)
        solid.ellipsoid(dough * (0.85 if i % 2 else 1.1), radii, at, rotation("y", np.rad2deg(angle)), sides=12)
    if rng.random() < 0.35:
        plate(solid, rng, 1.1)


def pretzel(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a pretzel, its front towards +z, slim to thick, mostly with grains of salt or sugar."""
    u = rng.uniform
    dough, thick, wide = tone(rng, BAKED + BROWN), u(0.1, 0.16), u(0.9, 1.15)
    arm = [(-0.42, -0.62), (-0.2, -0.25), (0.04, 0), (0.12, 0.2), (0.32, 0.5), (0.62, 0.62), (0.9, 0.4)]
    half = np.array([*arm, (0.95, 0), (0.75, -0.4), (0.42, -0.65), (0, -0.72)]) * [wide, 1]
    corners = np.concatenate([half, half[-2::-1] * [-1, 1]])
    inner = np.stack([corners[:-1] * 3 + corners[1:], corners[:-1] + corners[1:] * 3], axis=1).reshape(-1, 2) / 4
    way = np.concatenate([corners[:1], inner, corners[-1:]])
    lift = 0.1 * np.sin(np.linspace(0, 2 * np.pi, len(way)))
    radius = thick * (1 + 0.35 * np.cos(np.linspace(-np.pi, np.pi, len(way))))
    solid.tube(dough, np.concatenate([way, lift[:, None]], axis=1), radius, sides=8)
    if rng.random() < 0.75:
        grain, spots = Builder(), rng.integers(4, len(way) - 4, 26)
        grain.box(pale(rng) + 0.2, u(0.05, 0.08))
        front = (lift + 0.95 * radius)[spots, None]
        at = np.concatenate([way[spots] + u(-0.5, 0.5, (26, 2)) * thick, front], axis=1)
        copies(solid, grain, at, any_turns(rng, 26))


def cheese(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a wedge or a cut wheel of cheese, mostly with rind and with holes or mould, at times on a board."""
    u = rng.uniform
    paste = tone(rng, YELLOW + CREAM[1:] + ORANGE[1:])
    rind = tone(rng, RED + BROWN[:1] + BAKED + CREAM[:1]) if rng.random() < 0.7 else paste
    span, thick = rng.choice([u(28, 70), u(28, 70), u(200, 320)]), u(0.25, 0.6)
    start = 90 - span / 2 if span < 90 else u(0, 360)
    solid.panel(paste, sector(span, 1, start, 16), thick, (0, 0, 0), FLAT)
    edge = thick / 2 + 0.01
    solid.lathe(rind, [(1.02, -edge), (1.02, edge)], sides=16, arc=(-start - span, -start))
    if rng.random() < 0.35:
        solid.panel(rind, sector(span, 1, start, 16), 0.02, (0, edge, 0), FLAT)
    hole, count = Builder(), rng.integers(5, 10)
    colour = 0.45 * paste if rng.random() < 0.75 else np.array([0.1, 0.16, 0.2])
    hole.ellipsoid(colour, (0.1, 0.1, 0.012), sides=8)
    if rng.random() < 0.9:
        for angle in (start, start + span):
            cut = rotation("y", angle)
            at = np.stack([u(0.15, 0.9, count), u(-0.4, 0.4, count) * thick, np.zeros(count)], axis=1)
            copies(solid, hole, at @ cut.T, cut, u(0.3, 0.9, count) * min(1, 2 * thick))
        angle, out = np.deg2rad(u(start + 6, start + span - 6, count)), u(0.4, 0.9, count)
        at = np.stack([out * np.cos(angle), np.full(count, edge), -out * np.sin(angle)], axis=1)
        copies(solid, hole, at, FLAT, u(0.3, 0.9, count))
    if rng.random() < 0.3:
        radius, back = (1.15, 0) if span > 90 else (0.75, -0.45)
        solid.cylinder(any_of(rng, wood, pale), radius, 0.06, (0, -thick / 2 - 0.03, back))


def drumstick(solid: Builder, rng: np.random.Generator) -> None:
    """Draw one or two legs of chicken, smooth or with a crumbed coat: a drop of meat on a bone along y."""
    u = rng.uniform
    skin, bone = tone(rng, BAKED + BROWN[:1] + ORANGE[1:]), tone(rng, CREAM[:1])
    t, crumbed = np.linspace(0, 1, 11), rng.random() < 0.4
    for i in range(rng.choice([1, 1, 2])):
        piece, reach = Builder(), u(1.5, 1.75)
        thick = u(0.38, 0.52) * np.abs(np.sin(np.pi * t ** u(0.55, 0.75))) ** 0.8 + 0.1 * t * (1 - t)
        thick[[0, -1]] = 0
        piece.lathe(skin, np.stack([thick, 1.3 * t], axis=1), sides=18, scale=(1, 1, u(0.75, 1)))
        piece.cylinder(bone, 0.08, reach - 1, (0, (reach + 1) / 2, 0), sides=10)
        for side in (-1, 1):
            piece.ellipsoid(bone, (0.11, 0.12, 0.1), (0.08 * side, reach, 0), sides=8)
        if crumbed:
            crumb, spots = Builder(), rng.integers(2, 8, 24)
            crumb.ellipsoid(skin, 0.09, sides=6)
            out = np.stack([thick[spots], 1.3 * t[spots], np.zeros(24)], axis=1)
            at = np.einsum("kij,kj->ki", headings(u(0, 360, 24)), out)
            copies(piece, crumb, at, brightness=shades(rng, 24, 0.15))
        solid.include(piece, (0.85 * i, 0.1 * i, 0.15 * i), rotation("z", i * u(-25, 25)))
