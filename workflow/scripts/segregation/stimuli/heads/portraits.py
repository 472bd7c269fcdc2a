"""The source portraits: a second collection of people, photographed as another photographer would.

HEADS and PORTRAITS differ as two collections of photographs do, which share no person, but not in their backgrounds: with
backdrops of its own, each collection could be told by these alone.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from segregation.stimuli.heads import hair
from segregation.stimuli.heads.collection import Collection
from segregation.stimuli.heads.expressions import draw_expression
from segregation.stimuli.heads.identity import POPULATION, Population, draw_identity
from segregation.stimuli.renderer import Camera, Light, normalise, sample_camera, sample_light

PORTRAIT_MOODS = {"neutral": 0.35, "smile": 0.45, "frown": 0.05, "surprise": 0.0, "pucker": 0.05, "talk": 0.10}
PORTRAIT_POPULATION = Population(
    male=(0.5, 0.5),
    age=(1.5, 1.2),
    weight=(2, 2),
    ancestry=(0.5, 0.2, 0.5),
    styles={"female": [0.06, 0.42, 0.18, 0.16, 0.18], "male": [0.32, 0.40, 0.05, 0.05, 0.18]},
    beards=(0, 0.35, 0.8),
    spread=POPULATION.spread,
)
TOWARDS_CAMERA = np.array([0.0, 0.1, 0.4])  # added to the direction of a portrait's light


def _portrait_camera(rng: np.random.Generator) -> Camera:
    """Draw a camera that is near, rather low, often tilted and never far to the side."""
    camera = sample_camera(rng, azimuth=(-25, 25), elevation=(-20, 8), roll=(-24, 24))
    return replace(camera, zoom=1.08 * camera.zoom)


def _portrait_light(rng: np.random.Generator) -> Light:
    """Draw a hard light from near the camera."""
    light = sample_light(rng)
    return replace(light, direction=normalise(light.direction + TOWARDS_CAMERA), ambient=0.8 * light.ambient)


PORTRAITS = Collection(
    "portraits",
    "portrait",
    identity=partial(draw_identity, population=PORTRAIT_POPULATION),
    expression=partial(draw_expression, moods=PORTRAIT_MOODS),
    camera=_portrait_camera,
    light=_portrait_light,
    hair=hair,
)
