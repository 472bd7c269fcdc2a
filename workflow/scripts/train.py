"""Train a network of one or two tasks."""

import pandas as pd
import torch

from segregation import batches, checkpoints, hashing, networks
from segregation.files import remove_states, replacing, state_file
from segregation.reporting import logging_to
from segregation.sampling import split_validation, training_rows
from segregation.tasks import open_stores
from segregation.training import HISTORY
from segregation.training import train as fit


def train(
    network: dict,
    stores: list[str],
    appearance: dict,
    settings: dict,
    seed: int,
    code: list[str],
    threads: int,
    weights: str,
    history: str,
) -> None:
    """Train a network on its tasks, a store each; write its weights and history.

    network holds tasks, without and train_images, appearance architecture and image_size; an interrupted run of the same
    parameters, code and images is taken up where it stopped.
    """
    torch.set_num_threads(threads)
    opened = open_stores(network, stores)
    parts = []
    for task, offset in batches.offsets(opened).items():
        rows = training_rows(opened[task], task, network.get("train_images"))
        split = split_validation(opened[task], rows, settings["validation_fraction"], seed, task)
        parts.append([batches.load_images(opened[task], of_part, offset) for of_part in split])
    device, size = batches.device(), appearance["image_size"]
    training, validation = (batches.join(list(part)).to(device) for part in zip(*parts, strict=True))
    classes = {task: store.classes for task, store in opened.items()}
    model = networks.build(appearance["architecture"], size, sum(map(len, classes.values())), seed).to(device)
    images = [[task, store.checksum] for task, store in opened.items()]
    state = state_file(weights, hashing.key(network, appearance, settings, seed, code, images))
    rows = fit(model, training, validation, size, settings, seed, state)
    with replacing(history) as temporary:
        pd.DataFrame(rows, columns=HISTORY).to_csv(temporary, index=False)
    checkpoints.save(weights, model, {**appearance, "classes": classes, "seed": seed, "training": settings})
    remove_states(weights)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"train {snakemake.wildcards.network} seed {snakemake.wildcards.seed}"):
        train(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            appearance=snakemake.params.appearance,
            settings=snakemake.params.training,
            seed=int(snakemake.wildcards.seed),
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            weights=snakemake.output.weights,
            history=snakemake.output.history,
        )
