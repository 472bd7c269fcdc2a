"""Scores of filters by simpler means than the greedy search; a higher score says that a task needs the filter more."""

import torch

from segregation.lesions.engine import Engine


def one_shot(engine: Engine, targets: torch.Tensor) -> torch.Tensor:
    """Return the mean loss with each filter silenced alone, (n_filters,): the greedy search's first round.

    The loss is the engine's metric: the cross-entropy (nats), if it has no other. targets (n,) are those of the
    engine's images.
    """
    found = engine.losses(targets, [], range(engine.n_units), torch.arange(len(targets)))
    return found.losses.double().mean(1)


def gradient(engine: Engine, targets: torch.Tensor) -> torch.Tensor:
    """Return the first-order estimate of the rise of the mean loss when each filter is silenced, (n_filters,).

    The loss is the engine's metric: the cross-entropy (nats), if it has no other. The estimate is minus the sum over a map
    of what silencing takes away times the gradient, averaged over images (Molchanov et al., 2017, arXiv:1611.06440, there
    its absolute value). targets (n,) are those of the engine's images.
    """
    return engine.rise(targets)


def selectivity(own: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return (own - other) / (own + other) of mean activation to images of a task and of the other, (n_filters,).

    own and other are maps (n_images, n_filters, ...) in front of any pooling; the activation of a filter is the L2 norm over
    its map. nan for a filter that is silent for all images.
    """
    means = [maps.reshape(*maps.shape[:2], -1).norm(dim=2).double().mean(0) for maps in (own, other)]
    return (means[0] - means[1]) / (means[0] + means[1])
