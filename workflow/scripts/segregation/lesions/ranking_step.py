"""The step that ranks the filters of a layer: a network and image sets in files, a ranking in a file."""

import torch

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.ranking import rank, write_ranking
from segregation.lesions.shown import engine, ranking_images
from segregation.networks import checkpoints
from segregation.steps import hashing, limits
from segregation.steps.files import replacing
from segregation.steps.states import remove_states, state_file


def rank_filters(
    network: dict,
    stores: list[str],
    weights: str,
    layer: str,
    task: str,
    seed: int,
    settings: dict,
    lesion: dict,
    code: list[str],
    threads: int,
    ranking: str,
    limit: limits.Limit = limits.NEVER,
) -> None:
    """Rank the filters of a layer for a task on some of its training images; write filter, round and loss."""
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    opened = open_stores(network, stores)
    images = ranking_images(network, opened, task, settings["images"], seed)
    model, size = model.to(batches.device()), description["image_size"]
    key = hashing.key(
        settings, lesion, layer, task, code, [store.checksum for store in opened.values()], hashing.checksum(weights)
    )
    state = state_file(ranking, key)
    lesioned = engine(lesion, model, layer, network, opened, seed, size, images)
    how = {name: settings[name] for name in ("step", "until", "search", "error_rate", "tolerance")}
    chosen = rank(lesioned, images.targets, **how, state=state, label=f"{layer} {task}", limit=limit)
    with replacing(ranking) as temporary:
        write_ranking(temporary, chosen)
    remove_states(ranking)
