"""The spread of seeds, from which a number's interval follows: by hand, and in what must hold of any."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.checking.spread import Spread, error_of, of_mean, of_seeds, pooled


def test_an_interval_by_hand():
    """Of 0.50, 0.52, 0.54: mean 0.52, sd 0.02; t(0.975, 2) = 4.3027; one new seed: 4.3027 * 0.02 * sqrt(1 + 1/3)."""
    spread = of_seeds([0.50, 0.52, 0.54])
    assert (spread.centre, spread.sd, spread.n, spread.df) == pytest.approx((0.52, 0.02, 3, 2))
    assert spread.tolerance(1, 0.05) == pytest.approx(4.3027 * 0.02 * math.sqrt(4 / 3), rel=1e-4)
    assert spread.tolerance(3, 0.05) == pytest.approx(4.3027 * 0.02 * math.sqrt(2 / 3), rel=1e-4)


def test_one_seed_has_no_spread_and_undefined_values_none():
    assert math.isnan(of_seeds([0.3]).tolerance(1, 0.05)) and of_seeds([math.nan]) is None
    assert of_seeds([0.1, math.nan, 0.3]).n == 2
    assert math.isnan(of_mean(0.3, 0.1, 1).tolerance(1, 0.05)) and of_mean(math.nan, 0.1, 3) is None


def test_the_error_of_a_mean_by_hand():
    """An interval of 2 * 1.96 * 0.01 has the error 0.01; a bootstrap over three seeds with sd 0.02 finds sqrt(2/3) * 0.02 /
    sqrt(3) = 0.00943, and back."""
    assert error_of(0.4804, 0.5196, 0.95) == pytest.approx(0.01, rel=1e-4)
    assert of_mean(0.52, math.sqrt(2 / 3) * 0.02 / math.sqrt(3), 3).sd == pytest.approx(0.02)


def test_a_pool_by_hand():
    """sd 0.02 and 0, two degrees of freedom each: sqrt((2 * 0.0004 + 0) / 4) = 0.01414 with 4; one seed has that."""
    spreads = {"a": Spread(0.5, 0.02, 3, 2), "b": Spread(0.6, 0, 3, 2), "once": Spread(0.3, math.nan, 1, 0)}
    of = pooled(spreads | {"other": Spread(0.1, 0.5, 3, 2)}, dict.fromkeys(spreads, "one") | {"other": "two"})
    assert [of[name].sd for name in of] == pytest.approx([0.02, math.sqrt(0.0002), math.sqrt(0.0002), 0.5])
    assert [of[name].df for name in of] == [4, 4, 4, 2]


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=6), st.floats(-5, 5), st.floats(0.1, 5))
def test_an_interval_moves_and_grows_with_the_numbers(values, shift, factor):
    one, other = of_seeds(values), of_seeds([factor * value + shift for value in values])
    assert other.centre == pytest.approx(factor * one.centre + shift, abs=1e-9)
    assert other.tolerance(2, 0.05) == pytest.approx(factor * one.tolerance(2, 0.05), abs=1e-9)
    assert one.tolerance(1, 0.05) >= one.tolerance(2, 0.05) and one.tolerance(1, 0.01) >= one.tolerance(1, 0.05)


def test_a_new_seed_lies_in_its_interval_as_often_as_is_said():
    import numpy as np

    seeds = np.random.default_rng(1).normal(size=(4000, 4))
    inside = [abs(x - s.centre) <= s.tolerance(1, 0.05) for *of, x in seeds for s in [of_seeds(of)]]
    assert 0.94 < np.mean(inside) < 0.96
