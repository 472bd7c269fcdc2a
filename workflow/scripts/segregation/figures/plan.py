"""The figure of a plan: wall time by the number of GPUs."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from segregation.figures.style import BLUE, FULL_WIDTH, GREY, INK

DAY, WEEK = 24, 168  # hours


def draw(table: pd.DataFrame, gpu_hours: float) -> Figure:
    """Return the figure of a table of gpus, wall_hours and critical_hours; gpu_hours is the sum over all jobs."""
    figure = plt.figure(figsize=(0.5 * FULL_WIDTH, 0.4 * FULL_WIDTH), layout="constrained")
    wall_time(figure.subplots(), table, gpu_hours)
    return figure


def wall_time(axes: Axes, table: pd.DataFrame, gpu_hours: float) -> None:
    """Draw wall time against GPUs on logarithmic axes, between all work shared evenly and the longest chain of jobs."""
    floor = table.critical_hours.iloc[0]
    ends = np.array([table.gpus.min(), table.gpus.max()])
    axes.plot(ends, gpu_hours / ends, color=GREY, linestyle="--", linewidth=0.9, label="GPU hours shared evenly", zorder=2)
    axes.axhline(floor, color=INK, linestyle=":", linewidth=0.9, label="longest chain of jobs", zorder=2)
    axes.plot(table.gpus, table.wall_hours, color=BLUE, marker="o", label="schedule", zorder=3)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    low = min(floor, gpu_hours / ends[1])
    marks = (1, 3, 6, 12, DAY, 2 * DAY, 4 * DAY, WEEK, 2 * WEEK, 4 * WEEK, 8 * WEEK)
    top = max(table.wall_hours.max(), gpu_hours / ends[0])
    shown = [hours for hours in marks if low / 1.6 <= hours <= top * 1.3]
    axes.set(xticks=table.gpus, ylim=(low / 1.6, top * 1.3), yticks=shown, xlabel="GPUs", ylabel="wall time")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda gpus, _: f"{gpus:.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda hours, _: told(hours)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.legend(loc="upper right")


def told(hours: float) -> str:
    """Return a time as weeks, days or hours, whichever is the longest that goes into it: 48 hours are 2 days."""
    for unit, name in ((WEEK, "week"), (DAY, "day")):
        if hours >= unit and hours % unit == 0:
            return f"{hours / unit:.0f} {name}{'s' if hours > unit else ''}"
    return f"{hours:g} hour{'' if hours == 1 else 's'}"
