"""Accuracy of all networks; networks of two tasks beside those of one of them."""

import pandas as pd

from segregation.statistics.accuracy import compare
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def compare_accuracy(
    tables: dict[str, list[str]], draws: dict[str, str], tasks: dict[str, list[str]], confidence: float, outputs: dict
) -> None:
    """Write accuracy and by_seed of all networks in one table each, and the comparison; outputs maps these to files.

    tables maps accuracy and by_seed to the tables of the networks, draws each network to its bootstrap draws.
    """
    joined = {name: pd.concat(map(read_table, paths)) for name, paths in tables.items()}
    drawn = {network: pd.read_parquet(path) for network, path in draws.items()}
    joined["comparison"] = compare(joined["accuracy"], drawn, tasks, confidence)
    for name, path in outputs.items():
        write_table(path, joined[name])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "compare accuracy"):
        compare_accuracy(
            tables={"accuracy": list(snakemake.input.accuracy), "by_seed": list(snakemake.input.by_seed)},
            draws=dict(zip(snakemake.params.tasks, snakemake.input.draws, strict=True)),
            tasks=snakemake.params.tasks,
            confidence=snakemake.params.confidence,
            outputs=dict(snakemake.output.items()),
        )
