"""Draw figure S1: selectivity of filters by their place in the ranking; lesions of the most selective filters."""

from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.panels import effects_of
from segregation.figures.selectivity import lesions_by_method, selectivity_by_rank
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def draw_figure_s1(
    points: str,
    correlation: str,
    effects: str,
    tasks: list[str],
    layer: str,
    severity: float,
    outputs: dict[str, str],
) -> None:
    """Draw need and selectivity of the filters of a layer for two tasks; outputs: pdf, png, table_a, table_b."""
    table_a = read_table(points).dropna(subset="selectivity")
    table_a = table_a.merge(read_table(correlation)[["task", "rho", "low", "high", "p"]], on="task")
    lesions = [*(name for task in tasks for name in (task, f"{task}_by_selectivity")), "random"]
    table_b = effects_of(read_table(effects), layer, severity, lesions)
    for table, path in ((table_a, outputs["table_a"]), (table_b, outputs["table_b"])):
        write_table(path, table)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.38 * style.FULL_WIDTH))
    *scatters, right = figure.subplots(1, 3, width_ratios=(1, 1, 2))
    for axes, task in zip(scatters, tasks, strict=True):
        selectivity_by_rank(axes, table_a, task)
    lesions_by_method(right, table_b, layer, severity)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.27, top=0.89, wspace=0.36)
    for axes, text in ((scatters[0], "A"), (right, "B")):
        figure.text(axes.get_position().x0 - 0.065, 0.94, text, fontsize=10, fontweight="bold")
    style.export(figure, outputs["pdf"], outputs["png"])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "figure S1"):
        draw_figure_s1(
            points=snakemake.input.points,
            correlation=snakemake.input.correlation,
            effects=snakemake.input.effects,
            tasks=snakemake.params.tasks,
            layer=snakemake.params.layer,
            severity=snakemake.params.severity,
            outputs=dict(snakemake.output.items()),
        )
