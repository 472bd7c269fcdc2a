"""Draw figure S1: selectivity of filters by their place in the ranking; lesions of the most selective filters."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.making import Drawn, make_figure
from segregation.figures.panels import effects_of
from segregation.figures.selectivity import lesions_by_method, selectivity_by_rank


def draw_figure_s1(
    points: pd.DataFrame,
    correlation: pd.DataFrame,
    effects: pd.DataFrame,
    tasks: list[str],
    layer: str,
    severity: float,
) -> Drawn:
    """Draw need and selectivity of the filters of a layer for two tasks; tables drawn: table_a, table_b."""
    table_a = points.dropna(subset="selectivity")
    table_a = table_a.merge(correlation[["task", "rho", "low", "high", "p"]], on="task")
    lesions = [*(name for task in tasks for name in (task, f"{task}_by_selectivity")), "random"]
    table_b = effects_of(effects, layer, severity, lesions)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.38 * style.FULL_WIDTH))
    *scatters, right = figure.subplots(1, 3, width_ratios=(1, 1, 2))
    for axes, task in zip(scatters, tasks, strict=True):
        selectivity_by_rank(axes, table_a, task)
    lesions_by_method(right, table_b, layer, severity)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.27, top=0.89, wspace=0.36)
    for axes, text in ((scatters[0], "A"), (right, "B")):
        figure.text(axes.get_position().x0 - 0.065, 0.94, text, fontsize=10, fontweight="bold")
    return figure, {"table_a": table_a, "table_b": table_b}


if __name__ == "__main__":
    inputs = snakemake.input
    make_figure(
        draw_figure_s1,
        "figure S1",
        snakemake.log[0],
        tables={"points": inputs.points, "correlation": inputs.correlation, "effects": inputs.effects},
        outputs=dict(snakemake.output.items()),
        tasks=snakemake.params.tasks,
        layer=snakemake.params.layer,
        severity=snakemake.params.severity,
    )
