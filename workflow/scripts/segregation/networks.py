"""Convolutional networks: built, cut at a layer, and kept in files.

A network is a sequence of stages, and its file describes each stage's modules beside their weights. So it is read without
its builder, that is, without torchvision, which takes longer to import than a layer takes to rank.
"""

import json
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from segregation.architectures import CONVOLUTIONS
from segregation.files import replacing
from segregation.randomness import seed_of
from segregation.reporting import InputError

HIDDEN = 4096  # units of a fully connected layer at width 1
LINEAR_STD = 0.01
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


def build(architecture: dict, image_size: int, n_classes: int, seed: int = 0) -> nn.Sequential:
    """Return a network with fresh weights that belong to the seed; its weights have torchvision's names.

    architecture holds name (vgg16), width, batch_norm, dropout and linear_init. Convolutions start as in He et al. (2015),
    fan-out; linear layers from normal(0, 0.01), or with linear_init "he" from normal(0, sqrt(2 / fan_in)), the last layer
    always from the former. At width 1 and 224 pixels this is torchvision's vgg16.
    """
    from torchvision.models.vgg import VGG, cfgs, make_layers  # takes seconds to import

    plan = [v if v == "M" else max(1, round(v * architecture["width"])) for v in cfgs["D"]]
    channels, pixels = plan[-2], image_size // 2 ** plan.count("M")
    hidden = max(1, round(HIDDEN * architecture["width"]))
    with torch.device("meta"):  # no memory for the builder's own, larger classifier
        vgg = VGG(make_layers(plan, architecture["batch_norm"]), n_classes, False, dropout=architecture["dropout"])
        vgg.avgpool = nn.AdaptiveAvgPool2d(pixels)
        vgg.classifier[0] = nn.Linear(channels * pixels**2, hidden)
        vgg.classifier[3] = nn.Linear(hidden, hidden)
        vgg.classifier[6] = nn.Linear(hidden, n_classes)
    stages = {"features": vgg.features, "avgpool": vgg.avgpool, "flatten": nn.Flatten(1), "classifier": vgg.classifier}
    network = nn.Sequential(OrderedDict(stages)).to_empty(device="cpu")
    _initialise(network, architecture["linear_init"], torch.Generator().manual_seed(seed_of(seed, "initial weights")))
    return network.to(memory_format=torch.channels_last)


def _initialise(network: nn.Module, linear_init: str, generator: torch.Generator) -> None:
    last = network.classifier[-1]
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu", generator=generator)
        elif isinstance(module, nn.Linear) and linear_init == "he" and module is not last:
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, LINEAR_STD, generator=generator)
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
            continue
        else:
            continue
        if module.bias is not None:
            nn.init.zeros_(module.bias)


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


def cut(network: nn.Module, name: str) -> tuple[nn.Sequential, nn.Sequential]:
    """Cut a network behind a layer into two: images to the layer's maps, and those maps to class scores.

    A pooling that follows goes with the first part, since silencing a filter and pooling its map commute.
    """
    chain = [module for stage in network for module in (stage if isinstance(stage, nn.Sequential) else [stage])]
    position = chain.index(layer(network, name)) + 1
    position += isinstance(chain[position], nn.MaxPool2d)
    return nn.Sequential(*chain[:position]), nn.Sequential(*chain[position:])


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
    """Write weights as safetensors; layout and description (image_size, classes a task, ...) go with them as JSON.

    One entry of metadata, since the order of several in the file is not fixed.
    """
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    with replacing(path) as temporary:
        save_file(
            weights,
            temporary,
            metadata={"description": json.dumps(description | {"layout": layout(network)}, sort_keys=True)},
        )


def load(path: str | Path) -> tuple[nn.Module, dict]:
    """Return a network in evaluation mode and its description. Raises InputError for a file that is not one of save's."""
    try:
        with safe_open(path, "pt") as file:
            description = json.loads(file.metadata()["description"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, not a mapping
        network = from_layout(description["layout"])
        network.load_state_dict(weights, assign=True)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path}: not a weights file of this project ({error}). Delete it; the workflow trains the network again."
        ) from error
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last), description


def device() -> torch.device:
    """Return the first GPU, or the processor where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
