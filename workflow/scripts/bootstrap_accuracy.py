"""Accuracy of intact networks with intervals."""

import numpy as np
import pandas as pd

from segregation.files import replacing
from segregation.reporting import logging_to
from segregation.responses import READOUTS, read
from segregation.statistics.accuracy import accuracy_rows, compare, intact_accuracies


def bootstrap_accuracy(
    responses: list[str],
    tasks: dict[str, list[str]],
    seeds: list[int],
    settings: dict,
    accuracy: str,
    by_seed: str,
    comparison: str,
) -> None:
    """Write the accuracy of each network and task, by seed too, and the differences of dual and single networks.

    responses holds the file of each network of tasks, in their order, and seed.
    """
    measured, rows, single = {}, [], []
    for network, paths in zip(tasks, np.array_split(responses, len(tasks)), strict=True):
        for task in tasks[network]:
            for readout, column in READOUTS.items():
                of_seeds, draws = intact_accuracies(read(paths, task, column), network, task, settings["draws"])
                measured[network, task, readout] = of_seeds, draws
                condition = {"network": network, "task": task, "readout": readout}
                rows.append(condition | accuracy_rows(of_seeds, draws, settings["confidence"]))
                single += [condition | {"seed": s, "accuracy": a} for s, a in zip(seeds, of_seeds, strict=True)]
    tables = {accuracy: pd.DataFrame(rows), by_seed: pd.DataFrame(single)}
    tables[comparison] = compare(measured, tasks, settings["confidence"])
    for path, frame in tables.items():
        with replacing(path) as temporary:
            frame.to_csv(temporary, index=False, float_format="%.6g")


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "bootstrap accuracy"):
        bootstrap_accuracy(
            responses=list(snakemake.input.responses),
            tasks=snakemake.params.tasks,
            seeds=snakemake.params.seeds,
            settings=snakemake.params.statistics,
            accuracy=snakemake.output.accuracy,
            by_seed=snakemake.output.by_seed,
            comparison=snakemake.output.comparison,
        )
