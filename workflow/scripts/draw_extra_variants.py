"""Draw an extra figure: the three variants of the index and the two readouts of the network, by layer."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import index_by_readout, letter
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table

VARIANTS = {
    "contrast": "contrast\nmean of (own − other) / (own + other)",
    "difference": "difference\nmean of own − other",
    "pooled": "pooled\nΣ (own − other) / Σ (own + other)",
}


def draw_extra_variants(full: str, masked: str, layers: list[str], outputs: dict[str, str]) -> None:
    """Draw the combined index of every layer, a panel a variant, a line a readout; outputs: pdf, png, table."""
    table = pd.concat(read_table(path).assign(readout=name) for name, path in (("full", full), ("masked", masked)))
    table = table[table.task == "combined"]
    write_table(outputs["table"], table)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.38 * style.FULL_WIDTH))
    panels = figure.subplots(1, len(VARIANTS), sharey=True)
    figure.subplots_adjust(left=0.07, right=0.99, bottom=0.17, top=0.79, wspace=0.1)
    for axes, (variant, title), text in zip(panels, VARIANTS.items(), "ABC", strict=True):
        index_by_readout(axes, table[table.variant == variant], layers)
        axes.set(title=title)
        letter(axes, text, 0.35 if text == "A" else 0.15)
    panels[0].set(ylabel="combined segregation index")
    panels[0].set(ylim=(min(-0.05, table.low.min() - 0.05), max(1.02, table.high.max() + 0.05)))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="upper center", ncol=2)
    style.export(figure, outputs["pdf"], outputs["png"])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "extra figure, variants"):
        draw_extra_variants(
            full=snakemake.input.full,
            masked=snakemake.input.masked,
            layers=snakemake.params.layers,
            outputs=dict(snakemake.output.items()),
        )
