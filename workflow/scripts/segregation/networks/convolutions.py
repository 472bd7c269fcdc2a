"""The convolutions of a network."""

from torch import nn


def behind_the_first(network: nn.Module) -> list[nn.Parameter]:
    """Return the weights of all convolutions of a network but the first that it holds, which sees colours."""
    return [module.weight for module in network.modules() if isinstance(module, nn.Conv2d)][1:]
