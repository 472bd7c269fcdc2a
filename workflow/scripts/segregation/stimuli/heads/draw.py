"""Images of heads: collections of people, each photographed in its own way, and the drawing of one image.

HEADS and PORTRAITS differ as two collections of photographs do, which share no person, but not in their backgrounds: with
backdrops of its own, each collection could be told by these alone. SHAPE_HEADS are photographed as HEADS are, but nothing
tells one person from another except the three-dimensional shape.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from segregation.randomness import generator
from segregation.stimuli.heads.expressions import Expression, draw_expression
from segregation.stimuli.heads.identity import MODIFIED, POPULATION, Brows, Identity, Population, draw_identity
from segregation.stimuli.heads.model import Head, build_head
from segregation.stimuli.numbered import numbered_classes
from segregation.stimuli.photograph import photograph
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
SHAPE_POPULATION = replace(  # of wider spread: with POPULATION's, small networks hardly tell such heads apart
    POPULATION,
    male=(0.3, 0.3),
    age=(0.5, 0.5),
    weight=(0.5, 0.5),
    ancestry=(0.3, 0.3, 0.3),
    spread=dict.fromkeys(MODIFIED, 0.5) | {"forehead": 0.4},  # more of the forehead makes heads pointed
)


@dataclass(frozen=True, eq=False)
class Collection:
    """A collection of people and of photographs of them.

    name is the first name of all generators, class_prefix the beginning of the class names. identity draws the person
    that belongs to names; expression, camera and light draw what changes from image to image, each from a generator.
    tint holds the standard deviations of the logarithms of a head's brightness and of its three colour channels, drawn
    for each image.
    """

    name: str
    class_prefix: str
    identity: Callable[..., Identity] = draw_identity
    expression: Callable[[np.random.Generator], Expression] = draw_expression
    camera: Callable[[np.random.Generator], Camera] = sample_camera
    light: Callable[[np.random.Generator], Light] = sample_light
    tint: tuple[float, float] = (0.0, 0.0)

    def class_names(self, trained: int, heldout: int) -> tuple[list[str], list[str]]:
        """Return the names of trained and of held-out identities; raises InputError as numbered_classes does."""
        return numbered_classes(self.class_prefix, trained, heldout)

    def draw(self, class_name: str, index: int, seed: int, size: int) -> np.ndarray:
        """Draw one image of the person class_name: floats (size, size, 3) in [0, 1], gamma-encoded.

        The image depends on the arguments and the collection only. index tells images of one person apart and seed
        data sets; camera, light, expression and background of an index do not depend on the size. Raises InputError
        where the shape data are missing.
        """
        names = (self.name, seed, class_name, index)
        expression = self.expression(generator(*names, "expression"))
        mesh, painter = _head(self, class_name, seed).pose(expression, self.draw_tint(generator(*names, "tint")))
        return photograph(mesh, names, size, painter, self.camera, self.light)

    def draw_tint(self, rng: np.random.Generator) -> np.ndarray:
        """Draw the factors (3,) of a head's colours in one image."""
        brightness, colour = self.tint
        return np.exp(brightness * rng.normal() + colour * rng.normal(size=3))


@lru_cache(maxsize=64)
def _head(collection: Collection, class_name: str, seed: int) -> Head:
    """Build the head of a person; a few are kept, as the images of one person are often drawn in a row."""
    return build_head(collection.identity(collection.name, seed, class_name))


def _portrait_camera(rng: np.random.Generator) -> Camera:
    """Draw a camera that is near, rather low, often tilted and never far to the side."""
    camera = sample_camera(rng, azimuth=(-25, 25), elevation=(-20, 8), roll=(-24, 24))
    return replace(camera, zoom=1.08 * camera.zoom)


def _portrait_light(rng: np.random.Generator) -> Light:
    """Draw a hard light from near the camera."""
    light = sample_light(rng)
    return replace(light, direction=normalise(light.direction + TOWARDS_CAMERA), ambient=0.8 * light.ambient)


def _shape_only(*names: str | int) -> Identity:
    """Draw the person that belongs to names, who is bald and has everybody's colours and eyebrows."""
    person = draw_identity(*names, population=SHAPE_POPULATION)
    return replace(
        person,
        skin=np.array([0.42, 0.27, 0.20]),
        lips=np.array([0.36, 0.12, 0.10]),
        iris=np.array([0.10, 0.06, 0.03]),
        iris_radius=0.47,
        hair=replace(person.hair, style="bald", colour=np.array([0.06, 0.04, 0.03])),
        brows=Brows(opacity=0.9, thickness=0.045, height=0.0, arch=0.03, drop=0.04),
        beard=0.0,
        mottling=0.0,
    )


HEADS = Collection("heads", "head")
PORTRAITS = Collection(
    "portraits",
    "portrait",
    identity=partial(draw_identity, population=PORTRAIT_POPULATION),
    expression=partial(draw_expression, moods=PORTRAIT_MOODS),
    camera=_portrait_camera,
    light=_portrait_light,
)
SHAPE_HEADS = Collection("shape_heads", "shape", identity=_shape_only, tint=(0.15, 0.08))
