"""Images of cars: which classes there are, and the drawing of one image."""

import colorsys
from dataclasses import replace
from functools import lru_cache

import numpy as np

from segregation.steps.randomness import generator
from segregation.stimuli.cars.body import build
from segregation.stimuli.cars.model import draw_model
from segregation.stimuli.cars.patches import PAINT
from segregation.stimuli.numbered import numbered_classes
from segregation.stimuli.photograph import photograph
from segregation.stimuli.renderer import Mesh
from segregation.stimuli.solids import fitted, rotation

# Degrees between a car's heading and the viewer, to which the camera's azimuth adds: few views are end-on, where all look
# alike, and few from behind.
HEADING = (30, 120)
TILT = (0, 20)  # degrees, the roof towards the viewer


def class_names(trained: int, heldout: int) -> tuple[list[str], list[str]]:
    """Return the names of trained and of held-out car models; raises InputError as numbered_classes does."""
    return numbered_classes("car", trained, heldout)


def paint(rng: np.random.Generator) -> np.ndarray:
    """Draw a paint, linear RGB (3,), of any hue, and between the dark and the pale of windows, trim and tyres."""
    hue, saturation, value = rng.uniform(), rng.uniform(0, 0.9), rng.uniform(0.3, 0.8)
    return np.array(colorsys.hsv_to_rgb(hue, saturation, value)) ** 1.5


def specimen(class_name: str, index: int, seed: int) -> Mesh:
    """Return the painted and posed mesh of one image, within the unit sphere; raises InputError for an unknown class."""
    names = ("cars", seed, class_name, index)
    mesh = _unpainted(class_name, seed)
    painted = (mesh.albedo == PAINT).all(1, keepdims=True)
    rng = generator(*names, "pose")
    heading = rng.choice([-1, 1]) * rng.uniform(*HEADING)
    turn = rotation("x", rng.uniform(*TILT)) @ rotation("y", heading - 90)
    return fitted(replace(mesh, albedo=np.where(painted, paint(generator(*names, "paint")), mesh.albedo)), turn)


def draw(class_name: str, index: int, seed: int, size: int) -> np.ndarray:
    """Draw one image of the car model class_name: floats (size, size, 3) in [0, 1], gamma-encoded.

    The image depends on the arguments only. index tells images of one model apart and seed data sets; what an index
    shows does not depend on the size. Camera, light and background are distributed as those of the heads. Raises
    InputError for an unknown class.
    """
    return photograph(specimen(class_name, index, seed), ("cars", seed, class_name, index), size)


@lru_cache(maxsize=64)
def _unpainted(class_name: str, seed: int) -> Mesh:
    """Build the mesh of a model; a few are kept, as the images of one model are often drawn in a row."""
    return build(draw_model(class_name, seed))
