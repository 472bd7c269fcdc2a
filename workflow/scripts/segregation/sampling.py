"""Which images of a store serve for what."""

import numpy as np

from segregation.randomness import generator
from segregation.reporting import InputError
from segregation.store import Store


def split_validation(store: Store, fraction: float, *names: str | int) -> tuple[np.ndarray, np.ndarray]:
    """Split the training rows of a store into training and validation, at least one image a class to either.

    The draw belongs to the names (seed, task). Raises InputError where a class has a single image.
    """
    training, validation = [], []
    for class_name in store.classes:
        rows = np.flatnonzero((store.splits == "train") & (store.labels == class_name))
        if len(rows) < 2:
            raise InputError(f"{store.path}: class '{class_name}' has {len(rows)} training image(s); at least 2 are needed.")
        rows = generator(*names, "validation", class_name).permutation(rows)
        n = min(max(1, round(fraction * len(rows))), len(rows) - 1)
        validation.append(rows[:n])
        training.append(rows[n:])
    return np.sort(np.concatenate(training)), np.sort(np.concatenate(validation))


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
