"""Null distributions of the combined index: hand-computed cases, and p uniform where there is nothing to find."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare

from compare_with_nulls import compare_with_nulls
from segregation.statistics import nulls

TASKS = ["face", "object"]
VARIANTS = ["contrast", "difference", "pooled"]
# Of 10 images right, by lesion and draw, for the face and the object task.
RIGHT = {("none", 0): (10, 5), ("face", 0): (2, 4), ("object", 0): (9, 1), ("random", 0): (8, 4), ("random", 1): (6, 5)}


def responses(right, layer="conv5_3", severity=0.2):
    """A table of responses of ten images a task."""
    rows = [
        ("none" if lesion == "none" else layer, lesion, 0.0 if lesion == "none" else severity, draw, task, i < n)
        for (lesion, draw), of_tasks in right.items()
        for task, n in zip(TASKS, of_tasks, strict=True)
        for i in range(10)
    ]
    return pd.DataFrame(rows, columns=["layer", "lesion", "severity", "draw", "task", "right"])


def pseudo_tasks(drops):
    """Accuracies of two pseudo-tasks from drops (n_assignments, 2, 2), rows in no order."""
    rows = [
        (n, "ab"[lesion], "ab"[task], 0.5, 0.5 * (1 - drops[n][lesion][task]))
        for n in range(len(drops))
        for lesion in (0, 1)
        for task in (0, 1)
    ]
    frame = pd.DataFrame(rows, columns=["assignment", "lesion", "task", "intact", "lesioned"])
    return frame.sample(frac=1, random_state=0)


def table(variant, seeds, null=None):
    """Indices of one variant by seed, those of a null distribution if it has a name."""
    frames = [pd.DataFrame({"variant": variant, "seed": seed, "index": np.atleast_1d(v)}) for seed, v in seeds.items()]
    frame = pd.concat(frames, ignore_index=True)
    return frame if null is None else frame.assign(null=null, member=frame.groupby("seed").cumcount())


def test_drops_by_hand():
    drops = nulls.measured_drops(responses(RIGHT).sample(frac=1, random_state=0), TASKS)
    assert drops.columns.tolist() == TASKS and "none" not in drops.index.get_level_values("lesion")
    assert drops.loc[("face", 0)].tolist() == pytest.approx([0.8, 0.2])
    assert nulls.observed_lesions(drops) == pytest.approx(np.array([[0.8, 0.2], [0.1, 0.8]]))
    swapped = nulls.measured_drops(responses(RIGHT), TASKS[::-1])
    assert nulls.observed_lesions(swapped) == pytest.approx(np.array([[0.8, 0.1], [0.2, 0.8]]))
    with pytest.raises(KeyError):
        nulls.observed_lesions(drops.drop(index="object"))


def test_every_ordered_pair_of_random_lesions():
    drops = nulls.measured_drops(responses(RIGHT | {("random", 2): (10, 0)}), TASKS)
    first, second, third = [0.2, 0.2], [0.4, 0.0], [0.0, 1.0]
    pairs = [[first, second], [first, third], [second, first], [second, third], [third, first], [third, second]]
    assert nulls.random_pairs(drops) == pytest.approx(np.array(pairs))
    assert nulls.random_pairs(drops.drop(index=[("random", 1), ("random", 2)])).shape == (0, 2, 2)


def test_pseudo_tasks_keep_lesion_and_task_apart():
    drops = np.array([[[0.6, 0.2], [0.1, 0.5]], [[0.3, 0.4], [0.0, 0.9]]])
    assert nulls.pseudo_task_lesions(pseudo_tasks(drops)) == pytest.approx(drops)


def test_combined_indices_by_hand():
    """Own .6 and .5, other .2 and 0: contrast (.5 + 1) / 2, difference (.4 + .5) / 2, pooled .9 / 1.3; then no drops."""
    frame = nulls.combined_indices(np.array([[[0.6, 0.2], [0.0, 0.5]], np.zeros((2, 2))]), 0.02)
    values = frame.set_index(["variant", "member"])["index"]
    assert [values[variant, 0] for variant in VARIANTS] == pytest.approx([0.75, 0.45, 0.9 / 1.3])
    assert np.isnan([values["contrast", 1], values["pooled", 1]]).all() and values["difference", 1] == 0


def test_the_null_of_a_mean_uses_each_member_once():
    """As many as the seed with fewest has; digits tell which members were paired."""
    drawn = 2 * nulls.null_of_mean([np.arange(8.0), 10 * np.arange(1.0, 6)], np.random.default_rng(0))
    tens, ones = np.divmod(drawn.round(), 10)
    assert sorted(tens) == [1, 2, 3, 4, 5] and len(set(ones)) == 5 and set(ones) <= set(range(8))
    assert (np.diff(ones) < 0).any() and (np.diff(tens) < 0).any(), "paired at random"


def test_p_by_hand():
    """One seed, members 1 to 19 and one undefined; 18.5 is below one of them: one-sided 2 / 20, two-sided twice that."""
    null = table("contrast", {7: [*range(1, 20), np.nan]}, "pseudo_tasks")
    for observed, p in ((18.5, 4 / 20), (99, 2 / 20), (0, 2 / 20), (10, 1), (19, 4 / 20)):
        row = nulls.compare(table("contrast", {7: observed}), null).iloc[0]
        assert row.p == pytest.approx(p) and row.observed == observed
    assert (row.null, row.variant, row.n, row.n_seeds, row.n_members) == ("pseudo_tasks", "contrast", 19, 1, 20)
    assert [row.null_mean, row.null_low, row.null_high] == pytest.approx([10, 1.45, 18.55])


def test_seeds_are_averaged():
    """Two seeds of constant nulls 1 and 3: the null of the mean is 2; seeds without an observed index count for neither."""
    null = table("pooled", {1: np.full(9, 1.0), 2: np.full(5, 3.0), 3: np.full(9, 50.0)}, "random_filters")
    row = nulls.compare(table("pooled", {1: 4.0, 2: 6.0, 3: np.nan}), null).iloc[0]
    assert (row.observed, row.null_mean, row.n, row.n_seeds, row.n_members) == (5, 2, 5, 2, 5)
    assert row.p == pytest.approx(2 / 6)


def test_where_nothing_is_defined_nothing_is_said():
    null = table("contrast", {1: [np.nan, np.nan], 2: [0.1, 0.2]}, "pseudo_tasks")
    row = nulls.compare(table("contrast", {1: 0.5, 2: 0.5}), null).iloc[0]
    assert np.isnan([row.null_mean, row.null_low, row.null_high, row.p]).all() and (row.n, row.observed) == (0, 0.5)
    row = nulls.compare(table("contrast", {1: np.nan, 2: np.nan}), null).iloc[0]
    assert np.isnan([row.observed, row.p]).all() and (row.n, row.n_seeds) == (0, 0)


def test_what_is_left_of_the_index_without_the_mean_of_its_null():
    """Excess of three seeds 0.3, 0.4 and 0.5: sd 0.1, t of two degrees of freedom 4.3027; a fourth has no index."""
    null = table("contrast", {1: [0.1, 0.3], 2: [0.0, 0.2, np.nan], 3: [0.2, 0.2], 4: [0.1, 0.1]}, "pseudo_tasks")
    row = nulls.excess(table("contrast", {1: 0.5, 2: 0.5, 3: 0.7, 4: np.nan}), null).iloc[0]
    assert (row.null, row.variant, row.n_seeds) == ("pseudo_tasks", "contrast", 3)
    assert [row.excess, row.low, row.high] == pytest.approx([0.4, 0.4 - 0.24841, 0.4 + 0.24841], abs=1e-4)
    one = nulls.excess(table("contrast", {1: 0.5}), null[null.seed == 1]).iloc[0]
    assert one.excess == pytest.approx(0.3) and np.isnan([one.low, one.high]).all()


def p_of_studies(observed, null):
    """Return p of the contrast of many studies, from drops (studies, n_seeds, n_members, 2, 2), one member observed.

    Each study stands in the place of a variant, so that all are compared at once.
    """
    studies, n_seeds = null.shape[:2]
    frames = []
    for drops in (observed, null):
        index = nulls.combined_indices(drops.reshape(-1, 2, 2), 0.02).query("variant == 'contrast'")["index"].to_numpy()
        study, seed, member = (place.ravel() for place in np.indices(drops.shape[:3]))
        frames.append(pd.DataFrame({"variant": study, "seed": seed, "member": member, "index": index, "null": "null"}))
    summary = nulls.compare(*frames)
    assert len(summary) == studies and (summary.n_seeds == n_seeds).all()
    return summary.p


@pytest.mark.parametrize("n_seeds", [1, 3])
def test_p_is_uniform_where_real_tasks_are_like_pseudo_tasks(n_seeds):
    """Drops of real and pseudo-tasks of one distribution, 99 assignments, 400 studies: tenths of p hold a tenth each.

    Exact by exchangeability.
    """
    drops = np.random.default_rng(n_seeds).normal(0.3, 0.1, (400, n_seeds, 100, 2, 2))
    p = p_of_studies(drops[:, :, :1], drops[:, :, 1:])
    assert chisquare(np.histogram(p, bins=np.linspace(0.01, 1.01, 11))[0]).pvalue > 0.05


def test_p_of_random_lesions_is_nearly_uniform():
    """20 draws of random lesions, two more of which play the observed ones, 400 studies.

    Pairs of draws are not independent, so p is a little too small: in 1,000 studies it was 0.05 or less in 7% of those with
    one seed, and in 5 to 6% of those with five.
    """
    draws = np.random.default_rng(0).normal(0.2, 0.05, (400, 22, 2))
    names = pd.MultiIndex.from_product([["random"], range(20)], names=["lesion", "draw"])
    null = np.stack([nulls.random_pairs(pd.DataFrame(of_study[:20], names)) for of_study in draws])
    p = p_of_studies(draws[:, None, None, 20:], null[:, None])
    assert 0.03 < (p <= 0.05).mean() < 0.11
    assert 0.44 < (p <= 0.5).mean() < 0.56


@pytest.fixture
def study(tmp_path):
    """Two seeds, with lesions of another layer and severity, which must not count."""
    assignments = np.array([[[0.6, 0.2], [0.1, 0.5]], [[0.2, 0.6], [0.5, 0.1]], [[0.3, 0.3], [0.3, 0.3]]])
    paths = {}
    for seed in (1, 2):
        other = {key: (0, 0) for key in RIGHT if key[0] != "none"}
        frames = [responses(RIGHT), responses(other, layer="conv1_1"), responses(other, severity=0.5)]
        pd.concat(frames).to_parquet(tmp_path / f"{seed}.parquet")
        pseudo_tasks(assignments).to_csv(tmp_path / f"{seed}.csv", index=False)
        paths[seed] = str(tmp_path / str(seed))
    return {seed: f"{path}.parquet" for seed, path in paths.items()}, {seed: f"{path}.csv" for seed, path in paths.items()}


def test_from_responses_to_tables(tmp_path, study):
    """Observed drops .8 .2 and .1 .8: difference (.6 + .7) / 2; pseudo-tasks (.4 + .4) / 2, minus that, and 0.

    The two random lesions have drops .2 .2 and .4 .0: as a pair (0 + -.4) / 2, in the other order (.4 + 0) / 2.
    """
    outputs = {name: str(tmp_path / "out" / f"{name}.csv") for name in ("nulls", "summary", "excess")}
    compare_with_nulls(*study, tasks=TASKS, layer="conv5_3", severity=0.2, floor=0.02, outputs=outputs)
    members, summary, excess = (pd.read_csv(path) for path in outputs.values())
    over = excess.set_index(["null", "variant"]).loc["pseudo_tasks", "difference"]
    assert over[["excess", "low", "high", "n_seeds"]].tolist() == pytest.approx([0.65, 0.65, 0.65, 2])
    assert members.columns.tolist() == ["null", "variant", "seed", "member", "index"]
    found = members[(members.variant == "difference") & (members.seed == 2)].set_index(["null", "member"])["index"]
    assert found["pseudo_tasks"].tolist() == pytest.approx([0.4, -0.4, 0])
    assert found["random_filters"].tolist() == pytest.approx([-0.2, 0.2])
    columns = ["null", "variant", "observed", "null_mean", "null_low", "null_high", "mean_low", "mean_high", "p", "n"]
    columns += ["n_seeds", "n_members"]
    assert summary.columns.tolist() == columns
    assert sorted(zip(summary.null, summary.variant, strict=True)) == [
        (null, variant) for null in ("pseudo_tasks", "random_filters") for variant in VARIANTS
    ]
    rows = summary.set_index(["null", "variant"])
    row = rows.loc["pseudo_tasks", "difference"]
    assert row[["observed", "null_mean", "p", "n", "n_seeds", "n_members"]].tolist() == pytest.approx(
        [0.65, 0, 0.5, 3, 2, 3]
    )
    assert rows.loc[("random_filters", "contrast"), "observed"] == pytest.approx((0.6 + 0.7 / 0.9) / 2)
    assert rows.loc[("random_filters", "pooled"), "n"] == 2
