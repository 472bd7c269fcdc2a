"""What is fitted to a car's body: lights, grille, bumpers, and what it carries on its roof and tail."""

from typing import NamedTuple

import numpy as np

from segregation.stimuli.cars.model import BED_FLOOR, Model
from segregation.stimuli.cars.patches import BLACK, PAINT, SILVER, TONES
from segregation.stimuli.cars.wheels import wheel
from segregation.stimuli.materials import grey
from segregation.stimuli.solids import TO_SIDE, Builder, rotation

WHITE_LIGHT, RED_LIGHT = np.array([0.95, 0.95, 0.8]), np.array([0.55, 0.01, 0.01])
LUGGAGE = grey(0.25)

# Lights on one side: the middle of each as a share of half the body's width, its (height, width) or radius in metres.
LIGHTS = {
    "square": [(0.66, (0.24, 0.3))],
    "slit": [(0.55, (0.1, 0.55))],
    "tall": [(0.76, (0.42, 0.16))],
    "bar": [(0.45, (0.13, 0.75))],
    "round": [(0.62, 0.19)],
    "twin": [(0.7, 0.13), (0.34, 0.13)],
}
# Height and width of grilles as shares of those of the nose.
GRILLES = {"none": (0, 0), "wide": (0.2, 0.65), "tall": (0.6, 0.24), "mouth": (0.34, 0.4), "full": (0.5, 0.8)}
SUITCASES = ((-0.2, 0.1, (0.4, 0.3, 1.3)), (0.22, -0.2, (0.3, 0.2, 1.0)))  # where along and across the roof, size
CRATES = ((0.35, -0.15, (0.5, 0.6, 0.7)), (0.75, 0.25, (0.45, 0.85, 0.6)))  # where along and across the bed, size


class Roof(NamedTuple):
    """A roof: where it begins and ends along the car, its height and half its width."""

    rear: float
    front: float
    height: float
    half: float


def add_lights(solid: Builder, model: Model) -> None:
    """Add headlights, tail lights and the grille."""
    p, d = model.proportions, model.details
    nose, tail = p.nose_height - p.clearance, p.tail_height - p.clearance
    _add_lights_at(solid, model, WHITE_LIGHT, d.headlight, p.end, p.clearance + 0.6 * nose)
    _add_lights_at(solid, model, RED_LIGHT, d.tail_light, -p.end, p.clearance + 0.62 * tail)
    height, width = GRILLES[d.grille]
    if height:
        colour = SILVER if d.bumper == "bright" else BLACK
        size = (0.05, height * nose, 2 * width * model.half_body)
        solid.box(colour, size, (p.end, p.clearance + 0.5 * nose, 0))


def _add_lights_at(solid: Builder, model: Model, colour: np.ndarray, kind: str, x: float, height: float) -> None:
    """Add a set of lights to one end of the car."""
    for share, size in LIGHTS[kind]:
        for side in (-1, 1):
            at = (x, height, side * share * model.half_body)
            if isinstance(size, tuple):
                solid.box(colour, (0.1, *size), at)
            else:
                solid.cylinder(colour, size, 0.12, at, TO_SIDE, sides=10)


def add_bumpers(solid: Builder, model: Model) -> None:
    """Add a bumper at either end."""
    p = model.proportions
    colour = {"dark": BLACK, "bright": SILVER, "paint": PAINT}[model.details.bumper]
    for end in (-p.end, p.end):
        solid.box(colour, (0.16, 0.17, 0.96 * p.width), (end, p.clearance + 0.1, 0))


def add_roof_load(solid: Builder, model: Model, roof: Roof) -> None:
    """Add what the roof carries."""
    second, middle, length = TONES[model.details.tone], (roof.rear + roof.front) / 2, roof.front - roof.rear
    match model.details.roof:
        case "rails":
            for side in (-1, 1):
                at = (middle, roof.height, side * (roof.half - 0.12))
                solid.box(SILVER, (0.85 * length, 0.16, 0.09), at)
        case "rack":
            for x in (-0.3, 0.3):
                solid.box(BLACK, (0.1, 0.14, 2 * roof.half), (middle + x * length, roof.height + 0.04, 0))
            for x, z, (long, high, wide) in SUITCASES:
                at = (middle + x * length, roof.height + 0.1 + high / 2, z * roof.half)
                solid.box(LUGGAGE, (long * length, high, wide * roof.half), at)
        case "box":
            size = (0.8 * length, 0.36, 1.1 * roof.half)
            solid.box(second, size, (middle, roof.height + 0.16, 0), taper=(0.75, 0.8))
        case "sign":
            solid.box(WHITE_LIGHT, (0.22, 0.26, 0.6), (middle, roof.height + 0.12, 0), taper=0.8)
        case "lamps":
            for z in (-0.75, -0.25, 0.25, 0.75):
                at = (roof.front - 0.2, roof.height + 0.1, z * roof.half)
                solid.cylinder(WHITE_LIGHT, 0.15, 0.14, at, TO_SIDE, sides=10)
        case "dome":
            size = (0.92 * length, 0.42, 1.7 * roof.half)
            solid.box(second, size, (middle, roof.height + 0.18, 0), taper=(0.85, 0.75))


def add_tail(solid: Builder, model: Model, roof: Roof | None = None) -> None:
    """Add what the tail carries, or what stands behind the cabin; an open car has no roof."""
    p, second, half = model.proportions, TONES[model.details.tone], model.half_body
    match model.details.tail:
        case "spare":
            at = (-p.end - 0.2, max(0.75 * p.tail_height, p.clearance + p.wheel), 0)
            solid.include(wheel(model, 0.85 * p.wheel), at, rotation("y", -90))
        case "wing":
            solid.box(second, (0.36, 0.08, 1.9 * half), (0.2 - p.end, p.tail_height + 0.3, 0), rotation("z", 8))
            for side in (-1, 1):
                solid.box(second, (0.16, 0.4, 0.08), (0.22 - p.end, p.tail_height + 0.1, side * 0.6 * half))
        case "lip":
            solid.box(second, (0.42, 0.1, 2 * roof.half), (roof.rear - 0.16, roof.height - 0.05, 0), rotation("z", -8))
        case "fins":
            outline = [(0, -0.1), (1.1, -0.1), (0.1, 0.34), (-0.16, 0.34)]
            for side in (-1, 1):
                solid.panel(PAINT, outline, 0.1, (0.02 - p.end, p.tail_height, side * (0.92 * half - 0.07)))
        case "hoop":
            x, top = p.stern - 0.12, p.belt_line + 0.42 if roof is None else p.height - 0.06
            right = [(x, p.belt_line - 0.3, 0.75 * half), (x, top, 0.65 * half)]
            left = [(x, y, -z) for x, y, z in reversed(right)]
            solid.tube(second, right + left, 0.07, sides=6)
        case "load":
            floor = p.clearance + BED_FLOOR * (p.tail_height - p.clearance)
            for x, z, (long, high, wide) in CRATES:
                solid.box(LUGGAGE, (long, high, wide), (x * p.deck * p.length - p.end, floor + high / 2, z * half))
