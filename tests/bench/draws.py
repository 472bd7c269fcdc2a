"""The index over draws of ranking images: how much of it is the network's, and how much chance of which images were drawn.

Networks are those of studies/regime.yaml, whose seeds the reference does not use.
"""

from collections.abc import Iterator
from pathlib import Path

from racing import HEADLINE, STEP, index

from segregation.images import batches
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
    shown = {"tasks": tasks}
    opened = open_stores(shown, [str(study / f"datasets/{task}.arrow") for task in tasks])
    test, starts = test_images(opened), batches.offsets(opened)
    own = [slice(start, start + len(opened[task].classes)) for task, start in starts.items()]
    for weights in sorted(study.glob(f"networks/{network}/*/weights.safetensors")):
        trained, description = checkpoints.load(weights)
        size, seed = description["image_size"], int(weights.parent.name)
        lesioned = Engine(trained, LAYER, batches.centre(test.pixels, size))
        n_lesioned = size_of(HEADLINE, lesioned.n_units)
        for number, search, n_draws in TRIED:
            for draw in range(n_draws):
                sets = []
                for task in tasks:
                    images = ranking_images(shown, opened, task, number, seed if draw == 0 else 1000 * draw + seed)
                    engine = Engine(trained, LAYER, batches.centre(images.pixels, size))
                    chosen = rank(engine, images.targets, STEP, HEADLINE, search)
                    sets.append([choice.filter for choice in chosen[:n_lesioned]])
                found = index(evaluate(lesioned, test.targets, [[], *sets], own)[0], test.targets, own)
                yield {"seed": seed, "layer": LAYER, "images": len(images), "search": search, "draw": draw, "index": found}
