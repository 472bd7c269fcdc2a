"""The power of a study to decide a claim: how often studies like it would find it `reproduced`, if the claim held."""

import math

from scipy.stats import norm


def standard_error(low: float, high: float, confidence: float) -> float:
    """Return the standard error that an interval at some confidence stands for, were the estimate normal."""
    return (high - low) / (2 * norm.ppf((1 + confidence) / 2))


def power(criterion: str, error: float, confidence: float, effect: float = 0.0, margin: float = math.nan) -> float:
    """Return the chance that an estimate with this standard error is judged `reproduced`, if the truth is effect.

    criterion is that of the claim; of `alike` and `no_worse`, which have a margin, the truth is no difference. Estimates are
    normal around the truth, and their intervals as wide as this study's. Of `alike` it is the power of two one-sided tests
    (Schuirmann 1987), with intervals at the confidence of all others. nan where the error is.
    """
    if math.isnan(error):
        return math.nan
    error = max(error, 1e-12)  # without any, every such study finds the truth
    reach = norm.ppf((1 + confidence) / 2)
    clear = norm.cdf(abs(effect) / error - reach)  # the interval lies on the truth's side of 0
    if criterion in ("positive", "negative"):
        return float(clear)
    if criterion == "number":  # and holds it
        return float(max(0.0, min(clear, (1 + confidence) / 2) - (1 - confidence) / 2))
    within = norm.cdf(margin / error - reach)
    return float(within if criterion == "no_worse" else max(0.0, 2 * within - 1))
