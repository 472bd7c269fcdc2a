"""Panels of figures 1 and 2: functions of axes and the table that they draw."""

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from segregation.figures.style import GREY, INK, LIGHT, colour

WIDTH = 0.36  # of a bar where two stand side by side
INTERVAL = {"fmt": "none", "ecolor": INK, "elinewidth": 0.8, "capsize": 1.8, "capthick": 0.8, "zorder": 4}


def bar(
    axes: Axes, x: float, value: float, low: float, high: float, shade: str, label: str | None, width: float = WIDTH
) -> None:
    """Draw a bar of a value with its interval; all in the units of the axis."""
    axes.bar(x, value, width, color=shade, label=label, zorder=2)
    axes.errorbar(x, value, [[max(0, value - low)], [max(0, high - value)]], **INTERVAL)


def dual_and_single(axes: Axes, table: pd.DataFrame, seeds: pd.DataFrame) -> None:
    """Draw top-1 accuracy of the single and the dual network side by side, a pair a task, with single seeds as dots.

    table has the columns task, kind (single or dual), accuracy, low, high and chance; seeds task, kind and accuracy.
    """
    tasks = list(dict.fromkeys(table.task))
    for place, task in enumerate(tasks):
        for shift, kind in ((-WIDTH / 2, "single"), (WIDTH / 2, "dual")):
            row = table[(table.task == task) & (table.kind == kind)]
            if row.empty:
                continue
            row, x = row.iloc[0], place + 1.08 * shift
            shade = colour(task, tasks) if kind == "single" else GREY
            label = f"{task}, single-task" if kind == "single" else ("dual-task" if place == 0 else None)
            bar(axes, x, 100 * row.accuracy, 100 * row.low, 100 * row.high, shade, label)
            _dots(axes, x, 100 * seeds[(seeds.task == task) & (seeds.kind == kind)].accuracy)
            chance = "chance" if place == 0 and kind == "single" else None
            ends = (x - WIDTH / 2, x + WIDTH / 2)
            axes.hlines(100 * row.chance, *ends, INK, linestyles=":", linewidth=0.9, zorder=5, label=chance)
    axes.set(xticks=range(len(tasks)), xticklabels=[f"{task} task" for task in tasks], ylim=(0, 100))
    axes.set(ylabel="top-1 accuracy (%)", xlim=(-0.6, len(tasks) - 0.4))
    handles, labels = axes.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda i: (labels[i] == "chance", "dual" in labels[i]))
    axes.legend([handles[i] for i in order], [labels[i] for i in order], loc="lower left", bbox_to_anchor=(0, 1), ncol=2)


def effects_of(effects: pd.DataFrame, layer: str, severity: float, lesions: list[str]) -> pd.DataFrame:
    """Return the rows of some lesions of a layer at a severity, in the order of the lesions."""
    place = {lesion: i for i, lesion in enumerate(lesions)}
    rows = effects[np.isclose(effects.severity, severity) & (effects.layer == layer) & effects.lesion.isin(place)]
    return rows.sort_values("lesion", key=lambda names: names.map(place), kind="stable")


def lesion_effects(axes: Axes, table: pd.DataFrame, layer: str, severity: float) -> None:
    """Draw normalised performance of every task under each lesion of a layer.

    table has the columns lesion (the tasks, then random), task, normalised, low and high.
    """
    lesions, tasks = list(dict.fromkeys(table.lesion)), list(dict.fromkeys(table.task))
    width = WIDTH if len(tasks) <= 2 else 0.72 / len(tasks)
    for row in table.itertuples():
        x = lesions.index(row.lesion) + 1.08 * width * (tasks.index(row.task) - (len(tasks) - 1) / 2)
        label = f"{row.task} task".replace("_", " ") if row.lesion == lesions[0] else None
        bar(axes, x, 100 * row.normalised, 100 * row.low, 100 * row.high, colour(row.task, tasks), label, width)
    axes.axhline(100, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    names = [f"{lesion}\nfilters".replace("_", " ") for lesion in lesions]
    axes.set(xticks=range(len(lesions)), xticklabels=names, ylim=(0, 112), yticks=range(0, 101, 20))
    axes.set(ylabel="performance (% of intact)", xlabel=f"lesioned: {100 * severity:.0f}% of the filters of {layer}")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=2, columnspacing=1, handlelength=1.2)


def index_by_layer(axes: Axes, table: pd.DataFrame, seeds: pd.DataFrame, layers: list[str], tasks: list[str]) -> None:
    """Draw the segregation index of each layer: combined with its interval and single seeds, and each task's as a line.

    table has the columns layer, task (the tasks and combined), index, low and high; seeds layer, task and index.
    """
    place = {layer: i for i, layer in enumerate(layers)}
    for task, marker in zip(tasks, cycle("sD^v"), strict=False):
        of_task = table[table.task == task]
        shade = colour(task, tasks)
        axes.plot(
            of_task.layer.map(place).astype(float),
            of_task["index"],
            marker=marker,
            markersize=2.6,
            color=shade,
            label=f"{task}",
            linewidth=0.9,
            zorder=3,
        )
    combined = table[table.task == "combined"]
    x = combined.layer.map(place).astype(float)
    axes.fill_between(x, combined.low, combined.high, color=LIGHT, alpha=0.6, linewidth=0, zorder=1, label="interval")
    single = seeds[seeds.task == "combined"]
    axes.plot(
        single.layer.map(place).astype(float),
        single["index"],
        linestyle="none",
        marker="o",
        markersize=2.4,
        markeredgewidth=0.5,
        markerfacecolor="none",
        markeredgecolor=GREY,
        zorder=2,
        label="single seeds",
    )
    axes.plot(x, combined["index"], marker="o", color=INK, zorder=4, label="combined")
    axes.axhline(0, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    names = [layer.removeprefix("conv").replace("_", ".") for layer in layers]
    axes.set(xticks=range(len(layers)), xticklabels=names, xlabel="convolutional layer", ylabel="segregation index")
    axes.set(ylim=(min(-0.25, table.low.min() - 0.05, single["index"].min() - 0.05), 1.02))
    order = {"combined": 0, "interval": 1, "single seeds": 2}
    handles = sorted(zip(*axes.get_legend_handles_labels(), strict=True), key=lambda item: order.get(item[1], 3))
    axes.legend(
        *zip(*handles, strict=True), loc="lower left", bbox_to_anchor=(0, 1), ncol=5, columnspacing=1, handlelength=1.4
    )


def _dots(axes: Axes, x: float, values: pd.Series) -> None:
    """Draw single seeds as small circles beside the middle of a bar."""
    spread = [x + 0.03 * (i - (len(values) - 1) / 2) for i in range(len(values))]
    axes.plot(
        spread,
        values,
        linestyle="none",
        marker="o",
        markersize=2,
        markeredgewidth=0.5,
        markerfacecolor="white",
        markeredgecolor=INK,
        zorder=3,
    )
