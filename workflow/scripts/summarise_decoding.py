"""Summarise how well networks tell apart classes that they were not trained on."""

import pandas as pd

from segregation.statistics.decoding import differences, summarise
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def summarise_decoding(files: dict[tuple[str, int], str], confidence: float, outputs: dict[str, str]) -> None:
    """Write accuracy with its standard error over folds, and the differences of networks; outputs: decoding, differences.

    files holds the table of folds of each (network, seed).
    """
    folds = pd.concat([read_table(path).assign(network=network, seed=seed) for (network, seed), path in files.items()])
    tables = {"decoding": summarise(folds), "differences": differences(folds, confidence)}
    for name, path in outputs.items():
        write_table(path, tables[name])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "summarise decoding"):
        summarise_decoding(
            files=dict(zip(map(tuple, snakemake.params.decoded), snakemake.input.folds, strict=True)),
            confidence=snakemake.params.confidence,
            outputs=dict(snakemake.output.items()),
        )
