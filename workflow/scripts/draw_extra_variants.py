"""Draw an extra figure: the three variants of the index and the two readouts of the network, by layer."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import index_by_readout, letter
from segregation.figures.making import Drawn, make_figure

VARIANTS = {
    "contrast": "contrast\nmean of (own − other) / (own + other)",
    "difference": "difference\nmean of own − other",
    "pooled": "pooled\nΣ (own − other) / Σ (own + other)",
}


def draw_extra_variants(full: pd.DataFrame, masked: pd.DataFrame, layers: list[str]) -> Drawn:
    """Draw the combined index of every layer, a panel a variant, a line a readout; tables drawn: table."""
    table = pd.concat([full.assign(readout="full"), masked.assign(readout="masked")])
    table = table[table.task == "combined"]
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
    return figure, {"table": table}


if __name__ == "__main__":
    make_figure(
        draw_extra_variants,
        "extra figure, variants",
        snakemake.log[0],
        tables={"full": snakemake.input.full, "masked": snakemake.input.masked},
        outputs=dict(snakemake.output.items()),
        layers=snakemake.params.layers,
    )
