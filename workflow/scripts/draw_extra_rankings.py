"""Draw an extra figure: damage by the filters that greedy lesioning and simpler means choose."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import damage_by_method, letter
from segregation.figures.making import Drawn, make_figure

LESIONS = {  # by each method
    "greedy": "{task}",
    "one-shot": "{task}_by_one_shot",
    "gradient": "{task}_by_gradient",
    "selectivity": "{task}_by_selectivity",
    "random": "random",
}


def draw_extra_rankings(effects: pd.DataFrame, tasks: list[str], layer: str, severity: float) -> Drawn:
    """Draw the drops of both tasks in a layer by task and method of the filters chosen; tables drawn: table."""
    table = effects[np.isclose(effects.severity, severity) & (effects.layer == layer)]
    table = pd.concat(
        table[table.lesion == lesion.format(task=task)].assign(lesioned=task, method=method)
        for task in tasks
        for method, lesion in LESIONS.items()
    )
    table = table.assign(drop=1 - table.normalised, low=1 - table.high, high=1 - table.low)
    columns = ["network", "layer", "severity", "lesioned", "method", "task", "drop", "low", "high", "n_seeds"]
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.37 * style.FULL_WIDTH))
    panels = figure.subplots(1, len(tasks), sharey=True)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.16, top=0.82, wspace=0.12)
    for axes, task, text in zip(panels, tasks, "AB", strict=True):
        damage_by_method(axes, table[table.lesioned == task], tasks)
        axes.set(title=f"{task} filters lesioned ({100 * severity:.0f}% of {layer})")
        letter(axes, text, 0.4 if text == "A" else 0.2)
    panels[1].set(ylabel=None, ylim=(min(0, 105 * table.low.min()), 100))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="upper center", ncol=2)
    return figure, {"table": table[columns]}


if __name__ == "__main__":
    make_figure(
        draw_extra_rankings,
        "extra figure, rankings",
        snakemake.log[0],
        tables={"effects": snakemake.input.effects},
        outputs=dict(snakemake.output.items()),
        tasks=snakemake.params.tasks,
        layer=snakemake.params.layer,
        severity=snakemake.params.severity,
    )
