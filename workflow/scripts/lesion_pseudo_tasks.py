"""Lesion a layer for tasks that are none: all classes assigned at random to two pseudo-tasks."""

import numpy as np
import pandas as pd
import torch

from segregation import batches, checkpoints
from segregation.files import replacing
from segregation.lesions.cut import cut
from segregation.lesions.design import Lesion, size_of
from segregation.lesions.evaluation import evaluate
from segregation.lesions.ranking import rank_filters
from segregation.randomness import generator
from segregation.reporting import logging_to
from segregation.sampling import stratified, training_rows
from segregation.store import Store
from segregation.tasks import open_stores

NAMES = ("a", "b")


def lesion_pseudo_tasks(
    network: dict,
    stores: list[str],
    weights: str,
    layer: str,
    seed: int,
    settings: dict,
    assignments: int,
    severity: float,
    threads: int,
    table: str,
) -> None:
    """Write the accuracy of both pseudo-tasks, intact and under the lesion of either, for some assignments of the classes.

    settings is the section ranking of the configuration; filters are ranked as far as the severity asks for, and half of the
    classes have half of the images that are drawn for both tasks, so as many as a task.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    device, opened = batches.device(), open_stores(network, stores)
    before, behind = cut(model.to(device), layer)
    pool, test = (images.to(device) for images in _images(network, opened, settings["images"], seed))
    pool_maps, test_maps = (batches.scores(before, images, description["image_size"]) for images in (pool, test))
    n_filters = pool_maps.shape[1]
    n_classes = sum(len(store.classes) for store in opened.values())
    rows = []
    for number in range(assignments):
        groups = _assign(n_classes, generator(seed, "pseudo-tasks", number)).to(device)
        lesions = [Lesion(layer, "none", 0.0, 0, [])]
        for group, name in enumerate(NAMES):
            chosen = groups[pool.targets] == group
            ranking = rank_filters(behind, pool_maps[chosen], pool.targets[chosen], settings["step"], severity)
            top = [choice.filter for choice in ranking][: size_of(severity, n_filters)]
            lesions.append(Lesion(layer, name, severity, 0, top))
        named, _ = evaluate(behind, test_maps, test.targets, [slice(0, n_classes)], lesions)
        rows += [{"assignment": number, **row} for row in _accuracies(named, groups[test.targets].cpu().numpy())]
    with replacing(table) as temporary:
        pd.DataFrame(rows).to_csv(temporary, index=False)


def _images(network: dict, stores: dict[str, Store], n: int, seed: int) -> tuple[batches.Images, batches.Images]:
    """Return n training images of each task, those that its greedy rankings use, and all test images."""
    pools, tests = [], []
    for task, offset in batches.offsets(stores).items():
        rows = training_rows(stores[task], task, network.get("train_images"))
        rows = stratified(stores[task], rows, n, seed, "ranking images", task)
        pools.append(batches.load_images(stores[task], rows, offset))
        tests.append(batches.load_images(stores[task], stores[task].rows("test"), offset))
    return batches.join(pools), batches.join(tests)


def _accuracies(named: np.ndarray, groups: np.ndarray) -> list[dict]:
    """Return the accuracy of each pseudo-task under each lesion; named is (intact and each lesion, n_images), bool."""
    rows = []
    for group, name in enumerate(NAMES):
        intact, *lesioned = named[:, groups == group].mean(1)
        rows += [
            {"lesion": of, "task": name, "intact": intact, "lesioned": a} for of, a in zip(NAMES, lesioned, strict=True)
        ]
    return rows


def _assign(n_classes: int, rng: np.random.Generator) -> torch.Tensor:
    """Return the pseudo-task of each class, 0 or 1: halves drawn at random."""
    return torch.from_numpy(rng.permutation(n_classes) % 2)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "pseudo-tasks {network} seed {seed}".format(**snakemake.wildcards)):
        lesion_pseudo_tasks(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.params.layer,
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.ranking,
            assignments=snakemake.params.assignments,
            severity=snakemake.params.severity,
            threads=snakemake.threads,
            table=snakemake.output.table,
        )
