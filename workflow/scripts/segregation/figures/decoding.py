"""Panel 1B: how well classes that no network was trained on are told apart from each network's last hidden layer."""

import pandas as pd
from matplotlib.axes import Axes

from segregation.figures.style import GREY, INK, LIGHT, colour

GROUP = 0.8  # width of the bars of one dataset
INTERVAL = {"ecolor": INK, "elinewidth": 0.8, "capsize": 1.5, "capthick": 0.8}


def decoding(axes: Axes, table: pd.DataFrame, tasks: list[str], networks: list[str], untrained: list[str]) -> None:
    """Draw decoding accuracy, a group of bars a decoded dataset and a bar a network in it, with its standard error.

    table has the columns network, task (what is decoded), accuracy, sem and chance. A network named as a task has the colour
    of the task, one of the untrained is light and hatched, any other grey.
    """
    width = GROUP / len(networks)
    for place, task in enumerate(tasks):
        rows = table[table.task == task].set_index("network")
        for i, network in enumerate(networks):
            row, x = rows.loc[network], place + (i - (len(networks) - 1) / 2) * width
            label = f"{network.replace('_', ' ')} network" if place == 0 else None
            axes.bar(
                x,
                100 * row.accuracy,
                0.92 * width,
                yerr=100 * row["sem"],
                error_kw=INTERVAL,
                label=label,
                zorder=2,
                **_look(network, tasks, untrained),
            )
        ends = (place - 0.54 * GROUP, place + 0.54 * GROUP)
        label = "chance" if place == 0 else None
        axes.hlines(100 * rows.chance.iloc[0], *ends, INK, linestyles=":", linewidth=0.9, zorder=3, label=label)
    axes.set(xticks=range(len(tasks)), xticklabels=tasks, xlabel="held-out classes decoded", xlim=(-0.6, len(tasks) - 0.4))
    axes.set(ylabel="decoding accuracy (%)", ylim=(0, 100))
    handles = sorted(zip(*axes.get_legend_handles_labels(), strict=True), key=lambda item: item[1] == "chance")
    shown, labels = zip(*handles, strict=True)
    axes.legend(shown, labels, loc="lower left", bbox_to_anchor=(0, 1), ncol=2, columnspacing=1, handlelength=1.2)


def _look(network: str, tasks: list[str], untrained: list[str]) -> dict:
    """Return colour and hatching of a network's bar."""
    if network in tasks:
        return {"facecolor": colour(network, tasks), "linewidth": 0}
    if network in untrained:
        return {"facecolor": LIGHT, "hatch": "/////", "edgecolor": GREY, "linewidth": 0}
    return {"facecolor": GREY, "linewidth": 0}
