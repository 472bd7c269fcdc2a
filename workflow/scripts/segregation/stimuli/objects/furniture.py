"""Pieces of furniture; each function draws one exemplar, its front towards +z."""

import numpy as np

from segregation.stimuli.materials import any_of, dark, metal, paint, pale, wood
from segregation.stimuli.solids import TO_FRONT, Builder, rotation

CORNERS = ((-1, -1), (-1, 1), (1, -1), (1, 1))


def _legs(solid: Builder, colour: np.ndarray, width: float, depth: float, height: float, thick: float) -> None:
    """Add four legs below y = 0 under the corners of a width x depth rectangle."""
    for x, z in CORNERS:
        at = (x * (width - thick) / 2, -height / 2, z * (depth - thick) / 2)
        solid.box(colour, (thick, height, thick), at)


def chair(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a chair: solid, slatted or barred back, four legs or a pedestal, at times with arms."""
    u = rng.uniform
    frame = any_of(rng, wood, paint, metal)
    seat = frame if rng.random() < 0.4 else paint(rng)
    width, depth, legs, height = u(0.7, 1), u(0.7, 1), u(0.5, 0.95), u(0.6, 1.2)
    thick = u(0.05, 0.1)
    solid.box(seat, (width, 1.5 * thick, depth))
    if rng.random() < 0.8:
        _legs(solid, frame, width, depth, legs, thick)
    else:
        solid.cylinder(frame, thick, legs, (0, -legs / 2, 0))
        solid.cylinder(frame, 0.45 * width, thick, (0, -legs, 0), top=0.3 * width)
    back = Builder()
    kind, bars = rng.integers(3), rng.integers(3, 6)
    if kind == 0:
        back.box(seat, (width, height, thick), (0, height / 2, 0), taper=(u(0.7, 1), 1))
    else:
        for x in (-1, 1) if kind == 1 else np.linspace(-1, 1, bars):
            back.box(frame, (thick, height, thick), (x * (width - thick) / 2, height / 2, 0))
        for y in np.linspace(0.3, 1, bars) if kind == 1 else (1,):
            back.box(frame, (width, 2.2 * thick, 0.9 * thick), (0, y * height, 0))
    solid.include(back, (0, 0, (thick - depth) / 2), rotation("x", u(-16, 0)))
    if rng.random() < 0.3:
        rise = u(0.25, 0.4)
        for x in (-1, 1):
            solid.box(frame, (1.3 * thick, thick, depth), (x * width / 2, rise, 0))
            solid.box(frame, (thick, rise, thick), (x * width / 2, rise / 2, 0.4 * depth))


def table(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a table: a round top on a pedestal, or a square one on four legs, at times with a shelf below."""
    u = rng.uniform
    top = any_of(rng, wood, wood, paint)
    base = top if rng.random() < 0.6 else any_of(rng, metal, paint)
    width, depth, height, thick = u(1.1, 2), u(0.8, 1.2), u(0.5, 1), u(0.05, 0.12)
    if rng.random() < 0.35:
        solid.cylinder(top, 0.5 * width, thick, sides=32)
        solid.cylinder(base, 1.3 * thick, height, (0, -height / 2, 0))
        solid.cylinder(base, u(0.22, 0.34) * width, thick, (0, -height, 0), top=0.15 * width)
        return
    solid.box(top, (width, thick, depth))
    _legs(solid, base, 0.95 * width, 0.95 * depth, height, u(0.06, 0.14))
    if rng.random() < 0.4:
        solid.box(base, (0.85 * width, 0.18, 0.85 * depth), (0, -0.12, 0))
    if rng.random() < 0.25:
        solid.box(top, (0.9 * width, 0.05, 0.9 * depth), (0, -0.7 * height, 0))


def lamp(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a table lamp with a conical shade, on a straight pole or a bellied base, or a jointed desk lamp."""
    u = rng.uniform
    stand, shade = any_of(rng, metal, paint, wood), any_of(rng, pale, paint)
    height, low, rise = u(0.8, 1.5), u(0.35, 0.6), u(0.4, 0.7)
    high = low * u(0.35, 0.85)
    solid.cylinder(stand, u(0.22, 0.4), 0.1, top=u(0.15, 0.22))
    cone = [(low, -0.3 * rise), (high, 0.7 * rise), (0.95 * high, 0.7 * rise), (0.95 * low, -0.3 * rise)]
    if rng.random() < 0.3:
        reach, elbow = u(0.3, 0.7), u(0.5, 0.8) * height
        solid.tube(stand, [(0, 0, 0), (-0.25, elbow, 0), (reach, height, 0)], 0.04)
        hood = Builder()
        hood.lathe(shade, [*np.multiply(0.7, cone[:2]), (0, 0.55 * rise)])
        hood.ellipsoid(pale(rng) + 0.3, 0.14)
        solid.include(hood, (reach, height, 0), rotation("z", u(10, 50)))
        return
    solid.cylinder(stand, u(0.03, 0.07), height, (0, height / 2, 0))
    if rng.random() < 0.5:
        belly = u(0.14, 0.3)
        solid.ellipsoid(stand, (belly, 0.3 * height, belly), (0, 0.35 * height, 0))
    solid.lathe(shade, cone, (0, height, 0))


def bed(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a single or double bed, its head towards -x."""
    u = rng.uniform
    frame = any_of(rng, wood, wood, paint, metal)
    width, length = u(0.9, 1.6), u(1.6, 2)
    solid.box(frame, (length, 0.15, width), (0, 0.2, 0))
    solid.box(pale(rng), (0.97 * length, 0.25, 0.96 * width), (0, 0.38, 0))
    cover = u(0.45, 0.75) * length
    solid.box(paint(rng), (cover, u(0.26, 0.34), 0.99 * width), (0.48 * length - cover / 2, 0.39, 0))
    for end, height in ((-1, u(0.6, 1.1)), (1, u(0.15, 0.6))):
        board = (0.08, height, width)
        solid.box(frame, board, (end * length / 2, height / 2 + 0.1, 0), taper=(1, u(0.7, 1)))
    pillows = (-0.23, 0.23) if width > 1.15 else (0,)
    linen = pale(rng)
    for z in pillows:
        solid.ellipsoid(linen, (0.17, 0.1, 0.22), (-0.38 * length, 0.56, z * width), sides=12)
    for x, z in CORNERS:
        solid.box(frame, (0.1, 0.4, 0.1), (x * 0.48 * length, 0.1, z * 0.46 * width))


def sofa(solid: Builder, rng: np.random.Generator) -> None:
    """Draw an armchair or sofa of one to three seats with square or rolled arms."""
    u = rng.uniform
    cover = any_of(rng, paint, paint, wood)
    cushion = cover if rng.random() < 0.4 else paint(rng)
    seats = rng.integers(1, 4)
    width, depth, height, arm = 0.35 + u(0.45, 0.65) * seats, u(0.7, 0.95), u(0.45, 0.8), u(0.12, 0.25)
    solid.box(cover, (width, 0.35, depth), (0, 0.2, 0))
    lean = rotation("x", u(-12, 0))
    solid.box(cover, (width, height, 0.22), (0, 0.25 + height / 2, -depth / 2), lean)
    share = (width - 2 * arm) / seats
    for i in range(seats):
        x = (i + 0.5 - seats / 2) * share
        solid.box(cushion, (0.95 * share, 0.17, 0.85 * depth), (x, 0.44, 0.08))
        solid.box(cushion, (0.92 * share, 0.7 * height, 0.14), (x, 0.5 + 0.3 * height, 0.2 - depth / 2), lean)
    square, rise = rng.random() < 0.5, u(0.4, 0.65)
    for x in (-1, 1):
        middle = x * (width - arm) / 2
        solid.box(cover, (arm, rise, depth), (middle, rise / 2 + 0.1, 0.05))
        if not square:
            solid.cylinder(cover, 0.7 * arm, depth, (middle, rise + 0.1, 0.05), TO_FRONT, sides=16)
    for x, z in CORNERS:
        solid.cylinder(dark(rng), 0.04, 0.2, (x * 0.45 * width, -0.05, z * 0.42 * depth), sides=8)


def bookshelf(solid: Builder, rng: np.random.Generator) -> None:
    """Draw a bookcase, its shelves filled in part with upright and lying books."""
    u = rng.uniform
    case = any_of(rng, wood, wood, paint)
    width, depth, height, shelves = u(0.8, 1.5), u(0.3, 0.45), u(1.3, 2), rng.integers(3, 6)
    thick, room = 0.07, height / shelves
    solid.box(0.6 * case, (width, height, 0.03), (0, height / 2, -depth / 2))
    for x in (-1, 1):
        solid.box(case, (thick, height + thick, depth), (x * width / 2, height / 2, 0))
    for i in range(shelves + 1):
        solid.box(case, (width, thick, depth), (0, i * room, 0))
    for i in range(shelves):
        x, end = -width / 2 + thick, width * u(-0.2, 0.48)
        while x < end:
            broad, tall = u(0.06, 0.16), room * u(0.5, 0.8)
            at = (x + broad / 2, i * room + tall / 2 + thick / 2, 0.02)
            solid.box(paint(rng), (0.92 * broad, tall, 0.75 * depth), at)
            x += broad
        if rng.random() < 0.3 and end < 0.2 * width:
            pile = (0.3 * width, u(0.1, 0.3) * room, 0.6 * depth)
            solid.box(paint(rng), pile, (0.3 * width, i * room + pile[1] / 2 + thick / 2, 0))
