"""How well clusters that know no tasks agree with the tasks, beside tasks to which classes are assigned at random."""

from functools import cache

import numpy as np
from scipy.special import entr, rel_entr
from scipy.stats import hypergeom

from segregation.statistics.bootstrap import interval, p_value
from segregation.statistics.clusters import class_profiles, cut, filter_profiles, hurt_most, tree


def agree(one: np.ndarray, other: np.ndarray) -> float:
    """Return the adjusted mutual information of two labellings of the same things, both (n,).

    (I - E) / (mean of both entropies - E), with the mutual information I and its expectation E over random partitions with
    the same sizes (Vinh, Epps and Bailey, 2010, JMLR 11:2837, AMI_sum): 0 is what chance gives, 1 the same partition. 0
    where one labelling has a single label and the other has more. A test holds it to scikit-learn's. That takes many times
    as long, as scipy's entropy would, and a null needs thousands of calls.
    """
    (_, rows), (_, columns) = (np.unique(labels, return_inverse=True) for labels in (one, other))
    table = np.zeros((rows.max() + 1, columns.max() + 1), int)
    np.add.at(table, (rows, columns), 1)
    if (table > 0).sum() == max(table.shape) == min(table.shape):
        return 1.0
    if 1 in table.shape:
        return 0.0
    sizes, others = table.sum(1), table.sum(0)
    expected = _expected(*sorted((tuple(sorted(sizes.tolist())), tuple(sorted(others.tolist())))))
    n = len(one)
    information = rel_entr(table.ravel() / n, np.outer(sizes, others).ravel() / n**2).sum()
    mean = (entr(sizes / n).sum() + entr(others / n).sum()) / 2
    return float((information - expected) / (mean - expected)) if mean > expected else 0.0


@cache
def _expected(sizes: tuple[int, ...], others: tuple[int, ...]) -> float:
    """Return the expected mutual information (nats) of random partitions with these sizes of parts: hypergeometric."""
    n, a, b = sum(sizes), np.array(sizes)[:, None, None], np.array(others)[:, None]
    shared = np.arange(1, min(max(sizes), max(others)) + 1)
    return float((hypergeom.pmf(shared, n, a, b) * shared / n * np.log(n * shared / (a * b))).sum())


def agreements(
    effects: np.ndarray, rises: np.ndarray, tasks: np.ndarray, members: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return the agreement of clusters with the tasks, and that with random tasks: of filters and classes, (1 + members,).

    effects, which are clustered, and rises are (n_filters, n_classes), tasks (n_classes,) names the task of each class.
    Both trees are cut into as many clusters as there are tasks. The clusters of classes are held against their tasks; those
    of filters against the task whose classes each filter's lesion hurts most (by rises). Filters that do the same to all
    classes are left out, and classes to which all filters do the same. In a random member the tasks are permuted over the
    classes, and what each filter hurts most is found again: what comes of clustering and naming filters by the same lesions
    is in the null too, which need not have mean 0.
    nan where fewer than two filters do anything.
    """
    n_tasks, profiles = len(np.unique(tasks)), (filter_profiles(effects), class_profiles(effects))
    kept, shown = (~np.isnan(of).any(1) for of in profiles)
    if min(kept.sum(), shown.sum()) < 2:
        return {of: np.full(1 + members, np.nan) for of in ("filters", "classes")}
    filters, classes = (cut(tree(of[~np.isnan(of).any(1)]), n_tasks) for of in profiles)
    assigned = [tasks, *(rng.permutation(tasks) for _ in range(members))]
    return {
        "filters": np.array([agree(filters, hurt_most(rises[kept], of_classes)) for of_classes in assigned]),
        "classes": np.array([agree(classes, of_classes[shown]) for of_classes in assigned]),
    }


def summary(by_seed: list[np.ndarray], confidence: float) -> dict:
    """Return the mean agreement over seeds beside its null: ami, null_mean, null_low, null_high, p, n and n_seeds.

    by_seed holds what agreements() returns of either kind, an array a seed, of which undefined ones are left out. null_low
    and null_high hold the central share of the null that confidence says; p is two-sided, of n members.
    """
    defined = [values for values in by_seed if not np.isnan(values).any()]
    names = ("ami", "null_mean", "null_low", "null_high", "p")
    if not defined:
        return dict.fromkeys(names, np.nan) | {"n": 0, "n_seeds": 0}
    observed, *null = np.mean(defined, axis=0)
    low, high = interval(np.array(null), confidence)
    values = (observed, np.mean(null), low, high, p_value(np.array(null), observed))
    return dict(zip(names, map(float, values), strict=True)) | {"n": len(null), "n_seeds": len(defined)}
