"""Convolutional networks, built with fresh weights."""

from collections import OrderedDict

import torch
from torch import nn

from segregation.networks import models
from segregation.networks.architectures import CONVOLUTIONS
from segregation.steps.randomness import seed_of

HIDDEN = 4096  # units of a fully connected layer at width 1
LINEAR_STD = 0.01


def build(architecture: dict, image_size: int, n_classes: int, seed: int = 0) -> nn.Module:
    """Return a network with fresh weights that belong to the seed; its modules and weights have torchvision's names.

    architecture holds a name; for vgg16 also width, batch_norm, dropout and linear_init. Any other name is torchvision's
    model, or timm's (timm/...), with its own initial weights, and with dropout, where it is given, if the model has some.
    Or it holds file and function, and perhaps arguments, of a network in a file of Python (networks.own). The global random
    state is neither read nor changed. Raises InputError as models.empty does.
    """
    if is_vgg(architecture):
        return _vgg(architecture, image_size, n_classes, seed)
    network = models.fresh(architecture, image_size, n_classes, seed_of(seed, "initial weights"))
    return network.to(memory_format=torch.channels_last)


def empty(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    """Return a network as build does, without memory for its weights."""
    return (_empty_vgg if is_vgg(architecture) else models.empty)(architecture, image_size, n_classes)


def is_vgg(architecture: dict) -> bool:
    """Tell whether an architecture is the VGG of this project."""
    return architecture.get("name") in CONVOLUTIONS and "file" not in architecture


def _vgg(architecture: dict, image_size: int, n_classes: int, seed: int) -> nn.Sequential:
    """Return a VGG16 of any width.

    Convolutions start as in He et al. (2015), fan-out; linear layers from normal(0, 0.01), or with linear_init "he" from
    normal(0, sqrt(2 / fan_in)), the last always from the former. At width 1 and 224 pixels this is torchvision's vgg16.
    """
    network = _empty_vgg(architecture, image_size, n_classes).to_empty(device="cpu")
    _initialise(network, architecture["linear_init"], torch.Generator().manual_seed(seed_of(seed, "initial weights")))
    return network.to(memory_format=torch.channels_last)


def _empty_vgg(architecture: dict, image_size: int, n_classes: int) -> nn.Sequential:
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
    return nn.Sequential(OrderedDict(stages))


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
