"""Draw an extra figure: the index of each seed, and what it goes with."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import letter
from segregation.figures.making import Drawn, make_figure
from segregation.figures.sizes import QUANTITIES, against, by_seed

COLUMNS = 4


def draw_extra_seeds(quantities: pd.DataFrame, correlations: pd.DataFrame, tasks: list[str], layer: str) -> Drawn:
    """Draw the combined index of a layer by seed, and against each quantity; tables drawn: table_a, table_b."""
    index = quantities[quantities.quantity == "index"].set_index("seed").value
    drawn = [name for name in QUANTITIES if (quantities.quantity == name).any()]
    rows = -(-(1 + len(drawn)) // COLUMNS)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.27 * rows * style.FULL_WIDTH))
    panels = figure.subplots(rows, COLUMNS, sharey=True).flatten()
    figure.subplots_adjust(left=0.06, right=0.99, bottom=0.09, top=0.88, wspace=0.12, hspace=0.6)
    by_seed(panels[0], index)
    for axes, quantity in zip(panels[1:], drawn, strict=False):
        of_quantity = correlations[correlations.quantity == quantity]
        against(axes, quantity, quantities[quantities.quantity == quantity], index, of_quantity, tasks)
    for axes in panels[1 + len(drawn) :]:
        axes.remove()
    for axes, text in zip(panels[: 1 + len(drawn)], "ABCDEFGH", strict=False):
        letter(axes, text, 0.2)
    for axes in panels[::COLUMNS]:
        axes.set(ylabel=f"combined index, {layer}")
    figure.legend(*panels[1].get_legend_handles_labels(), loc="upper center", ncol=len(tasks))
    return figure, {"table_a": quantities, "table_b": correlations}


if __name__ == "__main__":
    make_figure(
        draw_extra_seeds,
        "extra figure, seeds",
        snakemake.log[0],
        tables={"quantities": snakemake.input.quantities, "correlations": snakemake.input.correlations},
        outputs=dict(snakemake.output.items()),
        tasks=snakemake.params.tasks,
        layer=snakemake.params.layer,
    )
