"""Filters at the top of both rankings: counted by hand, the band of chance exactly and by simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom, spearmanr

from count_shared_filters import count_shared_filters
from segregation.statistics.discovery import false_discovery
from segregation.statistics.shared import chance, compare_with_chance, count_by_seed, trend
from segregation.steps.reporting import InputError


def layer_of(shared, n_top, n_filters, layer="l"):
    """A layer with a given number of shared filters in each seed, as a table of count_by_seed and the layer's size."""
    tops = {}
    for seed, count in enumerate(shared):
        tops[seed, layer, "face"] = list(range(n_top))
        tops[seed, layer, "object"] = list(range(n_top - count, 2 * n_top - count))
    return count_by_seed(tops), {layer: n_filters}


def test_shared_filters_by_hand():
    tops = {(7, "l", "face"): [3, 1, 4, 0], (7, "l", "object"): [9, 4, 8, 3]}
    row = count_by_seed(tops).iloc[0]
    assert (row.layer, row.seed, row.n_top, row.shared, row.share) == ("l", 7, 4, 2, 0.5)


def test_two_filters_of_four_by_hand():
    """2 of 4 drawn twice share 0, 1 or 2 filters in 1, 4 and 1 of 6 cases: the central 95% holds all of them."""
    assert chance(4, 2, 1) == pytest.approx([1 / 6, 4 / 6, 1 / 6])
    row = compare_with_chance(*layer_of([2], 2, 4)).iloc[0]
    assert row[["shared", "share", "expected", "low", "high"]].tolist() == [2, 1, 0.5, 0, 1]
    assert row.p == pytest.approx(2 / 6)
    assert compare_with_chance(*layer_of([1], 2, 4)).p[0] == 1
    band = compare_with_chance(*layer_of([2], 2, 4), confidence=0.6).iloc[0]
    assert [band.low, band.high] == [0.5, 0.5], "the central 60% leaves out a fifth at either end"


def test_two_seeds_by_hand():
    """The sum of two of the above: 0 to 4 in 1, 8, 18, 8 and 1 of 36 cases; the mean share is that sum over 4."""
    assert chance(4, 2, 2) * 36 == pytest.approx([1, 8, 18, 8, 1])
    row = compare_with_chance(*layer_of([0, 1], 2, 4)).iloc[0]
    assert row[["shared", "share", "expected", "n_seeds"]].tolist() == [0.5, 0.25, 0.5, 2]
    assert row.p == pytest.approx(2 * 9 / 36)
    assert [row.low, row.high] == [0, 1], "1 of 36 is more than 2.5%"


@given(st.integers(1, 600), st.floats(0.01, 1), st.data())
def test_one_seed_is_hypergeometric(n_filters, severity, data):
    """scipy's own interval and tails, for layers of any size."""
    n_top = max(1, round(severity * n_filters))
    shared = data.draw(st.integers(max(0, 2 * n_top - n_filters), n_top))
    row = compare_with_chance(*layer_of([shared], n_top, n_filters)).iloc[0]
    reference = hypergeom(n_filters, n_top, n_top)
    assert [row.low * n_top, row.high * n_top] == pytest.approx(reference.interval(0.95))
    tails = reference.cdf(shared), reference.sf(shared - 1)
    assert row.p == pytest.approx(min(1, 2 * min(tails)), rel=1e-6)


def test_several_seeds_against_simulation():
    """512 filters, 102 at the top, five seeds: the exact distribution of the mean is that of 20,000 simulated studies."""
    rng = np.random.default_rng(0)
    simulated = rng.hypergeometric(102, 410, 102, size=(20_000, 5)).sum(1)
    probabilities = chance(512, 102, 5)
    counts = np.arange(len(probabilities))
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities @ counts == pytest.approx(5 * 102 * 102 / 512)
    assert np.sqrt(probabilities @ counts**2 - (probabilities @ counts) ** 2) == pytest.approx(simulated.std(), rel=0.02)
    row = compare_with_chance(*layer_of([14, 15, 16, 17, 18], 102, 512)).iloc[0]
    assert np.array([row.low, row.high]) * 510 == pytest.approx(np.quantile(simulated, [0.025, 0.975]), abs=1.01)
    assert row.p == pytest.approx(2 * (simulated <= 80).mean(), rel=0.1)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 6))
def test_chance_adds_up(n_filters, n_top, n_networks):
    probabilities = chance(n_filters, min(n_top, n_filters), n_networks)
    counts = np.arange(len(probabilities))
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities @ counts == pytest.approx(n_networks * min(n_top, n_filters) ** 2 / n_filters)


def test_independent_rankings_are_inside_the_band():
    """Of 2,000 layers of independent rankings at least 95% are inside: the band is exact, and wider for being discrete."""
    rng = np.random.default_rng(1)
    shared = rng.hypergeometric(13, 51, 13, size=(2000, 3))
    row = compare_with_chance(*layer_of(shared[0], 13, 64)).iloc[0]
    shares = shared.sum(1) / 39
    assert 0.95 <= ((shares >= row.low - 1e-9) & (shares <= row.high + 1e-9)).mean() <= 0.98


def test_corrected_over_layers():
    frames, filters = zip(*(layer_of([n], 10, 50, f"l{n}") for n in (2, 7, 5)), strict=True)
    table = compare_with_chance(pd.concat(frames), {k: n for f in filters for k, n in f.items()})
    assert table.layer.tolist() == ["l2", "l7", "l5"]
    assert table.q.tolist() == pytest.approx(false_discovery_control(table.p).tolist())
    assert (table.q[1:] > table.p[1:]).all()


def test_layers_that_all_share_what_chance_gives():
    """Two of four filters at each top, one of them shared: both tails exceed a half, so that p and q are 1."""
    frames, filters = zip(*(layer_of([1], 2, 4, name) for name in "ab"), strict=True)
    table = compare_with_chance(pd.concat(frames), filters[0] | filters[1])
    assert table[["p", "q"]].to_numpy().tolist() == [[1, 1], [1, 1]] and false_discovery(pd.Series([1, 1])).tolist() == [
        1,
        1,
    ]


def test_other_than_two_tops_are_refused():
    for tops in ({(1, "l", "face"): [1]}, {(1, "l", "face"): [1], (1, "l", "object"): [1, 2]}):
        with pytest.raises(ValueError, match="l of seed 1: two tops of one length"):
            count_by_seed(tops)


def test_the_trend_by_hand():
    """Three layers that fall: rho -1, and 2 of the 6 orders are as extreme; a swap of two of four: 1 - 6 * 2 / 60."""
    assert trend(pd.Series([0.9, 0.5, 0.1])).iloc[0].tolist() == pytest.approx([-1, 2 / 6, 3])
    assert trend(pd.Series([0.1, 0.3, 0.2, 0.4])).rho[0] == pytest.approx(0.8)
    for undefined in ([0.3], [0.3, 0.3, 0.3]):
        row = trend(pd.Series(undefined)).iloc[0]
        assert np.isnan([row.rho, row.p]).all() and row.n_layers == len(undefined)


def test_the_trend_is_scipys():
    """Thirteen layers with ties: rho is scipy's, p near its approximation by Student's t."""
    shares = np.round(np.random.default_rng(2).random(13) - 0.04 * np.arange(13), 1)
    row, reference = trend(pd.Series(shares)).iloc[0], spearmanr(np.arange(13), shares)
    assert row.rho == pytest.approx(reference.statistic)
    assert row.p == pytest.approx(reference.pvalue, abs=0.01) and reference.pvalue > 0.01


@pytest.fixture
def rankings(tmp_path):
    """Two seeds, two layers of 10 filters, top 2: seed 1 shares 1 then 0 filters, seed 2 shares 2 then 0."""
    orders = {
        (1, "a", "face"): [4, 2, 0],
        (1, "a", "object"): [2, 7, 4],
        (2, "a", "face"): [1, 3, 0],
        (2, "a", "object"): [3, 1, 5],
        (1, "b", "face"): [0, 1, 2],
        (1, "b", "object"): [2, 3, 0],
        (2, "b", "face"): [9, 8, 7],
        (2, "b", "object"): [7, 6, 9],
    }
    for key, filters in orders.items():
        frame = pd.DataFrame({"filter": filters, "round": range(3), "loss": 1.0, "pairs": 9, "n_filters": 10})
        frame.to_csv(tmp_path / "{}{}{}.csv".format(*key), index=False)
    return {key: str(tmp_path / "{}{}{}.csv".format(*key)) for key in orders}


def test_from_rankings_to_tables(tmp_path, rankings):
    outputs = {name: str(tmp_path / "out" / f"{name}.csv") for name in ("shared", "by_seed", "trend")}
    count_shared_filters(rankings, 0.2, **outputs)
    shared, by_seed, trended = (pd.read_csv(path) for path in outputs.values())
    columns = ["layer", "n_filters", "n_top", "shared", "share", "expected", "low", "high", "p", "q", "n_seeds"]
    assert shared.columns.tolist() == columns
    assert shared[["layer", "n_top", "shared", "share", "expected"]].to_numpy().tolist() == [
        ["a", 2, 1.5, 0.75, 0.2],
        ["b", 2, 0.0, 0.0, 0.2],
    ]
    assert by_seed.set_index(["layer", "seed"]).share.to_dict() == {("a", 1): 0.5, ("a", 2): 1, ("b", 1): 0, ("b", 2): 0}
    assert trended.to_numpy().tolist() == [[-1, 1, 2]]


def test_what_cannot_be_counted_is_refused(tmp_path, rankings):
    outputs = {name: str(tmp_path / f"{name}.csv") for name in ("shared", "by_seed", "trend")}
    with pytest.raises(InputError, match=r"ranking of a for face has 3 of 10 filters, but severity 0\.5 needs 5"):
        count_shared_filters(rankings, 0.5, **outputs)
    with pytest.raises(InputError, match="not one of a's 10 filters"):
        count_shared_filters(rankings, 0.04, **outputs)
    assert not any((tmp_path / f"{name}.csv").exists() for name in outputs)
