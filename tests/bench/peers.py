"""Short comparisons with kept libraries: the bootstrap with scipy's, a round of the ranking with captum's layer ablation."""

import numpy as np
import scipy.stats
import torch
from ranking import relu_of
from timing import compare
from torch import nn
from torch.nn import functional as F

from segregation.lesions.engine import Engine
from segregation.networks import building
from segregation.statistics import bootstrap

IMAGES, PIXELS = 64, 48


def ten_thousand_draws(conditions: int = 40) -> dict:
    """Intervals of the accuracies of some conditions (a study has hundreds) over the same 640 images."""
    right = (np.random.default_rng(0).random((640, conditions)) < 0.7).astype(float)

    def ours():
        weights = bootstrap.draw_images(np.zeros(640, int), 10_000, np.random.default_rng(1))
        return np.array(bootstrap.interval(bootstrap.accuracies(right[None], weights)[:, 0])).T

    def peer():
        settings = {"n_resamples": 10_000, "method": "percentile", "rng": np.random.default_rng(1)}
        drawn = [scipy.stats.bootstrap((column,), np.mean, **settings) for column in right.T]
        return np.array([tuple(of_one.confidence_interval) for of_one in drawn])

    return compare(ours, peer)


def a_round(name: str) -> dict:
    """The loss of each image with each filter of a layer silenced alone, in a network of the default one's shape."""
    from captum.attr import LayerFeatureAblation

    architecture = {"name": "vgg16", "width": 0.125, "batch_norm": True, "dropout": 0.0, "linear_init": "he"}
    network = building.build(architecture, PIXELS, 64).eval().requires_grad_(False)
    for module in network.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False  # captum replaces what a module puts out, which the next would then overwrite
    images, targets = torch.randn(IMAGES, 3, PIXELS, PIXELS), torch.randint(0, 64, (IMAGES,))
    engine, module = Engine(network, name, images), relu_of(network, name, images)
    n = engine.parts.n_units
    mask = torch.arange(n).view(1, -1, 1, 1).expand(1, *engine.parts.map_shape)
    ablation = LayerFeatureAblation(lambda pixels: F.cross_entropy(network(pixels), targets, reduction="none"), module)

    def ours():
        found = engine.losses(targets, [], range(n), torch.arange(IMAGES))
        return found.losses - found.without

    def peer():
        with torch.inference_mode():
            return -ablation.attribute(images, layer_baselines=0, layer_mask=mask)[:, :, 0, 0].T

    return compare(ours, peer)
