"""Decoding accuracy of each network over the folds of its cross-validations."""

from itertools import permutations

import numpy as np
import pandas as pd
from scipy.stats import t as student


def summarise(folds: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each network and task, in their order: accuracy, sem, chance, classes, n_folds, n_seeds.

    folds has the columns network, seed, task, fold, accuracy and classes. accuracy is the mean over the folds of all seeds;
    sem, its standard error, is their standard deviation (n - 1) / sqrt(n), as in the paper's figure 1B. Folds share training
    images, so this is a description of their spread, not a test. chance is 1 / classes; n_folds counts the folds of a seed.
    """
    groups = folds.groupby(["network", "task"], sort=False)
    table = groups.agg(
        accuracy=("accuracy", "mean"),
        sem=("accuracy", "sem"),
        classes=("classes", "first"),
        n_folds=("fold", "nunique"),
        n_seeds=("seed", "nunique"),
    ).reset_index()
    table.insert(4, "chance", 1 / table.classes)
    return table


def differences(folds: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return accuracy of one network minus another's for each task and ordered pair of networks, with an interval.

    folds is as for summarise(); networks are paired over folds, which hold the same images for all of them. The interval is
    that of the corrected resampled t-test, since folds share training images: the variance of the mean of n differences is
    their variance times 1 / n + 1 / (folds - 1) (Nadeau and Bengio, 2003, Machine Learning 52, 239-281).
    """
    wide = folds.pivot(index=["task", "seed", "fold"], columns="network", values="accuracy")
    rows = []
    for task in folds.task.unique():
        of_task = wide.loc[task]
        n_folds = of_task.index.get_level_values("fold").nunique()
        for first, second in permutations(folds.network.unique(), 2):
            values = of_task[first] - of_task[second]
            error = values.std() * np.sqrt(1 / len(values) + 1 / (n_folds - 1))
            half = student.ppf((1 + confidence) / 2, len(values) - 1) * error
            row = {"task": task, "first": first, "second": second, "difference": values.mean()}
            row |= {"low": values.mean() - half, "high": values.mean() + half, "n_folds": n_folds}
            rows.append(row | {"n_seeds": of_task.index.get_level_values("seed").nunique()})
    columns = ["task", "first", "second", "difference", "low", "high", "n_folds", "n_seeds"]
    return pd.DataFrame(rows, columns=columns)
