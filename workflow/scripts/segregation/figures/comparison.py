"""Panels of figures 4 and S3: networks of two tasks side by side."""

from collections import Counter

import pandas as pd
from matplotlib.axes import Axes

from segregation.figures.panels import INTERVAL, WIDTH, bar
from segregation.figures.style import GREY, INK, LIGHT, colour

SPACING, APART = 2.8, 1.25  # between networks, and between the two lesions of one
SIGNIFICANT = 0.05
SEEDS = {"linestyle": "none", "marker": "o", "markersize": 2.6, "markeredgewidth": 0.6, "markerfacecolor": "none"}


def network_labels(networks: dict[str, list[str]]) -> dict[str, str]:
    """Return the tasks of each network in words, and under them its name where several networks have the same tasks."""
    words = {name: " + ".join(tasks).replace("_", " ") for name, tasks in networks.items()}
    times = Counter(words.values())
    return {name: tasks if times[tasks] == 1 else f"{tasks}\n({name.replace('_', ' ')})" for name, tasks in words.items()}


def p_text(p: float) -> str:
    """Return a p as it is printed in a figure."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def interval_text(value: float, low: float, high: float) -> str:
    """Return a value and its interval as they are printed in a figure."""
    return f"{value:.2f} [{low:.2f}, {high:.2f}]".replace("-", "\N{MINUS SIGN}")


def combined_index(axes: Axes, table: pd.DataFrame, labels: dict[str, str]) -> None:
    """Draw the combined index of each network with its interval and single seeds.

    table has the columns network, seed (empty in the row of the mean over seeds), index, low, high and q; labels names the
    networks, first the one that q compares the others with.
    """
    place = {network: SPACING * k for k, network in enumerate(labels)}
    means, singles = table[table.seed.isna()], table[table.seed.notna()]
    _points(axes, means.network.map(place).astype(float), means, INK, "index with its interval")
    _seeds(axes, singles.network.map(place).astype(float), singles, INK, "single seeds")
    different, first = means[means.q < SIGNIFICANT], next(iter(labels.values())).replace("\n", " ")
    axes.plot(
        different.network.map(place).astype(float),
        different.high + 0.08,
        linestyle="none",
        marker="$*$",
        color=INK,
        markeredgewidth=0,
        label=f"differs from {first}, q < {SIGNIFICANT}",
    )
    _index_axis(axes, table, top=max(1.05, means.high.max() + 0.16))
    axes.set(xticks=[], xlim=(-SPACING / 2, SPACING * (len(labels) - 0.5)), ylabel="combined segregation index")
    _name_networks(axes, list(place.values()), labels, pad=3)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=3, columnspacing=1.5, handletextpad=0.4)


def own_and_other_task(axes: Axes, table: pd.DataFrame, labels: dict[str, str], severity: float) -> None:
    """Draw normalised performance of the lesioned task beside that of the other task, for both lesions of each network.

    table has the columns network, lesion (its tasks), task, normalised, low and high; labels names the networks.
    """
    place = {}
    for k, network in enumerate(labels):
        lesions = dict.fromkeys(table[table.network == network].lesion)
        place |= {(network, lesion): SPACING * k + APART * (i - 0.5) for i, lesion in enumerate(lesions)}
    for own, shade, side, name in ((True, GREY, -1, "task of the lesioned filters"), (False, LIGHT, 1, "other task")):
        for i, row in enumerate(table[(table.task == table.lesion) == own].itertuples()):
            x = place[row.network, row.lesion] + side * 0.54 * WIDTH
            bar(axes, x, 100 * row.normalised, 100 * row.low, 100 * row.high, shade, None if i else name)
    axes.axhline(100, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    axes.set_xticks(list(place.values()), [lesion.replace("_", "\n") for _, lesion in place])
    _name_networks(axes, [SPACING * k for k in range(len(labels))], labels, pad=24)
    axes.set(ylim=(0, 112), yticks=range(0, 101, 20), xlim=(-SPACING / 2, SPACING * (len(labels) - 0.5)))
    axes.set(ylabel="performance (% of intact)")
    axes.set(xlabel=f"lesioned: the {100 * severity:.0f}% of the last layer's filters that this task needs most, by network")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=2, columnspacing=1.5, handlelength=1.2)


def index_of_two(axes: Axes, table: pd.DataFrame, difference: pd.Series, networks: dict[str, list[str]]) -> None:
    """Draw the index of two networks, combined and of either task, and the difference of the combined ones.

    table has the columns network, task (the network's own and combined), seed (empty in the rows of the mean over seeds),
    index, low and high; difference holds index, low, high and p; networks maps both networks to their tasks.
    """
    tasks = list(dict.fromkeys(task for of_network in networks.values() for task in of_network))
    place = {}
    for k, (network, of_network) in enumerate(networks.items()):
        place |= {(network, task): 4 * k + i for i, task in enumerate(["combined", *of_network])}
    for (network, task), x in place.items():
        rows = table[(table.network == network) & (table.task == task)]
        shade = INK if task == "combined" else colour(task, tasks)
        means, singles = rows[rows.seed.isna()], rows[rows.seed.notna()]
        _points(axes, pd.Series(x, means.index), means, shade, None if x else "index with its interval")
        _seeds(axes, pd.Series(x, singles.index), singles, shade, None if x else "single seeds")
    top = max(1, table.high.max(), table["index"].max())
    _bracket(axes, *(place[network, "combined"] for network in networks), top + 0.05, difference)
    _index_axis(axes, table, top=top + 0.25)
    axes.set_xticks(list(place.values()), [task.replace("_", " ") for _, task in place])
    _name_networks(axes, [1, 5], network_labels(networks), pad=15)
    axes.set(xlim=(-0.6, 6.6), ylabel="segregation index", xlabel="task, by network")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=2, columnspacing=1.5, handletextpad=0.4)


def _points(axes: Axes, x: pd.Series, table: pd.DataFrame, shade: str, label: str | None) -> None:
    """Draw means with their intervals as these are: a percentile interval need not hold its estimate."""
    axes.errorbar(x, (table.low + table.high) / 2, (table.high - table.low) / 2, **INTERVAL)
    axes.plot(x, table["index"], linestyle="none", marker="o", markersize=4, color=shade, label=label, zorder=5)


def _seeds(axes: Axes, x: pd.Series, table: pd.DataFrame, shade: str, label: str | None) -> None:
    """Draw single seeds beside their mean."""
    axes.plot(x + 0.17, table["index"], **SEEDS, markeredgecolor=shade, label=label)


def _bracket(axes: Axes, start: float, end: float, y: float, difference: pd.Series) -> None:
    axes.plot([start, start, end, end], [y, y + 0.04, y + 0.04, y], color=INK, linewidth=0.8)
    text = f"difference {interval_text(difference['index'], difference.low, difference.high)}, {p_text(difference.p)}"
    axes.text((start + end) / 2, y + 0.06, text, ha="center", fontsize=6.5)


def _index_axis(axes: Axes, table: pd.DataFrame, top: float) -> None:
    axes.axhline(0, color=INK, linewidth=0.6, linestyle="--", zorder=1)
    bottom = min(-0.15, table.low.min() - 0.05, table["index"].min() - 0.05)
    ticks = [k / 5 for k in range(-5, 6) if k / 5 >= bottom]
    axes.set(yticks=ticks, ylim=(bottom, top))


def _name_networks(axes: Axes, centres: list[float], labels: dict[str, str], pad: float) -> None:
    """Name the networks at minor ticks, without marks, which leaves the major ones to their tasks."""
    axes.xaxis.remove_overlapping_locs = False
    axes.set_xticks(centres, labels.values(), minor=True)
    axes.tick_params(axis="x", which="minor", length=0, pad=pad)
