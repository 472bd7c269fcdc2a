"""Draw figure S3: lesions of a network of two tasks of one kind, and its index beside the main network's."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.comparison import index_of_two
from segregation.figures.making import Drawn, make_figure
from segregation.figures.panels import effects_of, lesion_effects


def draw_figure_s3(
    effects: pd.DataFrame,
    segregation: list[pd.DataFrame],
    by_seed: list[pd.DataFrame],
    pairs: pd.DataFrame,
    networks: dict[str, list[str]],
    layers: dict[str, str],
    severity: float,
) -> Drawn:
    """Draw the second of two networks beside the first; effects are of the second; tables drawn: table_a, table_b."""
    main, same_kind = networks
    lesions = [*networks[same_kind], "random"]
    table_a = effects_of(effects, layers[same_kind], severity, lesions)
    indices = _indices(pd.concat(segregation), pd.concat(by_seed), layers)
    difference = _difference(pairs, main, same_kind)
    table_b = pd.concat([indices, difference])
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.4 * style.FULL_WIDTH))
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.5))
    lesion_effects(left, table_a, layers[same_kind], severity)
    index_of_two(right, indices, difference.iloc[0], networks)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.2, top=0.88, wspace=0.22)
    for axes, text in ((left, "A"), (right, "B")):
        figure.text(axes.get_position().x0 - 0.065, 0.94, text, fontsize=10, fontweight="bold")
    return figure, {"table_a": table_a, "table_b": table_b}


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
    make_figure(
        draw_figure_s3,
        "figure S3",
        snakemake.log[0],
        tables={
            "effects": snakemake.input.effects,
            "segregation": snakemake.input.segregation,
            "by_seed": snakemake.input.by_seed,
            "pairs": snakemake.input.pairs,
        },
        outputs=dict(snakemake.output.items()),
        networks=snakemake.params.networks,
        layers=snakemake.params.layers,
        severity=snakemake.params.severity,
    )
