"""A network as a graph of operations: traced once, in evaluation, and taken apart where a study wants it.

Tracing is torch.fx's symbolic tracing: all that a network does with an image must follow from the network alone.
"""

import copy
import inspect
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import fx, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from segregation.steps.reporting import InputError

METADATA = ("shape", "ndim", "dtype", "device", "is_cuda", "layout", "requires_grad")
DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.Identity)
IN_PLACE = {operator.iadd: operator.add, operator.imul: operator.mul, operator.isub: operator.sub}


@dataclass
class Traced:
    """The graph of a network, and by the path of each of its modules the nodes of what this module put out, call by call."""

    module: fx.GraphModule
    outputs: dict[str, list[fx.Node]]

    def kind(self, node: fx.Node) -> nn.Module | None:
        """Return the module that a node calls, or None for another operation."""
        return self.module.get_submodule(node.target) if node.op == "call_module" else None


class _Tracer(fx.Tracer):
    """Keeps what each module puts out; names the operation where a network cannot be traced."""

    def __init__(self):
        super().__init__()
        self.outputs: dict[str, list[fx.Node]] = {}

    def is_leaf_module(self, m, module_qualified_name):
        """Keep whole also what cannot be followed: compiled modules, and hooks, which may do what is not the network's."""
        return isinstance(m, torch.jit.ScriptModule) or _has_hooks(m) or super().is_leaf_module(m, module_qualified_name)

    def call_module(self, m, forward, args, kwargs):
        """Follow a module, and keep what it puts out."""
        out = super().call_module(m, forward, args, kwargs)
        if isinstance(out, fx.Proxy):
            self.outputs.setdefault(self.path_of_module(m), []).append(out.node)
        return out

    def to_bool(self, obj):
        """Raise InputError: what a network decides is known only when it sees an image."""
        raise InputError(_untraceable(f"it decides by the value of '{obj.node.name}' ({obj.node.target})"))

    def iter(self, obj):
        """Raise InputError for a loop over images or their parts, torch's own error for sizes."""
        if (obj.node.op == "call_function" and obj.node.target is getattr) or obj.node.op == "call_method":
            return super().iter(obj)  # the sizes of a shape, unpacked
        raise InputError(_untraceable(f"it loops over '{obj.node.name}' ({obj.node.target})"))


def _copy(network: nn.Module) -> nn.Module:
    """Return a network of other modules and the same tensors: what tracing leaves in a module, it leaves in the copy."""
    tensors = [*network.parameters(), *network.buffers()]
    try:
        return copy.deepcopy(network, {id(tensor): tensor for tensor in tensors})
    except Exception as error:  # whatever a network keeps that cannot be copied
        raise InputError(_untraceable(f"it cannot be copied ({type(error).__name__}: {error})")) from error


def is_plain(module: nn.Module | None) -> bool:
    """Tell whether a module does what its class does: it has no hooks, and no forward method of its own."""
    return module is not None and not _has_hooks(module) and "forward" not in vars(module)


def _has_hooks(module: nn.Module) -> bool:
    return bool(module._forward_hooks or module._forward_pre_hooks)


def readers(node: fx.Node) -> list[fx.Node]:
    """Return the nodes that read a value, not only its shape or type."""
    return [user for user in node.users if not is_metadata(user)]


def is_metadata(node: fx.Node) -> bool:
    """Tell whether a node reads of a value what it has whatever it holds: its shape or type."""
    if node.op == "call_method":
        return node.target in ("size", "dim", "numel", "ndimension", "is_floating_point", "get_device")
    return node.op == "call_function" and node.target is getattr and node.args[1] in METADATA


def _untraceable(why: str) -> str:
    return f"The network cannot be cut: {why}. Its operations must not depend on what an image shows."


@torch.no_grad()
def trace(network: nn.Module) -> Traced:
    """Return the graph of a network in evaluation mode; the network itself stays as it is, and they share their weights.

    Dropout, which does nothing here, is left out; a normalisation right behind a convolution is folded into it; nothing is
    changed in place. Raises InputError for a network in training mode, and one that names the operation where the network
    cannot be traced.
    """
    if any(module.training for module in network.modules()):
        raise InputError("The network is in training mode; lesions are of one in evaluation mode: call its eval() first.")
    tracer, network = _Tracer(), _copy(network)
    defaults = {n: p.default for n, p in inspect.signature(network.forward).parameters.items() if p.default is not p.empty}
    try:
        graph = tracer.trace(network, concrete_args=defaults or None)
    except InputError:
        raise
    except Exception as error:  # whatever the forward method of a network stumbles over when it is shown no image
        raise InputError(_untraceable(f"{type(error).__name__} {_place(error)}: {error}")) from error
    traced = Traced(fx.GraphModule(network, graph), tracer.outputs)
    graph.eliminate_dead_code()
    for node in list(graph.nodes):
        _keep_input(traced, node)
    for node in list(graph.nodes):
        module = traced.kind(node)
        dropping = type(module) in DROPOUTS and is_plain(module)
        if dropping or (node.target is F.dropout and node.kwargs.get("training") is False):
            _replace(traced, node, node.all_input_nodes[0])
        elif type(module) is nn.BatchNorm2d and is_plain(module) and module.running_mean is not None:
            _fold(traced, node, module)
    left = set(graph.nodes)
    traced.outputs = {path: [n for n in nodes if n in left] for path, nodes in traced.outputs.items()}
    graph.lint()
    traced.module.recompile()
    return traced


def _place(error: Exception) -> str:
    """Return where in the network's own code an error arose."""
    at, place = error.__traceback__, ""
    while at is not None:
        code = at.tb_frame.f_code
        if "torch/fx" not in code.co_filename.replace("\\", "/") and code.co_filename != __file__:
            place = f"in {code.co_name}, line {at.tb_lineno} of {code.co_filename.rpartition('/')[2]}"
        at = at.tb_next
    return place


def _keep_input(traced: Traced, node: fx.Node) -> None:
    """Let a node put its result into a new tensor."""
    module = traced.kind(node)
    if getattr(module, "inplace", False):
        module = copy.copy(module)
        module.inplace = False
        traced.module.add_submodule(node.target, module)
    elif node.op == "call_function" and node.target in IN_PLACE:
        node.target = IN_PLACE[node.target]
    elif (
        node.op == "call_method" and node.target == "view" and not (node.args[1:] and isinstance(node.args[1], torch.dtype))
    ):
        node.target = "reshape"  # the same for any order in memory
    elif node.op == "call_method" and node.target == "view_as":
        node.target = "reshape_as"
    elif node.op == "call_method" and node.target.endswith("_") and not node.target.endswith("__"):
        node.target = node.target.removesuffix("_")
    elif node.op == "call_function" and node.target.__name__.endswith("_") and hasattr(torch, node.target.__name__[:-1]):
        node.target = getattr(torch, node.target.__name__[:-1])
    elif node.kwargs.get("inplace"):
        node.kwargs = {**node.kwargs, "inplace": False}


def _replace(traced: Traced, node: fx.Node, other: fx.Node) -> None:
    """Let all that read a node read another, and remove it."""
    node.replace_all_uses_with(other)
    for nodes in traced.outputs.values():
        nodes[:] = [other if of is node else of for of in nodes]
    traced.module.graph.erase_node(node)


def _fold(traced: Traced, node: fx.Node, norm: nn.BatchNorm2d) -> None:
    """Fold a normalisation into the convolution whose output it alone reads."""
    before = node.all_input_nodes[0]
    convolution = traced.kind(before)
    calls = [other for other in traced.module.graph.nodes if other.op == "call_module" and other.target == before.target]
    plain = type(convolution) is nn.Conv2d and is_plain(convolution)  # no weights that are computed anew
    same = plain and convolution.weight.dtype == norm.running_mean.dtype
    if same and len(readers(before)) == 1 and len(calls) == 1:
        traced.module.add_submodule(before.target, fuse_conv_bn_eval(convolution, norm))
        _replace(traced, node, before)


def images_of(traced: Traced) -> fx.Node:
    """Return the node of the images. Raises InputError for a network that takes anything beside."""
    inputs = [node for node in traced.module.graph.nodes if node.op == "placeholder"]
    needed = [node for node in inputs if scores_of(traced) in downstream([node])]
    if len(needed) != 1:
        raise InputError(f"The network takes {', '.join(n.name for n in needed)}; it must take one tensor, the images.")
    return needed[0]


def scores_of(traced: Traced) -> fx.Node:
    """Return the node of the class scores. Raises InputError for a network that puts out anything beside."""
    (returned,) = (node.args[0] for node in traced.module.graph.nodes if node.op == "output")
    if not isinstance(returned, fx.Node):
        raise InputError(f"The network puts out {type(returned).__name__}; it must put out one tensor, the class scores.")
    return returned


def downstream(nodes: Sequence[fx.Node]) -> set[fx.Node]:
    """Return these nodes and all that depend on one of them."""
    found, open_ = set(nodes), list(nodes)
    while open_:
        users = set(open_.pop().users) - found
        found |= users
        open_ += users
    return found
