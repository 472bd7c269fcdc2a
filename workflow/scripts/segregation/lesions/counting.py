"""Multiply-adds of a network, and how many candidates a greedy search has: what its cost can be counted from."""

import math
from dataclasses import dataclass

import torch
from torch import nn


def rounds_of(n_filters: int, a_round: int, until: float = 0.5) -> list[int]:
    """Return the number of candidates of each round of a greedy search that chooses a_round filters at a time."""
    return [n_filters - chosen for chosen in range(0, math.ceil(until * n_filters), a_round)]


@dataclass(frozen=True)
class Layer:
    """A layer with weights, for one image: its multiply-adds, its units, and how many values it reads."""

    module: nn.Module
    multiply_adds: int
    units: int
    reads: int


def layers_run(network: nn.Module, image: torch.Tensor) -> list[Layer]:
    """Return the convolutions and linear layers of a network in the order in which they are run; image is (1, ...).

    Network and image may both be without memory (torch's device meta).
    """
    found: list[Layer] = []

    def count(module: nn.Module, inputs: tuple[torch.Tensor], outputs: torch.Tensor) -> None:
        weight = module.weight
        found.append(Layer(module, weight[0].numel() * outputs[0].numel(), len(weight), inputs[0][0].numel()))

    weighted = [module for module in network.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    handles = [module.register_forward_hook(count) for module in weighted]
    with torch.inference_mode():
        network(image)
    for handle in handles:
        handle.remove()
    return found
