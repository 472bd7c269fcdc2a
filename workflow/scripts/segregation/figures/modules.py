"""Panel of extra figure map: what each filter's lesion alone does to each class, clustered, with the tasks beside it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from scipy.cluster.hierarchy import dendrogram

from segregation.figures.style import INK, colour

RANGE = 3  # standard deviations that the colours span
STRIP, TREE, GAP = 0.1, 0.32, 0.03  # inches: widths of a strip of tasks and of a tree, and between them
PARTS = ("map", "strip of classes", "strip of filters", "tree of classes", "tree of filters")


def panels(figure: Figure, left: float, bottom: float, width: float, height: float) -> dict[str, Axes]:
    """Return the axes of a map with its strips and trees, by PARTS, in a place of the figure; lengths in inches."""
    whole, side = figure.get_size_inches(), STRIP + TREE + 2 * GAP
    boxes = {
        "map": (left + side, bottom, width - side, height - side),
        "strip of classes": (left + side, bottom + height - side + GAP, width - side, STRIP),
        "strip of filters": (left + TREE + GAP, bottom, STRIP, height - side),
        "tree of classes": (left + side, bottom + height - TREE, width - side, TREE),
        "tree of filters": (left, bottom, TREE, height - side),
    }
    made = {}
    for name, (x, y, w, h) in boxes.items():
        made[name] = figure.add_axes((x / whole[0], y / whole[1], w / whole[0], h / whole[1]))
        made[name].set(xticks=[], yticks=[])
        made[name].spines[:].set_visible(name == "map")
    return made


def heat_map(
    axes: dict[str, Axes], profiles: np.ndarray, filters: pd.DataFrame, classes: pd.DataFrame, tasks: list[str]
) -> AxesImage:
    """Draw standardised effects (n_filters, n_classes), whose rows and columns stand as filters and classes say.

    filters and classes have the columns task and cluster; lines are drawn between clusters, strips show tasks.
    """
    shown = axes["map"].imshow(profiles, cmap="BrBG_r", vmin=-RANGE, vmax=RANGE, aspect="auto", interpolation="nearest")
    for line, table in ((axes["map"].axhline, filters), (axes["map"].axvline, classes)):
        clusters = table.cluster.to_numpy(int)
        for at in np.flatnonzero(np.diff(clusters)):
            line(at + 0.5, color="white", linewidth=2.2)
            line(at + 0.5, color=INK, linewidth=0.7)
    shades = ListedColormap([colour(task, tasks) for task in tasks])
    limits = {"cmap": shades, "vmin": -0.5, "vmax": len(tasks) - 0.5, "aspect": "auto", "interpolation": "nearest"}
    for name, table, turned in (("strip of filters", filters, True), ("strip of classes", classes, False)):
        row = np.array([[tasks.index(task) for task in table.task]])
        axes[name].imshow(row.T if turned else row, **limits)
    return shown


def branches(axes: dict[str, Axes], of_filters: np.ndarray, of_classes: np.ndarray) -> None:
    """Draw both trees, as scipy's linkage gives them, beside the map that is in their order; the one of filters downward."""
    for name, of_tree, side in (("tree of filters", of_filters, "left"), ("tree of classes", of_classes, "top")):
        if len(of_tree):
            style = {"color_threshold": 0, "above_threshold_color": INK, "no_labels": True, "orientation": side}
            with_lines = axes[name]
            dendrogram(of_tree, ax=with_lines, **style)
            for lines in with_lines.collections:
                lines.set_linewidth(0.5)
        axes[name].set(xticks=[], yticks=[])
        axes[name].spines[:].set_visible(False)
    axes["tree of filters"].invert_yaxis()


def agreement_text(row: pd.Series) -> str:
    """Return an agreement with its p and its null as they stand above a map."""
    if pd.isna(row.ami):
        return f"AMI of {row.of} undefined"
    p = "p < 0.001" if row.p < 0.001 else f"p = {row.p:.3f}"
    text = f"AMI of {row.of} and tasks {row.ami:.2f}, {p} (permuted {row.null_low:.2f} to {row.null_high:.2f})"
    return text.replace("-", "\N{MINUS SIGN}")
