"""Draw an extra figure: the index of each seed, and what it goes with."""

from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import letter
from segregation.figures.sizes import QUANTITIES, against, by_seed
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table

COLUMNS = 4


def draw_extra_seeds(quantities: str, correlations: str, tasks: list[str], layer: str, outputs: dict[str, str]) -> None:
    """Draw the combined index of a layer by seed, and against each quantity; outputs: pdf, png, table_a, table_b."""
    table, found = read_table(quantities), read_table(correlations)
    for drawn, path in ((table, outputs["table_a"]), (found, outputs["table_b"])):
        write_table(path, drawn)
    index = table[table.quantity == "index"].set_index("seed").value
    drawn = [name for name in QUANTITIES if (table.quantity == name).any()]
    rows = -(-(1 + len(drawn)) // COLUMNS)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.27 * rows * style.FULL_WIDTH))
    panels = figure.subplots(rows, COLUMNS, sharey=True).flatten()
    figure.subplots_adjust(left=0.06, right=0.99, bottom=0.09, top=0.88, wspace=0.12, hspace=0.6)
    by_seed(panels[0], index)
    for axes, quantity in zip(panels[1:], drawn, strict=False):
        of_quantity = found[found.quantity == quantity]
        against(axes, quantity, table[table.quantity == quantity], index, of_quantity, tasks)
    for axes in panels[1 + len(drawn) :]:
        axes.remove()
    for axes, text in zip(panels[: 1 + len(drawn)], "ABCDEFGH", strict=False):
        letter(axes, text, 0.2)
    for axes in panels[::COLUMNS]:
        axes.set(ylabel=f"combined index, {layer}")
    figure.legend(*panels[1].get_legend_handles_labels(), loc="upper center", ncol=len(tasks))
    style.export(figure, outputs["pdf"], outputs["png"])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "extra figure, seeds"):
        draw_extra_seeds(
            quantities=snakemake.input.quantities,
            correlations=snakemake.input.correlations,
            tasks=snakemake.params.tasks,
            layer=snakemake.params.layer,
            outputs=dict(snakemake.output.items()),
        )
