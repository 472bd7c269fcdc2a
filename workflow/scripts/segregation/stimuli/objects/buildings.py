"""Buildings; each function draws one exemplar, its front towards +z."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, metal, paint, pale, wood
from segregation.stimuli.solids import TO_FRONT, Builder, rotation

PANE = np.array([0.05, 0.08, 0.12])


def house(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a house of one to three storeys with a gabled, hipped or pent roof."""
    u = rng.uniform
    wall, roof = any_of(rng, pale, paint, wood), any_of(rng, paint, dark, wood)
    floors = rng.integers(1, 4)
    width, depth, height, rise = u(0.9, 1.7), u(0.8, 1.2), 0.2 + 0.42 * floors, u(0.3, 0.75)
    solid.box(wall, (width, height, depth), (0, height / 2, 0))
    taper, lean = ((1, 0.02), (u(0.1, 0.6), 0.02), (0.02, 1), (1, 0.02))[rng.integers(4)], (0, 0)
    if rng.random() < 0.15:
        taper, lean = (1, 0.02), (0, -0.55 * depth)
    solid.box(roof, (1.12 * width, rise, 1.12 * depth), (0, height + rise / 2, 0), taper=taper, lean=lean)
    if taper[0] == 1:  # a gable is of the wall's colour
        solid.box(wall, (1.13 * width, 0.8 * rise, 0.9 * depth), (0, height + 0.4 * rise, 0), taper=taper, lean=lean)
    door = u(-0.3, 0.3) * width
    solid.box(any_of(rng, paint, wood), (0.22, 0.45, 0.05), (door, 0.22, depth / 2))
    columns = np.linspace(-0.33, 0.33, rng.integers(2, 4)) * width
    size = u(0.16, 0.24), u(0.18, 0.26)
    for y in 0.36 + 0.42 * np.arange(floors):
        for x in columns:
            if y > 0.5 or abs(x - door) > 0.24:
                solid.box(PANE, (*size, depth + 0.04), (x, y, 0))
        solid.box(PANE, (width + 0.04, size[1], size[0]), (0, y, u(-0.2, 0.2) * depth))
    if rng.random() < 0.6:
        at = (u(0.15, 0.35) * width, height + 0.75 * rise, -0.1 * depth)
        solid.box(any_of(rng, paint, dark), (0.16, 0.75 * rise, 0.16), at)


def windmill(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a windmill with three to six sails."""
    u = rng.uniform
    wall, cap, sail = any_of(rng, pale, paint, wood), any_of(rng, paint, dark, wood), any_of(rng, wood, pale, paint)
    height, low, high = u(1.1, 1.7), u(0.35, 0.52), u(0.2, 0.3)
    sides = rng.choice([6, 8, 24])
    solid.cylinder(wall, low, height, (0, height / 2, 0), top=high, sides=sides)
    if rng.random() < 0.5:
        solid.lathe(cap, [(1.15 * high, height), (0, height + u(0.3, 0.5))])
    else:
        solid.ellipsoid(cap, (1.1 * high, u(0.2, 0.35), 1.2 * high), (0, height, 0), sides=16)
    solid.box(dark(rng), (0.22, 0.4, 0.1), (0, 0.2, 0.97 * low))
    for y in np.array([0.45, 0.7])[: rng.integers(1, 3)] * height:
        solid.box(PANE, (0.12, 0.15, 0.1), (0, y, np.interp(y, [0, height], [low, high])))
    length, width, count, start = u(0.65, 1), u(0.14, 0.26), rng.choice([3, 4, 4, 4, 6]), u(0, 90)
    hub = np.array([0, 0.93 * height, 1.15 * high + 0.1])
    solid.cylinder(dark(rng), 0.07, 0.3, hub - (0, 0, 0.1), TO_FRONT, sides=12)
    for i in range(count):
        turn = rotation("z", start + 360 * i / count)
        solid.box(sail, (width, 0.8 * length, 0.03), hub + turn @ [0.45 * width, 0.6 * length, 0], turn)
        solid.box(dark(rng), (0.04, length, 0.05), hub + turn @ [0, length / 2, 0], turn)


def lighthouse(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a lighthouse: a banded or plain tapering tower with gallery, lantern and roof."""
    u = rng.uniform
    colours = any_of(rng, pale, paint), any_of(rng, paint, dark)
    low, high, height, bands = u(0.3, 0.48), u(0.18, 0.28), u(1.3, 2), rng.integers(1, 8)
    radius = np.linspace(low, high, bands + 1)
    rise = height / bands
    for i in range(bands):
        at = (0, (i + 0.5) * rise, 0)
        solid.cylinder(colours[i % 2], radius[i], rise, at, top=radius[i + 1], sides=20)
    trim = any_of(rng, paint, dark, metal)
    solid.cylinder(trim, u(1.3, 1.6) * high, 0.07, (0, height, 0))
    solid.ring(trim, 1.4 * high, 0.02, (0, height + 0.16, 0), rotation("x", 90))
    lantern = u(0.2, 0.35)
    solid.cylinder((0.75, 0.7, 0.4), 0.7 * high, lantern, (0, height + lantern / 2, 0), sides=10)
    for angle in np.arange(0, 360, 60):
        post = rotation("y", angle) @ [0.72 * high, height + lantern / 2, 0]
        solid.box(trim, (0.04, lantern, 0.04), post)
    roof = u(0.15, 0.35)
    solid.lathe(
        trim,
        [(1.05 * high, height + lantern), (0.6 * high, height + lantern + 0.6 * roof), (0, height + lantern + roof)],
    )
    solid.box(any_of(rng, wood, dark), (0.2, 0.35, 0.1), (0, 0.17, 0.97 * low))
    for y in np.array([0.4, 0.65])[: rng.integers(0, 3)] * height:
        solid.box(PANE, (0.1, 0.16, 0.08), (0, y, np.interp(y, [0, height], [low, high])))
    if rng.random() < 0.35:
        solid.box(colours[0], (0.6, 0.4, 0.5), (low + 0.15, 0.2, 0))
        solid.box(colours[1], (0.68, 0.25, 0.58), (low + 0.15, 0.52, 0), taper=(1, 0.02))


def castle(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a castle: walls with a gate between round or square towers, roofed or crenellated."""
    u = rng.uniform
    stone = any_of(rng, pale, wood, metal)
    roof = paint(rng) if rng.random() < 0.6 else None
    width, depth, wall, size, sides = u(1, 1.6), u(0.6, 1.2), u(0.45, 0.8), u(0.17, 0.27), rng.choice([4, 8, 20])
    solid.box(stone, (width, wall, depth), (0, wall / 2, 0))
    for x in np.linspace(-0.45, 0.45, 6):
        for z in (-0.5, 0.5):
            solid.box(stone, (0.09 * width, 0.12, 0.08), (x * width, wall + 0.05, 0.93 * z * depth))
    solid.box(any_of(rng, wood, dark), (0.26, 0.3, 0.06), (0, 0.15, depth / 2))
    solid.cylinder(dark(rng), 0.13, 0.06, (0, 0.3, depth / 2), TO_FRONT, sides=16)
    rear = u(1, 1.6)
    for x, z in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
        _tower(solid, stone, roof, (x * width / 2, z * depth / 2), size, (rear if z < 0 else 1.1) * wall + 0.15, sides)
    if rng.random() < 0.6:
        _tower(solid, stone, roof, (u(-0.2, 0.2), 0), u(1.1, 1.5) * size, wall + u(0.4, 0.9), sides)


def _tower(
    solid: Builder,
    stone: np.ndarray,
    roof: np.ndarray | None,
    at: tuple[float, float],
    radius: float,
    height: float,
    sides: int,
) -> None:
    """Add a tower at (x, z) with a conical roof, or with merlons when roof is None."""
    x, z = at
    solid.cylinder(stone, radius, height, (x, height / 2, z), rotation("y", 45), sides=sides)
    solid.box(PANE, (0.3 * radius, 0.14, 2 * radius), (x, 0.75 * height, z))
    if roof is not None:
        rise = 2.3 * radius
        solid.cylinder(roof, 1.2 * radius, rise, (x, height + rise / 2, z), rotation("y", 45), top=0, sides=sides)
        return
    solid.cylinder(stone, 1.12 * radius, 0.1, (x, height, z), rotation("y", 45), sides=sides)
    for angle in np.arange(0, 360, 60):
        place = rotation("y", angle) @ [0.95 * radius, height + 0.1, 0]
        solid.box(stone, (0.35 * radius, 0.13, 0.35 * radius), np.add(place, (x, 0, z)), rotation("y", angle))


def tent(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a ridge tent, a pyramid or a dome with a dark opening in front."""
    u = rng.uniform
    colour = any_of(rng, paint, paint, wood, pale)
    width, height, depth = u(1.2, 1.8), u(0.75, 1.2), u(1, 1.8)
    inside, trim = 0.12 * colour, paint(rng)
    kind = rng.integers(3)
    if kind == 2:
        angle = np.linspace(0, np.pi / 2, 8)
        profile = np.stack([np.cos(angle) * width / 2, np.sin(angle) * height], axis=1)
        profile[-1, 0] = 0
        solid.lathe(colour, profile)
        wide = u(18, 35)
        solid.lathe(inside, 1.02 * profile[: rng.integers(5, 7)], sides=4, arc=(90 - wide, 90 + wide))
        for i in range(rng.integers(0, 4)):
            solid.ring(trim, (0.5 * width, height), 0.02, turn=rotation("y", 45 + 45 * i), arc=(0, 180))
        return
    taper = (0.02, 1) if kind == 0 else (0.05, 0.05)
    solid.box(colour, (width, height, depth), (0, height / 2, 0), taper=taper)
    slope = 0 if kind == 0 else -np.rad2deg(np.arctan2(0.95 * depth / 2, height))
    door = np.array([(-u(0.15, 0.28), 0), (u(0.15, 0.28), 0), (0, u(0.6, 0.85))]) * [width, height]
    solid.panel(inside, door, 0.03, (0, 0.005, depth / 2), rotation("x", slope))
    if rng.random() < 0.4:
        flap = door[[1, 1, 2]] + np.array([(0, 0), (0.15, 0), (0, 0)])
        solid.panel(trim, flap, 0.04, (0, 0.01, depth / 2), rotation("x", slope))
    poles = any_of(rng, wood, metal)
    for z in (-1, 1) if kind == 0 else ():
        solid.tube(poles, [(0, 0, z * (depth / 2 + 0.02)), (0, 1.08 * height, z * (depth / 2 + 0.02))], 0.03)
