"""A picture of one exemplar, under a camera, light and background of its own."""

from collections.abc import Callable

import numpy as np

from segregation.steps.randomness import generator
from segregation.stimuli.renderer import (
    Camera,
    Light,
    Mesh,
    Shader,
    render,
    sample_background,
    sample_camera,
    sample_light,
)

SUPERSAMPLING = 2


def photograph(
    mesh: Mesh,
    names: tuple[str | int, ...],
    size: int,
    shader: Shader | None = None,
    camera: Callable[[np.random.Generator], Camera] = sample_camera,
    light: Callable[[np.random.Generator], Light] = sample_light,
) -> np.ndarray:
    """Render a mesh as floats (size, size, 3) in [0, 1], gamma-encoded.

    Camera, light and background are drawn from the generators that belong to the names, and do not depend on the size.
    """
    return render(
        mesh,
        camera(generator(*names, "camera")),
        light(generator(*names, "light")),
        sample_background(generator(*names, "background"), size * SUPERSAMPLING),
        size,
        SUPERSAMPLING,
        shader,
    )
