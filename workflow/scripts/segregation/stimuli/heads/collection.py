"""Collections of people, each photographed in its own way, and the drawing of one image of a head."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from segregation.steps.randomness import generator
from segregation.stimuli.heads.expressions import Expression, draw_expression
from segregation.stimuli.heads.identity import Identity, draw_identity
from segregation.stimuli.heads.model import Hairdresser, Head, build_head
from segregation.stimuli.numbered import numbered_classes
from segregation.stimuli.photograph import photograph
from segregation.stimuli.renderer import Camera, Light, sample_camera, sample_light


@dataclass(frozen=True, eq=False)
class Collection:
    """A collection of people and of photographs of them.

    name is the first name of all generators, class_prefix the beginning of the class names. identity draws the person
    that belongs to names; expression, camera and light draw what changes from image to image, each from a generator.
    tint holds the standard deviations of the logarithms of a head's brightness and of its three colour channels, drawn
    for each image. hair is the module that grows and paints hair, or None where everybody is bald: so that an edit of it
    concerns no collection without.
    """

    name: str
    class_prefix: str
    identity: Callable[..., Identity] = draw_identity
    expression: Callable[[np.random.Generator], Expression] = draw_expression
    camera: Callable[[np.random.Generator], Camera] = sample_camera
    light: Callable[[np.random.Generator], Light] = sample_light
    tint: tuple[float, float] = (0.0, 0.0)
    hair: Hairdresser | None = None

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
    return build_head(collection.identity(collection.name, seed, class_name), collection.hair)
