"""Samples of the images of a store."""

import numpy as np

from segregation.images.store import Store
from segregation.steps.randomness import generator
from segregation.steps.reporting import InputError


def stratified(store: Store, rows: np.ndarray, n: int, *names: str | int) -> np.ndarray:
    """Return n of the rows, as even over their classes as n allows, or all where there are no more.

    The draw belongs to the names (seed, purpose, task); the result is sorted.
    """
    shuffled = [generator(*names, name).permutation(of_class) for name, of_class in _by_class(store, rows).items()]
    order = generator(*names, "classes").permutation(len(shuffled))
    rounds = [shuffled[i][k] for k in range(max(map(len, shuffled))) for i in order if k < len(shuffled[i])]
    return np.sort(np.array(rounds[:n]))


def training_rows(store: Store, task: str, n: int | None) -> np.ndarray:
    """Return the rows that a network is trained on for a task: all training images, or n of them, stratified.

    The draw is the same for all seeds. Raises InputError where there are fewer than n.
    """
    rows = store.rows("train")
    if n is not None and n > len(rows):
        raise InputError(f"{store.path}: has {len(rows)} training images of {task}; networks.*.train_images asks for {n}.")
    return rows if n is None else stratified(store, rows, n, "training images", task)


def split_validation(store: Store, rows: np.ndarray, fraction: float, *names: str | int) -> tuple[np.ndarray, np.ndarray]:
    """Split training rows of a store into training and validation, at least one image a class to either.

    The draw belongs to the names (seed, task). Raises InputError where a class has a single image.
    """
    training, validation, classes = [], [], _by_class(store, rows)
    for class_name in store.classes:
        of_class = classes.get(class_name, rows[:0])
        if len(of_class) < 2:
            raise InputError(
                f"{store.path}: class '{class_name}' has {len(of_class)} training image(s); at least 2 are needed."
            )
        of_class = generator(*names, "validation", class_name).permutation(of_class)
        n = min(max(1, round(fraction * len(of_class))), len(of_class) - 1)
        validation.append(of_class[:n])
        training.append(of_class[n:])
    return np.sort(np.concatenate(training)), np.sort(np.concatenate(validation))


def _by_class(store: Store, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the rows of each class that there is, classes by name, rows in their order."""
    order = np.argsort(store.labels[rows], kind="stable")
    names, starts = np.unique(store.labels[rows][order], return_index=True)
    return dict(zip(names.tolist(), np.split(rows[order], starts[1:]), strict=True))
