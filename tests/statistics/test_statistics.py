"""From a table of responses to indices: a study of known effects, counted by hand."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from rules import RULES
from segregation.statistics import accuracy, responses, segregation

LAYERS = ["conv1_1", "conv1_2", "conv5_3"]
# Right of 10 images a class under (layer, lesion), for the face and the object task; intact all 10.
RIGHT = {
    ("none", "none"): (10, 10),
    ("conv1_1", "face"): (6, 6),
    ("conv1_1", "object"): (6, 6),
    ("conv1_1", "random"): (8, 8),
    ("conv1_2", "face"): (6, 7),
    ("conv1_2", "object"): (8, 6),
    ("conv1_2", "random"): (9, 9),
    ("conv5_3", "face"): (2, 9),
    ("conv5_3", "object"): (10, 4),
    ("conv5_3", "random"): (9, 9),
    ("conv5_3", "face_by_gradient"): (5, 6),
}


@pytest.fixture
def paths(tmp_path):
    """Two seeds of the same responses: two classes of ten images a task."""
    shown = {"face": ("f1", "f2"), "object": ("o1", "o2")}
    rows = [
        (layer, lesion, 0.0 if lesion == "none" else 0.2, 0, task, name, f"{name}/{i}", i < right, True)
        for (layer, lesion), of_tasks in RIGHT.items()
        for task, right in zip(shown, of_tasks, strict=True)
        for name in shown[task]
        for i in range(10)
    ]
    columns = ["layer", "lesion", "severity", "draw", "task", "class", "image", "right", "right_masked"]
    frame = pd.DataFrame(rows, columns=columns)
    for seed in (1, 2):
        frame.sample(frac=1, random_state=seed).to_parquet(tmp_path / f"{seed}.parquet")
    return [str(tmp_path / f"{seed}.parquet") for seed in (1, 2)]


@pytest.fixture
def drops(paths):
    return segregation.measure_drops({t: responses.read(paths, t) for t in ("face", "object")}, "dual", 400)


def test_responses_are_read_in_one_order(paths):
    read = responses.read(paths, "face")
    assert read.right.shape == (2, 20, 11)
    assert read.right[:, :, read.index("conv5_3", "face", 0.2)].mean(1) == pytest.approx([0.2, 0.2])
    assert responses.read(paths, "face", "right_masked").right.min() == 1
    with pytest.raises(KeyError, match=r"conv5_3 by face at severity 0.3"):
        read.index("conv5_3", "face", 0.3)


def test_random_draws_are_averaged(tmp_path, paths):
    frame = pd.read_parquet(paths[0])
    second = frame[frame.lesion == "random"].assign(draw=1, right=False)
    pd.concat([frame, second]).to_parquet(tmp_path / "more.parquet")
    read = responses.read([tmp_path / "more.parquet"], "face")
    assert read.right[:, :, read.index("conv5_3", "random", 0.2)].mean() == pytest.approx(0.45)


def test_effects_by_hand(drops):
    table = segregation.effects(drops, 0.95).set_index(["layer", "lesion", "task"])
    assert table.loc[("conv5_3", "face", "face"), "normalised"] == pytest.approx(0.2)
    assert table.loc[("conv5_3", "object", "face"), "normalised"] == pytest.approx(1.0)
    assert table.loc[("conv5_3", "random", "object"), "normalised"] == pytest.approx(0.9)
    assert (table.low <= table.normalised + 1e-9).all() and (table.normalised <= table.high + 1e-9).all()


def test_indices_by_hand(drops):
    """conv5_3: face (.8 - .1) / .9, object (.6 - 0) / .6; conv1_2: (.4 - .3) / .7 and (.4 - .2) / .6; conv1_1: 0."""
    table = segregation.segregation(drops, LAYERS, 0.2, 0.02, 0.95).set_index(["variant", "task", "layer"])["index"]
    assert table["contrast", "face", "conv5_3"] == pytest.approx(7 / 9)
    assert table["contrast", "object", "conv5_3"] == pytest.approx(1)
    assert table["contrast", "combined", "conv5_3"] == pytest.approx(8 / 9)
    assert table["contrast", "combined", "conv1_2"] == pytest.approx((1 / 7 + 1 / 3) / 2)
    assert table["contrast", "combined", "conv1_1"] == pytest.approx(0)
    assert table["difference", "combined", "conv5_3"] == pytest.approx(0.65)
    assert table["pooled", "combined", "conv5_3"] == pytest.approx((1.4 - 0.1) / 1.5)
    assert ("pooled", "face") not in table.index.droplevel("layer")


def test_intervals_and_tests_over_layers(drops):
    table = segregation.segregation(drops, LAYERS, 0.2, 0.02, 0.95)
    table = table[(table.variant == "contrast") & (table.task == "combined")].set_index("layer")
    assert (table.low <= table["index"] + 1e-6).all() and (table["index"] <= table.high + 1e-6).all()
    assert table.p[["conv1_2", "conv5_3"]].tolist() == pytest.approx([2 / 401] * 2)  # above 0 in every draw
    assert table.loc["conv5_3", "q"] == pytest.approx(3 / 2 * 2 / 401)  # the second smallest of three
    assert table.loc["conv1_1", "q"] > 0.5


def test_single_seeds_and_comparisons(drops):
    seeds = segregation.by_seed(drops, LAYERS, 0.2, 0.02, [7, 8])
    chosen = seeds[(seeds.variant == "contrast") & (seeds.task == "combined") & (seeds.layer == "conv5_3")]
    assert chosen.seed.tolist() == [7, 8] and chosen["index"].tolist() == pytest.approx([8 / 9] * 2)
    table = segregation.comparisons(drops, LAYERS, 0.2, 0.02, 0.95).set_index(["comparison", "task"]).estimate
    early = (0 + (1 / 7 + 1 / 3) / 2) / 2
    assert table["last_minus_early", "combined"] == pytest.approx(8 / 9 - early)
    assert table["own_minus_random", "face"] == pytest.approx(0.7)
    assert table["own_minus_other", "face"] == pytest.approx(0.8 - 0.1)
    assert table["own_minus_other", "object"] == pytest.approx(0.6 - 0.0)
    assert table["own_minus_other_by_gradient", "face"] == pytest.approx(0.5 - 0.4)
    assert table["greedy_minus_gradient", "face"] == pytest.approx(0.8 - 0.5)
    assert ("greedy_minus_gradient", "object") not in table.index


def test_draws_of_the_combined_index_begin_with_the_data(drops):
    table = segregation.combined_draws(drops, "conv5_3", 0.2, 0.02).query("variant == 'contrast'").set_index("draw")["index"]
    assert table[-1] == pytest.approx(8 / 9) and len(table) == 401
    of_severities = segregation.by_severity(drops, ["conv5_3"], [0.2], 0.02, 0.95).set_index(["variant", "task"])
    row = of_severities.loc["contrast", "combined"]
    assert row["index"] == pytest.approx(8 / 9) and row.low == pytest.approx(np.nanquantile(table[1:], 0.025))


def test_an_index_at_each_severity_in_each_layer_by_each_ranking_of_both_tasks(drops):
    table = segregation.by_severity(drops, LAYERS, [0.2], 0.02, 0.95)
    assert set(table.ranking) == {"greedy"}, "face alone was ranked by gradient"
    expected = segregation.segregation(drops, LAYERS, 0.2, 0.02, 0.95)
    pd.testing.assert_frame_equal(table.drop(columns=["severity", "ranking"]), expected.drop(columns="q"))
    conditions = drops.responses["face"].conditions
    for (
        of_task
    ) in drops.responses.values():  # what gradient chose for face, and random filters, as if chosen for either task
        of_task.conditions = conditions.replace({"lesion": {"random": "object_by_gradient"}})
    table = segregation.by_severity(drops, LAYERS, [0.2], 0.02, 0.95).set_index(["ranking", "layer", "variant", "task"])[
        "index"
    ]
    assert table.loc["gradient"].index.get_level_values("layer").unique().tolist() == ["conv5_3"], "scored there alone"
    assert table["gradient", "conv5_3", "contrast", "face"] == pytest.approx((0.5 - 0.4) / (0.5 + 0.4))


def test_seeds_are_averaged(paths):
    """In the second seed the face lesion hurts both tasks alike: face 0 and object 1 there, 7 / 9 and 1 in the first."""
    frame = pd.read_parquet(paths[1])
    hurt = (frame.layer == "conv5_3") & (frame.lesion == "face")
    frame.loc[hurt, "right"] = frame.image[hurt].str.split("/").str[1].astype(int) < 2
    frame.to_parquet(paths[1])
    drops = segregation.measure_drops({t: responses.read(paths, t) for t in ("face", "object")}, "dual", 400)
    table = segregation.segregation(drops, LAYERS, 0.2, 0.02, 0.95).set_index(["variant", "task", "layer"])
    row = table.loc[("contrast", "combined", "conv5_3")]
    assert row["index"] == pytest.approx((8 / 9 + 1 / 2) / 2) and row.n_seeds == 2
    assert row.low < 0.55 and row.high > 0.8, "the interval holds the spread of the seeds"
    assert table.loc[("contrast", "combined", "conv1_1"), "n_seeds"] == 2


def test_seeds_without_a_defined_index_are_not_counted(paths):
    frame = pd.read_parquet(paths[1])
    frame.loc[(frame.layer == "conv1_1"), "right"] = True
    frame.to_parquet(paths[1])
    drops = segregation.measure_drops({t: responses.read(paths, t) for t in ("face", "object")}, "dual", 100)
    table = segregation.segregation(drops, LAYERS, 0.2, 0.02, 0.95).set_index(["variant", "task", "layer"])
    assert table.loc[("contrast", "combined", "conv1_1"), "n_seeds"] == 1


def test_dual_and_single_are_paired_over_images():
    """Two networks that are right on the same images differ by nothing in any draw, though either accuracy varies."""
    right = (np.random.default_rng(0).random((1, 40, 1)) < 0.6).astype(np.float32)
    conditions = pd.DataFrame({"layer": ["none"], "lesion": ["none"], "severity": [0.0]})
    read = responses.Responses(conditions, right, np.repeat(["a", "b", "c", "d"], 10))
    about, rows, draws = {"task": "face", "readout": "full", "classes": 4}, [], {}
    for name in ("dual", "face"):
        of_seeds, of_draws = accuracy.intact_accuracies(read, name, accuracy.task_images(read, "face", 300))
        rows.append({"network": name, **about, **accuracy.accuracy_rows(of_seeds, of_draws, 0.95)})
        draws[name] = pd.DataFrame({"face full": of_draws})
    assert rows[0]["accuracy"] == pytest.approx(right.mean()) and rows[0]["high"] - rows[0]["low"] > 0.1
    table = accuracy.compare(pd.DataFrame(rows), draws, {"dual": ["face", "object"], "face": ["face"]}, 0.95)
    assert table[["network", "single", "difference", "low", "high"]].to_numpy().tolist() == [["dual", "face", 0, 0, 0]]


def test_the_table_of_responses_by_hand():
    class Tiny:
        def __init__(self, names):
            self.labels, self.ids = np.array(names), np.array([f"{n}/0" for n in names])

        def rows(self, split):
            return np.arange(len(self.labels)) if split == "test" else np.array([], int)

    lesions = [SimpleNamespace(layer="l", target=t, severity=0.2, draw=0) for t in ("face", "random")]
    full = np.array([[True, False, True], [False, False, True]])
    table = responses.table(lesions, full, ~full, {"face": Tiny(["a", "b"]), "object": Tiny(["x"])}).to_pandas()
    assert table.lesion.tolist() == ["face"] * 3 + ["random"] * 3
    assert table.task.tolist() == ["face", "face", "object"] * 2
    assert table.image.tolist() == ["a/0", "b/0", "x/0"] * 2
    assert table.right.tolist() == [True, False, True, False, False, True]
    assert (table.right != table.right_masked).all()


def test_statistics_and_figures_load_no_torch():
    scripts = [rule for rule, text in RULES.items() if 'envs/statistics.yaml"' in text]
    assert {"bootstrap_segregation", "correlate_selectivity", "draw_figure_1", "record_run"} <= set(scripts)
    code = f"import sys, {', '.join(scripts)}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=responses.__file__.rsplit("segregation", 1)[0])
