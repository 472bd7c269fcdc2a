"""Linear operations behind a layer: what one unit contributes to them can be taken away without computing them anew."""

import math

import torch
from torch import fx, nn
from torch.nn import functional as F

from segregation.networks.graph import Traced

FEW = 32  # units; below, reading and writing what a convolution puts out takes longer than the convolution


class Step:
    """A linear operation that reads maps (n, units, ...) and whose output is kept as rows (n, positions, outputs).

    weights is (units, taps, outputs): the part of each unit in the outputs, for every tap of a kernel or place of a map.
    """

    def __init__(self, module: nn.Module, weights: torch.Tensor):
        self.module, self.weights, self.shape = module, weights, None

    def rows(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the outputs for maps as rows (n, positions, outputs), contiguous."""
        outputs = self._last(self.module(self._read(maps)))
        self.shape = outputs.shape[1:]
        return outputs.reshape(len(maps), -1, self.shape[-1])

    def shaped(self, rows: torch.Tensor) -> torch.Tensor:
        """Return rows (n, positions, outputs) in the shape that the operation puts out."""
        return self._shaped(rows.view(-1, *self.shape))

    def subtract(self, rows: torch.Tensor, maps: torch.Tensor, unit: int) -> None:
        """Take away, in place, what a unit with these maps (n, ...) contributes to rows (n, positions, outputs)."""
        rows.view(-1, rows.shape[-1]).addmm_(self._taps(maps), self.weights[unit], alpha=-1)

    def taps(self) -> int:
        """Return how many values subtract multiplies with the weights of a unit for one image; rows comes first."""
        return math.prod(self.shape[:-1]) * self.weights.shape[1]

    def _read(self, maps: torch.Tensor) -> torch.Tensor:
        return maps

    def _shaped(self, outputs: torch.Tensor) -> torch.Tensor:
        return outputs

    def _last(self, outputs: torch.Tensor) -> torch.Tensor:
        return outputs

    def _taps(self, maps: torch.Tensor) -> torch.Tensor:
        """Return what the weights of a unit are multiplied with, (n * positions, taps)."""
        raise NotImplementedError


class Convolution(Step):
    """A convolution, ungrouped and padded with zeros."""

    def __init__(self, module: nn.Conv2d):
        super().__init__(module, module.weight.permute(1, 2, 3, 0).flatten(1, 2).contiguous())

    def _last(self, outputs):
        return outputs.permute(0, 2, 3, 1)

    def _shaped(self, outputs):
        return outputs.permute(0, 3, 1, 2)  # channels-last

    def _taps(self, maps):
        of = self.module
        taps = F.unfold(maps[:, None], of.kernel_size, of.dilation, of.padding, of.stride)
        return taps.transpose(1, 2).flatten(0, 1)


class Flattened(Step):
    """A linear layer that reads all places of all maps."""

    def __init__(self, module: nn.Linear, units: int):
        super().__init__(module, module.weight.unflatten(1, (units, -1)).permute(1, 2, 0).contiguous())

    def _read(self, maps):
        return maps.flatten(1)

    def _taps(self, maps):
        return maps.flatten(1)


class Pointwise(Step):
    """A linear layer over the units, which are the last dimension of what it reads: for each token, say, or each image."""

    def __init__(self, module: nn.Linear):
        super().__init__(module, module.weight.T[:, None])

    def _taps(self, maps):
        return maps.reshape(-1, 1)


def steps_of(traced: Traced, maps: fx.Node, axis: int, units: int) -> tuple[dict[fx.Node, Step], bool]:
    """Return the linear operations that read nothing but some maps, by their nodes, and whether anything else reads these.

    axis is that of the units, 1 or -1.
    """
    steps, others = {}, False
    for node in maps.users:
        flat = _behind_flatten(traced, node) if axis == 1 else []
        found = {reader: Flattened(traced.kind(reader), units) for reader in flat}
        found |= {node: step} if (step := _direct(traced.kind(node), axis)) else {}
        steps |= found
        others |= not found
    return steps, others


def _direct(module: nn.Module | None, axis: int) -> Step | None:
    """Return the step of a layer, if it is one; a convolution of few units is faster computed anew."""
    if type(module) is nn.Linear and axis == -1:
        return Pointwise(module)
    plain = type(module) is nn.Conv2d and module.groups == 1 and module.padding_mode == "zeros" and module.in_channels >= FEW
    return Convolution(module) if plain and axis == 1 and not isinstance(module.padding, str) else None


def _behind_flatten(traced: Traced, node: fx.Node) -> list[fx.Node]:
    """Return the linear layers that are all that reads a node, if this does nothing but flatten the maps of each image."""
    module = traced.kind(node)
    if isinstance(module, nn.Flatten):
        start, end = module.start_dim, module.end_dim
    elif (node.op == "call_method" and node.target == "flatten") or node.target is torch.flatten:
        given = dict(zip(("start_dim", "end_dim"), node.args[1:], strict=False)) | node.kwargs
        start, end = given.get("start_dim", 0), given.get("end_dim", -1)
    else:
        return []
    readers = list(node.users)
    plain = (start, end) == (1, -1) and all(type(traced.kind(reader)) is nn.Linear for reader in readers)
    return readers if plain else []
