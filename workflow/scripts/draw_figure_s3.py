"""Draw figure S3: lesions of a network of two tasks of one kind, and its index beside the main network's."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.comparison import index_of_two
from segregation.figures.panels import effects_of, lesion_effects
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def draw_figure_s3(
    effects: str,
    segregation: list[str],
    by_seed: list[str],
    pairs: str,
    networks: dict[str, list[str]],
    layers: dict[str, str],
    severity: float,
    outputs: dict[str, str],
) -> None:
    """Draw the second of two networks beside the first; effects are of the second; outputs: pdf, png, table_a, table_b."""
    main, same_kind = networks
    lesions = [*networks[same_kind], "random"]
    table_a = effects_of(read_table(effects), layers[same_kind], severity, lesions)
    indices = _indices(*(pd.concat(map(read_table, paths)) for paths in (segregation, by_seed)), layers)
    difference = _difference(read_table(pairs), main, same_kind)
    table_b = pd.concat([indices, difference])
    for table, path in ((table_a, outputs["table_a"]), (table_b, outputs["table_b"])):
        write_table(path, table)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.4 * style.FULL_WIDTH))
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.5))
    lesion_effects(left, table_a, layers[same_kind], severity)
    index_of_two(right, indices, difference.iloc[0], networks)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.2, top=0.88, wspace=0.22)
    for axes, text in ((left, "A"), (right, "B")):
        figure.text(axes.get_position().x0 - 0.065, 0.94, text, fontsize=10, fontweight="bold")
    style.export(figure, outputs["pdf"], outputs["png"])


def _indices(segregation: pd.DataFrame, by_seed: pd.DataFrame, layers: dict[str, str]) -> pd.DataFrame:
    """Return the contrast index of each network in its layer, of each task and combined, and of single seeds."""
    table = pd.concat([segregation, by_seed]).dropna(subset="index").astype({"seed": "Int64"})
    table = table[(table.variant == "contrast") & (table.layer == table.network.map(layers))]
    return table[["network", "task", "seed", "index", "low", "high"]]


def _difference(pairs: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Return the difference of the combined contrast indices of two networks in one row."""
    both = pairs["first"].isin([first, second]) & pairs.second.isin([first, second])
    row = pairs[both & (pairs.variant == "contrast")].iloc[0]
    sign = 1 if row["first"] == first else -1
    low, high = sorted((sign * row.low, sign * row.high))
    difference = {"network": f"{first} minus {second}", "task": "combined", "index": sign * row.difference}
    return pd.DataFrame([difference | {"low": low, "high": high, "p": row.p}])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "figure S3"):
        draw_figure_s3(
            effects=snakemake.input.effects,
            segregation=snakemake.input.segregation,
            by_seed=snakemake.input.by_seed,
            pairs=snakemake.input.pairs,
            networks=snakemake.params.networks,
            layers=snakemake.params.layers,
            severity=snakemake.params.severity,
            outputs=dict(snakemake.output.items()),
        )
