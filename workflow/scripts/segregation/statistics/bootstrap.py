"""The hierarchical bootstrap: seeds, then classes, then images within classes.

Test images are shared by all conditions and seeds of a study, so one draw of classes and images serves them all: ratios and
differences are paired, and their intervals do not shrink for want of other images when seeds are added.
"""

import warnings

import numpy as np


def draw_images(classes: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often each image counts in each draw, (draws, n_images), float32.

    classes (n_images,) names the class of each image. As many classes as there are are drawn with replacement, then, each
    time a class was drawn, as many of its images as it has; a sum of multinomial counts is a multinomial count.
    """
    names, members = np.unique(classes, return_inverse=True)
    sizes = np.bincount(members)
    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    weights = np.empty((draws, len(classes)), np.float32)
    for k, size in enumerate(sizes):
        weights[:, members == k] = rng.multinomial(times[:, k] * size, np.full(size, 1 / size))
    return weights


def draw_seeds(n_seeds: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return the weight of each seed in each draw, (draws, n_seeds), rows summing to 1."""
    return rng.multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), size=draws) / n_seeds


def accuracies(right: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return accuracy under each draw, (draws, n_seeds, n_conditions).

    right is (n_seeds, n_images, n_conditions) in [0, 1], weights (draws, n_images).
    """
    n_seeds, n_images, n_conditions = right.shape
    columns = right.transpose(1, 0, 2).reshape(n_images, -1).astype(np.float32)
    totals = weights.sum(1, dtype=np.float64)[:, None]
    return ((weights @ columns) / totals).reshape(len(weights), n_seeds, n_conditions)


def over_seeds(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted mean over seeds, (draws, ...), of values (draws, n_seeds, ...); undefined seeds are left out.

    weights is (draws, n_seeds). Where no drawn seed is defined, the result is nan.
    """
    weights = weights.reshape(weights.shape + (1,) * (values.ndim - 2)) * ~np.isnan(values)
    total = weights.sum(1)
    return np.divide((np.nan_to_num(values) * weights).sum(1), total, out=np.full(total.shape, np.nan), where=total > 0)


def interval(draws: np.ndarray, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return the percentile interval over the first axis, leaving out undefined draws; nan where all are."""
    tail = (1 - confidence) / 2
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        low, high = np.nanquantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def p_value(draws: np.ndarray, null: float = 0.0) -> np.ndarray:
    """Return the two-sided bootstrap p over the first axis: twice the smaller tail (k + 1) / (n + 1), at most 1.

    k counts the draws on the other side of the null value or on it; undefined draws are left out,
    and nan is returned where all are.
    """
    n = (~np.isnan(draws)).sum(0)
    below, above = ((draws <= null).sum(0) + 1) / (n + 1), ((draws >= null).sum(0) + 1) / (n + 1)
    return np.where(n > 0, np.minimum(1, 2 * np.minimum(below, above)), np.nan)
