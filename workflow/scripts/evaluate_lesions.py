"""Classify all test images of a network, intact and under every lesion of the study."""

import logging
from itertools import chain

import torch

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.design import Lesion, random_lesions, read_ranking, read_scores, top_lesions
from segregation.lesions.evaluation import evaluate, right
from segregation.lesions.seen import computing
from segregation.lesions.shown import engine, precision_of, test_images
from segregation.networks import checkpoints
from segregation.statistics.responses import table, write
from segregation.steps.randomness import generator
from segregation.steps.reporting import logging_to


def evaluate_lesions(
    network: dict,
    stores: list[str],
    weights: str,
    rankings: dict[tuple[str, str], str],
    scores: dict[str, str],
    seed: int,
    settings: dict,
    lesion: dict,
    threads: int,
    responses: str,
) -> None:
    """Write which test images are named right.

    rankings holds the file of each (layer, task), none to test the intact network only; scores that of a layer whose
    filters are also lesioned by scores, and at random at every severity.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    opened = open_stores(network, stores)
    starts = batches.offsets(opened)
    own = [slice(start, start + len(opened[task].classes)) for task, start in starts.items()]
    images, model, size = test_images(opened), model.to(batches.device()), description["image_size"]
    with computing(precision_of(lesion), batches.device()):
        answers = batches.scores(model, images.to(batches.device()), size).float().cpu()
    intact = [named.numpy()[None] for named in right(answers, images.targets, own)]

    def tables():
        yield table([Lesion("none", "none", 0.0, 0, [])], *intact, opened)
        for layer in dict.fromkeys(layer for layer, _ in rankings):
            lesioned = engine(lesion, model, layer, network, opened, seed, size, images)
            of_layer = {task: path for (ranked, task), path in rankings.items() if ranked == layer}
            lesions = _lesions(layer, of_layer, scores.get(layer), settings, lesioned.n_units, seed)
            named = evaluate(lesioned, images.targets, [of.filters for of in lesions], own)
            logging.info("%s: %d lesions", layer, len(lesions))
            yield table(lesions, *named, opened)

    write(responses, tables())


def _lesions(
    layer: str, rankings: dict[str, str], scores: str | None, settings: dict, n_filters: int, seed: int
) -> list[Lesion]:
    """Return the lesions of a layer: by the ranking of each task, by scores where there are some, and at random."""
    ordered = {task: read_ranking(path, n_filters) for task, path in rankings.items()}
    if scores is not None:
        ordered |= {f"{task}_by_{method}": order for (task, method), order in read_scores(scores, n_filters).items()}
    tops = [top_lesions(layer, name, order, settings["severities"], n_filters) for name, order in ordered.items()]
    at_random = [settings["headline"]] if scores is None else settings["severities"]
    rng = generator(seed, "random lesions", layer)
    return [*chain(*tops), *random_lesions(layer, at_random, settings["random_draws"], n_filters, rng)]


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "evaluate {network} seed {seed}".format(**snakemake.wildcards)):
        evaluate_lesions(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            rankings=dict(zip(map(tuple, snakemake.params.ranked), snakemake.input.rankings, strict=True)),
            scores=dict(zip(snakemake.params.scored, snakemake.input.scores, strict=True)),
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.evaluation,
            lesion=snakemake.params.lesion,
            threads=snakemake.threads,
            responses=snakemake.output.responses,
        )
