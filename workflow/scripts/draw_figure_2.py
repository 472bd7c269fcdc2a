"""Draw figure 2: what lesions in the last layer do to either task; the segregation index of every layer."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.making import Drawn, make_figure
from segregation.figures.panels import effects_of, index_by_layer, lesion_effects


def draw_figure_2(
    effects: pd.DataFrame,
    segregation: pd.DataFrame,
    by_seed: pd.DataFrame,
    tasks: list[str],
    layers: list[str],
    severity: float,
) -> Drawn:
    """Draw the effects and contrast indices of a network; tables drawn: table_a, table_b."""
    table_a = effects_of(effects, layers[-1], severity, [*tasks, "random"])
    table_b, seeds = (table[table.variant == "contrast"] for table in (segregation, by_seed))
    drawn_b = pd.concat([table_b, seeds[seeds.task == "combined"]]).astype({"seed": "Int64"})
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.38 * style.FULL_WIDTH))
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.7))
    lesion_effects(left, table_a, layers[-1], severity)
    index_by_layer(right, table_b, seeds, layers, tasks)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.18, top=0.87, wspace=0.22)
    for axes, text in ((left, "A"), (right, "B")):
        figure.text(axes.get_position().x0 - 0.065, 0.94, text, fontsize=10, fontweight="bold")
    return figure, {"table_a": table_a, "table_b": drawn_b}


if __name__ == "__main__":
    inputs = snakemake.input
    make_figure(
        draw_figure_2,
        "figure 2",
        snakemake.log[0],
        tables={"effects": inputs.effects, "segregation": inputs.segregation, "by_seed": inputs.by_seed},
        outputs=dict(snakemake.output.items()),
        tasks=snakemake.params.tasks,
        layers=snakemake.params.layers,
        severity=snakemake.params.severity,
    )
