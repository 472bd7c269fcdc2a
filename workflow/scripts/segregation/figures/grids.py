"""Figure 3: the preferred stimuli of top-ranked filters, as a grid of images."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from segregation.figures.style import FULL_WIDTH, INK, colour

WIDTH = 2.54 * FULL_WIDTH  # all lengths here are centimetres
LEFT, MIDDLE, RIGHT = 1.65, 0.5, 0.1  # margins of labels, between the tasks, and on the right
GAP, THIN = 0.2, 0.06  # between filters, between the test images of one
HEAD, ABOVE, BELOW = 0.7, 0.36, 0.5  # heights of the title of a task, of labels above and below a filter's images


def preferred_stimuli(table: pd.DataFrame, synthesised: np.ndarray, strongest: np.ndarray, tasks: list[str]) -> Figure:
    """Draw a block a layer: the synthesised image of each filter over its strongest test images, a half a task.

    More than two tasks stand below each other, two by two.

    table has a row a filter with the columns layer, task, place, filter and share_own; synthesised is
    (n_filters, size, size, 3) and strongest (n_filters, n_strongest, size, size, 3), uint8, in the order of its rows.
    """
    layers, columns, n_small = list(dict.fromkeys(table.layer)), table.place.max(), strongest.shape[1]
    half = (WIDTH - LEFT - MIDDLE - RIGHT) / 2
    large = (half - (columns - 1) * GAP) / columns
    small = (large - (n_small - 1) * THIN) / n_small
    block = ABOVE + large + THIN + small + BELOW
    of_two = HEAD + len(layers) * block  # height of two tasks side by side
    height = of_two * -(-len(tasks) // 2)
    figure = plt.figure(figsize=(FULL_WIDTH, height / 2.54))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
    axes.axis("off")
    for i, task in enumerate(tasks):
        x, y = LEFT + i % 2 * (half + MIDDLE), i // 2 * of_two
        axes.text(
            x + half / 2, y + 0.3, f"top-ranked {task} filters", ha="center", va="center", fontsize=8, fontweight="bold"
        )
        axes.plot((x, x + half), (y + 0.55, y + 0.55), color=colour(task, tasks), linewidth=2.5, solid_capstyle="butt")
    for i, layer in enumerate(layers):
        for y in np.arange(0, height - 1e-9, of_two):
            _labels(axes, layer, y + HEAD + i * block + ABOVE, large, small)
    tasks_of = table.groupby(["layer", "filter"]).task.nunique()
    for row, image, best in zip(table.itertuples(), synthesised, strongest, strict=True):
        i = tasks.index(row.task)
        x = LEFT + i % 2 * (half + MIDDLE) + (row.place - 1) * (large + GAP)
        y = i // 2 * of_two + HEAD + layers.index(row.layer) * block + ABOVE
        n_tasks = tasks_of[row.layer, row.filter]
        both = (" (both)" if len(tasks) == 2 else f" ({n_tasks})") if n_tasks > 1 else ""
        axes.text(x + large / 2, y - 0.08, f"filter {row.filter}{both}", ha="center", va="bottom", fontsize=6.5)
        _tile(axes, image, x, y, large, colour(row.task, tasks))
        for k, test_image in enumerate(best):
            _tile(axes, test_image, x + k * (small + THIN), y + large + THIN, small)
        share = "silent" if np.isnan(row.share_own) else f"{100 * row.share_own:.0f}% {row.task}"
        axes.text(x + large / 2, y + large + THIN + small + 0.2, share, ha="center", va="center", fontsize=6)
    return figure


def _labels(axes: Axes, layer: str, y: float, large: float, small: float) -> None:
    """Name a layer and what its rows show, in the left margin; its images begin at y."""
    bottom = y + large + THIN + small
    axes.text(LEFT - 0.12, y - 0.08, layer, ha="right", va="bottom", fontsize=8, fontweight="bold")
    rows = {"synthesised": y + large / 2, "strongest\ntest images": bottom - small / 2, "of the top 20": bottom + 0.2}
    for text, middle in rows.items():
        axes.text(LEFT - 0.12, middle, text, ha="right", va="center", fontsize=6)


def _tile(axes: Axes, image: np.ndarray, x: float, y: float, side: float, frame: str | None = None) -> None:
    """Show an image with its upper left corner at (x, y)."""
    axes.imshow(image, extent=(x, x + side, y + side, y), interpolation="lanczos", zorder=2, aspect="auto")
    edge, width = (frame, 1.5) if frame else (INK, 0.3)
    axes.add_patch(Rectangle((x, y), side, side, fill=False, edgecolor=edge, linewidth=width, zorder=3))
