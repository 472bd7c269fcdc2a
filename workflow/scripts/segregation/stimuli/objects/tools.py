"""Tools and household implements; each function draws one exemplar, long ones along y, flat ones in the xy-plane."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, metal, paint, wood
from segregation.stimuli.solids import TO_FRONT, TO_SIDE, Builder, rotation


def hammer(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a claw hammer, a mallet or a sledgehammer."""
    u = rng.uniform
    length, grip, width = u(1.1, 2), u(0.05, 0.09), u(0.3, 0.5)
    shaft = any_of(rng, wood, wood, paint, dark)
    solid.tube(shaft, [(0, -length, 0), (0, -0.5 * length, 0), (0, 0, 0)], [1.3 * grip, grip, grip], sides=10)
    kind = rng.integers(3)
    head = any_of(rng, wood, paint) if kind == 1 else any_of(rng, metal, metal, dark)
    if kind == 0:
        face = u(0.11, 0.18)
        solid.cylinder(head, face, width, (width / 2, 0, 0), TO_SIDE, top=1.15 * face)
        claw = np.array([(0, 0.4), (-0.6, 0.3), (-1.2, -0.3), (-0.5, -0.2), (0, -0.4)]) * width
        solid.panel(head, claw, u(0.12, 0.2))
    elif kind == 1:
        solid.cylinder(head, u(0.2, 0.32), 2.2 * width, turn=TO_SIDE)
    else:
        solid.box(head, (2 * width, u(0.25, 0.4), u(0.25, 0.35)))


def axe(solid: Builder, rng: np.random.Generator) -> None:
    """Draw an axe with a single or a double blade."""
    u = rng.uniform
    length, bend, grip = u(1.3, 2.1), u(-0.12, 0.12), u(0.05, 0.08)
    way = [(0, 0.25, 0), (0, -0.3 * length, 0), (bend, -0.75 * length, 0), (0, 0.25 - length, 0)]
    solid.tube(any_of(rng, wood, wood, paint, dark), way, [grip, grip, grip, 1.4 * grip], sides=10)
    reach, half = u(0.4, 0.65), u(0.3, 0.5)
    curve = np.linspace(-1, 1, 7)
    blade = [(reach * (1.15 - 0.2 * c * c), half * c - 0.05) for c in curve]
    outline = [(-0.1, 0.13), (-0.1, -0.13), (0.2 * reach, -0.12), *blade, (0.2 * reach, 0.12)]
    head = any_of(rng, metal, metal, dark, paint)
    solid.panel(head, outline, 0.14)
    edge = [(1.12 * x, y) for x, y in blade] + [(0.85 * x, 0.97 * y) for x, y in blade[::-1]]
    solid.panel(metal(rng) + 0.15, edge, 0.05)
    if rng.random() < 0.25:
        solid.panel(head, np.multiply(outline, (-1, 1)), 0.12)


def saw(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a hand saw, its blade along +x with teeth below."""
    u = rng.uniform
    length, heel, toe, teeth = u(1.3, 2), u(0.35, 0.6), u(0.1, 0.3), rng.integers(9, 16)
    steel = metal(rng) + 0.1
    solid.panel(steel, [(0, 0), (length, 0), (length, toe), (0, heel)], 0.04)
    pitch = length / teeth
    for i in range(teeth):
        tooth = [((i + 0.1) * pitch, 0.01), ((i + 0.9) * pitch, 0.01), ((i + 0.5) * pitch, -0.9 * pitch)]
        solid.panel(steel, tooth, 0.04)
    grip = any_of(rng, wood, wood, paint, dark)
    size = u(0.2, 0.3), heel * u(0.55, 0.75)
    solid.ring(grip, size, u(0.07, 0.11), (-0.6 * size[0], heel / 2, 0), rotation("z", u(-25, 10)), steps=16)


def scissors(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a pair of scissors, open by some angle."""
    u = rng.uniform
    handle = any_of(rng, paint, paint, dark, metal)
    half_angle, length, width = u(5, 26), u(0.8, 1.3), u(0.12, 0.2)
    loop, thick = u(0.18, 0.28), u(0.045, 0.075)
    steel, ratio = metal(rng) + 0.1, u(1, 1.5)
    for side in (-1, 1):
        arm = Builder()
        inner, outer = -side * 0.4 * width, side * 0.6 * width
        blade = [(inner, -0.1), (outer, -0.1), (outer, 0.5 * length), (inner, length)]
        arm.panel(steel, blade, 0.04, (0, 0, 0.02 * side))
        bow = -0.42 - ratio * loop
        arm.tube(handle, [(0, -0.05, 0), (-0.02 * side, -0.46, 0)], thick)
        arm.ring(handle, (loop, ratio * loop), thick, (-side * 0.35 * loop, bow, 0), steps=16)
        solid.include(arm, turn=rotation("z", side * half_angle))
    solid.cylinder(metal(rng), 0.05, 0.14, turn=TO_FRONT, sides=12)


def key(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a key: an old one with a round shaft and a ring, or a flat one with a notched blade."""
    u = rng.uniform
    colour = any_of(rng, metal, metal, metal, paint)
    radius, length, ratio = u(0.24, 0.42), u(0.8, 1.4), u(0.7, 1.25)
    if rng.random() < 0.6:
        solid.ring(colour, (radius, ratio * radius), u(0.05, 0.1), (0, ratio * radius, 0))
        solid.cylinder(colour, u(0.05, 0.09), length, (0, -length / 2, 0), sides=12)
        for i in range(rng.integers(2, 4)):
            reach = u(0.2, 0.4)
            solid.box(colour, (reach, 0.1, 0.08), (reach / 2, 0.1 - length + 0.18 * i, 0))
        return
    head = any_of(rng, dark, paint) if rng.random() < 0.4 else colour
    solid.ring(head, (0.75 * radius, 0.75 * ratio * radius), 0.3 * radius, (0, ratio * radius, 0))
    solid.box(colour, (0.2, length, 0.05), (0, -length / 2, 0))
    for y in np.arange(0.1, 0.8 * length, 0.14):
        solid.box(colour, (0.12, 0.13, 0.045), (0.1, y - length, 0), taper=(u(0, 1.2), 1))


def ladder(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a ladder, its rails parallel or converging, or a stepladder of two wings."""
    u = rng.uniform
    colour = any_of(rng, wood, metal, paint)
    low, high, length, thick, rungs = u(0.5, 0.9), u(0.4, 0.55), u(1.5, 2.3), u(0.05, 0.1), rng.integers(4, 10)
    wing, rear = Builder(), Builder()
    for x in (-1, 1):
        rail = [(x * low / 2, -length, 0), (x * high / 2, 0, 0)]
        wing.tube(colour, rail, thick, sides=6)
        rear.tube(colour, rail, 0.7 * thick, sides=6)
    tread = colour if rng.random() < 0.7 else paint(rng)
    for i in range(rungs):
        share = (i + 0.5) / rungs
        size = (low + (high - low) * share, 0.9 * thick, u(0.9, 1.2) * thick)
        wing.box(tread, size, (0, (share - 1) * length, 0))
    rear.box(colour, (low, thick, thick), (0, -0.8 * length, 0))
    open_angle = u(12, 22) if rng.random() < 0.35 else 0
    solid.include(wing, turn=rotation("x", -open_angle))
    if open_angle:
        solid.include(rear, turn=rotation("x", open_angle))
