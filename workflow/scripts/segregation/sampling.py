"""Samples of the images of a store."""

import numpy as np

from segregation.randomness import generator
from segregation.store import Store


def stratified(store: Store, split: str, n: int, *names: str | int) -> np.ndarray:
    """Return n rows of a split, as even over its classes as n allows, or all where there are no more.

    The draw belongs to the names (seed, purpose, task); rows come in the order of the file.
    """
    in_split = store.splits == split
    classes = sorted(set(store.labels[in_split]))
    shuffled = [generator(*names, name).permutation(np.flatnonzero(in_split & (store.labels == name))) for name in classes]
    order = generator(*names, "classes").permutation(len(classes))
    rounds = [shuffled[i][k] for k in range(max(map(len, shuffled))) for i in order if k < len(shuffled[i])]
    return np.sort(np.array(rounds[:n]))
