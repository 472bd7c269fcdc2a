"""Speeds as ratios against a stated peer, both measured here in turn: make bench. Not a test: nothing is asserted.

Peers: for a round of the greedy ranking, full forward passes of the network with the filters silenced; for the bootstrap,
scipy.stats.bootstrap of each condition over the images of one class. The table is printed and written to results/bench.csv.
"""

import statistics
import time
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.stats
import torch
from torch.nn import functional as F

from segregation import networks
from segregation.lesions.cut import cut, layer
from segregation.lesions.ranking import mean_losses
from segregation.lesions.silence import silenced
from segregation.statistics import bootstrap

ROOT = Path(__file__).resolve().parents[1]
REPEATS, IMAGES, PIXELS = 3, 128, 48


def seconds(function) -> tuple[float, object]:
    """Return how long a call took, and what it returned."""
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


def compare(ours, peer) -> dict:
    """Time two calls in turn, pair by pair; return median times and the median ratio with its range."""
    pairs, largest = [], 0.0
    for _ in range(REPEATS):
        (a, first), (b, second) = seconds(ours), seconds(peer)
        pairs.append((a, b))
        largest = max(largest, float(np.abs(np.asarray(first) - np.asarray(second)).max()))
    ratios = [b / a for a, b in pairs]
    row = {"ours_s": statistics.median(a for a, _ in pairs), "peer_s": statistics.median(b for _, b in pairs)}
    return row | {"ratio": statistics.median(ratios), "from": min(ratios), "to": max(ratios), "difference": largest}


def a_round_of_ranking(name: str) -> dict:
    """Losses of a network under single lesions of a layer (at most 16): behind the layer alone, and by full passes."""
    architecture = {"name": "vgg16", "width": 0.125, "batch_norm": True, "dropout": 0.0, "linear_init": "he"}
    network = networks.build(architecture, PIXELS, 64).eval().requires_grad_(False)
    images, targets = torch.randn(IMAGES, 3, PIXELS, PIXELS), torch.randint(0, 64, (IMAGES,))
    before, behind = cut(network, name)
    with torch.inference_mode():
        maps = before(images)
    sets = [[f] for f in range(min(16, maps.shape[1]))]
    kept = torch.ones(len(sets), maps.shape[1])
    kept[range(len(sets)), range(len(sets))] = 0

    def full_passes():
        losses = []
        with torch.inference_mode():
            for filters in sets:
                with silenced(layer(network, name), filters):
                    losses.append(F.cross_entropy(network(images), targets).item())
        return losses

    return compare(lambda: mean_losses(behind, maps, targets, kept).tolist(), full_passes)


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


if __name__ == "__main__":
    torch.set_num_threads(1)
    rows = [
        {"what": f"a round of ranking, {name}", "peer": "full passes", **a_round_of_ranking(name)}
        for name in ("conv1_2", "conv3_1", "conv4_1", "conv5_1", "conv5_3")
    ]
    rows.append({"what": "10,000 draws, 40 conditions", "peer": "scipy.stats.bootstrap", **ten_thousand_draws()})
    table = pd.DataFrame(rows)
    table.to_csv(ROOT / "results" / "bench.csv", index=False, float_format="%.4g")
    print(table.to_string(index=False, float_format="%.3g"))
