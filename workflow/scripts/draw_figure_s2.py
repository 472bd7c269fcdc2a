"""Draw figure S2: share of filters that both tasks need, by layer."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.shared import shared_by_layer
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table

WIDTH = 8.9 / 2.54  # inches; one column of the journal


def draw_figure_s2(shared: str, by_seed: str, layers: list[str], severity: float, outputs: dict[str, str]) -> None:
    """Draw what the tops of both rankings of each layer share; outputs: pdf, png, table."""
    table = pd.concat([read_table(shared), read_table(by_seed)]).astype({"seed": "Int64"})
    table = table[["layer", "seed", "share", "expected", "low", "high", "q"]]
    write_table(outputs["table"], table)
    figure = plt.figure(figsize=(WIDTH, 0.75 * WIDTH))
    shared_by_layer(figure.subplots(), table, layers, severity)
    figure.subplots_adjust(left=0.16, right=0.985, bottom=0.14, top=0.82)
    style.export(figure, outputs["pdf"], outputs["png"])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "figure S2"):
        draw_figure_s2(
            shared=snakemake.input.shared,
            by_seed=snakemake.input.by_seed,
            layers=snakemake.params.layers,
            severity=snakemake.params.severity,
            outputs=dict(snakemake.output.items()),
        )
