"""Modules found without the tasks: clusters, and how well they agree with the tasks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score

from cluster_filters import cluster_filters
from groups import network_of
from segregation.lesions.alone import changes_by_class
from segregation.lesions.engine import Engine
from segregation.statistics import agreement, clusters

TASKS = np.repeat(["face", "object"], 4)
MANY = np.repeat(["face", "object"], 20)
RNG = np.random.default_rng(0)
# Filters 0 to 2 touch faces, 3 to 5 objects, each a little differently; 6 does nothing.
EFFECTS = np.zeros((7, 8))
EFFECTS[:3, :4], EFFECTS[3:6, 4:] = 1 + 0.1 * RNG.random((3, 4)), 2 + 0.1 * RNG.random((3, 4))


def test_agreement_by_hand():
    """Two halves of four: in 4 of 6 partitions they cross and tell nothing, else ln 2; a third of ln 2 is expected."""
    assert agreement.agree(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3])) == pytest.approx(1)
    assert agreement.agree(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx((0 - 1 / 3) / (1 - 1 / 3))
    assert agreement.agree(np.zeros(4), np.arange(4)) == 0 and agreement.agree(np.zeros(4), np.ones(4)) == 1


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_agreement_is_scikit_learns(n, k, m, seed):
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, k, n), rng.integers(0, m, n)
    assert agreement.agree(one, other) == pytest.approx(adjusted_mutual_info_score(one, other), abs=1e-9)


def test_clusters_that_are_the_tasks():
    effects = np.repeat(EFFECTS, 5, axis=1)
    found = agreement.agreements(effects, effects, MANY, 300, np.random.default_rng(1))
    assert {of: values[0] for of, values in found.items()} == pytest.approx({"filters": 1, "classes": 1})
    assert all(len(values) == 301 for values in found.values()) and abs(found["classes"][1:].mean()) < 0.02
    row = agreement.summary([found["classes"]] * 2, 0.9)
    assert row["ami"] == pytest.approx(1) and row["n"] == 300 and row["n_seeds"] == 2
    assert row["null_low"] < row["null_mean"] < row["null_high"] < 0.2 and row["p"] == pytest.approx(2 / 301)


def test_a_class_that_no_filter_touches_is_left_out():
    untouched = EFFECTS.mean(1, keepdims=True)
    with_it, tasks = np.concatenate([EFFECTS, untouched], axis=1), np.append(TASKS, "face")
    found = agreement.agreements(with_it, with_it, tasks, 3, np.random.default_rng(0))
    assert found["classes"][0] == pytest.approx(1) and len(found["classes"]) == 4


def test_p_is_what_it_says_where_there_is_nothing_to_find():
    """Of 50 networks whose tasks have nothing to do with their effects, p is 0.2 or less in about a fifth."""
    rng, p = np.random.default_rng(3), []
    for _ in range(50):
        effects, tasks = rng.random((12, 10)), rng.permutation(np.repeat(["face", "object"], 5))
        found = agreement.agreements(effects, effects, tasks, 40, rng)
        p.append([agreement.summary([found[of]], 0.95)["p"] for of in ("filters", "classes")])
    assert ((np.array(p) <= 0.2).mean(0) <= 0.33).all(), np.array(p).mean(0)


def test_where_nothing_is_changed_nothing_is_found():
    for effects in (np.zeros((3, 8)), np.ones((3, 8)), EFFECTS[[0, 6]]):
        found = agreement.agreements(effects, effects, TASKS, 5, np.random.default_rng(0))
        assert all(np.isnan(values).all() for values in found.values())
    row = agreement.summary([found["filters"]], 0.95)
    assert np.isnan(row["ami"]) and (row["n"], row["n_seeds"]) == (0, 0)


def frame(effects, tasks=TASKS):
    columns = pd.MultiIndex.from_arrays([tasks, [f"c{i}" for i in range(len(tasks))]], names=["task", "class"])
    return pd.DataFrame(effects, pd.RangeIndex(len(effects), name="filter"), columns)


def test_places_by_hand():
    table = clusters.places(frame(EFFECTS), frame(EFFECTS))
    filters, classes = (table[table.of == of].set_index("name") for of in ("filters", "classes"))
    assert filters.task[[str(i) for i in range(6)]].tolist() == ["face"] * 3 + ["object"] * 3
    assert filters.index[-1] == "6" and filters.loc["6", ["place", "cluster"]].isna().all(), "silent"
    assert sorted(filters.place.dropna()) == list(range(1, 7)) and sorted(classes.place) == list(range(1, 9))
    assert filters.cluster.dropna().is_monotonic_increasing and set(classes.cluster) == {1, 2}
    for of_kind in (filters.dropna(subset="cluster"), classes):
        assert (of_kind.groupby("task").cluster.nunique() == 1).all()


def test_profiles_are_of_shape_and_not_of_size():
    profiles = clusters.filter_profiles(np.array([[1.0, 2, 3], [10, 20, 30], [5, 5, 5]]))
    assert profiles[0] == pytest.approx(profiles[1]) and profiles[0] == pytest.approx(np.array([-1, 0, 1]) * np.sqrt(1.5))
    assert np.isnan(profiles[2]).all()
    assert clusters.hurt_most(np.array([[0, 3, 2.0], [1, 0, 0]]), np.array(["b", "b", "a"])).tolist() == ["a", "b"]


def test_a_table_is_widened_in_its_own_order():
    named = [("face", "z"), ("object", "a"), ("face", "b")]
    rows = [(f, *name, 10 * f + i) for f in (1, 0) for i, name in enumerate(named)]
    wide = clusters.wide(pd.DataFrame(rows, columns=["filter", "task", "class", "rise"]), "rise")
    assert wide.columns.tolist() == [("face", "z"), ("object", "a"), ("face", "b")]
    assert wide.to_numpy().tolist() == [[0, 1, 2], [10, 11, 12]]


def test_the_map_of_tasks_that_share_all_their_filters(tmp_path):
    """Of four tasks two share theirs: the map has three groups of filters and of classes."""
    groups = {"face": [0, 1, 2, 3], "portrait": [0, 1, 2, 3], "car": [4, 5, 6, 7], "food": [8, 9, 10, 11]}
    network, images, targets, own = network_of(groups, 12)
    found = changes_by_class(Engine(network, "units", images), targets, own).numpy()
    tasks = np.repeat(list(groups), 4)
    for k, task in enumerate(groups):
        touched = found[1, 0][:, own[k]] > 1e-3
        assert touched.all(1).tolist() == [f in groups[task] for f in range(12)] == touched.any(1).tolist()
    effects = np.sqrt(found[1, 0])
    by_class = clusters.cut(clusters.tree(clusters.class_profiles(effects)), 3)
    assert {frozenset(by_class[tasks == task]) for task in groups} == {frozenset([n]) for n in (1, 2, 3)}
    assert set(by_class[tasks == "face"]) == set(by_class[tasks == "portrait"])
    by_filter = clusters.cut(clusters.tree(clusters.filter_profiles(effects)), 3)
    assert [len(set(by_filter[groups[task]])) for task in groups] == [1] * 4 and len(set(by_filter)) == 3
    columns = {"change": found[1, 0], "rise": found[0, 0], "change_masked": found[1, 1], "rise_masked": found[0, 1]}
    rows = frame(found[1, 0], tasks).stack(["task", "class"], future_stack=True).rename("x").reset_index()
    rows.assign(**{name: values.ravel() for name, values in columns.items()}).to_parquet(tmp_path / "lesions.parquet")
    written = {"places": tmp_path / "places.csv", "agreements": tmp_path / "agreements.csv"}
    cluster_filters({("units", 1): str(tmp_path / "lesions.parquet")}, 100, 0.95, **written)
    places, agreed = map(pd.read_csv, written.values())
    hurts = places[places.of == "filters"].set_index("name").task
    assert hurts[["4", "5", "6", "7"]].tolist() == ["car"] * 4 and hurts[["8", "9", "10", "11"]].tolist() == ["food"] * 4
    assert hurts[["0", "1", "2", "3"]].nunique() == 1 and hurts["0"] in ("face", "portrait")
    row = agreed[(agreed.measure == "change") & (agreed.readout == "full") & (agreed.of == "classes")].iloc[0]
    assert row.ami > 0.7 and row.p < 0.05 and len(agreed) == 2 * 2 * 2
