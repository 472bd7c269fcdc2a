"""Vehicles; each function draws one exemplar that heads along +x (the rocket along +y)."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, grey, metal, paint, pale, wood
from segregation.stimuli.solids import TO_FRONT, TO_SIDE, Builder, rotation

GLASS = np.array([0.03, 0.04, 0.05])


def _wheels(solid: Builder, rng: np.random.Generator, axles: list[float], radius: float, width: float) -> None:
    """Add a pair of wheels with hub caps at each axle (x), their centres at y = 0, `width` apart."""
    tyre, rim = dark(rng), any_of(rng, metal, pale, dark)
    share = rng.uniform(0.4, 0.7)
    for x in axles:
        for z in (-1, 1):
            solid.cylinder(tyre, radius, 0.17, (x, 0, z * (width / 2 - 0.06)), TO_FRONT, sides=18)
            solid.cylinder(rim, share * radius, 0.19, (x, 0, z * (width / 2 - 0.06)), TO_FRONT, sides=12)


def car(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a car: saloon, hatchback, van or sports car by its proportions, at times with a spoiler."""
    u = rng.uniform
    colour = any_of(rng, paint, paint, pale, dark)
    length, width, height, roof = u(1.8, 2.7), u(0.8, 1.1), u(0.32, 0.55), u(0.28, 0.6)
    solid.box(colour, (length, height, width), (0, height / 2, 0), taper=(u(0.92, 1), 0.95))
    solid.box(colour, (0.99 * length, 0.5 * height, 1.03 * width), (0, 0.3 * height, 0))
    cabin, slope, lean, x = u(0.4, 0.8) * length, u(0.5, 0.9), u(-0.12, 0.06), u(-0.15, 0.05) * length
    lean = (lean * cabin, 0)
    solid.box(GLASS, (cabin, roof, 0.9 * width), (x, height + roof / 2, 0), taper=(slope, 0.85), lean=lean)
    solid.box(colour, (0.98 * slope * cabin, 0.05, 0.79 * width), (x + lean[0], height + roof, 0))
    for pillar in ((), (0,), (-0.4, 0.1), (-0.5, 0, 0.5))[rng.integers(4)]:
        at = (x + (0.5 * lean[0]) + pillar * slope * cabin, height + roof / 2, 0)
        solid.box(colour, (0.06, roof, 0.92 * width), at, taper=(1, 0.86))
    base = u(0.28, 0.37) * length
    _wheels(solid, rng, [-base, base], u(0.19, 0.3), width + 0.02)
    lamp, bumper = (0.05, u(0.05, 0.11), u(0.07, 0.16)), grey(u(0.02, 0.5))
    for z in (-1, 1):
        solid.ellipsoid((0.9, 0.9, 0.7), lamp, (0.49 * length, 0.65 * height, z * 0.34 * width), sides=10)
        solid.box((0.5, 0.02, 0.02), (0.04, 0.12, 0.15), (-0.495 * length, 0.68 * height, z * 0.36 * width))
        solid.box(bumper, (0.1, 0.18 * height, 1.02 * width), (z * 0.49 * length, 0.14 * height, 0))
    solid.box(grey(u(0.02, 0.4)), (0.03, u(0.2, 0.45) * height, 0.4 * width), (0.49 * length, 0.5 * height, 0))
    if rng.random() < 0.25:
        solid.box(colour, (0.2, 0.04, 0.9 * width), (-0.45 * length, 1.35 * height, 0))
        for z in (-1, 1):
            solid.box(colour, (0.06, 0.4 * height, 0.05), (-0.45 * length, 1.15 * height, z * 0.3 * width))


def truck(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a lorry with a box, a tank or an open bed behind its cab."""
    u = rng.uniform
    colour, load = paint(rng), any_of(rng, paint, pale, metal)
    length, height, width = u(1.2, 2), u(0.65, 1.15), u(0.7, 0.9)
    front, cab, depth = length / 2, u(0.6, 0.95), u(0.45, 0.65)
    solid.box(dark(rng), (length + depth, 0.12, 0.8 * width), (depth / 2, 0.12, 0))
    kind = rng.integers(3)
    if kind == 0:
        solid.box(load, (length, height, width), (-0.03, 0.17 + height / 2, 0))
    elif kind == 1:
        solid.cylinder(load, width / 2, 0.97 * length, (-0.03, 0.2 + width / 2, 0), TO_SIDE)
    else:
        solid.box(load, (length, 0.08, width), (-0.03, 0.2, 0))
        for z in (-1, 1):
            solid.box(load, (length, 0.3 * height, 0.05), (-0.03, 0.2 + 0.15 * height, z * (width / 2 - 0.025)))
        for _ in range(rng.integers(0, 4)):
            edge = u(0.25, 0.45)
            at = (u(-0.4, 0.35) * length, 0.22 + edge / 2, u(-0.15, 0.15))
            solid.box(any_of(rng, wood, paint), edge, at, rotation("y", u(0, 90)))
    at = (front + depth / 2, 0.1 + cab / 2, 0)
    solid.box(colour, (depth, cab, 0.95 * width), at, taper=(u(0.75, 1), 0.95), lean=(-0.03, 0))
    if rng.random() < 0.35:
        solid.box(colour, (0.35, 0.5 * cab, 0.75 * width), (front + depth + 0.12, 0.1 + 0.25 * cab, 0), taper=0.9)
    glass = (0.6 * depth, 0.35 * cab, 0.97 * width)
    solid.box(GLASS, glass, (front + 0.68 * depth, 0.1 + 0.72 * cab, 0), taper=(0.85, 0.97))
    for z in (-1, 1):
        solid.ellipsoid((0.9, 0.9, 0.7), 0.07, (front + depth, 0.22, z * 0.35 * width), sides=8)
    axles = [-0.35 * length, front + 0.5 * depth] + ([-0.35 * length + 0.42] if rng.random() < 0.5 else [])
    _wheels(solid, rng, axles, u(0.17, 0.23), width)


def airplane(solid: Builder, rng: np.random.Generator) -> None:
    """Draw an airliner with jets below or a propeller plane, its wings high or low, straight or swept."""
    u = rng.uniform
    colour = any_of(rng, pale, paint, metal)
    wings = colour if rng.random() < 0.5 else paint(rng)
    length, radius, span, chord, sweep = u(1.6, 2.4), u(0.12, 0.2), u(0.7, 1.2), u(0.35, 0.55), u(0, 0.6)
    along = np.linspace(-1, 1, 11)
    thick = np.where(along < 0, 1 - 0.8 * np.abs(along) ** 1.5, np.sqrt(np.clip(1 - along**4, 0, 1)))
    solid.lathe(colour, [(0, -length / 2), *np.stack([radius * thick, along * length / 2], axis=1)], turn=TO_SIDE)
    high, jets = u(-0.5, 0.7) * radius, rng.random() < 0.6
    engine = any_of(rng, metal, dark, pale)
    for side in (-1, 1):
        turn = rotation("x", 90 * side)
        wing = (0.1, high, side * span / 2)
        solid.box(wings, (chord, span, 0.05), wing, turn, taper=(u(0.4, 0.9), 0.6), lean=(-sweep, 0))
        tail = (-0.42 * length, 0.3 * radius, side * 0.2 * span)
        solid.box(wings, (0.5 * chord, 0.4 * span, 0.04), tail, turn, taper=(0.6, 0.6), lean=(-0.3 * sweep, 0))
        if jets:
            at = (0.12 - 0.4 * sweep, high - 0.1, side * 0.42 * span)
            solid.cylinder(engine, 0.09, 0.3, at, TO_SIDE, top=0.1, sides=14)
    fin = (0.35, u(0.35, 0.55), 0.04)
    solid.box(paint(rng), fin, (-0.42 * length, 0.5 * radius + fin[1] / 2, 0), taper=(0.55, 0.8), lean=(-0.15, 0))
    solid.box(GLASS, (0.18, 0.5 * radius, 1.1 * radius), (0.4 * length, 0.62 * radius, 0), taper=(0.5, 0.7))
    if not jets:
        blade = (0.05, u(0.5, 0.75), 0.08)
        solid.box(dark(rng), blade, (0.51 * length, 0, 0), rotation("x", u(0, 180)))
        solid.ellipsoid(engine, (0.1, 0.06, 0.06), (0.51 * length, 0, 0), sides=10)


def boat(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a sailing boat with one or two sails, or a motor boat with cabin and funnel."""
    u = rng.uniform
    colour = any_of(rng, paint, paint, wood, pale)
    length, width, depth = u(1.5, 2.2), u(0.5, 0.8), u(0.28, 0.5)
    bow, keel, stern = u(0.05, 0.3), u(0.4, 0.7), u(0.7, 1)
    corners = np.array([[x, y, z] for x in (-stern, 1) for y in (-1, 1) for z in (-1, 1)]) / 2
    corners[4:, 2] *= bow
    corners[[0, 1, 4, 5]] *= [0.72, 1, keel]
    solid.hexahedron(colour, corners * [length, depth, width])
    deck, top = any_of(rng, wood, pale), depth / 2
    middle = length * (1 - stern) / 4
    if rng.random() < 0.65:
        mast, height = 0.08 * length, u(1.1, 1.8)
        solid.tube(any_of(rng, wood, metal), [(mast, 0, 0), (mast, top + height, 0)], 0.035)
        sail = any_of(rng, pale, paint)
        rear = [(mast - 0.04, top + 0.12), (mast - 0.04, top + height), (-stern * length * u(0.35, 0.5), top + 0.15)]
        turn = rotation("y", u(-15, 15))
        solid.panel(sail, rear, 0.03, turn=turn)
        if rng.random() < 0.7:
            jib = [(mast + 0.06, top + 0.1), (mast + 0.03, top + u(0.6, 0.9) * height), (0.48 * length, top + 0.08)]
            solid.panel(sail if rng.random() < 0.6 else paint(rng), jib, 0.03, turn=turn)
        return
    size = (u(0.3, 0.5) * length, u(0.25, 0.45), 0.65 * width)
    solid.box(deck, size, (middle - 0.1, top + size[1] / 2, 0), taper=(0.85, 0.9))
    solid.box(GLASS, (0.8 * size[0], 0.3 * size[1], 1.02 * size[2]), (middle - 0.1, top + 0.55 * size[1], 0))
    solid.cylinder(paint(rng), u(0.08, 0.14), u(0.3, 0.6), (middle - 0.15, top + size[1] + 0.15, 0), sides=14)


def bicycle(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a bicycle with a diamond or step-through frame."""
    u = rng.uniform
    colour, steel, black = any_of(rng, paint, paint, metal), metal(rng), dark(rng)
    radius, base, tube, spokes = u(0.4, 0.55), u(0.55, 0.68), u(0.03, 0.055), rng.integers(3, 6)
    for x in (-base, base):
        solid.ring(black, radius, u(0.03, 0.055), (x, 0, 0))
        hub = np.array([x, 0, 0])
        for angle in np.pi * np.arange(spokes) / spokes:
            end = radius * np.array([np.cos(angle), np.sin(angle), 0])
            solid.tube(steel, [hub - end, hub + end], 0.012, sides=4)
    rear, crank = (-base, 0, 0), (-0.12, -0.05, 0)
    seat, head = (-0.25, u(0.5, 0.7), 0), (0.75 * base, u(0.55, 0.68), 0)
    joint = seat if rng.random() < 0.65 else (-0.18, 0.22, 0)
    for start, end in ((rear, crank), (crank, seat), (rear, seat), (joint, head), (crank, head), ((base, 0, 0), head)):
        solid.tube(colour, [start, end], tube, sides=6)
    bar = np.array([0.7 * base, head[1] + u(0.1, 0.3), 0])
    solid.tube(colour, [head, bar], tube, sides=6)
    drop = (u(-0.25, 0.2), u(-0.2, 0.05))
    grips = [(*drop, -0.3), (0, 0, -0.15), (0, 0, 0.15), (*drop, 0.3)]
    solid.tube(black if rng.random() < 0.5 else steel, bar + np.array(grips), 0.035, sides=6)
    solid.tube(steel, [seat, np.add(seat, (-0.03, 0.12, 0))], tube, sides=6)
    solid.ellipsoid(any_of(rng, dark, wood), (0.2, 0.05, 0.1), np.add(seat, (-0.03, 0.14, 0)), sides=12)
    solid.cylinder(steel, 0.1, 0.06, crank, TO_FRONT, sides=12)


def rocket(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a rocket with fins, straight or bellied, with one or two stages of colour."""
    u = rng.uniform
    colour, trim = any_of(rng, pale, paint, metal), paint(rng)
    radius, height, nose = u(0.2, 0.36), u(0.9, 1.6), u(0.45, 0.85)
    belly, share = u(0.95, 1.25), u(0.55, 0.85)
    solid.lathe(colour, [(0, 0), (0.85 * radius, 0), (belly * radius, 0.4 * height), (radius, height)])
    solid.lathe(trim, [(radius, height), (share * radius, height + nose / 2), (0, height + nose)])
    fins, reach, rise, drop = rng.integers(3, 6), u(0.3, 0.5), u(0.4, 0.7), u(0.1, 0.3)
    outline = [(0.7 * radius, 0.05), (0.7 * radius, rise), (radius + reach, 0.1), (radius + reach, -drop)]
    start = u(0, 360)
    for i in range(fins):
        solid.panel(trim, outline, 0.05, turn=rotation("y", start + 360 * i / fins))
    for y in (0.78, 0.45)[: rng.integers(0, 3)]:
        at = (0, y * height, np.interp(y, [0, 0.4, 1], [0.85, belly, 1]) * radius)
        solid.cylinder(metal(rng), 0.5 * radius, 0.06, at, TO_FRONT, sides=16)
        solid.cylinder((0.1, 0.15, 0.3), 0.38 * radius, 0.09, at, TO_FRONT, sides=16)
    if rng.random() < 0.5:
        solid.cylinder(trim, belly * radius * 1.03, 0.1, (0, 0.4 * height, 0))
    solid.cylinder(any_of(rng, metal, dark), 0.7 * radius, 0.2, (0, -0.08, 0), top=0.4 * radius)
