"""The mesh of a car: hull and cabin, with what wheels and fittings add.

A car heads along +x and stands on y = 0; lengths are in metres.
"""

from itertools import pairwise

import numpy as np

from segregation.stimuli.cars.fittings import Roof, add_bumpers, add_lights, add_roof_load, add_tail
from segregation.stimuli.cars.model import BED_FLOOR, Model
from segregation.stimuli.cars.patches import (
    BLACK,
    FLOOR,
    FRONT,
    GLASS,
    PAINT,
    REAR,
    RIGHT,
    TONES,
    TOP,
    Point,
    patch,
    prism,
    twin_patches,
)
from segregation.stimuli.cars.wheels import add_wheels
from segregation.stimuli.materials import grey
from segregation.stimuli.renderer import Mesh
from segregation.stimuli.solids import Builder, rotation

STRIPS = (0.0, 0.36, BED_FLOOR, 1.0)  # edges of the three strips of the hull's sides, as shares of its height
STRIP_WIDTHS = (0.94, 1.0, 1.0, 0.92)
NOSE, TAIL = 0.18, 0.1  # length of the hull's ends, which are narrower and lower
END_TAPER, NOSE_DROP, TAIL_DROP = 0.86, 0.1, 0.06
BONNET_PIECE = 3  # the first piece of the hull, from the tail, that lies ahead of the cabin
BED_PIECE, BED_WALL = 1, 0.1
CABIN_WIDTH = 0.9
EAVES = 0.1  # height of the roof's panel
LEAST_ROOF = 0.5  # length of the shortest roof
STRIPES = ((0.26, 0.42), (0.58, 0.74))
PILLAR = 0.03  # half the width of a pillar, as a share of the cabin's side


def build(model: Model) -> Mesh:
    """Build the mesh of a model; what is to be painted has the colour PAINT."""
    solid = Builder()
    _hull(solid, model)
    add_wheels(solid, model)
    add_lights(solid, model)
    add_bumpers(solid, model)
    if model.form == "open":
        _cockpit(solid, model)
        add_tail(solid, model)
    else:
        roof = _cabin(solid, model)
        add_roof_load(solid, model, roof)
        add_tail(solid, model, roof)
    return solid.mesh()


def _stations(model: Model) -> list[Point]:
    """Return the hull's upper edge from the tail to the nose."""
    p, half = model.proportions, model.half_body
    return [
        (-p.end, p.tail_height - TAIL_DROP, END_TAPER * half),
        (TAIL - p.end, p.tail_height, half),
        (max(p.stern, TAIL - p.end + 0.02), p.belt_line, half),
        (p.cowl, p.belt_line, half),
        (p.end - NOSE, p.nose_height, half),
        (p.end, p.nose_height - NOSE_DROP, END_TAPER * half),
    ]


def _hull_colours(model: Model) -> np.ndarray:
    """Return the colours (5, 3, 3) of the hull's pieces, from the tail to the nose, and in them of strips from below."""
    colours = np.tile(PAINT, (5, 3, 1))
    second = TONES[model.details.tone]
    match model.details.pattern:
        case "lower":
            colours[:, :2] = second
        case "band":
            colours[:, 1] = second
        case "cladding":
            colours[:, 0] = BLACK
        case "doors":
            colours[BONNET_PIECE - 1] = second
        case "front":
            colours[BONNET_PIECE:] = second
    return colours


def _hull(solid: Builder, model: Model) -> None:
    """Add the body below the belt, piece by piece from the tail to the nose, and strip by strip upwards."""
    clearance, colours = model.proportions.clearance, _hull_colours(model)

    def edge(station: Point, strip: int) -> Point:
        x, top, half = station
        return x, clearance + STRIPS[strip] * (top - clearance), STRIP_WIDTHS[strip] * half

    for piece, (rear, front) in enumerate(pairwise(_stations(model))):
        for strip, colour in enumerate(colours[piece]):
            corners = prism(edge(rear, strip), edge(rear, strip + 1), edge(front, strip), edge(front, strip + 1))
            if model.form == "bed" and (piece, strip) == (BED_PIECE, 2):
                _bed(solid, colour, corners)
            else:
                solid.hexahedron(colour, corners)
        if model.details.pattern == "stripes" and not (model.form == "bed" and piece == BED_PIECE):
            _stripes(solid, model, corners)


def _stripes(solid: Builder, model: Model, corners: np.ndarray) -> None:
    """Lay two stripes along the top of a prism."""
    for stripe in STRIPES:
        patch(solid, TONES[model.details.tone], corners[TOP], stripe)


def _bed(solid: Builder, colour: np.ndarray, corners: np.ndarray) -> None:
    """Add the floor and the side walls of a bed, which with them fills the corners of a prism."""
    patch(solid, BLACK, corners[FLOOR])
    left, right = corners.copy(), corners.copy()
    left[1::2, 2] = corners[0::2, 2] + BED_WALL
    right[0::2, 2] = corners[1::2, 2] - BED_WALL
    solid.hexahedron(colour, left)
    solid.hexahedron(colour, right)


def _cabin(solid: Builder, model: Model) -> Roof:
    """Add pillars, windows and roof; return where the roof is."""
    p, d, half = model.proportions, model.details, CABIN_WIDTH * model.half_body
    roof_colour = TONES[d.tone] if d.pattern == "roof" else PAINT
    rear, base, eaves = max(p.stern, 0.06 - p.end), p.belt_line - 0.03, p.height - EAVES
    steeper = min(1, (p.cowl - rear - LEAST_ROOF) / (p.screen + p.backlight))
    ends = rear + steeper * p.backlight, p.cowl - steeper * p.screen
    roof = Roof(*ends, p.height, half - p.tumblehome * p.width / 2)
    corners = prism((rear, base, half), (roof.rear, eaves, roof.half), (p.cowl, base, half), (roof.front, eaves, roof.half))
    solid.hexahedron(roof_colour, corners)
    patch(solid, GLASS, corners[FRONT], (0.06, 0.94), (0.1, 0.95))
    patch(solid, GLASS, corners[REAR], (0.1, 0.9), (0.2, 0.9))
    panes = max(1, round(p.glazed * d.panes))
    for behind, ahead in pairwise(np.linspace(1 - p.glazed, 1, panes + 1)):
        twin_patches(solid, GLASS, corners[RIGHT], (behind + PILLAR, ahead - PILLAR), (0.12, 0.92))
    panel = prism(
        (roof.rear - 0.04, eaves, roof.half + 0.02),
        (roof.rear + 0.12, p.height, roof.half - 0.1),
        (roof.front + 0.04, eaves, roof.half + 0.02),
        (roof.front - 0.12, p.height, roof.half - 0.1),
    )
    solid.hexahedron(roof_colour, panel)
    if d.pattern == "stripes":
        _stripes(solid, model, panel)
    return roof


def _cockpit(solid: Builder, model: Model) -> None:
    """Add the inside of an open car, its windscreen and its seats."""
    p, half, belt = model.proportions, model.half_body, model.proportions.belt_line
    well = prism((p.stern, 0, half), (p.stern, belt, half), (p.cowl, 0, half), (p.cowl, belt, half))
    patch(solid, BLACK, well[TOP], (0.14, 0.86), (0.02, 0.9))
    low, high = half - 0.1, half - 0.1 - p.tumblehome * p.width / 2
    ahead, behind = p.cowl, p.cowl - p.screen
    screen = prism((ahead - 0.06, belt, low), (behind - 0.06, p.height, high), (ahead, belt, low), (behind, p.height, high))
    solid.hexahedron(PAINT, screen)
    for side in (FRONT, REAR):
        patch(solid, grey(0.12), screen[side], (0.05, 0.95), (0.05, 0.9))
    for row in (0.55, 0.15)[: model.details.panes]:
        for side in (-1, 1):
            at = (p.stern + row * (p.cowl - p.stern), belt + 0.1, side * 0.42 * half)
            solid.box(TONES[model.details.tone], (0.16, 0.55, 0.55 * half), at, rotation("z", 12), taper=0.8)
