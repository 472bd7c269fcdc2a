"""Full passes, which the lesion engine is held to, and uneven networks and images for them."""

import torch
from torch import nn
from torch.nn import functional as F

from segregation.lesions.places import path_of
from segregation.lesions.silence import silenced


def uneven(network, seed):
    """Let a network be as uneven as a trained one, so that filters differ, and a norm in a wrong place shows."""
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d) and module.track_running_stats:
                module.running_mean.normal_(0, 0.2, generator=rng)
                module.running_var.uniform_(0.5, 2, generator=rng)
            elif isinstance(module, (nn.Conv2d, nn.Linear)):
                module.weight.mul_(1.5)
                if module.bias is not None:
                    module.bias.normal_(0, 0.1, generator=rng)
    return network.eval().requires_grad_(False)


def relu_of(network, name):
    """The ReLU behind a layer of one of our VGGs."""
    stage, _, number = path_of(network, name).partition(".")
    return next(m for m in network.get_submodule(stage)[int(number) :] if isinstance(m, nn.ReLU))


def shown(n, seed, classes=6, size=32):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(n, 3, size, size, generator=rng), torch.randint(0, classes, (n,), generator=rng)


def naive(network, module, images, targets, sets, axis=1):
    """Losses of full passes through the whole network, (n_sets, n_images)."""
    losses = []
    with torch.inference_mode():
        for filters in sets:
            with silenced(module, filters, axis):
                losses.append(F.cross_entropy(network(images), targets, reduction="none"))
    return torch.stack(losses)
