"""Linear decoding of classes that no network was trained on from the last hidden layer of a network (figure 1B)."""

import numpy as np
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from segregation.steps.randomness import seed_of
from segregation.steps.reporting import InputError

TOLERANCE, MAX_ITERATIONS = 0.01, 10_000  # of the solver; a finer tolerance takes twice as long to the same accuracy


def check_folds(dataset: str, classes: np.ndarray, folds: int) -> None:
    """Raise InputError if a class of a dataset has fewer images than there are folds; classes (n_images,) are names."""
    names, images = np.unique(classes, return_counts=True)
    if images.min() < folds:
        raise InputError(
            f"datasets.{dataset}: held-out class '{names[images.argmin()]}' has {images.min()} images, fewer than the"
            f" {folds} folds of decoding: raise heldout_images of this dataset or lower evaluation.folds."
        )


def decode(features: np.ndarray, targets: np.ndarray, folds: int, *names: str | int) -> np.ndarray:
    """Return the accuracy of a linear SVM in each fold of a cross-validation, (folds,).

    features is (n_images, n_units) and targets (n_images,). Folds are stratified; which image is in which belongs to the
    names (seed, purpose, task). Units are scaled to unit variance by the training part of each fold.
    """
    state = seed_of(*names) % 2**32  # all that scikit-learn takes
    machine = LinearSVC(dual=True, tol=TOLERANCE, max_iter=MAX_ITERATIONS, random_state=state)
    splits = StratifiedKFold(folds, shuffle=True, random_state=state)
    return cross_val_score(make_pipeline(StandardScaler(), machine), features.astype(np.float64), targets, cv=splits)
