"""Ways to train the default study's network against each other: what they cost, how well it names images, and its index.

Seeds are some that the reference does not use. How a recipe was chosen among these is told in docs/choices.md.
"""

import time
from collections.abc import Iterator, Mapping

import torch
import yaml
from default import IMAGES, ROOT
from draws import index_of

from segregation.images import batches
from segregation.images.sampling import split_validation, training_rows
from segregation.images.store import Store
from segregation.images.tasks import open_stores
from segregation.lesions.shown import test_images
from segregation.networks import building
from segregation.training import loop

ADAMW = {"optimizer": "adamw", "learning_rate": 0.002}
MUON = ADAMW | {"optimizer": "muon", "muon_learning_rate": 0.02}
TRIED = [ADAMW | {"epochs": n} for n in (16, 12)] + [MUON | {"epochs": n} for n in (8, 10, 12)]
SEEDS = (11, 12, 13)


def recipes(tasks: tuple[str, str], stores: list[str]) -> Iterator[dict]:
    """Yield a row for each recipe and seed."""
    torch.set_num_threads(1)  # as in the study
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    opened, size = open_stores({"tasks": tasks}, stores), config["image_size"]
    test = test_images(opened)
    for recipe in TRIED:
        for seed in SEEDS:
            began = time.process_time()
            network = trained(config, config["training"] | recipe, opened, seed)
            row = {"optimizer": recipe["optimizer"], "epochs": recipe["epochs"], "seed": seed}
            row["core_s"] = time.process_time() - began
            named = batches.scores(network, test, size).argmax(1) == test.targets
            of_tasks = named.split([len(store.rows("test")) for store in opened.values()])
            row |= {f"accuracy_{task}": of.float().mean().item() for task, of in zip(opened, of_tasks, strict=True)}
            yield row | {"index": index_of(network, size, opened, IMAGES, "exact", seed)[0]}


def trained(config: dict, settings: dict, opened: Mapping[str, Store], seed: int) -> torch.nn.Module:
    """Return a network that was trained as the study's step does."""
    parts = []
    for task, offset in batches.offsets(opened).items():
        rows = training_rows(opened[task], task, None)
        split = split_validation(opened[task], rows, settings["validation_fraction"], seed, task)
        parts.append([(opened[task], of_part, offset) for of_part in split])
    training, validation = (batches.open_images(of) for of in zip(*parts, strict=True))
    n_classes = sum(len(store.classes) for store in opened.values())
    network = building.build(config["architecture"], config["image_size"], n_classes, seed)
    loop.train(network, training, validation, config["image_size"], settings, seed)
    return network.eval().requires_grad_(False)
