"""Draw figure 4: segregation of other categories."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.comparison import combined_index, network_labels, own_and_other_task
from segregation.figures.making import Drawn, make_figure


def draw_figure_4(
    indices: pd.DataFrame,
    pairs: pd.DataFrame,
    by_seed: list[pd.DataFrame],
    effects: list[pd.DataFrame],
    networks: dict[str, list[str]],
    main: str,
    layers: dict[str, str],
    severity: float,
) -> Drawn:
    """Draw the networks beside the main one, each in its own layer; tables drawn: table_a, table_b."""
    networks = {main: networks[main]} | networks
    seeds, lesions = (pd.concat(tables) for tables in (by_seed, effects))
    table_a = _indices(indices, pairs, seeds, main, layers)
    of_tasks = [row.layer == layers[row.network] and row.lesion in networks[row.network] for row in lesions.itertuples()]
    table_b = lesions[of_tasks & np.isclose(lesions.severity, severity)]
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.62 * style.FULL_WIDTH))
    top, bottom = figure.subplots(2, 1)
    combined_index(top, table_a, network_labels(networks))
    own_and_other_task(bottom, table_b, network_labels(networks), severity)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.16, top=0.95, hspace=0.42)
    for axes, text in ((top, "A"), (bottom, "B")):
        figure.text(0.01, axes.get_position().y1 + 0.02, text, fontsize=10, fontweight="bold")
    return figure, {"table_a": table_a, "table_b": table_b}


def _indices(
    indices: pd.DataFrame, pairs: pd.DataFrame, by_seed: pd.DataFrame, main: str, layers: dict[str, str]
) -> pd.DataFrame:
    """Return the combined contrast index of each network and of its seeds, with q of its difference from the main one."""
    indices, pairs, by_seed = (table[table.variant == "contrast"] for table in (indices, pairs, by_seed))
    pairs = pairs[(pairs["first"] == main) | (pairs.second == main)]
    q = dict(zip(pairs["first"].where(pairs.second == main, pairs.second), pairs.q, strict=True))
    last = by_seed[(by_seed.task == "combined") & (by_seed.layer == by_seed.network.map(layers))]
    table = pd.concat([indices.assign(q=indices.network.map(q)), last]).dropna(subset="index")
    return table.astype({"seed": "Int64"})[["network", "seed", "index", "low", "high", "q"]]


if __name__ == "__main__":
    inputs = snakemake.input
    make_figure(
        draw_figure_4,
        "figure 4",
        snakemake.log[0],
        tables={"indices": inputs.networks, "pairs": inputs.pairs, "by_seed": inputs.by_seed, "effects": inputs.effects},
        outputs=dict(snakemake.output.items()),
        networks=snakemake.params.networks,
        main=snakemake.params.main,
        layers=snakemake.params.layers,
        severity=snakemake.params.severity,
    )
