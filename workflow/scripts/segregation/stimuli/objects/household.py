"""Devices and small things of the household; each function draws one exemplar, its front towards +z."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, leaf, metal, paint, pale, wood
from segregation.stimuli.solids import TO_FRONT, Builder, rotation


def clock(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a round or square clock, at times an alarm clock with bells and feet."""
    u = rng.uniform
    case = any_of(rng, paint, wood, metal, dark)
    radius, thick = u(0.7, 0.95), u(0.12, 0.4)
    alarm = rng.random() < 0.25
    if alarm or rng.random() < 0.6:
        solid.cylinder(case, radius, thick, turn=TO_FRONT, sides=32)
    else:
        solid.box(case, (2 * radius, 2 * radius * u(0.95, 1.2), thick))
    light = rng.random() < 0.7
    face, ink = (any_of(rng, pale, paint) + 0.15, dark(rng)) if light else (dark(rng), pale(rng) + 0.2)
    solid.cylinder(face, 0.86 * radius, thick + 0.04, turn=TO_FRONT, sides=32)
    front, marks = thick / 2 + 0.03, rng.choice([4, 12, 12])
    for angle in 360 * np.arange(marks) / marks:
        turn = rotation("z", angle)
        solid.box(ink, (0.04, u(0.08, 0.14), 0.03), turn @ [0, 0.73 * radius, front], turn)
    for reach, width in ((u(0.35, 0.45), 0.08), (u(0.55, 0.68), 0.055)):
        turn = rotation("z", u(0, 360))
        solid.box(ink, (width, reach * radius, 0.03), turn @ [0, 0.45 * reach * radius, front + 0.02], turn)
    for side in (-1, 1) if alarm else ():
        turn = rotation("z", side * 30)
        solid.ellipsoid(metal(rng), (0.28, 0.2, 0.2), turn @ [0, radius + 0.12, 0], turn, sides=14)
        solid.tube(case, [turn @ [0, -radius, 0], turn @ [0, -radius - 0.25, 0]], 0.06)


def laptop(solid: Builder, rng: np.random.Generator) -> None:
    """Draw an open laptop with keyboard and screen."""
    u = rng.uniform
    case = any_of(rng, metal, dark, paint)
    keys = dark(rng) if rng.random() < 0.6 else pale(rng)
    width, depth = u(1.2, 1.7), u(0.85, 1.15)
    solid.box(case, (width, 0.07, depth))
    rows = rng.integers(3, 6)
    for row in range(rows):
        solid.box(keys, (0.85 * width, 0.03, 0.42 * depth / rows), (0, 0.04, (-0.38 + 0.52 * row / rows) * depth))
    solid.box(0.6 * case, (0.3 * width, 0.02, 0.22 * depth), (0, 0.035, 0.3 * depth))
    lid = Builder()
    lid.box(case, (width, depth, 0.05), (0, depth / 2, 0))
    lid.box(any_of(rng, paint, dark, pale), (0.9 * width, 0.82 * depth, 0.03), (0, 0.52 * depth, 0.015))
    for _ in range(rng.integers(0, 4)):
        window = (u(0.2, 0.5) * width, u(0.15, 0.4) * depth, 0.01)
        lid.box(paint(rng), window, (u(-0.2, 0.2) * width, u(0.35, 0.7) * depth, 0.032))
    solid.include(lid, (0, 0, -depth / 2), rotation("x", u(-40, 5)))


def camera(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a photo camera with lens, finder, release and mostly a band of another colour."""
    u = rng.uniform
    body = any_of(rng, dark, paint, metal)
    width, height, depth = u(1, 1.5), u(0.65, 0.95), u(0.28, 0.5)
    radius, reach, x = u(0.22, 0.36), u(0.12, 0.6), u(-0.15, 0.2)
    solid.box(body, (width, height, depth))
    if rng.random() < 0.7:
        solid.box(any_of(rng, metal, paint), (1.01 * width, u(0.15, 0.3) * height, 1.01 * depth), (0, 0.4 * height, 0))
    barrel = any_of(rng, dark, metal)
    for share, colour in ((1, barrel), (0.88, 0.5 * barrel), (1.02, barrel))[: rng.integers(1, 4)]:
        solid.cylinder(colour, share * radius, reach, (x, -0.03, depth / 2 + reach / 2), TO_FRONT)
    solid.cylinder(metal(rng), 0.86 * radius, 0.03, (x, -0.03, depth / 2 + reach), TO_FRONT)
    glass = np.array([0.05, 0.07, 0.15]) * u(0.5, 2)
    solid.ellipsoid(glass, (0.76 * radius, 0.76 * radius, 0.08), (x, -0.03, depth / 2 + reach), sides=16)
    finder = (u(0.25, 0.45), u(0.12, 0.25), 0.8 * depth)
    if rng.random() < 0.75:
        solid.box(body, finder, (x, height / 2 + finder[1] / 2, 0), taper=u(0.6, 0.9))
    else:
        solid.box(pale(rng), (0.3, 0.16, 0.1), (-0.3 * width, 0.32 * height, depth / 2))
    solid.cylinder(metal(rng), u(0.06, 0.11), 0.12, (0.36 * width, height / 2 + 0.05, 0), sides=14)
    if rng.random() < 0.4:
        solid.cylinder(dark(rng), 0.13, 0.08, (-0.36 * width, height / 2 + 0.04, 0), sides=14)


def television(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a flat screen on its stand, or an old set with knobs and an aerial."""
    u = rng.uniform
    case = any_of(rng, dark, wood, paint, metal)
    picture = any_of(rng, dark, paint, pale)
    width, height = u(1.2, 2), u(0.8, 1.1)
    if rng.random() < 0.5:
        solid.box(case, (width, height, 0.09))
        solid.box(picture, (0.93 * width, 0.9 * height, 0.03), (0, 0.01, 0.04))
        solid.box(case, (0.15, 0.25, 0.07), (0, -height / 2 - 0.08, -0.02))
        solid.box(case, (u(0.3, 0.7) * width, 0.05, 0.4), (0, -height / 2 - 0.2, 0))
        return
    width, depth = u(1.05, 1.45), u(0.5, 0.8)
    solid.box(case, (width, height, 0.3 * depth))
    solid.box(0.7 * case, (0.9 * width, 0.7 * depth, 0.9 * height), (0, 0, -0.48 * depth), rotation("x", -90), taper=0.65)
    solid.box(picture, (0.68 * width, 0.78 * height, 0.04), (-0.11 * width, 0, 0.15 * depth))
    for y in np.linspace(0.3, -0.1, rng.integers(1, 4)) * height:
        solid.cylinder(any_of(rng, metal, pale), 0.07, 0.1, (0.38 * width, y, 0.15 * depth), TO_FRONT, sides=12)
    solid.box(0.4 * case, (0.14 * width, 0.2 * height, 0.03), (0.38 * width, -0.32 * height, 0.15 * depth))
    for side in (-1, 1):
        solid.tube(case, [(side * 0.35 * width, -height / 2, 0), (side * 0.4 * width, -height / 2 - u(0.08, 0.3), 0)], 0.05)
        if side < 0 or rng.random() < 0.7:
            tip = (side * u(0.2, 0.6), height / 2 + u(0.3, 0.6), 0)
            solid.tube(metal(rng), [(0, height / 2, 0), tip], 0.022, sides=5)


def book(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a closed book with a title, one that stands ajar, or an open one with lines of print."""
    u = rng.uniform
    cover, paper = any_of(rng, paint, paint, wood, dark), pale(rng) + 0.1
    width, height, thick = u(0.75, 1.1), u(1.05, 1.5), u(0.12, 0.42)
    if rng.random() < 0.6:
        solid.box(paper, (0.97 * width, 0.96 * height, 0.9 * thick))
        for z in (-1, 1):
            solid.box(cover, (width, height, 0.04), (0, 0, z * thick / 2))
        solid.box(cover, (0.05, height, thick), (-width / 2, 0, 0))
        title = any_of(rng, paint, metal, pale)
        for y, share in ((u(0.15, 0.3), 0.65), (u(-0.25, 0), 0.4))[: rng.integers(1, 3)]:
            solid.box(title, (share * width, u(0.06, 0.2) * height, 0.05), (0, y * height, thick / 2))
        return
    angle, print_, lines = u(8, 55), dark(rng) + 0.2, rng.integers(4, 9)
    for side in (-1, 1):
        half = Builder()
        half.box(paper, (width, height, 0.5 * thick), (side * width / 2, 0, 0))
        half.box(cover, (1.05 * width, 1.05 * height, 0.04), (side * width / 2, 0, -0.27 * thick))
        for i in range(lines):
            at = (side * 0.5 * width, (0.38 - 0.76 * i / (lines - 1)) * height, 0.25 * thick)
            half.box(print_, (0.75 * width, 0.025 * height, 0.01), at)
        solid.include(half, turn=rotation("y", -side * angle))


def hourglass(solid: Builder, rng: np.random.Generator) -> None:
    """Draw an hourglass: two bulbs with sand between plates held by posts."""
    u = rng.uniform
    frame, sand, glass = any_of(rng, wood, metal, paint, dark), any_of(rng, paint, wood, pale), pale(rng)
    radius, half, neck = u(0.3, 0.48), u(0.6, 0.95), u(0.04, 0.08)
    bulb = np.array([(0.6, 0.97), (1, 0.72), (0.85, 0.4), (0.3, 0.12)]) * [radius, half]
    level = rng.integers(1, 4)
    upper, lower = bulb[::-1], bulb * [1, -1]
    solid.lathe(glass, [*lower, (neck, 0), *upper], sides=20)
    solid.lathe(sand, 1.02 * lower[: level + 1], sides=20)
    if level < 3:
        solid.lathe(sand, 1.02 * upper[: 4 - level], sides=20)
    plate, posts, start = radius * u(1.15, 1.4), rng.integers(2, 5), u(0, 360)
    square = rng.random() < 0.3
    for side in (-1, 1):
        if square:
            solid.box(frame, (2 * plate, 0.13, 2 * plate), (0, side * half, 0), rotation("y", start + 45))
        else:
            solid.cylinder(frame, plate, 0.13, (0, side * half, 0))
    for angle in start + 360 * np.arange(posts) / posts:
        x, _, z = rotation("y", angle) @ [0.92 * plate, 0, 0]
        solid.tube(frame, [(x, -half, z), (x, half, z)], u(0.04, 0.06))


def bucket(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a bucket with its handle up, aside or hanging; empty or filled."""
    u = rng.uniform
    colour = any_of(rng, metal, paint, wood)
    radius, height, share = u(0.5, 0.65), u(0.7, 1.1), u(0.6, 0.85)
    solid.lathe(colour, [(0, 0), (share * radius, 0), (radius, height)])
    solid.lathe(0.8 * colour, [(radius, height), (0.95 * radius, height), (0.93 * share * radius, 0.04), (0, 0.04)])
    rim = any_of(rng, metal, paint)
    solid.cylinder(rim, 0.02 + share * radius, 0.08, (0, 0.03, 0))
    solid.ring(rim, radius, 0.04, (0, height, 0), rotation("x", 90))
    swing = rotation("x", rng.choice([0, 0, 1, -1]) * u(20, 105))
    grip = Builder()
    grip.ring(metal(rng), (1.02 * radius, u(0.8, 1.1) * radius), 0.03, arc=(0, 180), steps=14)
    solid.include(grip, (0, 0.96 * height, 0), swing)
    if rng.random() < 0.4:
        solid.cylinder(any_of(rng, paint, dark, leaf), 0.93 * radius, 0.03, (0, u(0.8, 0.93) * height, 0))


def barrel(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a barrel with hoops, wooden and bulging or straight and painted."""
    u = rng.uniform
    colour, hoop = any_of(rng, wood, wood, paint), any_of(rng, metal, dark, wood)
    radius, half, bulge, width = u(0.38, 0.55), u(0.5, 0.8), u(0, 0.22), u(0.06, 0.12)
    heights = np.linspace(-1, 1, 9)
    staves = np.stack([radius + bulge * (1 - heights**2), half * heights], axis=1)
    solid.lathe(colour, [(0, -half), *staves, (0, half)])
    solid.cylinder(0.6 * colour, 0.88 * radius, 2 * half + 0.02)
    places = [(-0.85, 0.85), (-0.8, -0.3, 0.3, 0.8), (-0.9, -0.6, 0.6, 0.9), (-0.5, 0.5)][rng.integers(4)]
    for y in places:
        solid.cylinder(hoop, radius + bulge * (1 - y * y) + 0.02, width, (0, y * half, 0))
    if rng.random() < 0.35:
        at = (0, -0.55 * half, radius + 0.7 * bulge + 0.06)
        solid.cylinder(any_of(rng, wood, metal), 0.06, 0.25, at, TO_FRONT, sides=10)
        solid.box(metal(rng), (0.16, 0.05, 0.05), np.add(at, (0, 0.08, 0.06)))
