"""Ways to train three networks: what they cost, how well these name images, and their indices.

Seeds are those of studies/regime.yaml, which the reference does not use. The second set of people is one of the reference's:
  .venv/bin/python workflow/forked.py --configfile studies/reference.yaml --cores 2 results/default/datasets/people.arrow
"""

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor

import torch
import yaml
from default import IMAGES, ROOT, STUDY
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
TASKS = {"dual": ("face", "object"), "faces_faces": ("face", "portrait"), "people_people": ("face", "people")}
TRIED = [(recipe, name) for recipe in (ADAMW | {"epochs": 16}, MUON | {"epochs": 10}) for name in TASKS]
TRIED += [(ADAMW | {"epochs": 12}, "dual")]
SEEDS = range(11, 17)


def recipes() -> Iterator[dict]:
    """Yield a row for each recipe, network and seed; each is trained on one core, as in the study."""
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        yield from pool.map(_row, *zip(*((*tried, seed) for tried in TRIED for seed in SEEDS), strict=True))


def _row(recipe: dict, name: str, seed: int) -> dict:
    torch.set_num_threads(1)
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    tasks, size = TASKS[name], config["image_size"]
    opened = open_stores({"tasks": tasks}, [str(STUDY / f"datasets/{task}.arrow") for task in tasks])
    began = time.process_time()
    trained = _trained(config, config["training"] | recipe, opened, seed)
    row = {"optimizer": recipe["optimizer"], "epochs": recipe["epochs"], "network": name, "seed": seed}
    row["core_s"] = time.process_time() - began
    test = test_images(opened)
    named = batches.scores(trained, test, size).argmax(1) == test.targets
    of_tasks = named.split([len(store.rows("test")) for store in opened.values()])
    row |= dict(zip(("accuracy_first", "accuracy_second"), (of.float().mean().item() for of in of_tasks), strict=True))
    return row | {"index": index_of(trained, size, opened, IMAGES, "exact", seed)[0]}


def _trained(config: dict, settings: dict, opened: Mapping[str, Store], seed: int) -> torch.nn.Module:
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
