"""Networks compared: intervals and tests of differences by hand, pairing, undefined draws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

import compare_networks as adapter
from segregation.statistics.comparison import of_networks, of_pairs, side_by_side


def table(estimate, draws, variant="contrast"):
    """Bootstrap draws of one network's index."""
    return pd.DataFrame({"variant": variant, "draw": range(-1, len(draws)), "index": [estimate, *draws]})


def test_a_network_by_hand():
    """Draws 0 to 1 in steps of 0.01: the central 90% reach from .05 to .95; the estimate is no draw."""
    variants = side_by_side({"dual": table(5.0, np.arange(101) / 100), "other": table(0.5, np.full(101, 0.25))})
    found = of_networks(variants, 0.9)
    assert found.columns.tolist() == ["network", "variant", "index", "low", "high"]
    assert found[["network", "index"]].to_numpy().tolist() == [["dual", 5], ["other", 0.5]]
    assert found[["low", "high"]].to_numpy() == pytest.approx(np.array([[0.05, 0.95], [0.25, 0.25]]))


def test_a_pair_by_hand():
    """Of 99 paired differences two are -0.5, the others 0.5: p = 2 (2 + 1) / 100; 2% end .04 before the third."""
    first, second = np.arange(99.0), np.arange(99.0) - 0.5
    second[:2] += 1
    row = of_pairs(side_by_side({"a": table(0.7, first), "b": table(0.4, second)}), 0.96).iloc[0]
    assert row[["first", "second", "variant"]].tolist() == ["a", "b", "contrast"]
    assert row.difference == pytest.approx(0.3) and row.p == pytest.approx(0.06)
    assert [row.low, row.high] == pytest.approx([0.46, 0.5])


def test_draws_are_paired_by_their_number():
    """Rows in another order: the same draws still belong together, and differ by 0.1 in every one."""
    draws = np.random.default_rng(0).random(200)
    tables = {"a": table(0.6, draws + 0.1), "b": table(0.5, draws).sample(frac=1, random_state=1)}
    row = of_pairs(side_by_side(tables), 0.95).iloc[0]
    assert [row.difference, row.low, row.high] == pytest.approx([0.1] * 3)


def test_undefined_draws_are_left_out_pairwise():
    """Draws undefined in one network, and those it lacks, count for no pair of it, but for the pair of the others."""
    tables = {"a": table(1.0, [1.0, np.nan, 1.0, 1.0]), "b": table(0.0, [0.0, 0.0, 0.0]), "c": table(0.0, [2.0, 0, 0, 0])}
    found = of_pairs(side_by_side(tables), 0.95).set_index(["first", "second"])
    assert found.p[("a", "b")] == pytest.approx(2 / 3)
    assert found.p[("a", "c")] == pytest.approx(2 * 2 / 4)
    assert found.p[("b", "c")] == 1


def test_an_undefined_estimate_has_no_test():
    found = of_pairs(
        side_by_side({"a": table(np.nan, [0.1] * 9), "b": table(0.5, [0.2] * 9), "c": table(0.5, [0.3] * 9)}), 0.95
    )
    assert np.isnan(found.p[:2]).all() and np.isnan(found.q[:2]).all()
    assert found.p[2] == found.q[2] == pytest.approx(0.2)
    assert np.isnan(of_pairs(side_by_side({name: table(np.nan, [np.nan]) for name in "ab"}), 0.95).q[0])


def test_corrected_within_a_variant():
    rng = np.random.default_rng(0)
    tables = {
        name: pd.concat([table(shift, rng.normal(shift, 1, 999), variant) for variant in ("contrast", "pooled")])
        for name, shift in {"a": 0.0, "b": 1.8, "c": 3.6}.items()
    }
    found = of_pairs(side_by_side(tables), 0.95)
    assert len(found) == 6
    for _, of_variant in found.groupby("variant"):
        assert list(zip(of_variant["first"], of_variant["second"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
        assert of_variant.q.tolist() == pytest.approx(false_discovery_control(of_variant.p).tolist())
        assert (of_variant.q > of_variant.p).any()


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=30))
def test_the_order_of_networks_changes_signs_alone(pairs):
    first, second = (np.array(values, float) for values in zip(*pairs, strict=True))
    tables = {"a": table(first[0], first), "b": table(second[0], second)}
    row = of_pairs(side_by_side(tables), 0.9).iloc[0]
    mirrored = of_pairs(side_by_side(dict(reversed(tables.items()))), 0.9).iloc[0]
    assert [row.difference, row.low, row.high] == pytest.approx([-mirrored.difference, -mirrored.high, -mirrored.low])
    assert row.p == mirrored.p and row.low <= row.high


def test_from_draws_to_tables(tmp_path):
    for name, shift in {"dual": 0.75, "faces_faces": 0.21}.items():
        table(shift, np.random.default_rng(1).normal(shift, 0.05, 400)).to_parquet(tmp_path / f"{name}.parquet")
    draws = {name: str(tmp_path / f"{name}.parquet") for name in ("dual", "faces_faces")}
    outputs = {name: str(tmp_path / "out" / f"{name}.csv") for name in ("networks", "pairs")}
    adapter.compare_networks(draws, 0.95, **outputs)
    networks, pairs = (pd.read_csv(path) for path in outputs.values())
    assert networks.network.tolist() == ["dual", "faces_faces"]
    assert pairs.columns.tolist() == ["first", "second", "variant", "difference", "low", "high", "p", "q"]
    assert pairs.iloc[0][["difference", "p"]].tolist() == pytest.approx([0.54, 2 / 401], abs=1e-6)
    adapter.compare_networks({"dual": draws["dual"]}, 0.95, **outputs)
    assert pd.read_csv(outputs["pairs"]).empty, "one network alone has no pair"
