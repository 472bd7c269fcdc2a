"""The figure of the benchmark of rankings."""

from pathlib import Path

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style

TITLES = {"default": "default network, 48 pixels: whole rankings", "vgg16": "VGG16, 224 pixels: half a layer, 8 a round"}


def plot(table: pd.DataFrame, path: Path) -> None:
    """Draw the ratio of times (log scale) against depth for each network, and the ratio that counting allows."""
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 2.8), layout="constrained", sharey=True)
    for axes, (network, title) in zip(panels, TITLES.items(), strict=True):
        rows = table[table.network == network]
        means = rows.groupby("layer", sort=False)[["ratio", "limit"]].mean()
        axes.plot(range(len(means)), means.limit, color=style.INK, linestyle=":", label="allowed by counting multiply-adds")
        axes.plot(
            range(len(means)),
            means.ratio,
            color=style.colour("face", ["face", "object"]),
            marker="o",
            markersize=3,
            label="measured",
        )
        axes.axhline(1, color=style.GREY, linewidth=0.6)
        axes.set_yscale("log")
        axes.set_xticks(range(len(means)), means.index, rotation=90)
        axes.set_title(title)
    panels[0].set_ylabel("time of full passes / time of the engine")
    panels[0].legend(frameon=False)
    figure.savefig(path, dpi=200)
    plt.close(figure)
