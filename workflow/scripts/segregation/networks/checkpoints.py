"""Networks in files: weights, what the network is made of, and what it was trained on.

A network of our own is a sequence of stages, and its file describes each stage's modules beside their weights. So it is read
without its builder, that is, without torchvision, which takes longer to import than a layer takes to rank. Any other network
is built anew by the name of its architecture.
"""

import json
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from segregation.networks import models
from segregation.networks.architectures import is_own
from segregation.networks.normalisation import normalised
from segregation.steps.files import replacing
from segregation.steps.reporting import InputError

# What a file may ask for: the modules of a sequential network, with the arguments that make them anew.
MODULES = {
    nn.Conv2d: ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    nn.BatchNorm2d: ("num_features",),
    nn.ReLU: ("inplace",),
    nn.MaxPool2d: ("kernel_size", "stride"),
    nn.AdaptiveAvgPool2d: ("output_size",),
    nn.Flatten: ("start_dim",),
    nn.Linear: ("in_features", "out_features"),
    nn.Dropout: ("p",),
}


def layout(network: nn.Sequential) -> list:
    """Return what a network is made of, as JSON can hold it: name and modules of each stage, with their arguments."""

    def describe(module: nn.Module) -> list:
        arguments = {name: getattr(module, name) for name in MODULES[type(module)]}
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            arguments["bias"] = module.bias is not None
        return [type(module).__name__, arguments]

    stages = network.named_children()
    return [[name, [describe(m) for m in s] if isinstance(s, nn.Sequential) else describe(s)] for name, s in stages]


def from_layout(stages: list) -> nn.Sequential:
    """Return the network of a layout, without memory for its weights.

    Raises KeyError for a module that no network of ours has.
    """
    known = {kind.__name__: kind for kind in MODULES}

    def make(item: list) -> nn.Module:
        if isinstance(item[0], str):
            return known[item[0]](**item[1])
        return nn.Sequential(*map(make, item))

    with torch.device("meta"):
        return nn.Sequential(OrderedDict((name, make(item)) for name, item in stages))


def save(path: str | Path, network: nn.Module, description: dict) -> None:
    """Write weights as safetensors; layout, checksum and description (image_size, classes a task, ...) go with them as JSON.

    A network that is no sequence has no layout: its description holds architecture, and gets its number of outputs. Where
    the description holds mean and std, a number a colour, the network was trained on images normalised by these.
    """
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    if isinstance(network, nn.Sequential) and not is_own(description.get("architecture", {"name": ""})):
        made_of = {"layout": layout(network)}
    else:
        made_of = {"outputs": _outputs(network, description["image_size"])}
    described = json.dumps(description | made_of | {"checksum": _checksum(weights)}, sort_keys=True)
    with replacing(path) as temporary:
        save_file(weights, temporary, metadata={"description": described})  # one entry: the order of several is not fixed


def load(path: str | Path) -> tuple[nn.Module, dict]:
    """Return a network in evaluation mode and its description. Raises InputError for a file that is not one of save's.

    The network takes images of mean and standard deviation 0.5, whatever it was trained on.
    """
    try:
        with safe_open(path, "pt") as file:
            description = json.loads(file.metadata()["description"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, not a mapping
        if _checksum(weights) != description["checksum"]:
            raise ValueError("its checksum is wrong")
        if "layout" in description:
            network = from_layout(description["layout"])
        else:
            network = models.empty(description["architecture"], description["image_size"], description["outputs"])
        models.fill(network, weights)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        if isinstance(error, InputError) and "file" in description["architecture"]:
            raise  # it names the user's own code
        raise InputError(
            f"{path}: not a weights file of this project ({error}). Delete it; the workflow makes it again."
        ) from error
    if "mean" in description:
        network = normalised(network, description["mean"], description["std"])
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last), description


@torch.no_grad()
def _outputs(network: nn.Module, image_size: int) -> int:
    """Return the number of scores of a network, which stays in the mode it is in."""
    training = [module for module in network.modules() if module.training]
    scores = network.eval()(torch.zeros(1, 3, image_size, image_size, device=next(network.parameters()).device))
    for module in training:
        module.training = True
    return scores.shape[-1]


def _checksum(weights: dict[str, torch.Tensor]) -> str:
    return sha256(b"".join(weights[name].numpy(force=True).tobytes() for name in sorted(weights))).hexdigest()
