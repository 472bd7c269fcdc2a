"""Train a network of one or two tasks."""

import pandas as pd
import torch

from segregation import batches, checkpoints, hashing, networks
from segregation.files import remove_states, replacing, state_file
from segregation.reporting import logging_to
from segregation.splits import split_validation
from segregation.store import Store
from segregation.training import train as fit


def train(
    stores: dict[str, str],
    network_parameters: dict,
    settings: dict,
    seed: int,
    code: list[str],
    threads: int,
    weights: str,
    history: str,
) -> None:
    """Train a network on the tasks of some stores; write its weights and history.

    network_parameters holds architecture and image_size; an interrupted run of the same parameters, code and images is
    taken up where it stopped.
    """
    torch.set_num_threads(threads)
    opened = {task: Store(path) for task, path in stores.items()}
    parts = []
    for task, offset in batches.offsets(opened).items():
        rows = split_validation(opened[task], settings["validation_fraction"], seed, task)
        parts.append([batches.load_images(opened[task], of_part, offset) for of_part in rows])
    device, size = batches.device(), network_parameters["image_size"]
    training, validation = (batches.join(list(part)).to(device) for part in zip(*parts, strict=True))
    classes = {task: store.classes for task, store in opened.items()}
    network = networks.build(network_parameters["architecture"], size, sum(map(len, classes.values())), seed).to(device)
    images = [[task, store.checksum] for task, store in opened.items()]
    state = state_file(weights, hashing.key(network_parameters, settings, seed, code, images))
    rows = fit(network, training, validation, size, settings, seed, state)
    with replacing(history) as temporary:
        pd.DataFrame(rows).to_csv(temporary, index=False)
    checkpoints.save(weights, network, {**network_parameters, "classes": classes, "seed": seed, "training": settings})
    remove_states(weights)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"train {snakemake.wildcards.network} seed {snakemake.wildcards.seed}"):
        train(
            stores=dict(zip(snakemake.params.tasks, snakemake.input.stores, strict=True)),
            network_parameters=snakemake.params.network,
            settings=snakemake.params.training,
            seed=int(snakemake.wildcards.seed),
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            weights=snakemake.output.weights,
            history=snakemake.output.history,
        )
