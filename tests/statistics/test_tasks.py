"""Networks of more than two tasks: matrix, pairs and shared filters, worked by hand and of hand-weighted networks."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from groups import answers
from segregation.statistics import nulls, segregation
from segregation.statistics import tasks as by_task
from segregation.statistics.responses import Responses

TASKS = ["face", "object", "car"]
# Right of ten images of each task, under the lesion for each and under random ones; intact all ten.
RIGHT = {"face": (2, 9, 8), "object": (10, 4, 6), "car": (7, 7, 1), "random": (9, 9, 9)}


def drops_of(right, tasks, n_seeds=2, draws=200):
    """Drops of a network that is right so often, in one layer: two classes of five images a task."""
    conditions = pd.DataFrame([("none", "none", 0.0), *(("conv", of, 0.2) for of in right)])
    conditions.columns = ["layer", "lesion", "severity"]
    counts = np.array([[10] * len(tasks), *right.values()])
    answered = {}
    for k, task in enumerate(tasks):
        of_task = (np.arange(10)[:, None] < counts[:, k]).astype(float)
        order = np.random.default_rng(k).permutation(10)
        answered[task] = Responses(conditions, np.stack([of_task[order]] * n_seeds), np.arange(10) % 2)
    return segregation.measure_drops(answered, "n", draws)


@pytest.fixture
def drops():
    return drops_of(RIGHT, TASKS)


def test_the_matrix_by_hand(drops):
    table = by_task.matrix(drops, ["conv"], 0.2, 0.95)
    assert table.columns.tolist() == ["layer", "lesion", "task", "drop", "low", "high", "n_seeds"]
    wide = table.pivot(index="lesion", columns="task", values="drop").loc[list(RIGHT), TASKS]
    assert wide.to_numpy() == pytest.approx(1 - np.array(list(RIGHT.values())) / 10)
    assert (table.low <= table["drop"] + 1e-9).all() and (table["drop"] <= table.high + 1e-9).all()
    assert (table.low < table.high).sum() == 11, "all but the one where every image is right"
    assert list(dict.fromkeys(table.lesion)) == list(RIGHT) and set(table.n_seeds) == {2}


def test_a_task_against_the_mean_of_the_others_by_hand(drops):
    """face: own .8, others (.1 + .2) / 2; object: .6 and (0 + .4) / 2; car: .9 and (.3 + .3) / 2."""
    table = segregation.segregation(drops, ["conv"], 0.2, 0.02, 0.95).set_index(["variant", "task"])["index"]
    wanted = [(0.8 - 0.15) / 0.95, (0.6 - 0.2) / 0.8, (0.9 - 0.3) / 1.2]
    assert table["contrast"][[*TASKS, "combined"]].tolist() == pytest.approx([*wanted, np.mean(wanted)])
    assert table["difference", "combined"] == pytest.approx((0.65 + 0.4 + 0.6) / 3)
    assert table["pooled", "combined"] == pytest.approx((2.3 - 0.65) / (2.3 + 0.65))
    compared = segregation.comparisons(drops, ["conv"], 0.2, 0.02, 0.95).set_index(["comparison", "task"]).estimate
    assert compared["own_minus_other", "object"] == pytest.approx(0.6 - 0.2)
    assert compared["own_minus_random", "car"] == pytest.approx(0.9 - 0.1)


def test_pairs_are_as_if_there_were_no_other_task(drops):
    table = by_task.pairs(drops, ["conv"], 0.2, 0.02, 0.95)
    combined = table[(table.task == "combined") & (table.variant == "contrast")].set_index(["first", "second"])["index"]
    assert combined["face", "car"] == pytest.approx(((0.8 - 0.2) / 1.0 + (0.9 - 0.3) / 1.2) / 2)
    assert list(combined.index) == list(combinations(TASKS, 2))
    for first, second in combinations(TASKS, 2):
        at = [TASKS.index(first), TASKS.index(second)]
        lesions = {name: tuple(right[k] for k in at) for name, right in RIGHT.items() if name in (first, second, "random")}
        alone = drops_of(lesions, [first, second])
        row = segregation.segregation(alone, ["conv"], 0.2, 0.02, 0.95).set_index(["variant", "task"])["index"]
        assert combined[first, second] == pytest.approx(row["contrast", "combined"])


def test_of_two_tasks_the_pair_is_the_network():
    """To the bit, intervals and p included."""
    two = drops_of({"face": (2, 9), "object": (10, 4), "random": (9, 9)}, ["face", "object"])
    table = by_task.pairs(two, ["conv"], 0.2, 0.02, 0.95)
    pd.testing.assert_frame_equal(
        table.drop(columns=["first", "second"]), segregation.segregation(two, ["conv"], 0.2, 0.02, 0.95), check_exact=True
    )


def test_three_tasks_of_a_hand_weighted_network():
    groups = {"face": [0, 1, 2, 3], "object": [4, 5, 6, 7], "car": [8, 9, 10, 11]}
    answered, tops = answers(groups, 12, 1 / 3)
    drops = segregation.measure_drops(answered, "n", 50)
    matrix = by_task.matrix(drops, ["units"], 1 / 3, 0.95).pivot(index="lesion", columns="task", values="drop")
    assert matrix.loc[TASKS, TASKS].to_numpy().tolist() == np.eye(3).tolist()
    assert set(by_task.shared_pairs(tops, {"units": 12}).share) == {0}


def test_four_tasks_of_which_two_share_all_their_filters():
    groups = {"face": [0, 1, 2, 3], "portrait": [0, 1, 2, 3], "car": [4, 5, 6, 7], "food": [8, 9, 10, 11]}
    tasks = list(groups)
    answered, tops = answers(groups, 12, 1 / 3)
    assert {task: sorted(tops[1, "units", task]) for task in tasks} == groups
    drops = segregation.measure_drops(answered, "n", 50)
    matrix = by_task.matrix(drops, ["units"], 1 / 3, 0.95).pivot(index="lesion", columns="task", values="drop")
    assert matrix.loc[tasks, tasks].to_numpy().tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    index = segregation.segregation(drops, ["units"], 1 / 3, 0.02, 0.95).set_index(["variant", "task"])["index"]["contrast"]
    assert index[[*tasks, "combined"]].tolist() == pytest.approx([0.5, 0.5, 1, 1, 0.75]), "(1 - 1/3) / (1 + 1/3)"
    pairs = by_task.pairs(drops, ["units"], 1 / 3, 0.02, 0.95)
    pairs = pairs[(pairs.task == "combined") & (pairs.variant == "contrast")].set_index(["first", "second"])["index"]
    shared = by_task.shared_pairs(tops, {"units": 12}).set_index(["first", "second"])
    for pair in combinations(tasks, 2):
        alike = pair == ("face", "portrait")
        assert pairs[pair] == (0 if alike else 1) and shared.share[pair] == (1 if alike else 0)
    assert shared.p["face", "portrait"] < 0.01 < shared.p["face", "car"]


def test_nulls_of_three_tasks_by_hand():
    matrix = 1 - np.array([RIGHT[task] for task in TASKS]) / 10
    index = nulls.combined_indices(matrix[None], 0.02).set_index("variant")["index"]
    assert index["contrast"] == pytest.approx(np.mean([0.65 / 0.95, 0.5, 0.5]))
    rows = [(0, a, b, 0.5, 0.5 * (1 - matrix[i, j])) for i, a in enumerate("abc") for j, b in enumerate("abc")]
    table = pd.DataFrame(rows, columns=["assignment", "lesion", "task", "intact", "lesioned"]).sample(frac=1, random_state=0)
    assert nulls.pseudo_task_lesions(table)[0] == pytest.approx(matrix)


@pytest.mark.parametrize(("draws", "members"), [(2, 0), (3, 6), (5, 60), (20, nulls.MOST)])
def test_random_lesions_play_every_task(draws, members):
    names = pd.MultiIndex.from_product([["random"], range(draws)], names=["lesion", "draw"])
    drops = pd.DataFrame(np.arange(3 * draws).reshape(draws, 3), names, TASKS)
    found = nulls.random_pairs(drops)
    assert found.shape == (members, 3, 3)
    assert all(len({tuple(lesion) for lesion in member}) == 3 for member in found), "no draw plays two tasks"
