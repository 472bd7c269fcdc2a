"""Scores of filters by simpler means than the greedy search; a higher score says that a task needs the filter more."""

import torch
from torch import nn
from torch.nn import functional as F

from segregation.lesions.ranking import mean_losses


def one_shot(behind: nn.Module, maps: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy (nats) with each filter silenced alone, (n_filters,): the greedy search's first round.

    maps is (n_images, n_filters, height, width), targets (n_images,).
    """
    kept = 1 - torch.eye(maps.shape[1], dtype=maps.dtype, device=maps.device)
    return mean_losses(behind, maps, targets, kept)


def gradient(behind: nn.Module, maps: torch.Tensor, targets: torch.Tensor, batch_size: int = 256) -> torch.Tensor:
    """Return the first-order estimate of the rise of mean cross-entropy (nats) when each filter is silenced, (n_filters,).

    It is minus the sum over a map of activation times gradient (Molchanov et al., 2017, arXiv:1611.06440, there its
    absolute value), averaged over images. maps is (n_images, n_filters, height, width), targets (n_images,).
    """
    rise = torch.zeros(maps.shape[1], dtype=torch.float64, device=maps.device)
    for block, of_block in zip(maps.split(batch_size), targets.split(batch_size), strict=True):
        block = block.clone().requires_grad_()
        F.cross_entropy(behind(block), of_block, reduction="sum").backward()
        rise -= (block.detach() * block.grad).double().sum((0, 2, 3))
    return rise / len(maps)


def selectivity(own: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return (own - other) / (own + other) of mean activation to images of a task and of the other, (n_filters,).

    own and other are maps (n_images, n_filters, height, width) in front of any pooling; the activation of a filter is the L2
    norm over its map. nan for a filter that is silent for all images.
    """
    means = [maps.flatten(2).norm(dim=2).double().mean(0) for maps in (own, other)]
    return (means[0] - means[1]) / (means[0] + means[1])
