"""Repeated looks: the level of each look against the normal distribution of all looks, and against drawn samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from segregation.lesions.looks import levels

ENDS = [16, 21, 30, 50, 80, 120, 200]


def test_the_error_at_any_look_is_that_asked_for():
    """Against the joint distribution: of n before m of N, the correlation is that of a Brownian motion at n / (N - n)."""
    times = np.array([n / (200 - n) for n in ENDS[:-1]])
    correlations = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    joint = multivariate_normal(cov=correlations, abseps=1e-7, maxpts=10**6, seed=0)
    for error in (0.1, 0.01):
        limit = norm.isf(levels(np.array([error]), ENDS)[0])
        at_any = 1 - joint.cdf(np.full(6, limit))
        assert at_any == pytest.approx(error, rel=0.02)


def test_samples_that_are_drawn_cross_as_often():
    """Means of 40,000 samples of normal numbers that grow to all 200 of them: 5% of them cross at any look."""
    values = np.random.default_rng(0).standard_normal((40_000, 200))
    values = (values - values.mean(1, keepdims=True)) / values.std(1, ddof=1, keepdims=True)
    sums, limit = values.cumsum(1), norm.isf(levels(np.array([0.05]), ENDS)[0])
    crossed = np.zeros(len(values), bool)
    for n in ENDS[:-1]:
        crossed |= sums[:, n - 1] / n / np.sqrt(1 / n - 1 / 200) > limit
    assert 0.046 < crossed.mean() < 0.053


@given(st.lists(st.floats(1e-40, 0.3), min_size=1, max_size=5), st.integers(1, 12))
def test_levels_lie_between_bonferronis_and_the_error(errors, n_looks):
    errors, ends = np.sort(errors), [16 * 2**k for k in range(n_looks)] + [16 * 2**n_looks]
    found = levels(errors, ends)
    assert (np.diff(found) >= 0).all()
    assert (found <= errors).all() and (found >= errors / n_looks * (1 - 1e-3)).all()


def test_errors_beyond_all_reason_have_levels():
    assert 0 < levels(np.array([0.0]), ENDS)[0] < 1e-300 and levels(np.array([0.9]), ENDS)[0] <= 0.5


def test_what_is_seen_at_once_may_err_once_or_never():
    errors = np.array([0.1, 1e-9])
    assert levels(errors, [64]).tolist() == levels(errors, [16, 64]).tolist() == errors.tolist()
