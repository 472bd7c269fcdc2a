"""Filters that both tasks need: how many are at the top of both rankings, beside what chance gives."""

from functools import reduce

import numpy as np
import pandas as pd
from scipy.stats import hypergeom, pearsonr, permutation_test, rankdata

from segregation.statistics.discovery import false_discovery
from segregation.steps.randomness import generator


def chance(n_filters: int, n_top: int, n_networks: int) -> np.ndarray:
    """Return the probability by chance of each total of shared filters over some networks, (n_networks * n_top + 1,).

    Two sets of n_top filters, drawn independently of each other from n_filters, share a hypergeometric number of filters;
    the total over independent networks has the convolution of their distributions. Exact.
    """
    one = hypergeom.pmf(np.arange(n_top + 1), n_filters, n_top, n_top)
    return reduce(np.convolve, [one] * n_networks)


def count_by_seed(tops: dict[tuple[int, str, str], list[int]]) -> pd.DataFrame:
    """Return a row for each layer and seed: layer, seed, n_top, shared, share.

    tops maps (seed, layer, task) to the top filters of a ranking. shared is the number of filters at the top of both tasks'
    rankings, share that number over n_top: the share of either task's top filters that the other task's top holds as well.
    Raises ValueError where a layer has not two rankings of one length.
    """
    rows = []
    for seed, layer in dict.fromkeys((seed, layer) for seed, layer, _ in tops):
        sets = [set(filters) for key, filters in tops.items() if key[:2] == (seed, layer)]
        if len(sets) != 2 or len(sets[0]) != len(sets[1]) or not sets[0]:
            raise ValueError(
                f"{layer} of seed {seed}: two tops of one length are needed, not {list(map(len, sets))} filters."
            )
        shared = len(sets[0] & sets[1])
        rows.append({"layer": layer, "seed": seed, "n_top": len(sets[0]), "shared": shared, "share": shared / len(sets[0])})
    return pd.DataFrame(rows)


def compare_with_chance(by_seed: pd.DataFrame, filters: dict[str, int], confidence: float = 0.95) -> pd.DataFrame:
    """Return a row for each layer: the mean over seeds of what is shared, and what independent rankings would share.

    by_seed is the table of count_by_seed; filters maps each layer to its number of filters, and the rows are in its order.
    Columns: layer, n_filters, n_top; shared, the number of filters at the top of both rankings, and share = shared / n_top;
    expected, low and high: the chance mean of the share and the central interval of its exact distribution; p, twice the
    smaller tail of that distribution with the observed value, at most 1; q, which controls the false discovery rate over
    the layers (Benjamini and Hochberg, 1995); n_seeds.
    """
    rows = []
    tail = (1 - confidence) / 2
    for layer, n_filters in filters.items():
        of_layer = by_seed[by_seed.layer == layer]
        n_seeds, n_top, total = len(of_layer), int(of_layer.n_top.iloc[0]), int(of_layer.shared.sum())
        probabilities = chance(n_filters, n_top, n_seeds)
        low, high = np.searchsorted(probabilities.cumsum(), [tail, 1 - tail]) / (n_seeds * n_top)
        p = min(1.0, 2 * min(probabilities[: total + 1].sum(), probabilities[total:].sum()))
        row = {"layer": layer, "n_filters": n_filters, "n_top": n_top, "shared": total / n_seeds}
        row |= {"share": total / (n_seeds * n_top), "expected": n_top / n_filters, "low": low, "high": high}
        rows.append(row | {"p": p, "n_seeds": n_seeds})
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("n_seeds"), "q", false_discovery(table.p))
    return table


def trend(shares: pd.Series) -> pd.DataFrame:
    """Return Spearman's correlation of a share with depth in one row: rho, p, n_layers; shares are in order of depth.

    p is two-sided, of a test that permutes the layers: all orders where these are few, else 9,999 random ones, so that it
    holds for few layers too and is never 0. rho and p are nan where all layers share alike, or where there is one alone.
    """
    if shares.nunique() < 2:
        return pd.DataFrame({"rho": [np.nan], "p": [np.nan], "n_layers": [len(shares)]})
    depth = np.arange(len(shares))
    test = permutation_test(
        (rankdata(shares),),
        lambda ranks, axis: pearsonr(ranks, depth, axis=axis).statistic,
        permutation_type="pairings",
        vectorized=True,
        rng=generator("permutations", "shared filters"),
    )
    return pd.DataFrame({"rho": [test.statistic], "p": [test.pvalue], "n_layers": [len(shares)]})
