"""The bootstrap: hand-computed cases, scipy as the reference, pairing."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from segregation.statistics import bootstrap


def rng(seed=0):
    return np.random.default_rng(seed)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), st.integers(0, 99))
def test_a_drawn_class_brings_as_many_images_as_it_has(sizes, seed):
    """In every draw each class counts a multiple of its size, and as many classes are drawn as there are."""
    classes = np.repeat(np.arange(len(sizes)), sizes)
    weights = bootstrap.draw_images(classes, 50, rng(seed))
    times = np.stack([weights[:, classes == k].sum(1) / size for k, size in enumerate(sizes)])
    assert np.array_equal(times, times.round())
    assert (times.sum(0) == len(sizes)).all()


def test_one_class_is_scipys_bootstrap():
    """With a single class only images are drawn: the percentile interval of a mean, as scipy computes it."""
    right = (rng(1).random(60) < 0.7).astype(float)
    weights = bootstrap.draw_images(np.zeros(60, int), 20_000, rng(2))
    drawn = bootstrap.accuracies(right[None, :, None], weights)[:, 0, 0]
    reference = scipy.stats.bootstrap((right,), np.mean, n_resamples=20_000, method="percentile", rng=rng(3))
    assert bootstrap.interval(drawn) == pytest.approx(tuple(reference.confidence_interval), abs=0.012)
    assert drawn.std() == pytest.approx(reference.standard_error, rel=0.03)


def test_classes_of_equal_images_are_scipys_bootstrap_over_classes():
    """Where all images of a class are alike, drawing images changes nothing: the bootstrap of the class means."""
    means = rng(1).random(15)
    right, classes = np.repeat(means, 4), np.repeat(np.arange(15), 4)
    drawn = bootstrap.accuracies(right[None, :, None], bootstrap.draw_images(classes, 20_000, rng(2)))[:, 0, 0]
    reference = scipy.stats.bootstrap((means,), np.mean, n_resamples=20_000, method="percentile", rng=rng(3))
    assert bootstrap.interval(drawn) == pytest.approx(tuple(reference.confidence_interval), abs=0.012)


def test_the_variance_of_two_levels_by_hand():
    """Two classes with means 0 and 1 of one image each: a draw is Binomial(2, 1/2) / 2, of variance 1/8."""
    drawn = bootstrap.accuracies(np.array([[[0.0], [1.0]]]), bootstrap.draw_images(np.array([0, 1]), 40_000, rng()))
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [0, 0.5, 1]
    assert counts / 40_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.01)


def test_classes_of_other_sizes_keep_images_equal():
    """Accuracy of a draw is right images over drawn images, so with equal weights it is the share of all images."""
    right, classes = np.array([1, 1, 1, 0.0]), np.array([0, 0, 0, 1])
    assert bootstrap.accuracies(right[None, :, None], np.ones((1, 4)))[0, 0, 0] == 0.75
    weights = bootstrap.draw_images(classes, 1000, rng())
    drawn = bootstrap.accuracies(right[None, :, None], weights)[:, 0, 0]
    assert set(drawn) == {0.0, 0.75, 1.0}


def test_conditions_of_one_draw_are_paired():
    """A condition that is always 0.1 better is so in every draw, whatever the draw."""
    right = rng().random((2, 40, 1))
    both = np.concatenate([right, right + 0.1], 2)
    drawn = bootstrap.accuracies(both, bootstrap.draw_images(np.repeat(np.arange(8), 5), 500, rng(1)))
    assert np.allclose(drawn[..., 1] - drawn[..., 0], 0.1, atol=1e-6)


def test_seeds_are_the_outermost_level():
    """Seeds of accuracies 0 and 1 without any spread of images: half the draws are a mixture, a quarter each pure."""
    weights = bootstrap.draw_seeds(2, 40_000, rng())
    drawn = bootstrap.over_seeds(np.tile([0.0, 1.0], (40_000, 1)), weights)
    assert np.unique(drawn, return_counts=True)[1] / 40_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.01)
    assert bootstrap.draw_seeds(1, 5, rng()).tolist() == [[1.0]] * 5


def test_undefined_seeds_are_left_out():
    values, weights = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, 5.0]]), np.array([[0.5, 0.5, 0], [0.5, 0.5, 0]])
    assert np.array_equal(bootstrap.over_seeds(values, weights), [1.0, np.nan], equal_nan=True)


def test_intervals_by_hand():
    """0 to 100 in steps of 1: the central 90% reach from 5 to 95; undefined draws do not count."""
    draws = np.concatenate([np.arange(101.0), [np.nan] * 50])
    assert bootstrap.interval(draws, 0.9) == pytest.approx((5, 95))
    low, high = bootstrap.interval(np.stack([draws, np.full(151, np.nan)], 1), 0.9)
    assert low[0] == pytest.approx(5) and np.isnan([low[1], high[1]]).all()


def test_p_by_hand():
    """(k + 1) / (n + 1), twice: never 0, never above 1; draws on the null value count for both tails."""
    assert bootstrap.p_value(np.ones(99)) == pytest.approx(2 / 100)
    assert bootstrap.p_value(np.array([-1.0] * 4 + [1.0] * 95)) == pytest.approx(2 * 5 / 100)
    assert bootstrap.p_value(np.zeros(9)) == 1
    assert bootstrap.p_value(np.array([1.0, 1.0, np.nan])) == pytest.approx(2 / 3)


def test_ten_thousand_draws_of_a_study_are_exact_and_repeat():
    classes = np.repeat(np.arange(32), 20)
    first, same = (bootstrap.draw_images(classes, 10_000, rng(5)) for _ in range(2))
    assert np.array_equal(first, same)
    assert (first.sum(1) == 640).all()
