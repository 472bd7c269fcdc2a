"""A network in two parts: from the images to the maps of a layer, and from there to the class scores."""

from torch import nn

from segregation.architectures import CONVOLUTIONS
from segregation.reporting import InputError


def layers(network: nn.Module, name: str = "vgg16") -> dict[str, nn.Module]:
    """Return the module whose output maps are those of each convolutional layer: behind its norm and non-linearity."""
    outputs = [module for module in network.features if isinstance(module, nn.ReLU)]
    return dict(zip(CONVOLUTIONS[name], outputs, strict=True))


def layer(network: nn.Module, name: str) -> nn.Module:
    """Return one of the layers. Raises InputError that lists them if there is none of this name."""
    named = layers(network)
    if name not in named:
        raise InputError(f"The network has no layer '{name}'; its layers are {', '.join(named)}.")
    return named[name]


def cut(network: nn.Module, name: str, pooled: bool = True) -> tuple[nn.Sequential, nn.Sequential]:
    """Cut a network behind a layer into two: images to the layer's maps, and those maps to class scores.

    A pooling that follows goes with the first part, since silencing a filter and pooling its map commute; with pooled false
    it goes with the second.
    """
    chain = [module for stage in network for module in (stage if isinstance(stage, nn.Sequential) else [stage])]
    position = chain.index(layer(network, name)) + 1
    position += pooled and isinstance(chain[position], nn.MaxPool2d)
    return nn.Sequential(*chain[:position]), nn.Sequential(*chain[position:])
