"""Differences of decoding between networks, by hand."""

import pandas as pd
import pytest

from segregation.statistics.decoding import differences


def test_differences_are_paired_over_folds():
    """.3 and .1 more in two folds: mean .2, standard deviation .1414, times sqrt(1/2 + 1/1), times t of one degree."""
    accuracies = {"face": (0.9, 0.6), "object": (0.6, 0.5)}
    rows = [
        {"network": network, "seed": 1, "task": "face", "fold": fold, "accuracy": a, "classes": 4}
        for network, values in accuracies.items()
        for fold, a in enumerate(values, 1)
    ]
    folds = pd.DataFrame(rows).sample(frac=1, random_state=1)
    table = differences(folds, 0.95).set_index(["task", "first", "second"])
    row = table.loc["face", "face", "object"]
    assert row.difference == pytest.approx(0.2)
    assert row.high - row.difference == pytest.approx(12.7062 * 0.141421 * 1.5**0.5, rel=1e-4)
    assert table.loc[("face", "object", "face"), "difference"] == pytest.approx(-0.2)
    assert row.n_folds == 2 and row.n_seeds == 1
