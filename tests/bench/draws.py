"""The index over draws of ranking images: how much of it is the network's, and how much chance of which images were drawn.

Networks are those of studies/regime.yaml, whose seeds the reference does not use.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from racing import HEADLINE, STEP, index

from segregation.images import batches
from segregation.images.store import Store
from segregation.images.tasks import open_stores
from segregation.lesions.design import size_of
from segregation.lesions.engine import Engine
from segregation.lesions.evaluation import evaluate
from segregation.lesions.ranking import rank
from segregation.lesions.shown import ranking_images, test_images
from segregation.networks import checkpoints

LAYER = "conv5_3"
EVERY = 10**9
# Numbers of ranking images of a task, how they are searched, and draws: of all images there is one.
TRIED = ((128, "exact", 4), (512, "racing", 4), (EVERY, "racing", 1))


def draws(study: Path, network: str, tasks: tuple[str, str]) -> Iterator[dict]:
    """Yield a row for each seed of a network, number of ranking images, and draw of them."""
    opened = open_stores({"tasks": tasks}, [str(study / f"datasets/{task}.arrow") for task in tasks])
    for weights in sorted(study.glob(f"networks/{network}/*/weights.safetensors")):
        trained, description = checkpoints.load(weights)
        size, seed = description["image_size"], int(weights.parent.name)
        for number, search, n_draws in TRIED:
            for draw in range(n_draws):
                at = seed if draw == 0 else 1000 * draw + seed
                found, used = index_of(trained, size, opened, number, search, at)
                yield {"seed": seed, "layer": LAYER, "images": used, "search": search, "draw": draw, "index": found}


def index_of(
    network: torch.nn.Module, size: int, opened: Mapping[str, Store], number: int, search: str, seed: int
) -> tuple[float, int]:
    """Return the combined index of the last layer on all test images, and how many images of a task filters were ranked on.

    These are drawn by the seed, as many as number or all there are.
    """
    test, starts, sets = test_images(opened), batches.offsets(opened), []
    own = [slice(start, start + len(opened[task].classes)) for task, start in starts.items()]
    lesioned = Engine(network, LAYER, batches.centre(test.pixels, size))
    for task in opened:
        images = ranking_images({"tasks": list(opened)}, opened, task, number, seed)
        engine = Engine(network, LAYER, batches.centre(images.pixels, size))
        chosen = rank(engine, images.targets, STEP, HEADLINE, search)
        sets.append([choice.filter for choice in chosen[: size_of(HEADLINE, engine.n_units)]])
    return index(evaluate(lesioned, test.targets, [[], *sets], own)[0], test.targets, own), len(images)
