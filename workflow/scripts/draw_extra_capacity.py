"""Draw an extra figure: index and accuracy of networks by their width, and by the number of classes that they tell apart."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import letter
from segregation.figures.making import Drawn, make_figure
from segregation.figures.sizes import accuracy_by_size, index_by_size

AXES = {"width": "width (1: VGG16)", "classes": "classes of each task"}


def draw_extra_capacity(
    indices: pd.DataFrame,
    accuracy: pd.DataFrame,
    by_seed: list[pd.DataFrame],
    networks: dict[str, dict],
    main: str,
) -> Drawn:
    """Draw networks that have the width or the classes of the main one; tables drawn: table_a, table_b.

    networks maps each to its tasks, in the order of the main one's, its layer, its width and the classes of a task; by_seed
    holds a table of each.
    """
    about = pd.DataFrame(networks).T
    sizes = about[["width", "classes"]].astype(float)
    seeds = pd.concat(by_seed, ignore_index=True).query("task == 'combined' and variant == 'contrast'")
    seeds = seeds[seeds.layer == seeds.network.map(about.layer)]
    combined = indices.query("variant == 'contrast'")
    table_a = pd.concat([combined, seeds], ignore_index=True).join(sizes, "network", how="inner").astype({"seed": "Int64"})
    table_a = table_a[["network", "width", "classes", "seed", "index", "low", "high"]]
    table_b = accuracy.query("readout == 'full'")[["network", "task", "accuracy", "low", "high"]]
    table_b = table_b.join(sizes, "network", how="inner")
    chance = 1 / table_b.groupby("network").classes.transform("sum")
    table_b = table_b.assign(chance=chance)[["network", "width", "classes", "task", "accuracy", "low", "high", "chance"]]
    kinds = {task: kind for of in about.tasks for task, kind in zip(of, about.tasks[main], strict=True)}
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.6 * style.FULL_WIDTH))
    panels = figure.subplots(2, 2)
    figure.subplots_adjust(left=0.07, right=0.99, bottom=0.08, top=0.9, wspace=0.2, hspace=0.4)
    for (size, name), column in zip(AXES.items(), panels.T, strict=True):
        (fixed,) = set(AXES) - {size}
        shown = sizes.index[sizes[fixed] == sizes.loc[main, fixed]]
        at = sorted(set(sizes.loc[shown, size]))
        of_index, of_accuracy = (t[t.network.isin(shown)].assign(size=t[size]) for t in (table_a, table_b))
        of_seeds = of_index.seed.notna()
        index_by_size(column[0], of_index[~of_seeds].sort_values("size"), of_index[of_seeds], at)
        accuracy_by_size(column[1], of_accuracy.assign(task=of_accuracy.task.map(kinds)), at, about.tasks[main])
        for axes in column:
            axes.set(xlabel=name)
    for axes, text in zip(panels.flatten(), "ABCD", strict=True):
        letter(axes, text, 0.4)
    for axes, x in ((panels[0, 0], 0.28), (panels[1, 0], 0.77)):
        figure.legend(*axes.get_legend_handles_labels(), loc="upper center", bbox_to_anchor=(x, 1), ncol=2)
    return figure, {"table_a": table_a, "table_b": table_b}


if __name__ == "__main__":
    inputs = snakemake.input
    make_figure(
        draw_extra_capacity,
        "extra figure, capacity",
        snakemake.log[0],
        tables={"indices": inputs.networks, "accuracy": inputs.accuracy, "by_seed": inputs.by_seed},
        outputs=dict(snakemake.output.items()),
        networks=snakemake.params.networks,
        main=snakemake.params.main,
    )
