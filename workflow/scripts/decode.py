"""Decode held-out classes from the last hidden layer of a network."""

import pandas as pd
import torch

from segregation.images import batches
from segregation.images.scratch import staged
from segregation.images.store import Store
from segregation.networks import checkpoints
from segregation.readout import decoding as readout
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def decode(stores: dict[str, str], weights: str, folds: int, seed: int, threads: int, decoding: str) -> None:
    """Write how well held-out classes of each dataset are told apart: task, fold, accuracy, classes (their number)."""
    torch.set_num_threads(threads)
    network, description = checkpoints.load(weights)
    network = network.to(batches.device())
    tables = []
    for task, path in stores.items():
        store = Store(staged(path))
        rows = readout.heldout_rows(store, folds)
        features = readout.activations(network, store, rows, description["image_size"])
        accuracy = readout.decode(features, store.targets(rows), folds, seed, "decoding", task)
        columns = {"task": task, "fold": range(1, folds + 1), "accuracy": accuracy, "classes": len(store.heldout_classes)}
        tables.append(pd.DataFrame(columns))
    write_table(decoding, pd.concat(tables))


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "decode {network} seed {seed}".format(**snakemake.wildcards)):
        decode(
            stores=dict(zip(snakemake.params.tasks, snakemake.input.stores, strict=True)),
            weights=snakemake.input.weights,
            folds=snakemake.params.folds,
            seed=int(snakemake.wildcards.seed),
            threads=snakemake.threads,
            decoding=snakemake.output.decoding,
        )
