"""Ways to train three networks: what they cost, how well these name images, and their indices.

Seeds are those of studies/regime.yaml, which the reference does not use. A network is left out where a set of it is absent;
the second set of people is one of the reference's:
  .venv/bin/python workflow/forked.py --configfile studies/reference.yaml --cores 2 results/default/datasets/people.arrow
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from tempfile import TemporaryDirectory

import yaml
from default import IMAGES, ROOT, STUDY
from draws import index_of

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.shown import test_images
from segregation.networks import checkpoints
from segregation.training.training_step import train

ADAMW = {"optimizer": "adamw", "learning_rate": 0.002}
MUON = ADAMW | {"optimizer": "muon", "muon_learning_rate": 0.02}
TASKS = {"dual": ("face", "object"), "faces_faces": ("face", "portrait"), "people_people": ("face", "people")}
TRIED = [(recipe, name) for recipe in (ADAMW | {"epochs": 16}, MUON | {"epochs": 10}) for name in TASKS]
TRIED += [(ADAMW | {"epochs": 12}, "dual")]
SEEDS = range(11, 17)


def recipes() -> Iterator[dict]:
    """Yield a row for each recipe, network and seed; each is trained on one core, as in the study."""
    jobs = [(*tried, seed) for tried in TRIED for seed in SEEDS if all(map(os.path.exists, sets_of(tried[1])))]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        yield from pool.map(_row, *zip(*jobs, strict=True))


def sets_of(name: str) -> list[str]:
    """Return the files of a network's image sets."""
    return [str(STUDY / f"datasets/{task}.arrow") for task in TASKS[name]]


def _row(recipe: dict, name: str, seed: int) -> dict:
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    network, appearance = {"tasks": TASKS[name]}, {key: config[key] for key in ("architecture", "image_size")}
    row = {"optimizer": recipe["optimizer"], "epochs": recipe["epochs"], "network": name, "seed": seed}
    with TemporaryDirectory() as folder:
        weights, began = f"{folder}/weights.safetensors", time.process_time()
        settings = config["training"] | recipe
        train(network, sets_of(name), appearance, settings, seed, [], 1, weights, f"{folder}/history.csv")
        row["core_s"] = time.process_time() - began
        trained, _ = checkpoints.load(weights)
    opened, size = open_stores(network, sets_of(name)), config["image_size"]
    test = test_images(opened)
    named = batches.scores(trained, test, size).argmax(1) == test.targets
    of_tasks = named.split([len(store.rows("test")) for store in opened.values()])
    row |= dict(zip(("accuracy_first", "accuracy_second"), (of.float().mean().item() for of in of_tasks), strict=True))
    return row | {"index": index_of(trained, size, opened, IMAGES, "exact", seed)[0]}
