"""Classify all test images of a network, intact and under every lesion of the study."""

import logging

import pandas as pd
import torch

from segregation import batches, checkpoints
from segregation.files import replacing
from segregation.lesions.cut import cut
from segregation.lesions.design import Lesion, random_lesions, read_ranking, top_lesions
from segregation.lesions.evaluation import evaluate, right
from segregation.randomness import generator
from segregation.reporting import logging_to
from segregation.responses import table
from segregation.store import Store


def evaluate_lesions(
    stores: dict[str, str],
    weights: str,
    rankings: dict[tuple[str, str], str],
    seed: int,
    settings: dict,
    threads: int,
    responses: str,
) -> None:
    """Write which test images are named right; rankings holds the file of each (layer, task), none to test intact only."""
    torch.set_num_threads(threads)
    network, description = checkpoints.load(weights)
    device = batches.device()
    opened = {task: Store(path) for task, path in stores.items()}
    starts = batches.offsets(opened)
    own = [slice(start, start + len(opened[task].classes)) for task, start in starts.items()]
    rows = {task: store.rows("test") for task, store in opened.items()}
    images = batches.join([batches.load_images(opened[task], rows[task], starts[task]) for task in opened]).to(device)
    network, size = network.to(device), description["image_size"]
    intact = right(batches.scores(network, images, size), images.targets, own)
    tables = [table([Lesion("none", "none", 0.0, 0, [])], *(named.cpu().numpy()[None] for named in intact), opened)]
    for layer in dict.fromkeys(layer for layer, _ in rankings):
        before, behind = cut(network, layer)
        maps = batches.scores(before, images, size)
        lesions = _lesions(layer, rankings, settings, maps.shape[1], seed)
        tables.append(table(lesions, *evaluate(behind, maps, images.targets, own, lesions), opened))
        logging.info("%s: %d lesions", layer, len(lesions))
    with replacing(responses) as temporary:
        pd.concat(tables).to_parquet(temporary, index=False)


def _lesions(layer: str, rankings: dict, settings: dict, n_filters: int, seed: int) -> list[Lesion]:
    """Return the lesions of a layer: the top of either task's ranking, and random ones."""
    lesions = []
    for (ranked, task), path in rankings.items():
        if ranked == layer:
            lesions += top_lesions(layer, task, read_ranking(path, n_filters), settings["severities"], n_filters)
    draws, severities = settings["random_draws"], settings["random_severities"]
    return lesions + random_lesions(layer, severities, draws, n_filters, generator(seed, "random lesions", layer))


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "evaluate {network} seed {seed}".format(**snakemake.wildcards)):
        evaluate_lesions(
            stores=dict(zip(snakemake.params.tasks, snakemake.input.stores, strict=True)),
            weights=snakemake.input.weights,
            rankings=dict(zip(map(tuple, snakemake.params.ranked), snakemake.input.rankings, strict=True)),
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.evaluation,
            threads=snakemake.threads,
            responses=snakemake.output.responses,
        )
