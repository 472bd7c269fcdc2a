"""Networks that were trained on images normalised otherwise than this project's, made to take this project's."""

from collections.abc import Sequence

import torch
from torch import fx, nn

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


class _Outermost(fx.Tracer):
    """Follows a network's own forward method; its modules stay as they are, whatever is inside."""

    def is_leaf_module(self, _module, _name):
        """Return that a module is not to be followed."""
        return True


def normalised(network: nn.Module, mean: Sequence[float], std: Sequence[float]) -> fx.GraphModule:
    """Return a network in evaluation mode with a Normalise in front; all its modules are the same, under the same names.

    It is not folded into the first convolution, since its padding stands for zeros behind the normalisation.
    """
    graph = _Outermost().trace(network)
    images = next(node for node in graph.nodes if node.op == "placeholder")
    with graph.inserting_after(images):
        scaled = graph.call_module(NAME, (images,))
    images.replace_all_uses_with(scaled, delete_user_cb=lambda user: user is not scaled)
    network.add_module(NAME, Normalise(mean, std))
    return fx.GraphModule(network, graph)
