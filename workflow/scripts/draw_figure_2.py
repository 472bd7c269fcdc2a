"""Draw figure 2: what lesions in the last layer do to either task; the segregation index of every layer."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.panels import effects_of, index_by_layer, lesion_effects
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def draw_figure_2(
    effects: str,
    segregation: str,
    by_seed: str,
    tasks: list[str],
    layers: list[str],
    severity: float,
    outputs: dict[str, str],
) -> None:
    """Draw the effects and contrast indices of a network; outputs: pdf, png, table_a, table_b."""
    table_a = effects_of(read_table(effects), layers[-1], severity, [*tasks, "random"])
    table_b, seeds = read_table(segregation), read_table(by_seed)
    table_b, seeds = (t[t.variant == "contrast"] for t in (table_b, seeds))
    drawn_b = pd.concat([table_b, seeds[seeds.task == "combined"]]).astype({"seed": "Int64"})
    for table, path in ((table_a, outputs["table_a"]), (drawn_b, outputs["table_b"])):
        write_table(path, table)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.38 * style.FULL_WIDTH))
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.7))
    lesion_effects(left, table_a, layers[-1], severity)
    index_by_layer(right, table_b, seeds, layers, tasks)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.18, top=0.87, wspace=0.22)
    for axes, text in ((left, "A"), (right, "B")):
        figure.text(axes.get_position().x0 - 0.065, 0.94, text, fontsize=10, fontweight="bold")
    style.export(figure, outputs["pdf"], outputs["png"])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "figure 2"):
        draw_figure_2(
            effects=snakemake.input.effects,
            segregation=snakemake.input.segregation,
            by_seed=snakemake.input.by_seed,
            tasks=snakemake.params.tasks,
            layers=snakemake.params.layers,
            severity=snakemake.params.severity,
            outputs=dict(snakemake.output.items()),
        )
