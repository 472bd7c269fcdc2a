"""Panels of figure S1: need and selectivity of filters."""

import pandas as pd
from matplotlib.axes import Axes

from segregation.figures.comparison import interval_text, p_text
from segregation.figures.panels import lesion_effects
from segregation.figures.style import INK, colour


def selectivity_by_rank(axes: Axes, table: pd.DataFrame, task: str) -> None:
    """Draw a point a filter of one task's rankings, of all seeds, and their correlation in words.

    table has the columns task, rank (1 = needed most), selectivity and, the same in all rows of a task, rho, low, high and p
    of its correlation; the tasks that it holds get one scale.
    """
    of_task, tasks = table[table.task == task], list(dict.fromkeys(table.task))
    axes.plot(
        of_task["rank"],
        of_task.selectivity,
        linestyle="none",
        marker="o",
        markersize=2.6,
        markeredgewidth=0,
        alpha=0.8,
        color=colour(task, tasks),
        zorder=2,
    )
    axes.axhline(0, color=INK, linewidth=0.6, linestyle="--", zorder=3)
    low, high = table.selectivity.min(), table.selectivity.max()
    axes.set_ylim(low, high)
    axes.set_yticks([tick for tick in axes.get_yticks() if abs(tick) <= 1])
    axes.set_ylim(low - 0.06 * (high - low), high + 0.25 * (high - low))  # room for words above the points
    row, name = of_task.iloc[0], task.replace("_", " ")
    text = f"ρ = {interval_text(row.rho, row.low, row.high)}\n{p_text(row.p)}"
    axes.text(0.98, 0.98, text, transform=axes.transAxes, ha="right", va="top", fontsize=6.5)
    axes.set(xlabel=f"rank for the {name} task\n(1 = needed most)", ylabel=f"selectivity for {name} images")


def lesions_by_method(axes: Axes, table: pd.DataFrame, layer: str, severity: float) -> None:
    """Draw normalised performance after greedy lesions, lesions by selectivity and random ones.

    table has the columns lesion (TASK, TASK_by_selectivity or random), task, normalised, low and high.
    """
    lesion_effects(axes, table, layer, severity)
    names = []
    for lesion in dict.fromkeys(table.lesion):
        how = "selective" if lesion.endswith("_by_selectivity") else "needed"
        task = lesion.removesuffix("_by_selectivity").replace("_", "\n")
        names.append(lesion if lesion == "random" else f"most\n{how}\nfor {task}")
    axes.set(xticklabels=names)
