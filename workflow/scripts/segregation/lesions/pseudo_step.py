"""The step that lesions a layer for tasks that are none: classes assigned at random to as many pseudo-tasks as tasks."""

from string import ascii_lowercase

import numpy as np
import pandas as pd
import torch

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.design import size_of
from segregation.lesions.evaluation import evaluate
from segregation.lesions.ranking import rank
from segregation.lesions.shown import engine, ranking_images, test_images
from segregation.networks import checkpoints
from segregation.steps.files import replacing
from segregation.steps.randomness import generator

NAMES = ascii_lowercase  # of pseudo-tasks; a network has at most as many tasks


def lesion_pseudo_tasks(
    network: dict,
    stores: list[str],
    weights: str,
    layer: str,
    seed: int,
    settings: dict,
    lesion: dict,
    assignments: int,
    severity: float,
    threads: int,
    table: str,
) -> None:
    """Write the accuracy of each pseudo-task, intact and under the lesion for each, for some assignments of the classes.

    settings is the section ranking of the configuration; filters are ranked as far as the severity asks for. A pseudo-task
    has its share of the classes and so of the images that are drawn for all tasks, about as many as a task.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    model, opened = model.to(batches.device()), open_stores(network, stores)
    pool = batches.join([ranking_images(network, opened, task, settings["images"], seed) for task in opened])
    test = test_images(opened)
    ranked, tested = (
        engine(lesion, model, layer, network, opened, seed, description["image_size"], images) for images in (pool, test)
    )
    how = {name: settings[name] for name in ("step", "search", "error_rate", "tolerance")}
    n_classes, names = sum(len(store.classes) for store in opened.values()), NAMES[: len(opened)]
    rows = []
    for number in range(assignments):
        groups = _assign(n_classes, len(names), generator(seed, "pseudo-tasks", number))
        lesions: list[list[int]] = [[]]
        for group in range(len(names)):
            own = (groups[pool.targets] == group).nonzero().squeeze(1)
            ranking = rank(ranked, pool.targets, **how, until=severity, at=own)
            lesions.append([choice.filter for choice in ranking][: size_of(severity, ranked.n_units)])
        named, _ = evaluate(tested, test.targets, lesions, [slice(0, n_classes)])
        rows += [{"assignment": number, **row} for row in _accuracies(named, groups[test.targets].numpy(), names)]
    with replacing(table) as temporary:
        pd.DataFrame(rows).to_csv(temporary, index=False)


def _accuracies(named: np.ndarray, groups: np.ndarray, names: str) -> list[dict]:
    """Return the accuracy of each pseudo-task under each lesion; named is (intact and each lesion, n_images), bool."""
    rows = []
    for group, name in enumerate(names):
        intact, *lesioned = named[:, groups == group].mean(1)
        rows += [
            {"lesion": of, "task": name, "intact": intact, "lesioned": a} for of, a in zip(names, lesioned, strict=True)
        ]
    return rows


def _assign(n_classes: int, n_tasks: int, rng: np.random.Generator) -> torch.Tensor:
    """Return the pseudo-task of each class, from 0: parts of one size, drawn at random."""
    return torch.from_numpy(rng.permutation(n_classes) % n_tasks)
