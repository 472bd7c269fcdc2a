"""Sets of categories: how a category is built and posed, and how an image of one of its exemplars is drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segregation.steps.randomness import generator
from segregation.steps.reporting import InputError
from segregation.stimuli.photograph import photograph
from segregation.stimuli.renderer import Mesh, Shader
from segregation.stimuli.solids import Builder, fitted, rotation

Range = tuple[float, float]


@dataclass(frozen=True)
class Pose:
    """Ranges, in degrees, of an object's turns before the camera's own: they are applied in the order of the fields.

    roll turns it in the picture plane, heading around the vertical, tilt around the horizontal, its top towards the
    viewer. reversible adds a half turn of the heading in every second draw.
    """

    roll: Range = (0, 0)
    heading: Range = (-180, 180)
    tilt: Range = (-5, 15)
    reversible: bool = False

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        """Draw a rotation matrix (3, 3)."""
        roll, heading, tilt = (rng.uniform(*limits) for limits in (self.roll, self.heading, self.tilt))
        heading += 180 * (self.reversible and rng.random() < 0.5)
        return rotation("x", tilt) @ rotation("y", heading) @ rotation("z", roll)


@dataclass(frozen=True)
class Category:
    """One category: build draws an exemplar into a Builder, group names its kind, pose how it may rest."""

    build: Callable[[Builder, np.random.Generator], None]
    group: str
    pose: Pose


@dataclass(frozen=True, eq=False)
class CategorySet:
    """A set of categories; every image shows a new exemplar and depends on nothing but the arguments of draw.

    name is the first name of all generators. categories are in a fixed order: training takes them from its front, held-out
    ones come from its back. sample_surface draws the shader of an exemplar from the generator that ends with surface.
    """

    name: str
    categories: dict[str, Category]
    sample_surface: Callable[[np.random.Generator], Shader | None]
    surface: str

    def class_names(self, trained: int, heldout: int) -> tuple[list[str], list[str]]:
        """Choose classes to train on and to hold out; both lists are sorted by name.

        Asking for more of either never changes the members of the other. Raises InputError when a number is negative or
        there are too few classes.
        """
        names = list(self.categories)
        if min(trained, heldout) < 0 or trained + heldout > len(names):
            raise InputError(
                f"{trained} trained and {heldout} held-out classes of {self.name} were asked for; only {len(names)} exist."
            )
        return sorted(names[:trained]), sorted(names[len(names) - heldout :])

    def exemplar(self, class_name: str, index: int, seed: int) -> Mesh:
        """Build the posed mesh of one image, within the unit sphere; raises InputError for an unknown class."""
        if class_name not in self.categories:
            raise InputError(f"{self.name} has no class {class_name!r}; there are: {', '.join(sorted(self.categories))}.")
        category, solid = self.categories[class_name], Builder()
        category.build(solid, generator(self.name, class_name, index, seed, "exemplar"))
        return fitted(solid.mesh(), category.pose.sample(generator(self.name, class_name, index, seed, "pose")))

    def draw(self, class_name: str, index: int, seed: int, size: int) -> np.ndarray:
        """Draw image number `index` of a class: float (size, size, 3) in [0, 1], gamma-encoded.

        Camera, light and background are distributed as those of the heads. Raises InputError for an unknown class.
        """
        names = (self.name, class_name, index, seed)
        surface = self.sample_surface(generator(*names, self.surface))
        return photograph(self.exemplar(class_name, index, seed), names, size, surface)
