"""A part of a network made faster, for inference on inputs that nobody reads again."""

import copy

import torch
from torch import fx, nn

from segregation.networks.graph import is_plain


class Linear(nn.Module):
    """A linear layer, computed by oneDNN: the BLAS behind torch's own takes up to twice as long on processors of AMD."""

    def __init__(self, module: nn.Linear):
        super().__init__()
        self.weight, self.bias = module.weight, module.bias

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the outputs (..., n_outputs) for inputs (..., n_inputs)."""
        return torch.ops.mkldnn._linear_pointwise(inputs, self.weight, self.bias, "none", [], "")


def accelerated(part: fx.GraphModule, device: torch.device, precision: str) -> fx.GraphModule:
    """Return a part of a network that computes the same for inputs (n, ...), which it may overwrite, at a precision.

    A ReLU overwrites what nobody else reads, since fresh memory takes longer than the ReLU itself. Of bfloat16 the weights
    are kept, which autocast would make anew in each pass.
    """
    found = fx.GraphModule(part, part.graph)
    by_one_dnn = device.type == "cpu" and precision == "float32" and torch.backends.mkldnn.is_available()
    for node in found.graph.nodes:
        module = found.get_submodule(node.target) if node.op == "call_module" else None
        if not is_plain(module):
            continue
        single = type(module) in (nn.Conv2d, nn.Linear) and module.weight.dtype == torch.float32
        if single and precision == "bfloat16":
            found.set_submodule(node.target, copy.deepcopy(module).to(torch.bfloat16))
        elif single and by_one_dnn and type(module) is nn.Linear:
            found.set_submodule(node.target, Linear(module))
        elif type(module) is nn.ReLU and all(_is_fresh(found, call.all_input_nodes[0]) for call in _calls(found, node)):
            found.set_submodule(node.target, nn.ReLU(inplace=True))
    return found


def _calls(part: fx.GraphModule, node: fx.Node) -> list[fx.Node]:
    """Return all nodes that call the module that a node calls."""
    return [other for other in part.graph.nodes if other.op == "call_module" and other.target == node.target]


def _is_fresh(part: fx.GraphModule, node: fx.Node) -> bool:
    """Tell whether a value is no view of another, and read once."""
    module = part.get_submodule(node.target) if node.op == "call_module" else None
    return len(node.users) == 1 and (node.op == "placeholder" or isinstance(module, (nn.Conv2d, nn.Linear, Linear)))
