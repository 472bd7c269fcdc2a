"""Lesions: rankings known by hand, searches that are killed, files of rankings, designs, and what images are named."""

import csv

import numpy as np
import pytest
import torch
from torch import nn

from segregation.lesions import ranking
from segregation.lesions.design import layer_size, random_lesions, read_ranking, size_of, top_lesions
from segregation.lesions.evaluation import evaluate_lesions, right
from segregation.lesions.ranking import Choice, rank_filters, write_ranking
from segregation.steps.reporting import InputError
from small import hand_weighted

SEARCHES = pytest.mark.parametrize("search", ["exact", "racing"])


def loss_of(score):
    return float(np.log1p(np.exp(-score)))


@SEARCHES
def test_a_known_ranking(search):
    """The score of class 0 is the sum of the weights that are left, so filters go by weight: 3, 2, 0.5, 0."""
    network, images, targets = hand_weighted()
    chosen = rank_filters(network, "units", images, targets, until=1.0, search=search)
    assert [c.filter for c in chosen] == [1, 3, 0, 2]
    assert [c.round for c in chosen] == [1, 2, 3, 4]
    assert [c.loss for c in chosen] == pytest.approx([loss_of(s) for s in (2.5, 0.5, 0.0, 0.0)], abs=1e-6)
    assert {c.n_filters for c in chosen} == {4}


def test_several_a_round_ties_and_end():
    """Half of four filters in one round of two; equal filters go by index; a round may exceed the fraction."""
    network, images, targets = hand_weighted()
    chosen = rank_filters(network, "units", images, targets, step=0.5)
    assert [(c.filter, c.round) for c in chosen] == [(1, 1), (3, 1)]
    network.last.weight[0] = 1.0
    assert [c.filter for c in rank_filters(network, "units", images, targets, until=1.0)] == [0, 1, 2, 3]
    assert len(rank_filters(network, "units", images, targets, step=0.75, until=0.9)) == 4


class Redundant(nn.Module):
    """Two filters that say the same, one of little weight, and one of none."""

    def __init__(self):
        super().__init__()
        self.units = nn.ReLU()

    def forward(self, images):
        means = self.units(images).mean((2, 3))
        score = 3 * torch.maximum(means[:, 0], means[:, 1]) + 0.5 * means[:, 2]
        return torch.stack([score, torch.zeros_like(score)], 1)


def test_greedy_sees_what_single_lesions_do_not():
    """Two redundant filters: neither matters alone, so a filter of little weight goes first, then the pair together."""
    network, images, targets = nn.Sequential(nn.Conv2d(4, 4, 1), Redundant()), torch.ones(2, 4, 1, 1), torch.zeros(2).long()
    with torch.no_grad():
        network[0].weight.copy_(torch.eye(4)[:, :, None, None])
        network[0].bias.zero_()
    chosen = rank_filters(network.eval(), "1.units", images, targets, until=1.0)
    assert [c.filter for c in chosen] == [2, 0, 1, 3]


def test_pairs_of_silent_filters_cost_nothing():
    """Filters 2 and 3 are silent for one of two images: 4 + 2 pairs and two of no candidate; then without filter 1."""
    network, images, targets = hand_weighted()
    images = images[:2].clone()
    images[1, 2:] = 0
    chosen = rank_filters(network, "units", images, targets[:2], until=0.5)
    assert [(c.filter, c.pairs) for c in chosen] == [(1, 4 + 2 + 2), (3, 3 + 1 + 2)]


@SEARCHES
def test_a_killed_search_goes_on_and_ends_the_same(tmp_path, monkeypatch, search):
    network, images, targets = hand_weighted()
    images = torch.rand(40, 4, 2, 2, generator=torch.Generator().manual_seed(0))
    network.last = nn.Linear(4, 20).eval().requires_grad_(False)  # more classes than a later round's first heat has images
    targets = torch.arange(40) % 20
    how = {"until": 1.0, "search": search}
    whole = rank_filters(network, "units", images, targets, **how)
    for stop in (1, 2, 3):
        state, keep = tmp_path / f"{stop}", ranking._keep

        def stopping(path, chosen, *what, keep=keep, stop=stop):
            keep(path, chosen, *what)
            if len(chosen) == stop:
                raise KeyboardInterrupt

        monkeypatch.setattr(ranking, "_keep", stopping)
        with pytest.raises(KeyboardInterrupt):
            rank_filters(network, "units", images, targets, **how, state=state)
        monkeypatch.setattr(ranking, "_keep", keep)
        rounds = []
        monkeypatch.setattr(ranking, "_keep", lambda *args, keep=keep, rounds=rounds: rounds.append(1) or keep(*args))
        assert rank_filters(network, "units", images, targets, **how, state=state) == whole
        assert len(rounds) == 4 - stop, "finished rounds are not computed again"
        monkeypatch.setattr(ranking, "_keep", keep)


def test_an_unknown_search_is_refused():
    with pytest.raises(InputError, match=r"no search 'random'; there are exact, racing"):
        rank_filters(*(hand_weighted()[0], "units", *hand_weighted()[1:]), search="random")


def test_a_ranking_is_written_as_it_is_read(tmp_path):
    write_ranking(tmp_path / "r.csv", [Choice(3, 1, 0.1 + 0.2, 9, 8), Choice(0, 2, 1.0, 7, 8)])
    assert [list(row.values()) for row in csv.DictReader((tmp_path / "r.csv").open())] == [
        ["3", "1", repr(0.1 + 0.2), "9", "8"],
        ["0", "2", "1.0", "7", "8"],
    ]
    assert read_ranking(tmp_path / "r.csv", 8) == [3, 0] and layer_size(tmp_path / "r.csv") == 8


@pytest.mark.parametrize(
    ("severity", "n", "expected"), [(0.2, 512, 102), (0.2, 8, 2), (0.05, 8, 0), (0.5, 5, 3), (0.25, 2, 1)]
)
def test_sizes_by_hand(severity, n, expected):
    assert size_of(severity, n) == expected


def test_a_ranking_that_is_too_short_is_refused():
    with pytest.raises(InputError, match=r"ranking of conv5_3 for face has 3 of 10 filters, but severity 0.5 needs 5"):
        top_lesions("conv5_3", "face", [4, 2, 1], [0.1, 0.5], 10)
    assert [lesion.filters for lesion in top_lesions("conv5_3", "face", [4, 2, 1], [0.1, 0.3], 10)] == [[4], [4, 2, 1]]


@pytest.mark.parametrize("text", ["", "filter,round,loss\n1,1,0.5\n1,2,0.4\n", "filter,round,loss\n9,1,0.5\n", "f,r\n1,2\n"])
def test_what_is_no_ranking_is_refused_by_name(tmp_path, text):
    (tmp_path / "face.csv").write_text(text)
    if not text:
        assert read_ranking(tmp_path / "face.csv", 4) == []  # its length is for top_lesions to judge
        return
    with pytest.raises(InputError, match=r"face\.csv: not a ranking.*Delete it"):
        read_ranking(tmp_path / "face.csv", 4)


def test_random_lesions_are_of_the_same_size_without_repeats():
    lesions = random_lesions("conv5_3", [0.2, 0.5], 30, 16, np.random.default_rng(0))
    assert [len(lesion.filters) for lesion in lesions] == [3] * 30 + [8] * 30
    assert all(len(set(lesion.filters)) == len(lesion.filters) for lesion in lesions)
    counts = np.bincount(np.concatenate([lesion.filters for lesion in lesions]), minlength=16)
    assert counts.min() > 5


def test_right_by_hand():
    """An image of the first task whose best score is a class of the second is wrong in full, right among its own."""
    scores = torch.tensor([[1.0, 5.0, 9.0, 0.0], [0.0, 0.0, 1.0, 2.0], [3.0, 1.0, 0.0, 0.0]])
    full, masked = right(scores, torch.tensor([1, 3, 1]), [slice(0, 2), slice(2, 4)])
    assert full.tolist() == [False, True, False]
    assert masked.tolist() == [True, True, False]


def test_evaluation_by_hand():
    """Without all filters that speak for class 0, no class wins: the first of equal scores is named."""
    network, images, _ = hand_weighted()
    network.last.weight[1] = 1.0
    lesions = [[], [1], [3, 1], [1, 3], [0]]
    full, masked = evaluate_lesions(network, "units", images, torch.tensor([0, 0, 1]), lesions, [slice(0, 2)])
    by_weight, by_index = [True, True, False], [False, False, True]
    assert full.tolist() == [by_weight, by_index, by_index, by_index, by_weight]
    assert np.array_equal(full, masked)


def test_a_lesion_of_a_filter_that_there_is_not_is_refused():
    network, images, targets = hand_weighted()
    with pytest.raises(InputError, match=r"Layer 'units' has units 0 to 3, not 4, 7"):
        evaluate_lesions(network, "units", images, targets, [[7, 1], [4]], [slice(0, 2)])
