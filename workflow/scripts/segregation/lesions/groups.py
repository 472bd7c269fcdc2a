"""Units of several channels: heads of attention, groups of a grouped convolution.

A head is the slice of channels that it hands to the output projection. Attention layers compute both in one, so that there
is nothing to hook on; here their projection is made to hand on what it gets, and done behind.
"""

import copy

import torch
from torch import nn

from segregation.lesions.places import path_of
from segregation.steps.reporting import InputError

PROJECTIONS = ("out_proj", "proj", "to_out", "o_proj", "c_proj")
COUNTS = ("num_heads", "n_heads", "heads", "num_attention_heads")
UNITS = ("channels", "groups", "heads")


class Headed(nn.Module):
    """Attention whose heads are put out by a module of its own, heads, in front of the projection.

    What stands behind the projection in the attention's own forward must move positions alone, for it is done before.
    """

    def __init__(self, attention: nn.Module, name: str):
        super().__init__()
        projection = getattr(attention, name)
        self.attention, self.heads, self.projection = copy.copy(attention), nn.Identity(), projection
        self.attention._modules = attention._modules | {name: _same(projection)}
        self.n_heads = _number(attention)
        self.several = isinstance(attention, nn.MultiheadAttention)
        self.train(attention.training)

    def forward(self, *args, **kwargs):
        """Return what the attention does."""
        found = self.attention(*args, **kwargs)
        if self.several:
            return self.projection(self.heads(found[0])), found[1]
        return self.projection(self.heads(found))

    def __getattr__(self, name: str):
        """Return what is asked of the attention itself (batch_first, say)."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("attention"), name)


def of(network: nn.Module, layer: str, units: str | int) -> tuple[nn.Module | None, nn.Module, str, int]:
    """Return for units of a layer the network to lesion, the path of what puts them out, and how many channels each has.

    For heads the network is another than the one given, of the same weights, and this comes first, otherwise None. Raises
    InputError for units that there are not, and a layer that has none of them.
    """
    if isinstance(units, int) and not isinstance(units, bool) and units > 0:
        return None, network, layer, units
    if units not in UNITS:
        raise InputError(f"There are no units '{units}'; there are {', '.join(UNITS)}, or a number of channels.")
    if units == "channels":
        return None, network, layer, 1
    path = path_of(network, layer)
    module = network.get_submodule(path)
    if units == "groups":
        n = getattr(module, "groups", None)
        if not isinstance(module, nn.modules.conv._ConvNd) or n == 1:
            raise InputError(f"Layer '{layer}' is no grouped convolution; its units are channels, or a number of these.")
        return None, network, layer, module.out_channels // n
    name = projection_of(module)
    if name is None or _number(module) is None:
        raise InputError(
            f"Layer '{layer}' ({type(module).__name__}) has no heads that are known: no number of heads"
            f" ({', '.join(COUNTS)}), or no linear layer behind them ({', '.join(PROJECTIONS)})."
        )
    headed = Headed(module, name)
    size = headed.projection.in_features // headed.n_heads
    return network, with_module(network, path, headed), f"{path}.heads", size


def without_head(network: nn.Module, path: str, head: int, size: int) -> nn.Module:
    """Return a network of the same weights, but for none from a head of attention in the output projection."""
    attention = network.get_submodule(path)
    name = projection_of(attention)
    projection = copy.copy(getattr(attention, name))
    weight = projection.weight.detach().clone()
    weight[:, head * size : (head + 1) * size] = 0
    projection._parameters = projection._parameters | {"weight": nn.Parameter(weight, False)}
    return with_module(network, f"{path}.{name}", projection)


def projection_of(attention: nn.Module) -> str | None:
    """Return the name of the linear layer that heads of attention are handed to, if there is one."""
    return next((n for n in PROJECTIONS if isinstance(getattr(attention, n, None), nn.Linear)), None)


def _number(attention: nn.Module) -> int | None:
    return next((n for name in COUNTS if isinstance(n := getattr(attention, name, None), int)), None)


def _same(projection: nn.Linear) -> nn.Linear:
    """Return a linear layer that hands on what it gets, exactly."""
    size, weight = projection.in_features, projection.weight
    same = copy.copy(projection)
    same._forward_hooks, same._forward_pre_hooks = type(same._forward_hooks)(), type(same._forward_pre_hooks)()
    same.out_features = size
    bias = None if projection.bias is None else nn.Parameter(torch.zeros(size).to(weight), False)
    same._parameters = {"weight": nn.Parameter(torch.eye(size).to(weight), False), "bias": bias}
    return same


def with_module(network: nn.Module, path: str, module: nn.Module) -> nn.Module:
    """Return a network of the same modules but for one."""
    changed = copy.copy(network)
    changed._modules = dict(network._modules)
    name, _, rest = path.partition(".")
    changed._modules[name] = with_module(network._modules[name], rest, module) if rest else module
    return changed
