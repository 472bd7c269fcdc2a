"""What networks of several seeds differ in: by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from compare_seeds import compare_seeds
from segregation.statistics.responses import Responses
from segregation.statistics.seeds import BOTH, correlations, lesioned, of_networks, silent, trained

CONDITIONS = pd.DataFrame(
    {"layer": ["none", "l", "l", "l"], "lesion": ["none", "face", "object", "face"], "severity": [0.0, 0.2, 0.2, 0.5]}
)


def answers(*of_seeds):
    """Responses of networks to ten images of one class: how many are right under each of CONDITIONS, by seed."""
    right = [[[float(image < count) for count in counts] for image in range(10)] for counts in of_seeds]
    return Responses(CONDITIONS, np.array(right, np.float32), np.repeat("a", 10))


def test_lesions_by_hand():
    responses = {"face": answers([10, 2, 8, 0], [8, 2, 8, 0]), "object": answers([5, 4, 1, 0], [10, 10, 5, 0])}
    found = lesioned(responses, "l", 0.2, 0.02, [7, 9]).set_index(["seed", "quantity", "task"]).value
    assert (
        found[7, "top1", "face"] == 1
        and found[7, "top1", "object"] == 0.5
        and found[9, "top1", "face"] == pytest.approx(0.8)
    )
    assert found[7, "own_drop", "face"] == pytest.approx(0.8) and found[7, "other_drop", "face"] == pytest.approx(0.2)
    assert found[7, "own_drop", "object"] == pytest.approx(0.8) and found[7, "other_drop", "object"] == pytest.approx(0.2)
    assert found[7, "index", BOTH] == pytest.approx(0.6)
    assert found[9, "own_drop", "face"] == pytest.approx(0.75) and found[9, "other_drop", "object"] == 0
    assert found[9, "index", BOTH] == pytest.approx(1) and len(found) == 2 * 7


def test_filters_that_never_fire_and_losses():
    tasks, filters = ["face"] * 4 + ["object"] * 4, [0, 1, 2, 3] * 2
    gradients = {
        3: pd.DataFrame({"task": tasks, "filter": filters, "score": [0, 0, -1, 0, 0, 2, 0, 0]}),
        4: pd.DataFrame({"task": ["face", "face"], "filter": [0, 1], "score": [0.1, -0.1]}),
    }
    assert silent(gradients).value.tolist() == [0.5, 0]
    history = pd.DataFrame({"train_loss": [3.0, 1.0], "validation_loss": [3.5, 1.5]})
    found = trained({3: history, 4: history + 1})
    assert found.value.tolist() == [1, 2, 1.5, 2.5]
    assert found.quantity.tolist() == 2 * ["train_loss"] + 2 * ["validation_loss"]
    assert trained({}).empty


def quantities(index, **others):
    seeds = range(1, len(index) + 1)
    parts = {"index": index} | others
    return pd.concat([of_networks(name, dict(zip(seeds, values, strict=True))) for name, values in parts.items()])


def test_correlations_by_hand():
    table = quantities([0.1, 0.2, 0.4, 0.3], up=[1, 2, 9, 5], down=[4, 3, 1, 2], same=[1, 1, 1, 1], own_drop=[1, 2, 4, 3])
    found = correlations(table).set_index("quantity")
    assert found.rho["up"] == 1 and found.rho["down"] == -1 and np.isnan(found.rho["same"]) and np.isnan(found.rho["index"])
    assert found["mean"]["index"] == pytest.approx(0.25)
    assert found["sd"]["index"] == pytest.approx(np.std([0.1, 0.2, 0.4, 0.3], ddof=1))
    assert np.isnan(found.q["own_drop"]) and found.rho["own_drop"] == 1, "the index is made of it"
    assert found.q[["up", "down"]].notna().all() and found.n_seeds.tolist() == [4] * 5


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-5, 5)), min_size=3, max_size=12))
def test_rho_is_the_correlation_of_ranks(pairs):
    index, values = map(list, zip(*pairs, strict=True))
    found = correlations(quantities(index, x=values)).set_index("quantity").rho["x"]
    if len(set(index)) == 1 or len(set(values)) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(np.corrcoef(rankdata(index), rankdata(values))[0, 1])


def test_the_step_reads_what_the_workflow_writes(tmp_path):
    seeds, tasks = (5, 6, 7), ("face", "object")
    tables = {"responses": [], "scores": [], "histories": []}
    for seed in seeds:
        images = pd.DataFrame([(task, f"{task}{i}", i) for task in tasks for i in range(4)], columns=["task", "image", "i"])
        answered = images.assign(**{"class": "a", "draw": 0, "right_masked": True})
        answered = answered.merge(CONDITIONS.reset_index(names="k"), how="cross")
        answered = answered.assign(right=answered.i < 4 - answered.k).drop(columns=["i", "k"])
        tables["responses"].append(str(tmp_path / f"{seed}.parquet"))
        answered.to_parquet(tables["responses"][-1], index=False)
        scored = pd.MultiIndex.from_product([tasks, ["gradient", "one_shot"], [0, 1]], names=["task", "method", "filter"])
        scored = scored.to_frame(index=False)
        tables["scores"].append(str(tmp_path / f"scores{seed}.csv"))
        scored.assign(score=scored["filter"] * (scored.method == "gradient")).to_csv(tables["scores"][-1], index=False)
        tables["histories"].append(str(tmp_path / f"history{seed}.csv"))
        pd.DataFrame({"train_loss": [seed], "validation_loss": [2 * seed]}).to_csv(tables["histories"][-1], index=False)
    shares = pd.DataFrame({"layer": ["k", "l"] * 3, "seed": [7, 7, 5, 5, 6, 6], "share": [9, 0.7, 9, 0.5, 9, 0.6]})
    shares.to_csv(tmp_path / "shared.csv", index=False)
    out = {name: str(tmp_path / f"{name}.csv") for name in ("table", "correlations")}
    how = {"tasks": [*tasks], "seeds": [*seeds], "layer": "l", "severity": 0.2, "floor": 0.02}
    compare_seeds(**tables, shared=str(tmp_path / "shared.csv"), **how, **out)
    found = pd.read_csv(out["table"]).set_index(["seed", "quantity", "task"]).value
    assert found[6, "shared_filters", BOTH] == 0.6 and found[5, "silent_filters", BOTH] == 0.5
    assert found[7, "train_loss", BOTH] == 7 and found[7, "own_drop", "face"] == pytest.approx(0.25)
    assert set(pd.read_csv(out["correlations"]).quantity) == {name for _, name, _ in found.index}
