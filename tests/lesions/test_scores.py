"""Scores of filters: by hand, and the gradient against what lesions really do."""

import numpy as np
import pytest
import torch
from torch import nn

from segregation.lesions import scores
from segregation.lesions.design import read_scores
from segregation.lesions.engine import Engine
from segregation.lesions.ranking import rank_filters
from segregation.steps.reporting import InputError
from small import NEEDS, hand_weighted


@pytest.fixture
def network():
    """Filter f speaks for class 0 with weight NEEDS[f]; class 1 says nothing."""
    return hand_weighted()[0]


def test_one_shot_by_hand(network):
    """The score of class 0 is 5.5 less the weight of the filter that is silenced."""
    values = scores.one_shot(Engine(network, "units", torch.ones(3, 4, 2, 2)), torch.zeros(3, dtype=torch.long))
    assert values.tolist() == pytest.approx([float(np.log1p(np.exp(-(5.5 - w)))) for w in NEEDS.tolist()], abs=1e-6)


def test_one_shot_is_the_first_round_of_the_search(network):
    images, targets = torch.rand(6, 4, 3, 3), torch.tensor([0, 1] * 3)
    values = scores.one_shot(Engine(network, "units", images), targets)
    first = rank_filters(network, "units", images, targets, step=1.0, until=1.0)
    assert [c.filter for c in first] == sorted(range(4), key=lambda f: (-values[f].item(), f))


@pytest.mark.parametrize("memory", [500, 4_000_000_000])
def test_gradient_by_hand(network, memory):
    """With score s = 5.5, the loss log(1 + exp(-s)) falls by sigmoid(-s) a unit of s; filter f gives NEEDS[f] units."""
    engine = Engine(network, "units", torch.ones(3, 4, 2, 2), memory=memory)
    values = scores.gradient(engine, torch.zeros(3, dtype=torch.long))
    slope = 1 / (1 + np.exp(5.5))
    assert values.tolist() == pytest.approx([slope * w for w in NEEDS.tolist()], rel=1e-5)


def test_gradient_foretells_small_lesions(network):
    rng = torch.Generator().manual_seed(1)
    network, images = network.double(), 0.001 * torch.rand(50, 4, 2, 2, generator=rng).double()
    targets, engine = torch.randint(2, (50,), generator=rng), Engine(network, "units", images)
    intact = nn.functional.cross_entropy(network(images), targets).item()
    rises = scores.one_shot(engine, targets) - intact
    assert scores.gradient(engine, targets).tolist() == pytest.approx(rises.tolist(), rel=0.02, abs=1e-8)


def test_selectivity_by_hand():
    """Norms 5 (a 3-4-5 map) and 1 give (5 - 1) / (5 + 1); means are over images; a silent filter has none."""
    own = torch.tensor([[[[3.0, 4.0]], [[0.0, 1.0]], [[0.0, 0.0]]], [[[3.0, 4.0]], [[0.0, 3.0]], [[0.0, 0.0]]]])
    other = torch.tensor([[[[1.0, 0.0]], [[0.0, 2.0]], [[0.0, 0.0]]]])
    values = scores.selectivity(own, other)
    assert values[:2].tolist() == pytest.approx([4 / 6, 0.0]) and torch.isnan(values[2])
    assert scores.selectivity(other, own)[0].item() == pytest.approx(-4 / 6)


def test_scores_are_read_in_falling_order(tmp_path):
    path = tmp_path / "s.csv"
    lines = ["face,gradient,0,0.5", "face,gradient,1,", "face,gradient,2,0.7", "object,gradient,0,1", "object,gradient,1,1"]
    path.write_text("\n".join(["task,method,filter,score", *lines, "object,gradient,2,-3"]))
    assert read_scores(path, 3) == {("face", "gradient"): [2, 0, 1], ("object", "gradient"): [0, 1, 2]}
    with pytest.raises(InputError, match=r"s.csv: not the scores of 4 filters"):
        read_scores(path, 4)
    path.write_text("filter,score\n0,x\n")
    with pytest.raises(InputError, match=r"s.csv: not a file of scores"):
        read_scores(path, 1)
