"""The figure of a network that was given: lesions of its last layer and the index of each layer, for groups of images."""

from itertools import combinations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segregation.figures import style
from segregation.figures.panels import INTERVAL, effects_of

MARKERS = "osD^vP*X"
SHARE = 0.84  # of the room between two lesions that their bars take
APART, SPREAD = 0.11, 0.6  # of the room between two layers: from point to point of one, and what all of one take at most
LESIONS, LAYERS = 68, 44  # letters of names that fit side by side below the axes
COLUMNS = 2  # of the legend of pairs
PANEL, ROW = 2.4, 0.15  # inches: height of a panel, of a row of a legend
LEGEND = {"loc": "lower left", "bbox_to_anchor": (0, 1), "columnspacing": 1}


def draw(effects: pd.DataFrame, segregation: pd.DataFrame, groups: list[str], layers: list[str], severity: float) -> Figure:
    """Draw panels A, what lesions of the last layer do to each group, and B, the contrast index of each layer.

    effects has the columns layer, lesion (the groups, and random), severity, task, normalised, low and high; segregation
    first, second, layer, task (groups, and combined), variant, index, low and high.
    """
    rows = 1 if len(groups) == 2 else -(-len(_lines(groups)) // COLUMNS)
    names = _lesions(groups)
    below = 0.8 if _turned(names, LESIONS) else 0.62 if _turned(layers, LAYERS) else 0.48
    above = 0.3 + ROW * rows
    height = PANEL + below + above
    figure = plt.figure(figsize=(style.FULL_WIDTH, height))
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    _effects(left, effects_of(effects, layers[-1], severity, [*groups, "random"]), groups, layers[-1], severity)
    _indices(right, segregation[segregation.variant == "contrast"], groups, layers)
    figure.subplots_adjust(left=0.07, right=0.99, bottom=below / height, top=1 - above / height, wspace=0.2)
    for axes, text in ((left, "A"), (right, "B")):
        figure.text(axes.get_position().x0 - 0.062, 1 - 0.16 / height, text, fontsize=10, fontweight="bold")
    return figure


def _effects(axes: Axes, table: pd.DataFrame, groups: list[str], layer: str, severity: float) -> None:
    """Draw performance on each group under each lesion."""
    lesions, width = [*groups, "random"], SHARE / len(groups)
    for k, group in enumerate(groups):
        rows = table[table.task == group]
        x = rows.lesion.map(lesions.index) + width * (k - (len(groups) - 1) / 2)
        axes.bar(x, 100 * rows.normalised, 0.92 * width, color=style.colour(group, groups), label=_words(group), zorder=2)
        axes.errorbar(x, 50 * (rows.low + rows.high), 50 * (rows.high - rows.low), **INTERVAL)
    axes.axhline(100, color=style.INK, linewidth=0.6, linestyle="--", zorder=1)
    axes.set_xticks(range(len(lesions)), _lesions(groups), **_turned(_lesions(groups), LESIONS))
    axes.set(yticks=range(0, 101, 20), ylim=(0, max(112, 100 * table.high.max() + 4)))
    axes.set(ylabel="performance on each group (% of intact)")
    axes.set(xlabel=f"silenced: {100 * severity:g}% of the filters of {layer}")
    axes.legend(**LEGEND, ncol=max(2, min(len(groups), LAYERS // max(map(len, groups)))), handlelength=1.2)


def _indices(axes: Axes, table: pd.DataFrame, groups: list[str], layers: list[str]) -> None:
    """Draw the index of each layer: of two groups each group's and combined, of more the combined one of every pair."""
    lines, drawn = _lines(groups), []
    apart = min(APART, SPREAD / len(lines))
    for k, (name, ((first, second), task, shade)) in enumerate(lines.items()):
        rows = table[(table["first"] == first) & (table.second == second) & (table.task == task)]
        rows = rows.set_index("layer").loc[layers]
        x = np.arange(len(layers)) + apart * (k - (len(lines) - 1) / 2)
        axes.errorbar(x, (rows.low + rows.high) / 2, (rows.high - rows.low) / 2, **INTERVAL | {"ecolor": shade})
        axes.plot(x, rows["index"], marker=MARKERS[k % len(MARKERS)], color=shade, linewidth=0.7, label=name, zorder=5)
        drawn.append(rows)
    shown = pd.concat(drawn)
    axes.axhline(0, color=style.INK, linewidth=0.6, linestyle="--", zorder=1)
    for place, layer in enumerate(layers):
        if shown["index"].loc[[layer]].isna().all():
            axes.text(place, 0.03, "undefined", ha="center", rotation=90, fontsize=6, color=style.GREY)
    axes.set_xticks(range(len(layers)), layers, **_turned(layers, LAYERS))
    axes.set(xlim=(-0.6, len(layers) - 0.4), ylabel="segregation index", xlabel="layer")
    axes.set(ylim=(min(-0.15, shown[["low", "index"]].min().min() - 0.05), 1.05))
    axes.legend(**LEGEND, ncol=3 if len(groups) == 2 else COLUMNS, handlelength=1.6)


def _lines(groups: list[str]) -> dict[str, tuple[tuple[str, ...], str, object]]:
    """Return of each line of panel B, by its name: its pair of groups, its task, and its colour."""
    if len(groups) == 2:
        shades = {group: style.colour(group, groups) for group in groups} | {"combined": style.INK}
        return {_words(task): (tuple(groups), task, shade) for task, shade in shades.items()}
    pairs = list(combinations(groups, 2))
    shades = sns.color_palette("viridis", len(pairs))
    return {" + ".join(map(_words, pair)): (pair, "combined", shade) for pair, shade in zip(pairs, shades, strict=True)}


def _lesions(groups: list[str]) -> list[str]:
    """Return what is said below the bars of each lesion."""
    return [*(f"needed for\n{_words(group)}" for group in groups), "at\nrandom"]


def _turned(names: list[str], letters: int) -> dict:
    """Return how names below an axis are turned, where there is no room for them side by side."""
    too_long = max(len(line) for name in names for line in name.splitlines()) * len(names) > letters
    return {"rotation": 20, "ha": "right", "rotation_mode": "anchor"} if too_long else {}


def _words(name: str) -> str:
    return name.replace("_", " ")
