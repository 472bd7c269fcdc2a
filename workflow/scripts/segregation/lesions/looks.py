"""Repeated looks at growing samples: at which level each has to be tested, for them all to err no more often than once.

Means of samples drawn without replacement, of which each holds the one before, make a Brownian motion, looked at whenever
n / (N - n) of N are seen: so neighbours hardly err independently, and Bonferroni's share of the error is too small. The
probability that any look crosses the same limit is added up look by look (Armitage, McPherson and Rowe, 1969); with a spread
that is estimated, the level found for a known one is used with Student's t (Pocock, 1977).
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

LIMITS = np.linspace(1, 9, 17)  # of normal deviates, between which levels are interpolated
LEAST = 1e-300  # an error rate, for which there still is a limit
LOWEST, STEPS = -8.0, 160  # of the deviates that a sum runs over


def levels(errors: np.ndarray, ends: Sequence[int]) -> np.ndarray:
    """Return at what level a one-sided test must be made at each look for its error at any look to be errors, (n,).

    ends are the numbers seen at each look, the last of them all there are, which leave nothing to chance.
    """
    errors = np.clip(errors, LEAST, 0.5)
    if len(ends) < 3:  # one look that may err, or none
        return errors
    at_a_look, at_any = _crossed(tuple(ends))
    found = np.exp(np.interp(np.log(errors), np.log(at_any)[::-1], np.log(at_a_look)[::-1]))
    return np.where(errors < at_any[-1], errors / (len(ends) - 1), np.minimum(found, errors))


@cache
def _crossed(ends: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return with what probability each of LIMITS is crossed at one look, and at any."""
    from scipy.special import ndtr  # a tenth of a short job to import, and only races need it

    seen = np.array(ends[:-1])
    times, at_any = seen / (ends[-1] - seen), []
    for limit in LIMITS:
        deviates, width = np.linspace(LOWEST, limit, STEPS, retstep=True)
        weights = np.full(STEPS, width)
        weights[[0, -1]] /= 2
        inside, crossed = np.exp(-(deviates**2) / 2) / np.sqrt(2 * np.pi), ndtr(-limit)
        for before, now in pairwise(times):
            kept = np.sqrt(before / now)
            spread = np.sqrt(1 - kept**2)
            crossed += inside * weights @ ndtr((kept * deviates - limit) / spread)
            steps = (deviates[:, None] - kept * deviates) / spread
            inside = np.exp(-(steps**2) / 2) @ (inside * weights) / spread / np.sqrt(2 * np.pi)
        at_any.append(crossed)
    return ndtr(-LIMITS), np.array(at_any)
