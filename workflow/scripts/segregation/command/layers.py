"""The layers of a network that may be named, for somebody who named none."""

from torch import nn

from segregation.command.settings import Settings
from segregation.networks import models
from segregation.networks.weights import read_classes

KINDS = (nn.Conv2d, nn.MultiheadAttention)


def listed(asked: Settings) -> str:
    """Return the paths of the convolutions and attention layers of a network; of all its modules where it has none."""
    network = models.empty(asked.architecture, asked.image_size, len(read_classes(asked.classes)))
    paths = [path for path, module in network.named_modules() if isinstance(module, KINDS)]
    return ", ".join(paths or [path for path, _ in network.named_modules() if path])
