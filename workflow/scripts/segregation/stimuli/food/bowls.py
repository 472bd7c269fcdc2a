"""Meals in bowls and deep plates; each function draws one serving whose rim lies at y = 0."""

import numpy as np

from segregation.stimuli.food.ingredients import (
    BAKED,
    BROWN,
    CREAM,
    FLAT,
    GREEN,
    ORANGE,
    PURPLE,
    RED,
    SALAD,
    YELLOW,
    any_turns,
    around,
    blob,
    bowl,
    copies,
    heap,
    plate,
    shades,
    tone,
)
from segregation.stimuli.materials import any_of, metal, pale, wood
from segregation.stimuli.solids import Builder, rotation


def spaghetti(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a tangle of noodles on a plate or in a bowl, with sauce, and with meatballs, leaves or nothing on it."""
    u = rng.uniform
    noodle, sauce = tone(rng, YELLOW + CREAM[1:]), tone(rng, 2 * RED + GREEN[:1] + CREAM + BROWN)
    high = u(0.25, 0.5)
    solid.ellipsoid(0.75 * noodle, (0.75, 0.85 * high, 0.75), sides=14)
    for _ in range(5):
        strand, angle = Builder(), u(0, 2 * np.pi) + np.linspace(0, u(2.2, 4.5), 9)
        out = u(0.35, 0.85) * (1 + 0.2 * np.sin(3 * angle + u(0, 6)))
        height = high * (1 - (out / 1.1) ** 2) + 0.05 * np.sin(4 * angle) + 0.06
        way = np.stack([out * np.cos(angle) + u(-0.12, 0.12), height, out * np.sin(angle) + u(-0.12, 0.12)], axis=1)
        strand.tube(noodle, way, u(0.035, 0.055), sides=4)
        copies(solid, strand, np.zeros((5, 3)), around(5), brightness=shades(rng, 5))
    if rng.random() < 0.85:
        solid.panel(sauce, blob(rng, u(0.3, 0.55), 0.15), 0.1, (0, high + 0.04, 0), FLAT)
        solid.ellipsoid(sauce, (0.3, 0.12, 0.3), (0, high + 0.04, 0), sides=12)
    topping, count = Builder(), rng.integers(3, 7)
    if rng.random() < 0.5:
        topping.ellipsoid(tone(rng, BROWN), u(0.1, 0.15), sides=8)
    else:
        topping.ellipsoid(tone(rng, GREEN), (0.09, 0.03, 0.16), sides=8)
    if rng.random() < 0.65:
        copies(solid, topping, heap(rng, count, 0.5, 0.1, high + 0.08), any_turns(rng, count, 30))
    if rng.random() < 0.7:
        plate(solid, rng, 0.95)
    else:
        bowl(solid, rng, 1.0, u(0.3, 0.5))


def soup(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a deep bowl of soup, clear or thick, with pieces in it or a swirl of cream, at times with a spoon."""
    u = rng.uniform
    broth = tone(rng, RED + ORANGE + GREEN[1:2] + YELLOW + BROWN[:1] + CREAM[1:])
    depth, level = u(0.5, 0.85), -u(0.08, 0.2)
    bowl(solid, rng, 1, depth)
    solid.lathe(broth, [(1, level), (0, level)])
    for _ in range(rng.integers(0, 3)):
        piece, count, colour = Builder(), rng.integers(4, 12), tone(rng, GREEN + ORANGE + BAKED + RED[:1] + CREAM)
        if rng.random() < 0.5:
            piece.box(colour, u(0.08, 0.2, 3))
        else:
            piece.cylinder(colour, u(0.06, 0.12), 0.05, sides=8)
        copies(solid, piece, heap(rng, count, 0.7, 0, level + 0.01), any_turns(rng, count, 25))
    if rng.random() < 0.4:
        angle = np.linspace(0, u(6, 11), 22)
        reach = u(0.3, 0.6) * angle / angle[-1]
        way = np.stack([reach * np.cos(angle), np.full(22, level), reach * np.sin(angle)], axis=1)
        solid.tube(tone(rng, CREAM), way, 0.04, sides=5)
    if rng.random() < 0.45:
        side = rotation("y", u(0, 360))
        way = np.array([(0.2, -0.25, 0), (0.9, 0.12, 0), (1.6, 0.55, 0)]) @ side.T
        solid.tube(any_of(rng, metal, wood), way, [0.05, 0.04, 0.06], sides=6)
    if rng.random() < 0.3:
        solid.lathe(any_of(rng, pale, wood), [(0, 0), (1.0, 0), (1.35, 0.12)], (0, -1.15 * depth, 0))


def _ingredient(rng: np.random.Generator) -> Builder:
    """Build a piece that is mixed into a salad: tomato, cucumber, onion, cheese or egg."""
    piece, kind = Builder(), rng.integers(5)
    if kind == 0:
        piece.ellipsoid(tone(rng, RED), 0.13, sides=8)
    elif kind == 1:
        piece.cylinder(tone(rng, GREEN), 0.17, 0.04, sides=10)
        piece.cylinder(tone(rng, GREEN[1:2]) + 0.3, 0.14, 0.05, sides=10)
    elif kind == 2:
        piece.lathe(
            tone(rng, CREAM + PURPLE + BROWN[1:]), [(0.18, -0.03), (0.18, 0.03), (0.1, 0.03), (0.1, -0.03)], sides=10
        )
    elif kind == 3:
        piece.box(tone(rng, CREAM + YELLOW), 0.17)
    else:
        piece.cylinder(tone(rng, CREAM[:1]), 0.18, 0.05, sides=10)
        piece.cylinder(tone(rng, YELLOW), 0.1, 0.07, sides=8)
    return piece


def salad(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a bowl heaped with leaves of two kinds and one to three other ingredients."""
    u = rng.uniform
    for _ in range(2):
        leaf, count = Builder(), rng.integers(12, 18)
        profile = [(0, 0), (0.16, 0.02), (0.26, 0.1), (0.3, 0.06)]
        leaf.lathe(tone(rng, 2 * SALAD + PURPLE[1:]), profile, sides=7, scale=(0.8, 1, u(1, 1.7)))
        at, turns = heap(rng, count, 0.9, u(0.25, 0.4)), any_turns(rng, count, 75)
        copies(solid, leaf, at, turns, u(0.8, 1.3, count), shades(rng, count, 0.25))
    for _ in range(rng.integers(1, 4)):
        count = rng.integers(3, 9)
        copies(solid, _ingredient(rng), heap(rng, count, 0.75, u(0.25, 0.35), 0.14), any_turns(rng, count, 30))
    bowl(solid, rng, 1, u(0.45, 0.8))
