"""Draw an extra figure: effects of lesions and the segregation index by severity."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import index_by_severity, letter, performance_by_severity
from segregation.figures.making import Drawn, make_figure


def draw_extra_severity(
    effects: pd.DataFrame, by_severity: pd.DataFrame, tasks: list[str], layer: str, severity: float
) -> Drawn:
    """Draw effects and contrast index of a layer by severity, one of them marked; tables drawn: table_a, table_b."""
    table_a = effects[(effects.layer == layer) & effects.lesion.isin([*tasks, "random"])]
    defined = table_a.dropna(subset="normalised").drop_duplicates(["lesion", "task"])
    intact = defined.assign(severity=0.0, normalised=1.0, low=1.0, high=1.0)
    table_a = pd.concat([intact, table_a]).sort_values(["lesion", "task", "severity"])
    table_b = by_severity[(by_severity.layer == layer) & (by_severity.ranking == "greedy")]
    table_b = table_b[(table_b.task == "combined") & (table_b.variant == "contrast")]
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.36 * style.FULL_WIDTH))
    panels = figure.subplots(1, 3)
    figure.subplots_adjust(left=0.07, right=0.99, bottom=0.16, top=0.78, wspace=0.34)
    highest = max(105, 102 * table_a.high.max())
    for axes, task in zip(panels, tasks, strict=False):
        performance_by_severity(axes, table_a[table_a.lesion.isin([task, "random"])], tasks, task)
        axes.set(title=f"lesions of {task} filters, {layer}", ylim=(0, highest))
    index_by_severity(panels[2], table_b)
    panels[2].set(title=f"segregation, {layer}")
    for axes, text in zip(panels, "ABC", strict=True):
        label = f"{100 * severity:.0f}%, the severity of the other figures"
        axes.axvline(100 * severity, color=style.GREY, linewidth=0.6, zorder=1, label=label)
        letter(axes, text, 0.4)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="upper center", ncol=3)
    return figure, {"table_a": table_a, "table_b": table_b}


if __name__ == "__main__":
    make_figure(
        draw_extra_severity,
        "extra figure, severity",
        snakemake.log[0],
        tables={"effects": snakemake.input.effects, "by_severity": snakemake.input.by_severity},
        outputs=dict(snakemake.output.items()),
        tasks=snakemake.params.tasks,
        layer=snakemake.params.layer,
        severity=snakemake.params.severity,
    )
