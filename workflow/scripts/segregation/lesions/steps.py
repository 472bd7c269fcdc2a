"""Linear operations behind a layer: what one unit contributes to them can be taken away without computing them anew."""

import math

import torch
from torch import fx, nn
from torch.nn import functional as F

from segregation.networks.graph import Traced, is_plain

FEW = 32  # units; below, reading and writing what a convolution puts out takes longer than the convolution


class Step:
    """A linear operation that reads maps (n, units, ...) and whose output is kept as rows (n, positions, outputs).

    weights is (units, taps, outputs): the part of each unit in the outputs, for every tap of a kernel or place of a map.
    Where the layer has several entries for an image (windows), the positions are those of all.
    """

    def __init__(self, module: nn.Module, weights: torch.Tensor):
        self.module, self.weights, self.shape, self.entries = module, weights, None, 1
        self._reduced: dict[torch.dtype, torch.Tensor] = {}

    def rows(self, maps: torch.Tensor, n: int) -> torch.Tensor:
        """Return the outputs for the maps of n images, as the layer puts them out, as rows (n, positions, outputs)."""
        outputs = self._last(self.module(self._read(maps)))
        self.shape, self.entries = outputs.shape[1:], len(maps) // n
        return outputs.reshape(n, -1, self.shape[-1]).contiguous()  # rows are gathered time and again

    def shaped(self, rows: torch.Tensor) -> torch.Tensor:
        """Return rows (n, positions, outputs) in the shape that the operation puts out."""
        return self._shaped(rows.view(-1, *self.shape))

    def subtract(self, rows: torch.Tensor, maps: torch.Tensor, unit: int) -> None:
        """Take away, in place, what a unit with these maps (n, ...) contributes to rows (n, positions, outputs)."""
        weights = self._weights(rows.dtype)[unit]
        rows.view(-1, rows.shape[-1]).addmm_(self._taps(maps).to(rows.dtype), weights, alpha=-1)

    def subtract_each(self, rows: torch.Tensor, maps: torch.Tensor, units: torch.Tensor) -> None:
        """Take away, in place, what each of some units (n,) contributes to its own rows, (n, positions, outputs)."""
        taps = self._taps(maps).to(rows.dtype).view(*rows.shape[:2], self.weights.shape[1])
        rows.baddbmm_(taps, self._weights(rows.dtype)[units], alpha=-1)

    def taps(self) -> int:
        """Return how many values subtract multiplies with the weights of a unit for one image; rows comes first."""
        return self.entries * math.prod(self.shape[:-1]) * self.weights.shape[1]

    def _weights(self, dtype: torch.dtype) -> torch.Tensor:
        """Return the weights at a precision."""
        if dtype == self.weights.dtype:
            return self.weights
        return self._reduced.setdefault(dtype, self.weights.to(dtype))

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
    """A convolution, ungrouped and padded with zeros. A unit may be several channels."""

    def __init__(self, module: nn.Conv2d, size: int):
        weights = module.weight.permute(1, 2, 3, 0).flatten(1, 2)
        super().__init__(module, weights.unflatten(0, (-1, size)).flatten(1, 2).contiguous())
        self.size = size

    def _last(self, outputs):
        return outputs.permute(0, 2, 3, 1)

    def _shaped(self, outputs):
        return outputs.permute(0, 3, 1, 2)  # channels-last

    def _taps(self, maps):
        of, (high, wide) = self.module, self.module.padding
        maps = F.pad(maps.reshape(-1, self.size, *maps.shape[-2:]), (wide, wide, high, high))
        for side in (0, 1):
            reach = of.dilation[side] * (of.kernel_size[side] - 1) + 1
            maps = maps.unfold(2 + side, reach, of.stride[side])[..., :: of.dilation[side]]
        return maps.permute(0, 2, 3, 1, 4, 5).reshape(-1, self.weights.shape[1])


class Flattened(Step):
    """A linear layer that reads all places of all maps."""

    def __init__(self, module: nn.Linear, units: int):
        super().__init__(module, module.weight.unflatten(1, (units, -1)).permute(1, 2, 0).contiguous())

    def _read(self, maps):
        return maps.flatten(1)

    def _taps(self, maps):
        return maps.reshape(-1, self.weights.shape[1])


class Pointwise(Step):
    """A linear layer over the units, which are the last dimension of what it reads: for each token, say, or each image.

    A unit may be several channels, (n, channels, ...).
    """

    def __init__(self, module: nn.Linear, size: int):
        super().__init__(module, module.weight.T.unflatten(0, (-1, size)))
        self.size = size

    def _taps(self, maps):
        return (maps.movedim(1, -1) if self.size > 1 else maps).reshape(-1, self.size)


def steps_of(traced: Traced, maps: fx.Node, second: bool, channels: int, size: int = 1) -> tuple[dict[fx.Node, Step], bool]:
    """Return the linear operations that read nothing but some maps, by their nodes, and whether anything else reads these.

    second says that the channels are the second dimension of the maps, not the last; a unit is so many (size) of them.
    """
    steps, others = {}, False
    for node in maps.users:
        flat = _behind_flatten(traced, node) if second else []
        found = {reader: Flattened(traced.kind(reader), channels // size) for reader in flat}
        found |= {node: step} if (step := _direct(traced.kind(node), second, size)) else {}
        steps |= found
        others |= not found
    return steps, others


def _direct(module: nn.Module | None, second: bool, size: int) -> Step | None:
    """Return the step of a layer, if it is one; a convolution of few units is faster computed anew."""
    if type(module) is nn.Linear and is_plain(module) and not second:
        return Pointwise(module, size)
    plain = type(module) is nn.Conv2d and is_plain(module) and module.groups == 1 and module.padding_mode == "zeros"
    usual = plain and module.in_channels >= FEW and not isinstance(module.padding, str)
    return Convolution(module, size) if usual and second else None


def _behind_flatten(traced: Traced, node: fx.Node) -> list[fx.Node]:
    """Return the linear layers that are all that reads a node, if this does nothing but flatten the maps of each image."""
    module = traced.kind(node)
    if type(module) is nn.Flatten and is_plain(module):
        start, end = module.start_dim, module.end_dim
    elif (node.op == "call_method" and node.target == "flatten") or node.target is torch.flatten:
        given = dict(zip(("start_dim", "end_dim"), node.args[1:], strict=False)) | node.kwargs
        start, end = given.get("start_dim", 0), given.get("end_dim", -1)
    else:
        return []
    linear = [traced.kind(reader) for reader in node.users]
    plain = (start, end) == (1, -1) and all(type(module) is nn.Linear and is_plain(module) for module in linear)
    return list(node.users) if plain else []
