"""The segregation index on hand-computed drops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.statistics.index import contrast, drop, indices

DROPS = st.floats(-0.5, 1)


def test_drop_by_hand():
    assert drop(np.array([0.2, 0.8, 0.9]), np.array([0.8, 0.8, 0.6])) == pytest.approx([0.75, 0.0, -0.5])
    assert np.isnan(drop(np.array(0.1), np.array(0.0)))


def test_the_variants_by_hand():
    """Own drops .6 and .5, other drops .2 and .0: contrast .5 and 1, difference .4 and .5, pooled .9 / 1.3."""
    out = indices(np.array([0.6, 0.5]), np.array([0.2, 0.0]), floor=0.02)
    assert out["contrast"] == pytest.approx([0.5, 1.0, 0.75])
    assert out["difference"] == pytest.approx([0.4, 0.5, 0.45])
    assert out["pooled"][2] == pytest.approx(0.9 / 1.3)
    assert np.isnan(out["pooled"][:2]).all()


def test_negative_drops_count_as_none_in_the_contrast_alone():
    out = indices(np.array([0.6, 0.5]), np.array([-0.2, 0.0]), floor=0.02)
    assert out["contrast"][0] == 1
    assert out["difference"][0] == pytest.approx(0.8)


def test_under_the_floor_it_is_undefined_and_so_is_the_combination():
    out = indices(np.array([0.01, 0.5]), np.array([0.005, 0.0]), floor=0.02)["contrast"]
    assert np.isnan(out[[0, 2]]).all() and out[1] == 1
    assert contrast(np.array(0.02), np.array(0.0), 0.02) == 1


@given(DROPS, DROPS, st.floats(0.001, 0.5))
def test_contrast_is_bounded_and_changes_sign_with_its_arguments(own, other, floor):
    value, mirrored = (float(contrast(np.array(a), np.array(b), floor)) for a, b in ((own, other), (other, own)))
    assert np.isnan(value) == np.isnan(mirrored)
    if not np.isnan(value):
        assert -1 <= value <= 1
        assert value == pytest.approx(-mirrored)
