"""Rank and selectivity: hand-computed cases, scipy as the reference, the bootstrap over seeds and filters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap as scipys_bootstrap
from scipy.stats import combine_pvalues, spearmanr

from correlate_selectivity import correlate_selectivity
from segregation.statistics.bootstrap import interval
from segregation.statistics.selectivity import bootstrap, correlate, correlate_by_seed, ranked_selectivity
from segregation.steps.reporting import InputError

few_filters = pytest.mark.filterwarnings("ignore:An input array is constant")  # when one of four filters is drawn four times


def points_of(*selectivities, task="face"):
    """Points of one task: the selectivities of each seed's filters in order of need."""
    filters = {(seed, task): list(range(len(of_seed))) for seed, of_seed in enumerate(selectivities)}
    return ranked_selectivity(filters, {key: pd.Series(selectivities[key[0]]) for key in filters})


def noisy(n, slope, seed):
    """Selectivities that fall along a ranking, more or less."""
    return np.random.default_rng(seed).normal(size=n) - slope * np.arange(n) / n


def test_points_follow_the_ranking():
    scores = pd.Series([0.1, np.nan, 0.3, -0.4], index=[0, 1, 2, 3])
    points = ranked_selectivity({(5, "face"): [2, 1, 3]}, {(5, "face"): scores})
    assert points.columns.tolist() == ["task", "seed", "rank", "filter", "selectivity"]
    assert points[["rank", "filter"]].to_numpy().tolist() == [[1, 2], [2, 1], [3, 3]]
    assert np.array_equal(points.selectivity, [0.3, np.nan, -0.4], equal_nan=True)
    with pytest.raises(KeyError):
        ranked_selectivity({(5, "face"): [4]}, {(5, "face"): scores})


def test_rho_by_hand():
    """Selectivity ranks 5 3 4 1 2 for ranks 1 to 5: squared differences 16 1 1 9 9, rho = 1 - 6 * 36 / 120 = -0.8."""
    row = correlate_by_seed(points_of([0.9, 0.5, 0.7, 0.1, 0.2])).iloc[0]
    assert row.rho == pytest.approx(-0.8)
    assert (row.task, row.seed, row.n_filters, row.left_out) == ("face", 0, 5, 0)


@few_filters
def test_undefined_selectivities_are_left_out():
    """Without the filter that never fires ranks 1 2 4 5 remain: an order of four that falls but for one swap."""
    points = points_of([0.9, 0.5, np.nan, 0.1, 0.2])
    by_seed = correlate_by_seed(points)
    assert by_seed.rho[0] == pytest.approx(-0.8)
    assert by_seed[["n_filters", "left_out"]].to_numpy().tolist() == [[5, 1]]
    row = correlate(points, by_seed, 200, 0.95).iloc[0]
    assert (row.n_filters, row.n_seeds, row.left_out) == (5, 1, 1) and row.low <= row.rho <= row.high


@few_filters
def test_seeds_without_a_correlation_are_not_counted():
    """Filters that are equally selective, or too few: no rho of that seed, and none at all where no seed has one."""
    points = points_of([0.3] * 4, [0.4, np.nan, 0.3, 0.2, 0.1], [np.nan, np.nan, 0.1, 0.2])
    by_seed = correlate_by_seed(points)
    assert by_seed.rho.isna().tolist() == [True, False, True]
    row = correlate(points, by_seed, 200, 0.95).iloc[0]
    assert row.rho == pytest.approx(-1) and row.n_seeds == 1 and row.left_out == 3
    points = points_of([0.3] * 4)
    row = correlate(points, correlate_by_seed(points), 200, 0.95).iloc[0]
    assert np.isnan([row.rho, row.low, row.high, row.p]).all() and row.n_seeds == 0


@given(st.lists(st.integers(-20, 20), min_size=3, max_size=40).filter(lambda values: len(set(values)) > 1))
def test_rho_and_p_are_scipys(values):
    """Ties included; and rho changes sign with the selectivities."""
    selectivity = np.array(values) / 20
    row, mirrored = (correlate_by_seed(points_of(sign * selectivity)).iloc[0] for sign in (1, -1))
    reference = spearmanr(np.arange(len(values)), selectivity)
    assert row.rho == pytest.approx(reference.statistic) and mirrored.rho == pytest.approx(-reference.statistic)
    assert row.p == pytest.approx(reference.pvalue)


@pytest.mark.parametrize("sign", [1, -1])
def test_one_seeds_p_is_the_two_sided_one(sign):
    points = points_of(sign * noisy(40, 1, 0))
    by_seed = correlate_by_seed(points)
    row = correlate(points, by_seed, 200, 0.95).iloc[0]
    assert row.p == pytest.approx(by_seed.p[0]) and 1e-3 < row.p < 0.9
    assert row.rho == pytest.approx(by_seed.rho[0])


def test_seeds_combine_by_stouffer():
    """Weak falls of the same sign add up; a rise as strong as a fall cancels it."""
    seeds = [noisy(40, 1, seed) for seed in range(3)]
    points = points_of(*seeds)
    row = correlate(points, correlate_by_seed(points), 200, 0.95).iloc[0]
    one_sided = [spearmanr(np.arange(40), of_seed, alternative="less").pvalue for of_seed in seeds]
    assert row.p == pytest.approx(2 * combine_pvalues(one_sided, "stouffer").pvalue)
    assert row.p < 2 * min(one_sided) and row.n_seeds == 3
    assert row.rho == pytest.approx(np.mean([spearmanr(np.arange(40), of_seed).statistic for of_seed in seeds]))
    points = points_of(seeds[0], -seeds[0])
    row = correlate(points, correlate_by_seed(points), 200, 0.95).iloc[0]
    assert row.p == pytest.approx(1) and row.rho == pytest.approx(0)


def test_one_seeds_interval_is_scipys():
    """The percentile interval of scipy's paired bootstrap of Spearman's rho."""
    pair = np.stack([np.arange(60.0), noisy(60, 2, 1)], 1)
    low, high = interval(bootstrap([pair], 10_000, np.random.default_rng(0)))
    reference = scipys_bootstrap(
        tuple(pair.T),
        lambda x, y: spearmanr(x, y).statistic,
        paired=True,
        vectorized=False,
        n_resamples=2000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert (low, high) == pytest.approx(tuple(reference), abs=0.03)


def test_seeds_are_drawn_and_their_filters_anew():
    """Perfect rankings have no spread within a seed: rho +1 and -1 give a mean of -1, 0, 1 in 1, 2 and 1 of 4 draws.

    And with a single pattern in two seeds, drawing filters anew each time halves the variance of one seed.
    """
    rise = np.stack([np.arange(20.0)] * 2, 1)
    drawn = bootstrap([rise, rise * [1, -1]], 20_000, np.random.default_rng(0))
    assert [(np.abs(drawn - value) < 1e-9).mean() for value in (-1, 0, 1)] == pytest.approx([0.25, 0.5, 0.25], abs=0.01)
    pair = np.stack([np.arange(40.0), noisy(40, 1, 3)], 1)
    one, two = (bootstrap([pair] * n, 20_000, np.random.default_rng(n)) for n in (1, 2))
    assert two.var() == pytest.approx(one.var() / 2, rel=0.05)


@pytest.fixture
def study(tmp_path):
    """Two seeds, 8 filters: selectivity for faces is 0.1 times the filter's number, for objects its negative."""
    for seed in (1, 2):
        scores = pd.DataFrame({"filter": range(8), "score": np.arange(8) / 10})
        other = scores.assign(method="activation", score=99.0)
        of_task = {
            "face": scores.assign(method="selectivity"),
            "object": scores.assign(method="selectivity", score=-scores.score),
        }
        frames = [frame.assign(task=task) for task, chosen in of_task.items() for frame in (chosen, other)]
        pd.concat(frames).sample(frac=1, random_state=seed).to_csv(tmp_path / f"scores{seed}.csv", index=False)
        for task, filters in {"face": [7, 6, 5, 4, 0], "object": [7, 0, 6, 5, 1]}.items():
            frame = pd.DataFrame({"filter": filters, "round": range(5), "loss": 1.0})
            frame.to_csv(tmp_path / f"{task}{seed}.csv", index=False)
    scores = {seed: str(tmp_path / f"scores{seed}.csv") for seed in (1, 2)}
    return scores, {(seed, task): str(tmp_path / f"{task}{seed}.csv") for seed in (1, 2) for task in ("face", "object")}


@few_filters
def test_from_scores_and_rankings_to_tables(tmp_path, study):
    """Of 8 filters the top 4 count: faces fall without a swap; objects -.7 0 -.6 -.5, ranks 1 4 2 3: rho 0.4."""
    outputs = {name: str(tmp_path / "out" / f"{name}.csv") for name in ("points", "correlation", "by_seed")}
    correlate_selectivity(*study, draws=200, confidence=0.95, outputs=outputs)
    points, correlation, by_seed = (pd.read_csv(path) for path in outputs.values())
    assert len(points) == 2 * 2 * 4
    chosen = points[(points.task == "object") & (points.seed == 2)]
    assert chosen[["rank", "filter", "selectivity"]].to_numpy().tolist() == [
        [1, 7, -0.7],
        [2, 0, 0],
        [3, 6, -0.6],
        [4, 5, -0.5],
    ]
    columns = ["task", "rho", "low", "high", "p", "n_filters", "n_seeds", "left_out"]
    assert correlation.columns.tolist() == columns
    assert correlation.set_index("task").rho.to_dict() == pytest.approx({"face": -1, "object": 0.4})
    assert correlation.n_filters.tolist() == [4, 4] and correlation.n_seeds.tolist() == [2, 2]
    assert by_seed.columns.tolist() == ["task", "seed", "rho", "p", "n_filters", "left_out"]
    assert by_seed.groupby("task").rho.mean().to_dict() == pytest.approx({"face": -1, "object": 0.4})


def test_a_ranking_of_less_than_half_the_layer_is_refused(tmp_path, study):
    scores, rankings = study
    path = tmp_path / "short.csv"
    pd.DataFrame({"filter": [1, 2, 3]}).to_csv(path, index=False)
    with pytest.raises(InputError, match=r"short.csv: ranks 3 of 8 filters, 4 are needed"):
        correlate_selectivity(scores, rankings | {(2, "face"): str(path)}, 200, 0.95, {})
