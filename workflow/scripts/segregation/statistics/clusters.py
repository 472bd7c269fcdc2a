"""Modules found without the tasks: filters and classes clustered by what silencing each filter alone does to each class.

Effects are arrays (n_filters, n_classes): how the loss of a class changes when a filter alone is silenced: its mean rise,
or the mean size of the change over images, whichever way it goes.
"""

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import cut_tree, leaves_list, linkage


def filter_profiles(effects: np.ndarray) -> np.ndarray:
    """Return which classes each filter is for, (n_filters, n_classes): its effects, standardised over classes.

    How much a filter matters to all classes is taken away. nan for a filter that does the same to every class, such as a
    silent one.
    """
    return _standardised(effects)


def class_profiles(effects: np.ndarray) -> np.ndarray:
    """Return by which filters each class is touched more than others are, (n_classes, n_filters), standardised.

    Of each filter the mean over classes is taken away first: it is what all classes have in common.
    """
    return _standardised((effects - effects.mean(1, keepdims=True)).T)


def _standardised(profiles: np.ndarray) -> np.ndarray:
    centred = profiles - profiles.mean(1, keepdims=True)
    spread = np.sqrt((centred**2).mean(1, keepdims=True))
    least = 1e-9 * np.abs(profiles).max(initial=0)  # what rounding leaves where all values are the same
    return np.divide(centred, spread, out=np.full(centred.shape, np.nan), where=spread > least)


def tree(profiles: np.ndarray) -> np.ndarray:
    """Return the tree of some profiles (n, m), (n - 1, 4), as scipy's linkage: by Ward (1963), doi:10.2307/2282967.

    The squared distance of standardised profiles is 2 m (1 - r), so that those are near which correlate. No profile may hold
    nan.
    """
    return linkage(profiles, "ward")


def order(of_tree: np.ndarray) -> np.ndarray:
    """Return the leaves of a tree from left to right, (n,)."""
    return leaves_list(of_tree)


def cut(of_tree: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return the cluster of each profile when a tree is cut into so many, (n,), numbered from 1 from the left."""
    n = len(of_tree) + 1
    raw = cut_tree(of_tree, min(n_clusters, n))[:, 0]
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(raw[order(of_tree)].tolist()), 1)}
    return np.array([numbers[cluster] for cluster in raw.tolist()])


def hurt_most(rises: np.ndarray, tasks: np.ndarray) -> np.ndarray:
    """Return the task whose classes each filter's lesion hurts most, (n_filters,): the highest mean rise, ties by name.

    tasks (n_classes,) names the task of each class.
    """
    names = np.unique(tasks)
    return names[np.argmax([rises[:, tasks == name].mean(1) for name in names], axis=0)]


def places(changes: pd.DataFrame, rises: pd.DataFrame) -> pd.DataFrame:
    """Return where each filter and class stands in its tree: of (filters or classes), place (from 1), name, task, cluster.

    changes and rises have a row a filter, by its number, and a column a class, (task, class); trees are of the square root
    of changes, and cut into as many clusters as there are tasks. The task of a filter is the one that its lesion hurts most.
    Filters that do the same to all classes have no place and no cluster and come last; nothing has one where fewer than two
    filters do anything else.
    """
    effects, tasks = np.sqrt(changes.to_numpy()), changes.columns.get_level_values(0).to_numpy(str)
    filters = {"of": "filters", "name": changes.index.astype(str), "task": hurt_most(rises.to_numpy(), tasks)}
    classes = {"of": "classes", "name": changes.columns.get_level_values(1), "task": tasks}
    frames = []
    for labels, profiles in ((filters, filter_profiles(effects)), (classes, class_profiles(effects))):
        frame, kept = pd.DataFrame(labels), np.flatnonzero(~np.isnan(profiles).any(1))
        placed = pd.DataFrame(pd.NA, frame.index, ["place", "cluster"], dtype="Int64")
        if len(kept) > 1:
            of_tree = tree(profiles[kept])
            placed.loc[kept, "cluster"] = cut(of_tree, len(np.unique(tasks)))
            placed.loc[kept[order(of_tree)], "place"] = np.arange(1, len(kept) + 1)
        frames.append(frame.join(placed).sort_values("place", kind="stable", na_position="last"))
    return pd.concat(frames, ignore_index=True)[["of", "place", "name", "task", "cluster"]]


def wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return effects as places() takes them, of a table with a row a filter and class: filter, task, class and the column.

    Filters are in the order of their numbers, classes in that of the table.
    """
    columns = pd.MultiIndex.from_frame(table[["task", "class"]].drop_duplicates())
    return table.pivot(index="filter", columns=["task", "class"], values=column)[columns].sort_index()
