"""The split of training images into training and validation."""

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
