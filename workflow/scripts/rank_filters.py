"""Rank the filters of a layer by how much a task needs them."""

import torch

from segregation import batches, checkpoints, hashing
from segregation.files import remove_states, replacing, state_file
from segregation.lesions.cut import cut
from segregation.lesions.ranking import rank_filters as search
from segregation.lesions.ranking import write_ranking
from segregation.reporting import logging_to
from segregation.sampling import stratified, training_rows
from segregation.tasks import open_stores


def rank_filters(
    network: dict,
    stores: list[str],
    weights: str,
    layer: str,
    task: str,
    seed: int,
    settings: dict,
    code: list[str],
    threads: int,
    ranking: str,
) -> None:
    """Rank the filters of a layer for a task on some of its training images; write filter, round and loss."""
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    opened = open_stores(network, stores)
    rows = training_rows(opened[task], task, network.get("train_images"))
    rows = stratified(opened[task], rows, settings["images"], seed, "ranking images", task)
    device = batches.device()
    images = batches.load_images(opened[task], rows, batches.offsets(opened)[task]).to(device)
    before, behind = cut(model.to(device), layer)
    maps = batches.scores(before, images, description["image_size"])
    key = hashing.key(settings, layer, task, code, opened[task].checksum, hashing.checksum(weights))
    state = state_file(ranking, key)
    chosen = search(behind, maps, images.targets, settings["step"], settings["until"], state, f"{layer} {task}")
    with replacing(ranking) as temporary:
        write_ranking(temporary, chosen)
    remove_states(ranking)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "rank {network} seed {seed} {layer} {task}".format(**snakemake.wildcards)):
        rank_filters(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.wildcards.layer,
            task=snakemake.wildcards.task,
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.ranking,
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            ranking=snakemake.output.ranking,
        )
