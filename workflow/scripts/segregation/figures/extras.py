"""Panels of the extra figures: does a conclusion depend on how filters are chosen, on severity, index, readout or chance?"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from segregation.figures.panels import INTERVAL, WIDTH, bar
from segregation.figures.style import BLUE, GREY, INK, LIGHT, colour

FEW = 100  # members of a null distribution up to which each one is drawn
BINS = np.linspace(-1, 1, 41)  # the range of the contrast index
RANGE = INTERVAL | {"fmt": "D", "markersize": 3}  # a point with its interval
READOUTS = {  # label, colour, marker and line of each readout of the network
    "full": ("top-1 among all classes (full softmax)", INK, "o", "-"),
    "masked": ("top-1 among the classes of the image's task (task-masked)", BLUE, "^", "--"),
}


def damage_by_method(axes: Axes, table: pd.DataFrame, tasks: list[str]) -> None:
    """Draw the drop of both tasks under the lesions of one task's filters, a pair of bars a method.

    table has the columns method, task, drop, low and high; methods stand in their order there.
    """
    methods = list(dict.fromkeys(table.method))
    for row in table.sort_values("task", key=lambda names: names.map(tasks.index), kind="stable").itertuples():
        x = methods.index(row.method) + 1.08 * WIDTH * (tasks.index(row.task) - (len(tasks) - 1) / 2)
        label = f"drop in the {row.task} task" if row.method == methods[0] else None
        bar(axes, x, 100 * row.drop, 100 * row.low, 100 * row.high, colour(row.task, tasks), label)
    axes.axhline(0, color=INK, linewidth=0.6, zorder=3)
    axes.set(xticks=range(len(methods)), xticklabels=methods, xlabel="filters chosen by", xlim=(-0.6, len(methods) - 0.4))
    axes.set(ylabel="drop (% of intact performance)")


def performance_by_severity(axes: Axes, table: pd.DataFrame, tasks: list[str], lesioned: str) -> None:
    """Draw normalised performance of both tasks by severity, under lesions of one task's filters and under random ones.

    table has the columns lesion (the lesioned task or random), severity, task, normalised, low and high.
    """
    for task, marker in zip(tasks, "sD", strict=True):
        shade, of_task = colour(task, tasks), table[table.task == task].sort_values("severity")
        own, random = (of_task[of_task.lesion == lesion] for lesion in (lesioned, "random"))
        axes.fill_between(100 * own.severity, 100 * own.low, 100 * own.high, color=shade, alpha=0.25, linewidth=0, zorder=2)
        axes.plot(
            100 * own.severity,
            100 * own.normalised,
            color=shade,
            marker=marker,
            markersize=2.8,
            zorder=4,
            label=f"{task} task, top-ranked filters lesioned",
        )
        axes.plot(
            100 * random.severity,
            100 * random.normalised,
            color=shade,
            linestyle=(0, (3, 1.5)),
            linewidth=1,
            marker=marker,
            markersize=2.4,
            markerfacecolor="white",
            zorder=3,
            label=f"{task} task, random filters lesioned",
        )
    axes.set(ylabel="performance (% of intact)", yticks=range(0, 101, 20))
    _severities(axes, table.severity.max())


def index_by_severity(axes: Axes, table: pd.DataFrame) -> None:
    """Draw an index with its interval by severity; table has the columns severity, index, low and high."""
    table = table.sort_values("severity")
    axes.fill_between(100 * table.severity, table.low, table.high, color=LIGHT, alpha=0.6, linewidth=0, zorder=1)
    axes.plot(100 * table.severity, table["index"], color=INK, marker="o", markersize=2.8, zorder=3)
    axes.axhline(0, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    axes.set(ylabel="combined segregation index", ylim=(min(-0.05, table.low.min() - 0.05), 1.02))
    _severities(axes, table.severity.max())


def index_by_readout(axes: Axes, table: pd.DataFrame, layers: list[str]) -> None:
    """Draw an index with its interval in each layer, a line a readout.

    table has the columns readout (full or masked), layer, index, low and high.
    """
    place = {layer: i for i, layer in enumerate(layers)}
    for readout, (label, shade, marker, line) in READOUTS.items():
        rows = table[table.readout == readout]
        x = rows.layer.map(place).astype(float)
        axes.fill_between(x, rows.low, rows.high, color=shade, alpha=0.18, linewidth=0, zorder=1)
        axes.plot(x, rows["index"], color=shade, linestyle=line, marker=marker, markersize=2.8, label=label, zorder=3)
    axes.axhline(0, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    names = [layer.removeprefix("conv").replace("_", ".") for layer in layers]
    axes.set(xticks=range(len(layers)), xticklabels=names, xlabel="convolutional layer")
    axes.tick_params(axis="x", labelsize=6)


def null_distribution(axes: Axes, members: pd.Series, summary: pd.Series) -> None:
    """Draw how often a null distribution takes each value of the contrast index, and where the observed index lies.

    Few members are drawn as a dot each, stacked in the bins of the histogram that stands for many. members are those of
    single seeds; summary is a row of the table of nulls, about their mean over seeds, which is what p is of.
    """
    values = np.sort(members.to_numpy(float))
    bins = np.clip(np.digitize(values, BINS) - 1, 0, len(BINS) - 2)
    counts = np.bincount(bins, minlength=len(BINS) - 1)
    if len(values) <= FEW:
        heights = 1 + np.arange(len(values)) - np.searchsorted(bins, bins)
        axes.plot(
            values,
            heights,
            linestyle="none",
            marker="o",
            markerfacecolor=LIGHT,
            markeredgecolor=GREY,
            markeredgewidth=0.6,
            zorder=2,
        )
    else:
        axes.stairs(counts, BINS, fill=True, facecolor=LIGHT, edgecolor=GREY, linewidth=0.6, zorder=2)
    top = max(1, counts.max())
    low, high = summary.null_mean - summary.null_low, summary.null_high - summary.null_mean
    of_mean = "null: mean and 95% range" + (f" of the average over {summary.n_seeds} seeds" if summary.n_seeds > 1 else "")
    axes.errorbar(summary.null_mean, 1.12 * top, xerr=[[low], [high]], color=INK, label=of_mean, **RANGE)
    axes.axvline(summary.observed, color=BLUE, linewidth=1.4, zorder=4, label="observed")
    axes.set(xlim=(-1.02, 1.02), xticks=np.linspace(-1, 1, 5), ylim=(0, 1.25 * top), ylabel="members (each of one seed)")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def p_of_null(summary: pd.Series) -> str:
    """Return p of a row of the table of nulls beside the smallest p that its n members could give."""
    if not summary.n:
        return "p undefined (no members)"
    return f"p = {summary.p:.2g} (n = {summary.n}, smallest possible p = {min(1, 2 / (summary.n + 1)):.2g})"


def letter(axes: Axes, text: str, left: float) -> None:
    """Write the letter of a panel above its corner, some inches left of its axes; call it when axes have their place."""
    figure, box = axes.figure, axes.get_position()
    size = figure.get_size_inches()
    figure.text(box.x0 - left / size[0], box.y1 + 0.1 / size[1], text, fontsize=10, fontweight="bold")


def _severities(axes: Axes, highest: float) -> None:
    """Mark the axis of severities in percent."""
    axes.set(xlim=(-1, 100 * highest + 1), xticks=np.arange(0, 100 * highest + 1, 10), xlabel="lesioned filters (%)")
