"""Draw an extra figure: what the lesion for every task of a network does to every task, and each pair of its tasks."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.extras import letter
from segregation.figures.making import Drawn, make_figure
from segregation.figures.matrix import index_of_pairs, matrix, shared_of_pairs


def draw_extra_matrix(
    matrices: list[pd.DataFrame],
    pairs: list[pd.DataFrame],
    segregation: list[pd.DataFrame],
    shared: list[pd.DataFrame],
    networks: dict[str, list[str]],
    layers: dict[str, str],
    severity: float,
) -> Drawn:
    """Draw a row of panels a network, each in a layer of its own; tables drawn: table_a, table_b, table_c.

    networks maps each to its tasks, layers to the layer shown; matrices, pairs, segregation and shared have a table of each.
    """
    of_layer = [_in_layers(tables, layers) for tables in (matrices, pairs, segregation, shared)]
    table_a, of_pairs, of_tasks, table_c = of_layer
    of_pairs, of_tasks = (table[table.variant == "contrast"] for table in (of_pairs, of_tasks))
    of_pairs, of_tasks = of_pairs[of_pairs.task == "combined"], of_tasks[of_tasks.task != "combined"]
    table_b = pd.concat([of_pairs.drop(columns="task"), of_tasks.rename(columns={"task": "first"})])
    table_b = table_b[["network", "layer", "first", "second", "variant", "index", "low", "high", "p", "n_seeds"]]
    height = 0.42 * style.FULL_WIDTH
    figure = plt.figure(figsize=(style.FULL_WIDTH, height * len(networks)))
    panels = figure.subplots(len(networks), 3, squeeze=False, width_ratios=(1.25, 1, 1))
    bottom, top = 0.45 / height / len(networks), 1 - 0.5 / height / len(networks)
    figure.subplots_adjust(left=0.095, right=0.985, bottom=bottom, top=top, wspace=0.5, hspace=0.5)
    for (left, middle, right), (network, tasks) in zip(panels, networks.items(), strict=True):
        of_a, of_b, of_c = (table[table.network == network] for table in (table_a, table_b, table_c))
        matrix(left, of_a, tasks)
        left.set(title=f"{network.replace('_', ' ')}, {layers[network]}")
        index_of_pairs(middle, of_b.rename(columns={"index": "value"}), tasks)
        shared_of_pairs(right, of_c, severity)
        for axes, text, out in ((left, "A", 0.62), (middle, "B", 0.82), (right, "C", 0.82)):
            letter(axes, text, out)
    return figure, {"table_a": table_a, "table_b": table_b, "table_c": table_c}


def _in_layers(tables: list[pd.DataFrame], layers: dict[str, str]) -> pd.DataFrame:
    """Return the rows of each network in its own layer."""
    table = pd.concat(tables)
    return table[table.layer == table.network.map(layers)]


if __name__ == "__main__":
    make_figure(
        draw_extra_matrix,
        "extra figure, matrix",
        snakemake.log[0],
        tables={
            "matrices": snakemake.input.matrices,
            "pairs": snakemake.input.pairs,
            "segregation": snakemake.input.segregation,
            "shared": snakemake.input.shared,
        },
        outputs=dict(snakemake.output.items()),
        networks=snakemake.params.networks,
        layers=snakemake.params.layers,
        severity=snakemake.params.severity,
    )
