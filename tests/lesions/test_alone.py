"""What each filter's lesion does to each class, against lesions of the network itself; killed, it ends the same."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional as F

from lesion_single_filters import lesion_single_filters
from passes import relu_of
from segregation.images import batches
from segregation.lesions import alone
from segregation.lesions.engine import Engine
from segregation.lesions.silence import silenced
from segregation.networks import building, checkpoints
from segregation.steps.limits import EXIT, Limit
from small import ARCHITECTURE

LAYER = "conv3_1"


@pytest.fixture
def study(tmp_path, make_store):
    """Two tasks of two classes, an untrained network, and the arguments of the step but where it writes."""
    stores = [make_store(f"{task}.arrow", ("a", "b"), train=2, test=6, size=36) for task in ("face", "object")]
    weights = str(tmp_path / "weights.safetensors")
    checkpoints.save(weights, building.build(ARCHITECTURE, 32, 4, seed=3), {"image_size": 32, "classes": {}})
    of = {"network": {"tasks": ["face", "object"]}, "stores": [str(store.path) for store in stores], "weights": weights}
    return stores, of | {"layer": LAYER, "seed": 1, "lesion": {"kind": "zero"}, "most": None, "code": ["some"], "threads": 1}


def test_changes_are_those_of_lesions_of_the_network_itself(study, tmp_path):
    stores, arguments = study
    lesion_single_filters(**arguments, table=str(tmp_path / "t.parquet"))
    table = pd.read_parquet(tmp_path / "t.parquet")
    network = checkpoints.load(arguments["weights"])[0]
    images = batches.join([batches.load_images(s, s.rows("test"), 2 * i) for i, s in enumerate(stores)])

    def losses(filters):
        with silenced(relu_of(network, LAYER), filters):
            scores = batches.scores(network, images, 32).double()
        own = torch.cat(
            [
                F.cross_entropy(scores[part, at], images.targets[part] - at.start, reduction="none")
                for part, at in ((slice(0, 12), slice(0, 2)), (slice(12, 24), slice(2, 4)))
            ]
        )
        return F.cross_entropy(scores, images.targets, reduction="none").numpy(), own.numpy()

    n_filters = table["filter"].max() + 1
    assert len(table) == 4 * n_filters and table.columns[:3].tolist() == ["filter", "task", "class"]
    assert table[["task", "class"]][:4].to_numpy().tolist() == [[t, c] for t in ("face", "object") for c in "ab"]
    intact = losses([])
    for f in (0, 3, n_filters - 1):
        for end, one, other in zip(("", "_masked"), losses([f]), intact, strict=True):
            change, of_filter = one - other, table[table["filter"] == f]
            by_class = [change[images.targets == c] for c in range(4)]
            assert of_filter[f"rise{end}"].to_numpy() == pytest.approx([c.mean() for c in by_class], abs=1e-6)
            assert of_filter[f"change{end}"].to_numpy() == pytest.approx([np.abs(c).mean() for c in by_class], abs=1e-6)
    assert (table.change >= table.rise.abs() - 1e-12).all() and table.change.max() > 1e-4


def test_so_many_images_of_each_class_are_shown(study, tmp_path, monkeypatch):
    _, arguments = study
    step, shown = lesion_single_filters.__globals__, []
    changes = step["changes_by_class"]

    def counting(engine, targets, *others):
        shown.append(targets.bincount().tolist())
        return changes(engine, targets, *others)

    monkeypatch.setitem(step, "changes_by_class", counting)
    for most in (2, 99):
        lesion_single_filters(**arguments | {"most": most}, table=str(tmp_path / f"{most}.parquet"))
    assert shown == [[2] * 4, [6] * 4]
    lesion_single_filters(**arguments, table=str(tmp_path / "all.parquet"))
    assert (tmp_path / "99.parquet").read_bytes() == (tmp_path / "all.parquet").read_bytes()


def test_killed_it_ends_with_the_same_bytes(study, tmp_path, monkeypatch):
    monkeypatch.setattr(alone, "AT_ONCE", 7)  # images, of 24
    whole, killed = tmp_path / "whole.parquet", tmp_path / "killed.parquet"
    lesion_single_filters(**study[1], table=str(whole))
    scores, left = Engine.scores, [2, 99]

    def until_killed(self, lesions, at):
        left[0] -= 1
        if left[0] < 0:
            left.pop(0)
            raise KeyboardInterrupt
        return scores(self, lesions, at)

    monkeypatch.setattr(Engine, "scores", until_killed)
    with pytest.raises(KeyboardInterrupt):
        lesion_single_filters(**study[1], table=str(killed), save_every=0.0)
    assert len(list(tmp_path.glob(".killed*"))) == 1
    lesion_single_filters(**study[1], table=str(killed), save_every=0.0)
    assert killed.read_bytes() == whole.read_bytes() and left == [99 - 2], "4 parts, of which 2 were done before"
    assert not list(tmp_path.glob(".*")), "no state is left"


def test_it_stops_before_its_limit_with_its_state_kept(study, tmp_path, monkeypatch):
    monkeypatch.setattr(alone, "AT_ONCE", 7)
    ticks = iter(range(1000))
    with pytest.raises(SystemExit) as stopped:
        lesion_single_filters(**study[1], table=str(tmp_path / "t.parquet"), limit=Limit(8, lambda: next(ticks)))
    assert stopped.value.code == EXIT and len(list(tmp_path.glob(".t.parquet*"))) == 1
