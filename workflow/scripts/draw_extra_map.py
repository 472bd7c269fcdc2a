"""Draw an extra figure: what each filter's lesion alone does to each class, clustered without the tasks."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch

from segregation.figures import modules, style
from segregation.figures.making import Drawn, make_figure
from segregation.statistics.clusters import class_profiles, filter_profiles, tree, wide

SIDE, AROUND = 3.0, 1.1  # inches; width of a map with its trees, and what stands above and below it


def draw_extra_map(
    places: pd.DataFrame, agreements: pd.DataFrame, lesions: dict[str, str], tasks: list[str], seed: int
) -> Drawn:
    """Draw a map a layer of one seed's network; lesions holds the file of each; tables drawn: table_a, table_b."""
    table_a = places.astype({"place": "Int64", "cluster": "Int64"})
    table_a, table_b = table_a[table_a.seed == seed], agreements
    figure = plt.figure(figsize=(style.FULL_WIDTH, SIDE + AROUND))
    for number, (layer, path) in enumerate(lesions.items()):
        left = 0.42 + number * (SIDE + 0.5)
        shown = _map(figure, left, pd.read_parquet(path), table_a[table_a.layer == layer], tasks)
        said = table_b[(table_b.layer == layer) & (table_b.measure == "change") & (table_b.readout == "full")]
        middle = (left + SIDE / 2) / style.FULL_WIDTH
        title = "\n".join([layer, *(modules.agreement_text(row) for _, row in said.iterrows())])
        figure.text(middle, 1 - 0.04 / (SIDE + AROUND), title, ha="center", va="top", fontsize=7, linespacing=1.4)
        figure.text(left / style.FULL_WIDTH - 0.04, 0.96, "AB"[number], fontsize=10, fontweight="bold")
    figure.legend(
        handles=[Patch(color=style.colour(task, tasks), label=f"{task} task".replace("_", " ")) for task in tasks],
        loc="lower left",
        bbox_to_anchor=(0.05, 0),
        ncol=len(tasks),
    )
    if shown is not None:  # of the last layer; all have one scale
        bar = figure.colorbar(shown, cax=figure.add_axes((0.6, 0.08, 0.3, 0.018)), orientation="horizontal", extend="both")
        bar.set_label("size of the change in loss without the filter (SD within a filter)", fontsize=6.5)
        bar.outline.set_linewidth(0.4)
    return figure, {"table_a": table_a, "table_b": table_b}


def _map(figure: Figure, left: float, table: pd.DataFrame, places: pd.DataFrame, tasks: list[str]) -> AxesImage | None:
    """Draw the map of a layer and return its image; where too little is known for a tree, say so and return nothing."""
    axes = modules.panels(figure, left, 0.62, SIDE, SIDE)
    placed, changes = places.dropna(subset="place"), np.sqrt(wide(table, "change"))
    filters, classes = (placed[placed.of == of] for of in ("filters", "classes"))
    if filters.empty or classes.empty:
        axes["map"].text(0.5, 0.5, "too few filters change anything", ha="center", transform=axes["map"].transAxes)
        return None
    by_filter = pd.DataFrame(filter_profiles(changes.to_numpy()), changes.index.astype(str), changes.columns)
    ordered = by_filter.loc[filters.name, list(zip(classes.task, classes.name, strict=True))].to_numpy()
    shown = modules.heat_map(axes, ordered, filters, classes, tasks)
    profiles = by_filter.to_numpy(), class_profiles(changes.to_numpy())
    modules.branches(axes, *(tree(of[~np.isnan(of).any(1)]) for of in profiles))
    axes["map"].set(xlabel=f"{len(classes)} classes")
    silent = len(by_filter) - len(filters)
    without = f" ({silent} without an effect left out)" if silent else ""
    axes["tree of filters"].set_ylabel(f"{len(filters)} filters{without}")
    return shown


if __name__ == "__main__":
    make_figure(
        draw_extra_map,
        "extra figure, map",
        snakemake.log[0],
        tables={"places": snakemake.input.places, "agreements": snakemake.input.agreements},
        outputs=dict(snakemake.output.items()),
        lesions=dict(zip(snakemake.params.layers, snakemake.input.lesions, strict=True)),
        tasks=snakemake.params.tasks,
        seed=snakemake.params.seed,
    )
