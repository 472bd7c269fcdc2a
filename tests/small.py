"""Small networks that tests share, and how they are trained."""

from collections import OrderedDict

import torch
from torch import nn

SETTINGS = {
    "epochs": 6,
    "batch_size": 16,
    "keep": "last",
    "optimizer": "adamw",
    "learning_rate": 0.003,
    "momentum": 0.9,
    "weight_decay": 1e-4,
    "clip_norm": 5.0,
    "schedule": "one_cycle",
    "plateau_factor": 0.1,
    "plateau_patience": 0,
    "flip": 0.5,
    "greyscale": 0.1,
    "contrast": 0.1,
    "brightness": 0.05,
}
ARCHITECTURE = {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0.2, "linear_init": "he"}
NEEDS = torch.tensor([0.5, 3.0, 0.0, 2.0])


def hand_weighted():
    """Two classes and four filters: filter f speaks for class 0 with weight NEEDS[f]; class 1 says nothing."""
    stages = {
        "units": nn.ReLU(),
        "pool": nn.AdaptiveAvgPool2d(1),
        "flat": nn.Flatten(1),
        "last": nn.Linear(4, 2, bias=False),
    }
    network = nn.Sequential(OrderedDict(stages)).eval().requires_grad_(False)
    network.last.weight.copy_(torch.stack([NEEDS, torch.zeros(4)]))
    return network, torch.ones(3, 4, 2, 2), torch.zeros(3, dtype=torch.long)
