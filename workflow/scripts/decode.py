"""Decode classes that no network was trained on from what the last hidden layer of a network answers to them."""

import numpy as np
import pandas as pd

from segregation.readout import decoding as readout
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def decode(answers: str, tasks: list[str], folds: int, seed: int, decoding: str) -> None:
    """Write how well held-out classes of each dataset are told apart: task, fold, accuracy, classes (their number)."""
    tables, arrays = [], np.load(answers)
    for task in tasks:
        readout.check_folds(task, arrays[f"{task}_classes"], folds)
        targets = arrays[f"{task}_targets"]
        accuracy = readout.decode(arrays[f"{task}_features"], targets, folds, seed, "decoding", task)
        columns = {"task": task, "fold": range(1, folds + 1), "accuracy": accuracy, "classes": len(np.unique(targets))}
        tables.append(pd.DataFrame(columns))
    write_table(decoding, pd.concat(tables))


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "decode {network} seed {seed}".format(**snakemake.wildcards)):
        decode(
            answers=snakemake.input.answers,
            tasks=snakemake.params.tasks,
            folds=snakemake.params.folds,
            seed=int(snakemake.wildcards.seed),
            decoding=snakemake.output.decoding,
        )
