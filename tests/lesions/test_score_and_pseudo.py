"""The steps that score filters and lesion pseudo-tasks, against what their parts give for the same network and images."""

import numpy as np
import pandas as pd
import pytest
import torch

from lesion_pseudo_tasks import lesion_pseudo_tasks
from passes import relu_of
from score_filters import score_filters
from segregation.images import batches
from segregation.lesions import scores
from segregation.lesions.engine import Engine
from segregation.lesions.maps import head_of
from segregation.lesions.pseudo_step import _accuracies
from segregation.lesions.ranking import rank_filters
from segregation.lesions.silence import silenced
from segregation.networks import building, checkpoints
from segregation.steps.randomness import generator
from segregation.steps.reporting import InputError
from small import ARCHITECTURE

LAYER = "conv3_1"


@pytest.fixture
def study(tmp_path, make_store):
    """Two tasks of two classes, and an untrained network of both."""
    stores = {
        "face": make_store("face.arrow", ("a", "b"), train=4, test=6, heldout=("y", "z"), size=36),
        "object": make_store("object.arrow", ("c", "d"), train=4, test=6, heldout=("x",), size=36),
    }
    weights = str(tmp_path / "weights.safetensors")
    checkpoints.save(weights, building.build(ARCHITECTURE, 32, 4, seed=3), {"image_size": 32, "classes": {}})
    shown = {"network": {"tasks": list(stores)}, "stores": [str(store.path) for store in stores.values()]}
    return stores, checkpoints.load(weights)[0], shown | {"weights": weights, "layer": LAYER, "seed": 1, "threads": 1}


def test_scores_of_a_task_are_of_its_own_images(study, tmp_path):
    stores, network, arguments = study
    score_filters(**arguments, n_images=100, lesion={"kind": "zero"}, table=str(tmp_path / "scores.csv"))
    table = pd.read_csv(tmp_path / "scores.csv").set_index(["task", "method", "filter"]).score.sort_index()
    head = head_of(network, LAYER)
    unseen = [batches.scores(head, batches.load_images(s, s.rows("heldout")), 32) for s in stores.values()]
    expected = scores.selectivity(*unseen).numpy()
    assert np.nanmax(np.abs(expected)) > 1e-3  # filters that are silent for all images have none
    assert table["face", "selectivity"].to_numpy() == pytest.approx(expected, nan_ok=True)
    assert table["object", "selectivity"].to_numpy() == pytest.approx(-expected, nan_ok=True)
    for task, offset in (("face", 0), ("object", 2)):
        images = batches.load_images(stores[task], stores[task].rows("train"), offset)
        engine = Engine(network, LAYER, batches.centre(images.pixels, 32))
        for method in ("one_shot", "gradient"):
            wanted = getattr(scores, method)(engine, images.targets)
            assert table[task, method].to_numpy() == pytest.approx(wanted.numpy(), rel=1e-5, abs=1e-7)


def test_selectivity_needs_classes_that_no_network_was_trained_on(study, tmp_path, make_store):
    *_, arguments = study
    make_store("object.arrow", ("c", "d"), heldout=(), size=36)
    with pytest.raises(InputError, match=r"object.arrow: has no held-out classes"):
        score_filters(**arguments, n_images=4, lesion={"kind": "zero"}, table=str(tmp_path / "scores.csv"))


def test_accuracies_of_pseudo_tasks_by_hand():
    """Images 0 and 2 are of a, 1 and 3 of b; rows: intact, the lesion for a, that for b."""
    named = np.array([[1, 1, 1, 0], [0, 1, 0, 0], [1, 0, 1, 0]], bool)
    rows = _accuracies(named, np.array([0, 1, 0, 1]), "ab")
    found = {(row["lesion"], row["task"]): (row["intact"], row["lesioned"]) for row in rows}
    assert found == {("a", "a"): (1, 0), ("b", "a"): (1, 1), ("a", "b"): (0.5, 0.5), ("b", "b"): (0.5, 0)}


def test_pseudo_tasks_halve_the_classes_and_lesion_what_each_half_needs(study, tmp_path):
    stores, network, arguments = study
    settings = {"images": 100, "step": 0.016, "until": 0.5, "search": "exact", "error_rate": 0.1, "tolerance": 0.0}
    table = tmp_path / "pseudo.csv"
    lesion_pseudo_tasks(
        **arguments, settings=settings, lesion={"kind": "zero"}, assignments=3, severity=0.25, table=str(table)
    )
    found = pd.read_csv(table).set_index(["assignment", "lesion", "task"])
    assert len(found) == 3 * 2 * 2
    train, test = (
        batches.join([batches.load_images(s, s.rows(split), 2 * i) for i, s in enumerate(stores.values())])
        for split in ("train", "test")
    )
    images = batches.centre(train.pixels, 32)
    groups = torch.from_numpy(generator(1, "pseudo-tasks", 0).permutation(4) % 2)
    assert groups.sum() == 2
    for group, lesion in enumerate("ab"):
        own = groups[train.targets] == group
        top = [
            choice.filter for choice in rank_filters(network, LAYER, images[own], train.targets[own], step=0.016, until=0.25)
        ]
        with silenced(relu_of(network, LAYER), top):
            right = batches.scores(network, test, 32).argmax(1) == test.targets
        for other, task in enumerate("ab"):
            accuracy = right[groups[test.targets] == other].float().mean().item()
            assert found.lesioned[0, lesion, task] == pytest.approx(accuracy)
