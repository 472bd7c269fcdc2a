"""Classify all test images of a network, intact and under every lesion of a layer."""

import logging
from itertools import chain

import torch

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.design import Lesion, random_lesions, read_ranking, read_scores, top_lesions
from segregation.lesions.evaluation import SAVE_EVERY, evaluate, right
from segregation.lesions.register import INTACT
from segregation.lesions.seen import computing
from segregation.lesions.shown import engine, precision_of, test_images
from segregation.networks import checkpoints
from segregation.statistics.responses import table, write
from segregation.steps import hashing, limits
from segregation.steps.randomness import generator
from segregation.steps.reporting import logging_to
from segregation.steps.states import remove_states, state_file


def evaluate_lesions(
    network: dict,
    stores: list[str],
    weights: str,
    layer: str,
    rankings: list[str],
    seed: int,
    settings: dict,
    lesion: dict,
    code: list[str],
    threads: int,
    responses: str,
    save_every: float = SAVE_EVERY,
    limit: limits.Limit = limits.NEVER,
) -> None:
    """Write which test images are named right, intact and under the lesions of a layer, or only intact (layer INTACT).

    rankings holds the file of each task; one more is that of scores by which filters are lesioned too, and then at random
    at every severity. A killed run of the same parameters, code and files is taken up where it stopped.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    opened = open_stores(network, stores)
    starts = batches.offsets(opened)
    own = [slice(start, start + len(opened[task].classes)) for task, start in starts.items()]
    device, size, images = batches.device(), description["image_size"], test_images(opened)
    model = model.to(device)
    with computing(precision_of(lesion), device):
        answers = batches.scores(model, images.to(device), size).float().cpu()
    intact = [named.numpy()[None] for named in right(answers, images.targets, own)]
    tables = [table([Lesion("none", "none", 0.0, 0, [])], *intact, opened)]
    if layer != INTACT:
        lesioned = engine(lesion, model, layer, network, opened, seed, size, images)
        lesions = _lesions(layer, list(opened), rankings, settings, lesioned.n_units, seed)
        files = [hashing.checksum(path) for path in (weights, *rankings)]
        key = hashing.key(settings, lesion, layer, seed, code, [store.checksum for store in opened.values()], files)
        state, filters = state_file(responses, key), [of.filters for of in lesions]
        named = evaluate(lesioned, images.targets, filters, own, state, limit, save_every)
        logging.info("%s: %d lesions", layer, len(lesions))
        tables.append(table(lesions, *named, opened))
    write(responses, tables)
    remove_states(responses)


def _lesions(layer: str, tasks: list[str], rankings: list[str], settings: dict, n_filters: int, seed: int) -> list[Lesion]:
    """Return the lesions of a layer: by the ranking of each task, by scores where there are some, and at random."""
    scores = rankings[len(tasks) :]
    ordered = {task: read_ranking(path, n_filters) for task, path in zip(tasks, rankings, strict=False)}
    for path in scores:
        ordered |= {f"{task}_by_{method}": order for (task, method), order in read_scores(path, n_filters).items()}
    tops = [top_lesions(layer, name, order, settings["severities"], n_filters) for name, order in ordered.items()]
    at_random = settings["severities"] if scores else [settings["headline"]]
    rng = generator(seed, "random lesions", layer)
    return [*chain(*tops), *random_lesions(layer, at_random, settings["random_draws"], n_filters, rng)]


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "evaluate {network} seed {seed} {layer}".format(**snakemake.wildcards)):
        evaluate_lesions(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.wildcards.layer,
            rankings=[*snakemake.input.rankings, *snakemake.input.scores],
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.evaluation,
            lesion=snakemake.params.lesion,
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            responses=snakemake.output.responses,
            limit=limits.of_job(snakemake.resources.get("runtime")),
        )
