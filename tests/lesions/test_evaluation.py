"""The step that tests a network under the lesions of a layer: killed and started again it ends with the same bytes."""

import pandas as pd
import pytest
import torch

from evaluate_lesions import evaluate_lesions
from rank_filters import rank_filters
from segregation.lesions import evaluation
from segregation.lesions.engine import Engine
from segregation.networks import building, checkpoints
from segregation.steps.limits import EXIT, Limit
from small import ARCHITECTURE

LAYER, LESIONS = "conv3_1", {"severities": [0.25, 0.5], "headline": 0.25, "random_draws": 2}
RANKING = {"images": 8, "step": 0, "until": 0.5, "search": "exact", "error_rate": 0.1, "tolerance": 0.0}


@pytest.fixture
def arguments(tmp_path, make_store):
    """Arguments of the step, but where it writes: two tasks of two classes, an untrained network, its rankings."""
    stores = [str(make_store(f"{task}.arrow", ("a", "b"), train=4, test=10, size=36).path) for task in ("face", "object")]
    weights = str(tmp_path / "weights.safetensors")
    checkpoints.save(weights, building.build(ARCHITECTURE, 32, 4, seed=3), {"image_size": 32, "classes": {}})
    of = {"network": {"tasks": ["face", "object"]}, "stores": stores, "weights": weights, "layer": LAYER, "seed": 1}
    of |= {"lesion": {"kind": "zero"}, "code": ["some"], "threads": 1}
    rankings = [str(tmp_path / f"{task}.csv") for task in ("face", "object")]
    for task, path in zip(("face", "object"), rankings, strict=True):
        rank_filters(**of, task=task, settings=RANKING, ranking=path)
    return of | {"rankings": rankings, "settings": LESIONS}


def test_killed_it_ends_with_the_same_bytes(arguments, tmp_path, monkeypatch):
    monkeypatch.setattr(evaluation, "AT_ONCE", 6)  # images, of 40
    (tmp_path / "out").mkdir()
    whole, killed = (tmp_path / f"out/{name}.parquet" for name in ("whole", "killed"))
    evaluate_lesions(**arguments, responses=str(whole))
    scores, left = Engine.scores, [3, 2, 99]

    def until_killed(self, lesions, at):
        left[0] -= 1
        if left[0] < 0:
            left.pop(0)
            raise KeyboardInterrupt
        return scores(self, lesions, at)

    monkeypatch.setattr(Engine, "scores", until_killed)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            evaluate_lesions(**arguments, responses=str(killed), save_every=0.0)
        assert len(list(killed.parent.glob(".killed*"))) == 1
    evaluate_lesions(**arguments, responses=str(killed), save_every=0.0)
    assert killed.read_bytes() == whole.read_bytes() and left == [99 - 2], "7 parts, of which 5 were done before"
    assert not list(killed.parent.glob(".*")), "no state is left"


def test_it_stops_before_its_limit_with_its_state_kept(arguments, tmp_path, monkeypatch):
    monkeypatch.setattr(evaluation, "AT_ONCE", 6)
    ticks = iter(range(1000))
    with pytest.raises(SystemExit) as stopped:
        evaluate_lesions(**arguments, responses=str(tmp_path / "r.parquet"), limit=Limit(12, lambda: next(ticks)))
    assert stopped.value.code == EXIT and len(list(tmp_path.glob(".r.parquet*"))) == 1


def test_an_intact_network_and_the_lesions_of_a_layer(arguments, tmp_path):
    for layer, n in (("intact", 1), (LAYER, 1 + 2 * 2 + 2)):
        given = arguments | {"layer": layer} | ({} if n > 1 else {"rankings": [], "settings": {}})
        evaluate_lesions(**given, responses=str(tmp_path / f"{layer}.parquet"))
        table = pd.read_parquet(tmp_path / f"{layer}.parquet")
        assert len(table) == n * 40 and (table.layer == "none").sum() == 40
    intact = table[table.layer == "none"].right.to_numpy()
    assert (pd.read_parquet(tmp_path / "intact.parquet").right == intact).all()


def test_of_a_precision_all_passes_are(arguments, tmp_path, monkeypatch):
    """On a processor bfloat16 is the one that differs."""
    right, seen = evaluation.right, {}
    for precision in ("float32", "bfloat16"):
        kept = seen.setdefault(precision, [])
        monkeypatch.setattr(evaluation, "right", lambda of, *more, kept=kept: kept.append(of.flatten()) or right(of, *more))
        lesion = {"kind": "zero"} | ({"precision": precision} if precision != "float32" else {})
        evaluate_lesions(**arguments | {"lesion": lesion}, responses=str(tmp_path / f"{precision}.parquet"))
    one, other = (torch.cat(of) for of in seen.values())
    assert one.dtype == other.dtype == torch.float32
    assert not torch.equal(one, other) and torch.allclose(one, other, rtol=0.1, atol=0.1)
