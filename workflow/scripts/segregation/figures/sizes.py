"""Panels of networks that differ in one thing: their seed, their width, their number of classes."""

from fractions import Fraction

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from segregation.figures.panels import INTERVAL
from segregation.figures.style import GREY, INK, colour

BOTH = "both"  # in place of a task, of what a network has one of
QUANTITIES = {  # panels of figure extra_seeds
    "top1": "top-1, intact",
    "own_drop": "drop of the own task",
    "other_drop": "drop of the other task",
    "shared_filters": "share of filters both tasks need",
    "silent_filters": "share of filters that never fire",
    "train_loss": "training loss (nats)",
    "validation_loss": "validation loss (nats)",
}
DOTS = {"linestyle": "none", "markersize": 3, "markeredgewidth": 0.6}


def by_seed(axes: Axes, index: pd.Series) -> None:
    """Draw the index of each seed (its index), in order, with the mean and the standard deviation over seeds."""
    ordered = index.sort_values()
    mean, sd = ordered.mean(), ordered.std()
    axes.axhspan(mean - sd, mean + sd, color=GREY, alpha=0.25, linewidth=0)
    axes.axhline(mean, color=GREY, linewidth=0.8)
    axes.plot(range(len(ordered)), ordered, marker="o", color=INK, **DOTS)
    axes.set(xticks=range(len(ordered)), xticklabels=ordered.index, xlabel="seed", xlim=(-0.7, len(ordered) - 0.3))
    axes.set_title(f"mean {mean:.2f}, SD {sd:.2f}")


def against(
    axes: Axes, quantity: str, values: pd.DataFrame, index: pd.Series, found: pd.DataFrame, tasks: list[str]
) -> None:
    """Draw the index of each seed against a quantity that each task has, or the network.

    values has seed, task and value of the quantity, index is by seed, and found has task and rho.
    """
    said = []
    for task, of_task in values.groupby("task", sort=False):
        shade, marker = (INK, "o") if task == BOTH else (colour(task, tasks), "sD"[tasks.index(task)])
        axes.plot(of_task.value, index[of_task.seed], marker=marker, color=shade, label=task, **DOTS)
        rho = found.set_index("task").rho[task]
        said.append("none" if np.isnan(rho) else f"{rho:.2f}".replace("-", "\N{MINUS SIGN}"))
    axes.set(xlabel=QUANTITIES[quantity])
    axes.locator_params(axis="x", nbins=4)
    if values.value.nunique() == 1:
        axes.set(xticks=values.value.unique())
    axes.set_title(f"\N{GREEK SMALL LETTER RHO} {', '.join(said)}")


def index_by_size(axes: Axes, table: pd.DataFrame, seeds: pd.DataFrame, sizes: list[float]) -> None:
    """Draw the combined index of networks by their size, with intervals and single seeds.

    table has size, index, low and high; seeds size and index; sizes are evenly spaced.
    """
    place = {size: x for x, size in enumerate(sizes)}
    axes.plot(
        seeds["size"].map(place) + 0.12,
        seeds["index"],
        marker="o",
        color=GREY,
        markerfacecolor="none",
        label="single seeds",
        **DOTS,
    )
    x, reach = table["size"].map(place), [table["index"] - table.low, table.high - table["index"]]
    axes.errorbar(x, table["index"], reach, **INTERVAL)
    axes.plot(x, table["index"], marker="o", color=INK, markersize=3.5, label="index with its interval", zorder=5)
    axes.axhline(0, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    axes.set(ylabel="combined segregation index", ylim=(min(-0.1, table.low.min() - 0.05), 1.02))
    _sizes(axes, sizes)


def accuracy_by_size(axes: Axes, table: pd.DataFrame, sizes: list[float], tasks: list[str]) -> None:
    """Draw top-1 of the intact networks by their size, a line a task.

    table has size, task, accuracy, low, high and chance.
    """
    place = {size: x for x, size in enumerate(sizes)}
    for task, marker in zip(tasks, "sD", strict=True):
        of_task, shade = table[table.task == task].sort_values("size"), colour(task, tasks)
        x, reach = of_task["size"].map(place), [of_task.accuracy - of_task.low, of_task.high - of_task.accuracy]
        axes.errorbar(x, 100 * of_task.accuracy, 100 * np.array(reach), **INTERVAL)
        axes.plot(x, 100 * of_task.accuracy, marker=marker, color=shade, label=f"{task} task", zorder=5)
        axes.plot(x, 100 * of_task.chance, color=shade, linestyle=":", linewidth=0.9, label=f"{task} task, chance")
    axes.set(ylabel="top-1, intact (%)", ylim=(0, 100))
    _sizes(axes, sizes)


def _sizes(axes: Axes, sizes: list[float]) -> None:
    """Name the sizes along the axis: widths as fractions, numbers of classes as they are."""
    names = [str(Fraction(size).limit_denominator(64)) for size in sizes]
    axes.set(xticks=range(len(sizes)), xticklabels=names, xlim=(-0.4, len(sizes) - 0.6))
