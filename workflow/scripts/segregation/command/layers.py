"""The layers of a network that was given, before its weights are read."""

from torch import nn

from segregation.command.settings import Settings
from segregation.lesions.places import path_of
from segregation.networks import models
from segregation.networks.classes import read_classes
from segregation.steps.reporting import InputError

KINDS = (nn.Conv2d, nn.MultiheadAttention)


def check(asked: Settings) -> None:
    """Raise InputError for a network that cannot be built, a layer that it has not, and where no layer is named.

    The message names the convolutions and layers of attention that there are, or all modules where there are none of these.
    """
    network = models.empty(asked.architecture, asked.image_size, len(read_classes(asked.classes)))
    if not asked.layers:
        paths = [path for path, module in network.named_modules() if isinstance(module, KINDS)]
        paths = paths or [path for path, _ in network.named_modules() if path]
        raise InputError(f"--layers: is missing; {asked.name} has {', '.join(paths)}.")
    for layer in asked.layers:
        path_of(network, layer)
