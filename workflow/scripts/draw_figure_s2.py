"""Draw figure S2: share of filters that both tasks need, by layer."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures.making import Drawn, make_figure
from segregation.figures.shared import shared_by_layer

WIDTH = 8.9 / 2.54  # inches; one column of the journal


def draw_figure_s2(shared: pd.DataFrame, by_seed: pd.DataFrame, layers: list[str], severity: float) -> Drawn:
    """Draw what the tops of both rankings of each layer share; tables drawn: table."""
    table = pd.concat([shared, by_seed]).astype({"seed": "Int64"})
    table = table[["layer", "seed", "share", "expected", "low", "high", "q"]]
    figure = plt.figure(figsize=(WIDTH, 0.75 * WIDTH))
    shared_by_layer(figure.subplots(), table, layers, severity)
    figure.subplots_adjust(left=0.16, right=0.985, bottom=0.14, top=0.82)
    return figure, {"table": table}


if __name__ == "__main__":
    make_figure(
        draw_figure_s2,
        "figure S2",
        snakemake.log[0],
        tables={"shared": snakemake.input.shared, "by_seed": snakemake.input.by_seed},
        outputs=dict(snakemake.output.items()),
        layers=snakemake.params.layers,
        severity=snakemake.params.severity,
    )
