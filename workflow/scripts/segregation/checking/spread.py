"""How far a number may lie from the reference's: prediction intervals from the spread over the reference's seeds."""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student


@dataclass(frozen=True)
class Spread:
    """A number of the reference, the mean over n seeds: its sample standard deviation over them, sd (nan: unknown), which
    has df degrees of freedom."""

    centre: float
    sd: float
    n: int
    df: int

    def tolerance(self, m: int, level: float) -> float:
        """Return how far the mean of m new seeds may lie from the centre; nan where no spread is known.

        Half the width of the 1 - level prediction interval, t(1 - level / 2, df) sd sqrt(1 / m + 1 / n), for seeds that are
        drawn alike and normally distributed (Hahn & Meeker 1991, Statistical Intervals, chapter 4).
        """
        if self.df < 1 or math.isnan(self.sd):
            return math.nan
        return _quantile(level, self.df) * self.sd * math.sqrt(1 / m + 1 / self.n)


@cache
def _quantile(level: float, df: int) -> float:
    return float(student.ppf(1 - level / 2, df))


def of_seeds(values: Iterable[float]) -> Spread | None:
    """Return the spread of a number whose value for each seed is known; None where it is undefined for all."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return None
    sd = float(np.std(known, ddof=1)) if len(known) > 1 else math.nan
    return Spread(float(np.mean(known)), sd, len(known), len(known) - 1)


def of_mean(value: float, error: float, n: int) -> Spread | None:
    """Return the spread of a mean over n seeds by its standard error; None where it is undefined.

    A bootstrap over n seeds finds (n - 1) / n of the variance there is (Efron & Tibshirani 1993, An Introduction to the
    Bootstrap, chapter 5), so sd = error n / sqrt(n - 1). The errors of a study hold that of classes and images as well,
    which two runs share: too wide rather than too narrow.
    """
    if math.isnan(value):
        return None
    sd = error * n / math.sqrt(n - 1) if n > 1 else math.nan
    return Spread(value, sd, n, n - 1)


def error_of(low: float, high: float, confidence: float) -> float:
    """Return the standard error that an interval of a mean stands for, were the mean normally distributed."""
    return (high - low) / (2 * norm.ppf((1 + confidence) / 2))


def pooled(spreads: Mapping[Hashable, Spread], group: Mapping[Hashable, Hashable]) -> dict[Hashable, Spread]:
    """Return spreads with the larger of their own sd and that pooled over their group, and the pool's degrees of freedom.

    Three seeds often agree by chance; the pooled one keeps their interval from being too narrow. One seed has it alone.
    """
    members: dict[Hashable, list[Spread]] = {}
    for key, spread in spreads.items():
        members.setdefault(group[key], []).append(spread)
    alike = {}
    for name, of in members.items():
        known = [spread for spread in of if not math.isnan(spread.sd)]
        df = sum(spread.df for spread in known)
        alike[name] = (math.sqrt(sum(s.df * s.sd**2 for s in known) / df) if df else math.nan, df)
    found = {}
    for key, spread in spreads.items():
        sd, df = alike[group[key]]
        found[key] = replace(spread, sd=sd if math.isnan(spread.sd) else max(spread.sd, sd), df=df)
    return found
