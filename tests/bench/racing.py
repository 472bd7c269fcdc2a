"""Races beside exact searches: the pairs they compute, the top 20% that both name, and the index that follows."""

from collections.abc import Iterator

import numpy as np
import torch

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.design import size_of
from segregation.lesions.engine import Engine
from segregation.lesions.evaluation import evaluate
from segregation.lesions.ranking import rank
from segregation.lesions.shown import ranking_images, test_images
from segregation.networks.architectures import CONVOLUTIONS
from segregation.statistics.index import drop, indices

LAYERS, STEP, HEADLINE, FLOOR, EVERY = CONVOLUTIONS["vgg16"], 0.016, 0.2, 0.02, 10**9
SIZES = {128: LAYERS, 512: LAYERS[4:], EVERY: LAYERS[4:]}  # ranking images of a task: in these layers


def races(network: torch.nn.Module, size: int, tasks: tuple[str, str], stores: list[str]) -> Iterator[dict]:
    """Yield a row for each number of ranking images, layer and task of a network that sees images of a size."""
    shown = {"tasks": tasks}
    opened = open_stores(shown, stores)
    test = test_images(opened)
    tested = batches.centre(test.pixels, size)
    starts = batches.offsets(opened)
    own = [slice(start, start + len(opened[task].classes)) for task, start in starts.items()]
    for number, layers in SIZES.items():
        images = {task: ranking_images(shown, opened, task, number, 1) for task in tasks}
        for layer in layers:
            rows, tops = [], {"exact": [], "racing": []}
            for task, of in images.items():
                engine, pairs = Engine(network, layer, batches.centre(of.pixels, size)), {}
                for search, chosen in tops.items():
                    ranking = rank(engine, of.targets, STEP, search=search)
                    chosen.append([choice.filter for choice in ranking[: size_of(HEADLINE, engine.n_units)]])
                    pairs[search] = sum({choice.round: choice.pairs for choice in ranking}.values())
                exact, raced = (set(chosen[-1]) for chosen in tops.values())
                rows.append({"network": "default", "layer": layer, "task": task, "images": len(of)})
                rows[-1] |= {"filters": engine.n_units, "exact_pairs": pairs["exact"], "racing_pairs": pairs["racing"]}
                rows[-1] |= {
                    "pair_fraction": pairs["racing"] / pairs["exact"],
                    "shared_top20": len(exact & raced) / len(exact),
                }
            lesioned = Engine(network, layer, tested)
            found = [
                index(evaluate(lesioned, test.targets, [[], *sets], own)[0], test.targets, own) for sets in tops.values()
            ]
            yield from (row | {"index": found[0], "index_difference": found[1] - found[0]} for row in rows)


def index(named: np.ndarray, targets: torch.Tensor, own: list[slice]) -> float:
    """Return the combined index; named is (intact and the lesion for each task, n_images), bool."""
    of_task = [(targets >= classes.start) & (targets < classes.stop) for classes in own]
    drops = np.array([drop(named[1:, of].mean(1), named[0, of].mean()) for of in of_task]).T  # a lesion a row
    return float(indices(drops.diagonal(), drops[:, ::-1].diagonal(), FLOOR)["contrast"][2])
