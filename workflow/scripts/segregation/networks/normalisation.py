"""Networks that were trained on images normalised otherwise than this project's, made to take this project's."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from segregation.images.batches import MEAN, STD

NAME = "normalise"


class Normalise(nn.Module):
    """Takes images (n, 3, height, width) as batches scales them to those of another mean and standard deviation.

    These are given for red, green and blue, on a scale of 0 to 1.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]):
        super().__init__()
        mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
        self.register_buffer("factor", STD / std, persistent=False)
        self.register_buffer("offset", (MEAN - mean) / std, persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the images as the network behind was trained on them."""
        return images * self.factor + self.offset


class Normalised(nn.Module):
    """A network with a Normalise in front; all its modules and weights are the same, under the same names."""

    def __init__(self, network: nn.Module, normalise: Normalise):
        super().__init__()
        self.__dict__["network"] = network  # not a module of this one, for names would get longer
        self._modules = network._modules | {NAME: normalise}
        self._parameters, self._buffers = network._parameters, network._buffers

    def forward(self, images: torch.Tensor) -> Any:
        """Return what the network puts out for images of mean and standard deviation 0.5."""
        return type(self.network).forward(self.network, self._modules[NAME](images))

    def train(self, mode: bool = True) -> "Normalised":
        """Set the mode of the network, too."""
        self.network.training = mode
        return super().train(mode)


def normalised(network: nn.Module, mean: Sequence[float], std: Sequence[float]) -> Normalised:
    """Return a network that takes images of mean and standard deviation 0.5, whatever it was trained on.

    It is not folded into the first convolution, since its padding stands for zeros behind the normalisation.
    """
    return Normalised(network, Normalise(mean, std)).train(network.training)
