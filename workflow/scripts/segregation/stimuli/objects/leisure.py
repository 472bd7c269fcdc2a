"""Things of leisure and clothing; each function draws one exemplar, its front towards +z."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, metal, paint, pale, wood
from segregation.stimuli.solids import TO_FRONT, TO_SIDE, Builder, rotation


def guitar(solid: Builder, rng: np.random.Generator) -> None:
    """Draw an acoustic guitar or a flatter electric one with horns, its neck along +y."""
    u = rng.uniform
    colour = any_of(rng, wood, wood, paint)
    low, high, length = u(0.4, 0.56), u(0.28, 0.42), u(0.85, 1.25)
    electric = rng.random() < 0.3
    thick = u(0.1, 0.15) if electric else u(0.16, 0.3)
    solid.cylinder(colour, low, thick, (0, -0.5, 0), TO_FRONT)
    solid.box(colour, (1.3 * high, 0.5, thick), (0, -0.25, 0))
    if electric:
        for side, reach in ((-1, u(0.5, 0.8)), (1, u(0.35, 0.6))):
            horn = np.array([(0.05, -0.5), (0.75 * low, -0.4), (0.8 * high, reach - 0.35), (0.4 * high, reach - 0.4)])
            solid.panel(colour, horn * [side, 1], thick)
        for y in (-0.2, -0.4):
            solid.box(dark(rng), (0.28, 0.08, 0.04), (0, y, thick / 2))
    else:
        solid.cylinder(colour, high, thick, (0, 0.05, 0), TO_FRONT)
        solid.cylinder(dark(rng), u(0.12, 0.17), 1.04 * thick, (0, -0.15, 0), TO_FRONT, sides=18)
    neck = 0.6 * wood(rng)
    solid.box(neck, (0.12, length + 0.3, 0.08), (0, 0.05 + length / 2, thick / 2))
    solid.box(any_of(rng, wood, dark), (u(0.16, 0.24), 0.28, 0.07), (0, 0.3 + length, thick / 2), taper=(u(0.7, 1.3), 1))
    for y in (0.24, 0.36):
        solid.tube(metal(rng), [(-0.17, y + length, thick / 2), (0.17, y + length, thick / 2)], 0.03, sides=5)
    solid.box(dark(rng), (0.32, 0.06, 0.06), (0, -0.65, thick / 2 + 0.02))
    for x in (-0.03, 0, 0.03):
        solid.box(pale(rng), (0.012, length + 0.9, 0.01), (x, length / 2 - 0.2, thick / 2 + 0.06))


def drum(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a drum with hoops and laced ropes or upright rods, at times with two sticks."""
    u = rng.uniform
    shell, hoop, skin = any_of(rng, paint, wood), any_of(rng, paint, metal, wood), any_of(rng, pale, pale, wood)
    radius, height, waist = u(0.45, 0.75), u(0.4, 1.1), u(0.8, 1.1)
    rim, half = 1.05 * radius, height / 2
    solid.lathe(shell, [(0, -half), (radius, -half), (waist * radius, 0), (radius, half)])
    for y in (-half, half):
        solid.cylinder(hoop, rim, 0.11, (0, y, 0))
        solid.cylinder(skin, 0.96 * radius, 0.13, (0, y, 0))
    laced, count = rng.random() < 0.6, rng.integers(5, 10)
    for i in range(count):
        angle = 2 * np.pi * (i + np.array([0, 0.5, 1])) / count
        x, z = rim * np.cos(angle), rim * np.sin(angle)
        way = [(x[0], half, z[0]), (x[1], -half, z[1]), (x[2], half, z[2])]
        for end in way[1:] if laced else ():
            start = way[0] if end is way[1] else way[1]
            solid.tube(hoop, [start, end], 0.022, sides=5)
        if not laced:
            solid.tube(hoop, [way[0], (x[0], -half, z[0])], 0.03, sides=5)
    if rng.random() < 0.4:
        stick = wood(rng)
        for side in (-1, 1):
            start, end = (side * 0.15, half + 0.12, u(-0.3, 0.1)), (side * u(0.5, 0.9), half + u(0.12, 0.4), 0.6)
            solid.tube(stick, [start, end], 0.03, sides=6)
            solid.ellipsoid(stick, 0.06, start, sides=8)


def dumbbell(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a dumbbell with spheres, discs or hexagonal heads along x."""
    u = rng.uniform
    colour, bar = any_of(rng, dark, metal, paint), any_of(rng, metal, dark)
    length, radius, discs = u(0.7, 1.5), u(0.26, 0.5), rng.integers(1, 4)
    kind, thick = rng.integers(3), u(0.1, 0.2)
    solid.cylinder(bar, u(0.06, 0.1), length + (0.6 if kind == 1 else 0.1), turn=TO_SIDE, sides=12)
    for side in (-1, 1):
        x = side * length / 2
        if kind == 0:
            solid.ellipsoid(colour, radius, (x, 0, 0))
        elif kind == 1:
            for i in range(discs):
                at = (x + side * (thick + 0.02) * i, 0, 0)
                solid.cylinder(colour, radius * (1 - 0.2 * i), thick, at, TO_SIDE)
        else:
            solid.cylinder(colour, radius, 2.2 * thick, (x, 0, 0), TO_SIDE, top=0.85 * radius, sides=6)


def umbrella(solid: Builder, rng: np.random.Generator) -> None:
    """Draw an open umbrella with segments of one or two colours and a hooked or straight handle."""
    u = rng.uniform
    first = any_of(rng, paint, paint, dark)
    second = first if rng.random() < 0.35 else paint(rng)
    count, radius, height = rng.integers(6, 11), u(0.75, 1.1), u(0.3, 0.65)
    curve = np.array([(1, 0), (0.9, u(0.2, 0.35)), (0.55, u(0.68, 0.8)), (0, 1)]) * [radius, height]
    for i in range(count):
        part = (360 * i / count, 360 * (i + 1) / count)
        solid.lathe(second if i % 2 else first, curve, sides=1, arc=part)
    length, hook = u(0.7, 1.3), u(0.1, 0.16)
    solid.tube(any_of(rng, metal, dark), [(0, -length, 0), (0, height + 0.12, 0)], 0.035)
    grip = any_of(rng, wood, dark, paint)
    if rng.random() < 0.75:
        solid.ring(grip, hook, 0.05, (hook, -length, 0), arc=(180, 370), steps=9)
    else:
        solid.cylinder(grip, 0.07, 0.35, (0, -length, 0), sides=12)


def hat(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a hat: bowler, top hat, boater or sun hat by its proportions, or a peaked cap."""
    u = rng.uniform
    colour, band = any_of(rng, paint, paint, dark, wood), any_of(rng, paint, dark)
    radius, height = u(0.4, 0.55), u(0.3, 1)
    oval = (1, 1, u(1, 1.25))
    if rng.random() < 0.2:
        angle = np.linspace(0, np.pi / 2, 7)
        crown = np.stack([radius * np.cos(angle), (0.3 + 0.3 * height) * np.sin(angle)], axis=1)
        crown[-1, 0] = 0
        solid.lathe(colour, crown, scale=oval)
        solid.ellipsoid(colour, 0.06, (0, crown[-1, 1], 0), sides=8)
        peak = [(0.9 * radius * np.cos(a), u(0.4, 0.6) * np.sin(a)) for a in np.linspace(0, np.pi, 9)]
        solid.panel(band, peak, 0.05, (0, 0.03, 0.85 * radius), rotation("x", 90 + u(5, 20)))
        return
    brim, top, droop = u(0.7, 1.15), u(0.65, 1.05), u(-0.12, 0.12)
    rim = [(0.9 * radius, 0), (brim, droop - 0.02), (brim, droop + 0.02), (radius, 0.05)]
    crown = [(top * radius, height), (0.8 * top * radius, 1.06 * height), (0, u(0.9, 1.1) * height)]
    solid.lathe(colour, [*rim, *crown], scale=oval, sides=28)
    wide = 1.02 * np.interp([0.05, 0.3 * height], [0.05, height], [radius, top * radius])
    if rng.random() < 0.8:
        solid.lathe(band, [(wide[0], 0.05), (wide[1], 0.3 * height)], scale=oval, sides=28)


def glasses(solid: Builder, rng: np.random.Generator) -> None:
    """Draw spectacles or sunglasses with round, oval or angular rims."""
    u = rng.uniform
    frame, thick = any_of(rng, paint, dark, metal), u(0.03, 0.07)
    size, gap, length = (u(0.3, 0.42), u(0.2, 0.38)), u(0.12, 0.22), u(0.8, 1.3)
    angular, lens = rng.random() < 0.4, dark(rng) if rng.random() < 0.5 else pale(rng)
    for side in (-1, 1):
        x = side * (size[0] + gap / 2)
        if angular:
            slant = u(0.75, 1)
            corners = np.array([(-slant, -1), (slant, -1), (1, 1), (-1, 1)]) * size
            solid.tube(frame, np.insert(np.add(corners, (x, 0)), 2, 0, axis=1), thick, closed=True)
            solid.panel(lens, 0.97 * corners, 0.02, (x, 0, 0))
        else:
            solid.ring(frame, size, thick, (x, 0, 0))
            angle = np.linspace(0, 2 * np.pi, 20, endpoint=False)
            solid.panel(lens, np.stack([np.cos(angle), np.sin(angle)], axis=1) * size, 0.02, (x, 0, 0))
        edge = side * (2 * size[0] + gap / 2)
        temple = [(edge, 0.5 * size[1], 0), (edge, 0.5 * size[1], -0.75 * length), (edge, -0.2, -length)]
        solid.tube(frame, temple, 0.8 * thick, sides=6)
    rise = u(0.05, 0.4) * size[1]
    solid.tube(frame, [(-gap / 2, rise, 0), (0, rise + 0.05, 0.02), (gap / 2, rise, 0)], thick, sides=6)
