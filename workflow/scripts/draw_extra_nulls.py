"""Draw an extra figure: the segregation index beside its distribution where there is nothing to find."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import letter, null_distribution, p_of_null
from segregation.figures.making import Drawn, make_figure

TITLES = {
    "pseudo_tasks": "classes assigned to {} pseudo-tasks at random",
    "random_filters": "filters lesioned at random",
}


def draw_extra_nulls(members: pd.DataFrame, summary: pd.DataFrame, layer: str, n_tasks: int = 2) -> Drawn:
    """Draw the null distributions of the contrast index of a layer; tables drawn: table."""
    nulls, summaries = (table[table.variant == "contrast"] for table in (members, summary))
    drawn = pd.concat([nulls.assign(kind="member"), summaries.assign(kind="summary")]).convert_dtypes()
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.36 * style.FULL_WIDTH))
    panels = figure.subplots(1, len(TITLES))
    figure.subplots_adjust(left=0.07, right=0.985, bottom=0.16, top=0.78, wspace=0.2)
    for axes, (null, title), text in zip(panels, TITLES.items(), "AB", strict=True):
        row = summaries[summaries.null == null].iloc[0]
        null_distribution(axes, nulls.loc[nulls.null == null, "index"], row)
        said = title.format("two" if n_tasks == 2 else n_tasks)
        axes.set(title=f"{said}\n{p_of_null(row)}", xlabel=f"combined segregation index of {layer}")
        letter(axes, text, 0.4)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="upper center", ncol=2)
    return figure, {"table": drawn}


if __name__ == "__main__":
    make_figure(
        draw_extra_nulls,
        "extra figure, nulls",
        snakemake.log[0],
        tables={"members": snakemake.input.members, "summary": snakemake.input.summary},
        outputs=dict(snakemake.output.items()),
        layer=snakemake.params.layer,
        n_tasks=snakemake.params.n_tasks,
    )
