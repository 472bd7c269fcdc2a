"""Panels of extra figure matrix: what the lesion for every task does to every task, and each pair of tasks."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from segregation.figures.panels import INTERVAL
from segregation.figures.style import GREY, INK, LIGHT, colour

SIGNIFICANT = 0.05
DARK = 0.55  # the drop from which on text is white


def matrix(axes: Axes, table: pd.DataFrame, tasks: list[str]) -> None:
    """Draw the drop of every task, a column each, under each lesion, a row each, as a heat map with its numbers.

    table has the columns lesion (the tasks, and perhaps random), task, drop, low and high. Drops below 0 are coloured as 0.
    """
    lesions, drops = list(dict.fromkeys(table.lesion)), table.set_index(["lesion", "task"])
    values = np.array([[drops["drop"][lesion, task] for task in tasks] for lesion in lesions])
    axes.imshow(values, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for (i, lesion), (j, task) in ((a, b) for a in enumerate(lesions) for b in enumerate(tasks)):
        row, shade = drops.loc[(lesion, task)], "white" if values[i, j] > DARK else INK
        axes.text(j, i - 0.12, _percent(row["drop"]), ha="center", va="center", fontsize=7, color=shade)
        ends = f"[{_percent(row.low)}, {_percent(row.high)}]"
        axes.text(j, i + 0.25, ends, ha="center", va="center", fontsize=5.5, color=shade)
        if lesion == task:
            box = Rectangle(
                (j - 0.47, i - 0.47), 0.94, 0.94, fill=False, edgecolor=colour(task, tasks), linewidth=1.8, zorder=3
            )
            axes.add_patch(box)
    axes.set(xticks=range(len(tasks)), xticklabels=[task.replace("_", " ") for task in tasks], ylabel="filters lesioned")
    axes.set(yticks=range(len(lesions)), yticklabels=[lesion.replace("_", " ") for lesion in lesions])
    axes.set(xlabel="drop in the task (% of intact)")
    axes.axhline(len(tasks) - 0.5, color="white", linewidth=3)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def index_of_pairs(axes: Axes, table: pd.DataFrame, tasks: list[str]) -> None:
    """Draw the index of each pair of tasks, and below of each task against the others, with intervals, a line each.

    table has the columns first, second (empty where a task is compared with the mean of the others), value, low and high.
    """
    for y, row in enumerate(table.itertuples()):
        alone = pd.isna(row.second)
        shade = colour(row.first, tasks) if alone else INK
        if not pd.isna(row.value):
            spread = [[max(0, row.value - row.low)], [max(0, row.high - row.value)]]
            axes.errorbar(row.value, y, xerr=spread, **INTERVAL | {"fmt": "o", "color": shade, "markersize": 3.5})
        else:
            axes.text(0.02, y, "undefined", va="center", fontsize=6, color=GREY)
    n_pairs = int(table.second.notna().sum())
    axes.axhline(n_pairs - 0.5, color=LIGHT, linewidth=0.6)
    axes.axvline(0, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    _lines(axes, table)
    axes.set(xlabel="segregation index", xlim=(min(-0.05, table.low.min() - 0.05), 1.05))


def shared_of_pairs(axes: Axes, table: pd.DataFrame, severity: float) -> None:
    """Draw the share of filters that each pair of tasks needs over what chance gives, a line each.

    table has the columns first, second, share, expected, low, high and q; low and high are of chance.
    """
    for y, row in enumerate(table.itertuples()):
        chance, observed = ("95% of chance", "observed") if y == 0 else (None, None)
        axes.plot([100 * row.low, 100 * row.high], [y, y], color=LIGHT, linewidth=5, solid_capstyle="butt", label=chance)
        axes.plot(100 * row.share, y, marker="o", linestyle="none", color=INK, markersize=3.5, label=observed)
    unlike = [y for y, row in enumerate(table.itertuples()) if row.q < SIGNIFICANT]
    label = f"q < {SIGNIFICANT}"
    axes.plot([105] * len(unlike), unlike, linestyle="none", marker="$*$", color=INK, markeredgewidth=0, label=label)
    _lines(axes, table)
    axes.set(xlim=(-4, 110), xticks=range(0, 101, 25), xlabel=f"shared (% of the first {100 * severity:.0f}%)")
    axes.legend(loc="lower right", bbox_to_anchor=(1.04, 1), ncol=3, columnspacing=0.8, handlelength=1.0, borderaxespad=0.2)


def _lines(axes: Axes, table: pd.DataFrame) -> None:
    """Name each row of a table beside its line, the first at the top."""
    names = [_named(row) for row in table.itertuples()]
    axes.set(yticks=range(len(table)), yticklabels=names, ylim=(len(table) - 0.5, -0.5))


def _lines(axes: Axes, table: pd.DataFrame) -> None:
    """Name each row of a table beside its line, the first at the top."""
    names = [_named(row) for row in table.itertuples()]
    axes.set(yticks=range(len(table)), yticklabels=names, ylim=(len(table) - 0.5, -0.5))
    axes.tick_params(axis="y", length=0)


def _named(row) -> str:
    """Return a pair of tasks, or a task against the others, in words."""
    return f"{row.first} \u2013 {'others' if pd.isna(row.second) else row.second}".replace("_", " ")


def _percent(share: float) -> str:
    return "\u2013" if pd.isna(share) else f"{100 * share:.0f}".replace("-", "\N{MINUS SIGN}")
