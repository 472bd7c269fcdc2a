"""The power to decide a claim: by hand, and held to studies that are drawn and judged."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.statistics.claims import judge
from segregation.statistics.power import power, standard_error

CRITERIA = ("positive", "negative", "number", "alike", "no_worse")


def test_the_error_of_an_interval():
    assert standard_error(-1.959964, 1.959964, 0.95) == pytest.approx(1, abs=1e-6)
    assert standard_error(0, 2 * 1.644854, 0.9) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("criterion", "error", "effect", "margin", "expected"),
    [
        ("positive", 0.1, 0.196, math.nan, 0.5),  # the truth is as far from 0 as an interval reaches: half of them do
        ("negative", 0.1, -0.196, math.nan, 0.5),
        ("positive", 0.1, 0.2802, math.nan, 0.8),  # 1.96 + 0.8416 errors
        ("number", 0.1, 0.75, math.nan, 0.95),  # far from 0: whether the interval holds the number is all
        ("number", 0.1, 0.196, math.nan, 0.475),
        ("alike", 0.01, 0, 0.1, 1),
        ("alike", 0.1, 0, 0.1, 0),  # no interval is that narrow
        ("alike", 0.0357, 0, 0.1, 0.6 - 0.0006),
        ("no_worse", 0.1, 0, 0.196, 0.5),
        ("positive", 0, 0.1, math.nan, 1),
        ("alike", 0, 0, 0.1, 1),
    ],
)
def test_by_hand(criterion, error, effect, margin, expected):
    assert power(criterion, error, 0.95, effect, margin) == pytest.approx(expected, abs=2e-3)


def test_without_an_interval_there_is_none():
    assert math.isnan(power("positive", math.nan, 0.95, 0.1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("criterion", "paper", "truth"), [(c, 0.3, t) for c, t in zip(CRITERIA, (0.1, -0.1, 0.3, 0, 0), strict=True)]
)
@pytest.mark.parametrize("error", [0.02, 0.05, 0.12])
def test_studies_that_are_drawn_and_judged_agree(criterion, paper, truth, error):
    values = np.random.default_rng(0).normal(truth, error, 4000)
    table = pd.DataFrame({"value": values, "low": values - 1.959964 * error, "high": values + 1.959964 * error})
    claim = {"claim": "c", "source": "S", "paper": paper, "criterion": criterion, "table": "t", "value": "value"}
    claims = [claim | {"margin": 0.1, "where": {"value": value}} for value in values[:1500]]
    judged = judge(claims, {"t": table}, {}, effect=0.1, confidence=0.95)
    assert judged.power.nunique() == 1 or judged.power.std() < 1e-9
    assert (judged.verdict == "reproduced").mean() == pytest.approx(judged.power[0], abs=0.04)
    assert judged.effect[0] == truth


def test_a_direction_may_have_an_effect_of_its_own():
    table = pd.DataFrame({"value": [0.5], "low": [0.3], "high": [0.7]})
    claim = {
        "claim": "c",
        "source": "S",
        "paper": "< 0",
        "criterion": "negative",
        "table": "t",
        "where": {},
        "value": "value",
    }
    of_all, own = judge([claim, claim | {"effect": 0.3}], {"t": table}, {}, effect=0.1, confidence=0.95).itertuples()
    assert (of_all.effect, own.effect) == (-0.1, -0.3) and own.power > of_all.power


@given(st.sampled_from(CRITERIA), st.floats(1e-3, 1), st.floats(1e-3, 1), st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_a_chance_that_does_not_grow_with_the_error(criterion, one, other, effect, margin):
    sharper, blunter = (power(criterion, error, 0.95, effect, margin) for error in sorted((one, other)))
    assert 0 <= blunter <= sharper + 1e-12 <= 1 + 1e-9
