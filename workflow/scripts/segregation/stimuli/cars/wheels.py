"""Wheels with their arches, and the free-standing wings of classic cars."""

import numpy as np

from segregation.stimuli.cars.model import Model
from segregation.stimuli.cars.patches import BLACK, PAINT, SILVER
from segregation.stimuli.geometry import circle
from segregation.stimuli.materials import grey
from segregation.stimuli.solids import TO_FRONT, Builder, rotation

TYRE, DARK_RIM, WHITEWALL = grey(0.03), grey(0.12), grey(0.8)
WIDTH = 0.22  # of a tyre, in metres
PROUD, INSET = 0.05, 0.025  # how far a tyre's side lies outside the body's, and an arch's inside the tyre's
MARGIN = 0.08  # least distance of a tyre from the car's end
SIDES = 14
SPOKES = 5
UPPER_HALF = (170, 370)  # of a lathe turned to the front, and a little more
# Discs on a tyre's side, the next on top of the last: colour, radius as a share of the tyre's.
RIMS = {
    "disc": [(SILVER, 0.74)],
    "spokes": [(BLACK, 0.76)],
    "ring": [(WHITEWALL, 0.86), (BLACK, 0.6), (SILVER, 0.32)],
    "hub": [(SILVER, 0.38)],
    "dark": [(DARK_RIM, 0.7)],
}


def wheel(model: Model, radius: float) -> Builder:
    """Return a wheel around the z axis whose outer side faces +z and lies at z = 0."""
    solid = Builder()
    solid.cylinder(TYRE, radius, WIDTH, (0, 0, -WIDTH / 2), TO_FRONT, sides=SIDES)
    for layer, (colour, share) in enumerate(RIMS[model.details.rim], start=1):
        height = 0.01 * layer
        solid.lathe(colour, [(share * radius, 0), (share * radius, height), (0, height)], turn=TO_FRONT, sides=SIDES)
    if model.details.rim == "spokes":
        for angle in np.linspace(0, 360, SPOKES, endpoint=False):
            spoke = Builder()
            spoke.box(SILVER, (0.24 * radius, 0.72 * radius, 0.05), (0, 0.36 * radius, 0))
            solid.include(spoke, turn=rotation("z", angle))
    return solid


def add_wheels(solid: Builder, model: Model) -> None:
    """Add four wheels with arches; those of a classic car have wings and footboards between them."""
    p, classic = model.proportions, model.form == "classic"
    corner = wheel(model, p.wheel)
    if classic:
        corner.panel(PAINT, 1.3 * p.wheel * circle(12, -10, 190), 0.36, (0, 0, -0.2))
    else:
        arch = [(1.16 * p.wheel, -WIDTH), (1.16 * p.wheel, -INSET), (0, -INSET)]
        corner.lathe(BLACK, arch, turn=TO_FRONT, sides=SIDES, arc=UPPER_HALF)
    front, rear = (p.end - max(share * p.length, p.wheel + MARGIN) for share in (p.front_overhang, p.rear_overhang))
    for side, turn in ((1, None), (-1, rotation("y", 180))):
        for x in (front, -rear):
            solid.include(corner, (x, p.wheel, side * (p.width / 2 + PROUD)), turn)
        if classic:
            at = ((front - rear) / 2, p.clearance + 0.06, side * (p.width / 2 - 0.17))
            solid.box(BLACK, (front + rear - 2 * p.wheel, 0.1, 0.3), at)
