"""Training curves: accuracy on training and validation images by epoch, a panel a network, a line a seed."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from segregation.figures.style import BLUE, FULL_WIDTH, GREY

A_ROW = 5  # panels
SEEN = {"train_accuracy": ("training", GREY, "--"), "validation_accuracy": ("validation", BLUE, "-")}


def draw(histories: pd.DataFrame) -> Figure:
    """Return the figure of a table of network, seed, epoch, train_accuracy and validation_accuracy (0 to 1)."""
    networks = list(dict.fromkeys(histories.network))
    rows = -(-len(networks) // A_ROW)
    figure = plt.figure(figsize=(FULL_WIDTH, 0.3 + 1.25 * rows), layout="constrained")
    panels = figure.subplots(rows, A_ROW, sharey=True, squeeze=False).ravel()
    for axes in panels[len(networks) :]:
        axes.set_visible(False)
    for place, (axes, network) in enumerate(zip(panels, networks, strict=False)):
        for _, of_seed in histories[histories.network == network].groupby("seed"):
            for column, (_, shade, line) in SEEN.items():
                axes.plot(of_seed.epoch, 100 * of_seed[column], color=shade, linestyle=line, linewidth=0.8)
        axes.set(title=network.replace("_", " "), ylim=(0, 102), ylabel="accuracy (%)" if place % A_ROW == 0 else "")
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
    handles = [plt.Line2D([], [], color=shade, linestyle=line, label=label) for label, shade, line in SEEN.values()]
    figure.legend(handles=handles, loc="outside upper center", ncol=len(SEEN))
    return figure
