"""Need and selectivity: whether the filters that a task needs most are those that respond most selectively to it."""

import numpy as np
import pandas as pd
from scipy.stats import combine_pvalues, pearsonr, rankdata, spearmanr

from segregation.statistics.bootstrap import interval
from segregation.steps.randomness import generator


def ranked_selectivity(rankings: dict[tuple[int, str], list[int]], scores: dict[tuple[int, str], pd.Series]) -> pd.DataFrame:
    """Return a row for each ranked filter: task, seed, rank (1 = needed most), filter, selectivity.

    rankings maps (seed, task) to filters in order of need, scores to the selectivity for the task, by filter; nan where it
    is undefined, as it is for a filter that never fires. Raises KeyError for a ranked filter without a score.
    """
    frames = []
    for (seed, task), filters in rankings.items():
        columns = {"rank": np.arange(1, len(filters) + 1), "filter": filters}
        selectivity = scores[seed, task].loc[filters].to_numpy()
        frames.append(pd.DataFrame({"task": task, "seed": seed, **columns, "selectivity": selectivity}))
    return pd.concat(frames, ignore_index=True)


def correlate_by_seed(points: pd.DataFrame) -> pd.DataFrame:
    """Return Spearman's rho of rank and selectivity of each task and seed, below 0 where needed filters are selective.

    points is the table of ranked_selectivity; its undefined selectivities are left out. Columns: task, seed, rho, p
    (two-sided), n_filters (ranked), left_out (of these). rho and p are nan where fewer than three filters are left, or all
    are equally selective.
    """
    rows = []
    for (task, seed), of_seed in points.groupby(["task", "seed"], sort=False):
        defined = of_seed.dropna(subset="selectivity")
        rho, p = np.nan, np.nan
        if len(defined) > 2 and defined.selectivity.nunique() > 1:
            rho, p = spearmanr(defined["rank"], defined.selectivity)
        row = {"task": task, "seed": seed, "rho": rho, "p": p}
        rows.append(row | {"n_filters": len(of_seed), "left_out": len(of_seed) - len(defined)})
    return pd.DataFrame(rows)


def correlate(points: pd.DataFrame, by_seed: pd.DataFrame, draws: int, confidence: float) -> pd.DataFrame:
    """Return the correlation of rank and selectivity of each task over seeds; by_seed is that of correlate_by_seed.

    Columns: task; rho, the mean of the seeds' rho; low and high, the percentile interval of bootstrap draws of seeds and of
    filters within a ranking; p, two-sided; n_filters of one ranking; n_seeds, those in which rho is defined; left_out, the
    filters without a selectivity of all seeds together. p combines the seeds' one-sided p by the method of Stouffer et al.
    (1949) and doubles the smaller tail; it takes the networks as independent, and so the filters of a layer.
    """
    rows = []
    for task, of_task in by_seed.groupby("task", sort=False):
        defined = of_task.dropna(subset="rho")
        row = {"task": task, "rho": np.nan, "low": np.nan, "high": np.nan, "p": np.nan}
        if len(defined):
            seeds = [points[(points.task == task) & (points.seed == seed)].dropna() for seed in defined.seed]
            pairs = [seed[["rank", "selectivity"]].to_numpy(float) for seed in seeds]
            low, high = interval(bootstrap(pairs, draws, generator("bootstrap", "selectivity", task)), confidence)
            row |= {"rho": defined.rho.mean(), "low": float(low), "high": float(high), "p": _combined(pairs)}
        counts = {"n_filters": of_task.n_filters.max(), "n_seeds": len(defined), "left_out": of_task.left_out.sum()}
        rows.append(row | counts)
    return pd.DataFrame(rows)


def bootstrap(pairs: list[np.ndarray], draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return draws of the mean over seeds of Spearman's rho, (draws,); nan where a drawn ranking is constant.

    pairs holds the two variables of each seed, (n_filters, 2). As many seeds as there are are drawn with replacement, then
    for each drawn seed as many of its filters as it has, anew each time that a seed is drawn.
    """
    chosen = rng.integers(len(pairs), size=(draws, len(pairs)))
    rhos = np.empty(chosen.shape)
    for k, of_seed in enumerate(pairs):
        filters = rng.integers(len(of_seed), size=((chosen == k).sum(), len(of_seed)))
        ranks = rankdata(of_seed[filters], axis=1)
        rhos[chosen == k] = pearsonr(ranks[..., 0], ranks[..., 1], axis=1).statistic
    return rhos.mean(1)


def _combined(pairs: list[np.ndarray]) -> float:
    """The p of all seeds together, two-sided: one-sided ones must agree in sign to add up."""
    p = combine_pvalues([spearmanr(*of_seed.T, alternative="less").pvalue for of_seed in pairs], "stouffer").pvalue
    return min(1, 2 * min(p, 1 - p))
