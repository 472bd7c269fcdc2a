"""Images of fruit and dishes; every image shows a new exemplar and depends on nothing but its own arguments."""

import numpy as np

from segregation.randomness import generator
from segregation.reporting import InputError
from segregation.stimuli.food.dishes import DISHES
from segregation.stimuli.food.ingredients import sample_surface
from segregation.stimuli.renderer import Mesh, render, sample_background, sample_camera, sample_light
from segregation.stimuli.solids import Builder, fitted

SUPERSAMPLING = 2


def class_names(trained: int, heldout: int) -> tuple[list[str], list[str]]:
    """Choose dishes to train on and to hold out; both lists are sorted by name.

    Trained ones come from the front of one fixed order, held-out ones from its back, hence asking for more of either
    never changes the members of the other. Raises InputError when a number is negative or there are too few dishes.
    """
    names = list(DISHES)
    if min(trained, heldout) < 0 or trained + heldout > len(names):
        raise InputError(f"{trained} trained and {heldout} held-out dishes were asked for; only {len(names)} exist.")
    return sorted(names[:trained]), sorted(names[len(names) - heldout :])


def exemplar(class_name: str, index: int, seed: int) -> Mesh:
    """Build the posed mesh of one image, within the unit sphere; raises InputError for an unknown class."""
    if class_name not in DISHES:
        raise InputError(f"There is no dish {class_name!r}; there are: {', '.join(sorted(DISHES))}.")
    dish = DISHES[class_name]
    solid = Builder()
    dish.build(solid, generator("food", class_name, index, seed, "exemplar"))
    return fitted(solid.mesh(), dish.pose.sample(generator("food", class_name, index, seed, "pose")))


def draw(class_name: str, index: int, seed: int, size: int) -> np.ndarray:
    """Draw image number `index` of a dish: float (size, size, 3) in [0, 1], gamma-encoded.

    Camera, light and background are distributed as those of the objects. Raises InputError for an unknown class.
    """
    mesh = exemplar(class_name, index, seed)
    camera, light, background, surface = (
        generator("food", class_name, index, seed, purpose) for purpose in ("camera", "light", "background", "surface")
    )
    return render(
        mesh,
        sample_camera(camera),
        sample_light(light),
        sample_background(background, size * SUPERSAMPLING),
        size,
        SUPERSAMPLING,
        sample_surface(surface),
    )
