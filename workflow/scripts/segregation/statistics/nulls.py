"""The combined index where there is nothing to find: classes assigned to tasks at random, filters lesioned at random.

Lesions come as arrays of drops (..., n_tasks, n_tasks), indexed by the task that a lesion was made for and the task that is
tested.
"""

from itertools import permutations, product
from math import perm

import numpy as np
import pandas as pd
from scipy.stats import sem
from scipy.stats import t as student

from segregation.statistics.bootstrap import interval, p_value
from segregation.statistics.index import drop, indices
from segregation.steps.randomness import generator

MOST = 1000  # members of a null of random lesions, where more than two tasks give very many


def measured_drops(rows: pd.DataFrame, tasks: list[str]) -> pd.DataFrame:
    """Return the drop of each task, a column each, under each lesion and draw, by which the rows are indexed.

    rows are responses to the intact network and to the lesions of one layer and severity.
    """
    accuracy = rows.groupby(["lesion", "draw", "task"])["right"].mean().unstack("task")[tasks]
    lesioned = accuracy.drop(index="none", level="lesion")
    return pd.DataFrame(drop(lesioned, accuracy.loc[("none", 0)]), lesioned.index, tasks)


def observed_lesions(drops: pd.DataFrame) -> np.ndarray:
    """Return the drops under the lesions made for each task, (n_tasks, n_tasks). Raises KeyError if one was not measured."""
    return drops.xs(0, level="draw").loc[drops.columns].to_numpy()


def random_pairs(drops: pd.DataFrame) -> np.ndarray:
    """Return the drops under every ordered pair of two draws of random lesions, (n_pairs, 2, 2).

    The first of a pair plays the lesion made for the first task, the second that for the second. The n (n - 1) pairs of n
    draws are not independent: their distribution is the right one, but no better known than n draws allow. With 20 draws of
    one network p is a little too small: 0.05 or less in 7% of simulated studies without an effect. Of k tasks it is k draws
    in every order, (n_members, k, k), of which MOST are drawn at random where there are more.
    """
    random, k = drops.loc["random"].to_numpy(), drops.shape[1]
    if perm(len(random), k) <= MOST:
        return random[np.array(list(permutations(range(len(random)), k)), int).reshape(-1, k)]
    rng = generator("nulls", "members", "random_filters")
    return random[np.array([rng.choice(len(random), k, replace=False) for _ in range(MOST)])]


def pseudo_task_lesions(accuracies: pd.DataFrame) -> np.ndarray:
    """Return the drops of k pseudo-tasks under the lesions made for each, (n_assignments, k, k).

    accuracies has k * k rows for each random assignment of classes to the pseudo-tasks a, b and so on: assignment, lesion,
    task, intact, lesioned.
    """
    drops = accuracies.assign(drop=drop(accuracies.lesioned, accuracies.intact))
    wide, names = drops.pivot(index="assignment", columns=["lesion", "task"], values="drop"), sorted(set(drops.task))
    return wide[list(product(names, repeat=2))].to_numpy().reshape(-1, len(names), len(names))


def combined_indices(drops: np.ndarray, floor: float) -> pd.DataFrame:
    """Return the combined index of each member and variant of drops (n_members, k, k): variant, member, index."""
    own = np.diagonal(drops, axis1=1, axis2=2)
    other = np.stack([np.delete(drops[:, task], task, axis=1).mean(1) for task in range(drops.shape[1])], axis=1)
    frame = pd.DataFrame({variant: values[:, -1] for variant, values in indices(own, other, floor).items()})
    return frame.rename_axis("member").reset_index().melt("member", var_name="variant", value_name="index")


def null_of_mean(members: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Return the null distribution of a mean over seeds, as many members as the seed with fewest has.

    members holds the null distribution of each seed. Seeds are independent: members are paired across seeds at random.
    """
    n = min(map(len, members))
    return np.mean([of_seed[rng.permutation(len(of_seed))[:n]] for of_seed in members], axis=0)


def excess(observed: pd.DataFrame, nulls: pd.DataFrame) -> pd.DataFrame:
    """Return null, variant, excess, low, high and n_seeds: the index less the mean of the same seed's null, over seeds.

    observed and nulls are as in compare(); low and high are the ends of the 95% t interval over seeds, nan for one seed.
    """
    rows = []
    for (null, variant), of_null in nulls.groupby(["null", "variant"], sort=False):
        index = observed[observed.variant == variant].set_index("seed")["index"]
        over = (index - of_null.groupby("seed")["index"].mean()).dropna()
        half = student.ppf(0.975, len(over) - 1) * sem(over) if len(over) > 1 else np.nan
        row = {
            "null": null,
            "variant": variant,
            "excess": over.mean(),
            "low": over.mean() - half,
            "high": over.mean() + half,
        }
        rows.append(row | {"n_seeds": len(over)})
    return pd.DataFrame(rows)


def compare(observed: pd.DataFrame, nulls: pd.DataFrame) -> pd.DataFrame:
    """Return how the mean over seeds of the observed index compares with each null distribution of it.

    observed has the columns variant, seed, index; nulls also null and member. Columns of the result: null, variant,
    observed; null_mean, null_low and null_high, the null's mean and its 2.5th and 97.5th percentile; mean_low and mean_high,
    the 95% t interval of that mean, as if members were independent (pairs of random lesions are not); p; n, the members of
    the null of the mean; n_seeds; n_members of a seed. One-sided, p would be (k + 1) / (n + 1) for the k members that are at
    least as large as the observed value; given is the two-sided p, twice the smaller of this and its like for small values,
    at most 1. Undefined members are left out, so that n may be less than n_members, and so are seeds whose observed index is
    undefined.
    """
    rows = []
    for (null, variant), of_null in nulls.groupby(["null", "variant"], sort=False):
        values = observed[observed.variant == variant].dropna().set_index("seed")["index"]
        members = [of_null.loc[of_null.seed == seed, "index"].dropna().to_numpy() for seed in values.index]
        null_values = null_of_mean(members, generator("nulls", null, variant)) if members else np.empty(0)
        row = {"null": null, "variant": variant, "observed": values.mean(), "null_mean": np.nan}
        row |= dict.fromkeys(("null_low", "null_high", "mean_low", "mean_high", "p"), np.nan)
        if len(null_values):
            low, high = interval(null_values)
            half = student.ppf(0.975, len(null_values) - 1) * sem(null_values) if len(null_values) > 1 else np.nan
            row |= {"null_mean": null_values.mean(), "null_low": float(low), "null_high": float(high)}
            row |= {"mean_low": row["null_mean"] - half, "mean_high": row["null_mean"] + half}
            row["p"] = float(p_value(null_values, values.mean()))
        n_members = of_null.groupby("seed").size().min()
        rows.append(row | {"n": len(null_values), "n_seeds": len(values), "n_members": n_members})
    return pd.DataFrame(rows)
