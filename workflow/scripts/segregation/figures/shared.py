"""Panel of figure S2: filters that both tasks need."""

import pandas as pd
from matplotlib.axes import Axes

from segregation.figures.style import GREY, INK, LIGHT

SIGNIFICANT = 0.05


def shared_by_layer(axes: Axes, table: pd.DataFrame, layers: list[str], severity: float) -> None:
    """Draw the share of filters at the top of both rankings in each layer, over what chance gives.

    table has the columns layer, seed (empty in the rows of the mean over seeds), share, expected, low, high and q; the last
    four are of the means alone.
    """
    place = {layer: i for i, layer in enumerate(layers)}
    percent = table.assign(**{name: 100 * table[name] for name in ("share", "expected", "low", "high")})
    means, singles = percent[table.seed.isna()], percent[table.seed.notna()]
    x = means.layer.map(place).astype(float)
    axes.plot(x, means.share, marker="o", color=INK, label="observed", zorder=4)
    axes.plot(
        singles.layer.map(place).astype(float),
        singles.share,
        linestyle="none",
        marker="o",
        markersize=2.4,
        markeredgewidth=0.5,
        markerfacecolor="none",
        markeredgecolor=GREY,
        label="single seeds",
        zorder=3,
    )
    axes.plot(x, means.expected, color=GREY, linestyle="--", linewidth=0.9, label="chance, expected", zorder=2)
    axes.fill_between(x, means.low, means.high, color=LIGHT, alpha=0.6, linewidth=0, label="chance, 95% interval", zorder=1)
    unlike = means[means.q < SIGNIFICANT].layer.map(place).astype(float)
    axes.plot(
        unlike,
        [106] * len(unlike),
        linestyle="none",
        marker="$*$",
        color=INK,
        markeredgewidth=0,
        label=f"differs from chance (q < {SIGNIFICANT})",
    )
    names = [layer.removeprefix("conv").replace("_", ".") for layer in layers]
    axes.set(xticks=range(len(layers)), xticklabels=names, xlabel="convolutional layer", ylim=(0, 110))
    axes.set(yticks=range(0, 101, 20), ylabel=f"shared by both tasks\n(% of the top {100 * severity:.0f}% of filters)")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=2, columnspacing=1, handlelength=1.4)
