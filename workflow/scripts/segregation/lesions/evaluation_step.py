"""The step that tests a network under the lesions of a layer: a network, image sets and rankings in files."""

import logging
from collections.abc import Mapping
from itertools import chain

import numpy as np
import torch

from segregation.images import batches
from segregation.images.store import Store
from segregation.lesions.design import Lesion, random_lesions, read_ranking, read_scores, top_lesions
from segregation.lesions.evaluation import SAVE_EVERY, evaluate, right
from segregation.lesions.register import INTACT
from segregation.lesions.seen import computing
from segregation.lesions.shown import engine, precision_of, test_images
from segregation.networks import checkpoints
from segregation.steps import hashing, limits
from segregation.steps.randomness import generator
from segregation.steps.states import state_file

Answers = tuple[list[Lesion], np.ndarray, np.ndarray]  # lesions, and which images are right, (n_lesions, n_images)


def answers(
    network: dict,
    stores: Mapping[str, Store],
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
) -> list[Answers]:
    """Return which test images are named right, intact and under the lesions of a layer, or only intact (layer INTACT).

    Images are those of the stores, task by task; right are those named among all classes, and among those of their task.
    rankings holds the file of each task; one more is that of scores by which filters are lesioned too, and then at random
    at every severity. responses is the file that these answers are for: a killed run of the same parameters, code and files
    is taken up where it stopped, from a state beside it that the caller removes.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    starts = batches.offsets(stores)
    own = [slice(start, start + len(stores[task].classes)) for task, start in starts.items()]
    device, size, images = batches.device(), description["image_size"], test_images(stores)
    model = model.to(device)
    with computing(precision_of(lesion), device):
        answered = batches.scores(model, images.to(device), size).float().cpu()
    intact = [named.numpy()[None] for named in right(answered, images.targets, own)]
    found: list[Answers] = [([Lesion("none", "none", 0.0, 0, [])], *intact)]
    if layer != INTACT:
        lesioned = engine(lesion, model, layer, network, stores, seed, size, images)
        lesions = _lesions(layer, list(stores), rankings, settings, lesioned.n_units, seed)
        files = [hashing.checksum(path) for path in (weights, *rankings)]
        key = hashing.key(settings, lesion, layer, seed, code, [store.checksum for store in stores.values()], files)
        state, filters = state_file(responses, key), [of.filters for of in lesions]
        named = evaluate(lesioned, images.targets, filters, own, state, limit, save_every)
        logging.info("%s: %d lesions", layer, len(lesions))
        found.append((lesions, *named))
    return found


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
