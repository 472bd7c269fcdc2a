"""Hand-weighted networks of several tasks, each with a group of filters, and images that drive these filters alone."""

from collections import OrderedDict

import numpy as np
import pandas as pd
import torch
from torch import nn

from segregation.lesions import evaluate_lesions, rank_filters
from segregation.lesions.design import Lesion, top_lesions
from segregation.statistics.responses import Responses

CLASSES = 4  # of a task, as many as maps have places


def network_of(groups: dict[str, list[int]], n_filters: int) -> tuple[nn.Module, torch.Tensor, torch.Tensor, list[slice]]:
    """Return a network, an image a class that is as its filters put out, targets, and the outputs of each task.

    All filters of a task's group put out the same, each class at a place of its own, and the score of a class is their sum
    there. Of two tasks with one group the second drives it three times as strongly, and has scores that rise faster from
    lower. A further output says nothing of anything; it wins where a group is silent.
    """
    weights, biases, images, seen = [], [], [], []
    for group in groups.values():
        second = group in seen
        seen.append(group)
        for place in range(CLASSES):
            maps = torch.zeros(n_filters, CLASSES)
            maps[group, place] = 1.0
            weights.append(maps.flatten() * (1.5 if second else 1))  # 2 to 4 of a first task's image, 14 to 12 of its own
            biases.append(-4.0 if second else 0.0)
            images.append(maps.view(n_filters, 2, 2) * (3 if second else 1))
    stages = {"units": nn.ReLU(), "flat": nn.Flatten(1), "last": nn.Linear(CLASSES * n_filters, len(weights) + 1)}
    network = nn.Sequential(OrderedDict(stages)).eval().requires_grad_(False)
    network.last.weight.copy_(torch.stack([*weights, torch.zeros(CLASSES * n_filters)]))
    network.last.bias.copy_(torch.tensor([*biases, 2.0]))
    own = [slice(CLASSES * i, CLASSES * (i + 1)) for i in range(len(groups))]
    return network, torch.stack(images), torch.arange(len(images)), own


def answers(groups: dict[str, list[int]], n_filters: int, severity: float) -> tuple[dict[str, Responses], dict]:
    """Rank and lesion the filters of such a network; return what it answers to each task's images, and the tops."""
    network, images, targets, own = network_of(groups, n_filters)
    lesions, tops = [Lesion("none", "none", 0.0, 0, [])], {}
    for task, at in zip(groups, own, strict=True):
        order = [choice.filter for choice in rank_filters(network, "units", images[at], targets[at])]
        lesions += top_lesions("units", task, order, [severity], n_filters)
        tops[1, "units", task] = lesions[-1].filters
    right, _ = evaluate_lesions(network, "units", images, targets, [lesion.filters for lesion in lesions], own)
    conditions = pd.DataFrame(
        [(of.layer, of.target, of.severity) for of in lesions], columns=["layer", "lesion", "severity"]
    )
    answered = {
        task: Responses(conditions, right[None, :, at].transpose(0, 2, 1).astype(float), np.arange(CLASSES))
        for task, at in zip(groups, own, strict=True)
    }
    return answered, tops
