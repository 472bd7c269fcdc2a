"""Lesions: hand-weighted networks with known answers, the fast way against full passes, nothing left behind."""

import csv
import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from segregation import networks
from segregation.lesions.cut import cut, layer
from segregation.lesions.design import random_lesions, read_ranking, size_of, top_lesions
from segregation.lesions.engine import lesioned_scores
from segregation.lesions.evaluation import evaluate, right
from segregation.lesions.ranking import Choice, mean_losses, rank_filters, write_ranking
from segregation.lesions.silence import silenced
from segregation.reporting import InputError

NEEDS = torch.tensor([0.5, 3.0, 0.0, 2.0])


def hand_weighted():
    """Two classes and four filters: filter f speaks for class 0 with weight NEEDS[f]; class 1 says nothing."""
    behind = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Linear(4, 2, bias=False))
    with torch.no_grad():
        behind[2].weight.copy_(torch.stack([NEEDS, torch.zeros(4)]))
    return behind, torch.ones(3, 4, 2, 2), torch.zeros(3, dtype=torch.long)


def loss_of(score):
    return float(np.log1p(np.exp(-score)))


def test_a_known_ranking():
    """The score of class 0 is the sum of the weights that are left, so filters go by weight: 3, 2, 0.5, 0."""
    behind, maps, targets = hand_weighted()
    chosen = rank_filters(behind, maps, targets, until=1.0)
    assert [c.filter for c in chosen] == [1, 3, 0, 2]
    assert [c.round for c in chosen] == [1, 2, 3, 4]
    assert [c.loss for c in chosen] == pytest.approx([loss_of(s) for s in (2.5, 0.5, 0.0, 0.0)], abs=1e-6)


def test_several_a_round_ties_and_end():
    """Half of four filters in one round of two; equal filters go by index; a round may exceed the fraction."""
    behind, maps, targets = hand_weighted()
    assert [(c.filter, c.round) for c in rank_filters(behind, maps, targets, step=0.5)] == [(1, 1), (3, 1)]
    with torch.no_grad():
        behind[2].weight[0] = 1.0
    assert [c.filter for c in rank_filters(behind, maps, targets, until=1.0)] == [0, 1, 2, 3]
    assert len(rank_filters(behind, maps, targets, step=0.75, until=0.9)) == 4


def test_greedy_sees_what_single_lesions_do_not():
    """Two redundant filters: neither matters alone, so a filter of little weight goes first, then the pair together."""

    class Redundant(nn.Module):
        def forward(self, maps):
            a, b, c, d = maps.mean((2, 3)).T
            score = 3 * torch.maximum(a, b) + 0.5 * c + 0 * d
            return torch.stack([score, torch.zeros_like(score)], 1)

    maps, targets = torch.ones(2, 4, 1, 1), torch.zeros(2, dtype=torch.long)
    assert [c.filter for c in rank_filters(Redundant(), maps, targets, until=1.0)] == [2, 0, 1, 3]


def test_a_silenced_filter_is_silent_and_comes_back():
    network = networks.build(ARCHITECTURE, 32, 4).eval()
    images, module = torch.randn(2, 3, 32, 32), layer(network, "conv3_1")
    before, seen = network(images), []
    hook = module.register_forward_hook(lambda _m, _i, maps: seen.append(maps))
    weights = [p.clone() for p in network.parameters()]
    with silenced(module, [0, 5]):
        lesioned = network(images)
    hook.remove()
    assert not torch.equal(lesioned, before)
    assert torch.equal(network(images), before)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())
    assert all(torch.equal(a, b) for a, b in zip(weights, network.parameters(), strict=True))


def test_nothing_is_left_after_an_error():
    network = networks.build(ARCHITECTURE, 32, 4).eval()
    with pytest.raises(RuntimeError), silenced(layer(network, "conv3_1"), [0]):
        raise RuntimeError
    assert not any(m._forward_hooks for m in network.modules())


def test_silencing_equals_captums_ablation():
    """A second opinion: captum's feature ablation of a filter's maps gives the same change of scores."""
    from captum.attr import LayerFeatureAblation

    network = networks.build(ARCHITECTURE, 32, 4, seed=2).eval()
    module, images = layer(network, "conv4_2"), torch.randn(2, 3, 32, 32)
    for other in network.modules():
        if isinstance(other, nn.ReLU):
            other.inplace = False
    with torch.no_grad():
        before, _ = cut(network, "conv4_2")
        maps = before(images)
        groups = torch.arange(maps.shape[1]).view(1, -1, 1, 1).expand(1, *maps.shape[1:])
        theirs = LayerFeatureAblation(network, module).attribute(images, layer_baselines=0, target=1, layer_mask=groups)
        ours = []
        for f in range(maps.shape[1]):
            with silenced(module, [f]):
                ours.append(network(images)[:, 1])
        expected = network(images)[:, 1] - torch.stack(ours)
    assert torch.allclose(theirs[:, :, 0, 0].T, expected, atol=1e-6)


ARCHITECTURE = {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0.0, "linear_init": "he"}
LAYERS = ("conv1_1", "conv2_2", "conv3_3", "conv4_1", "conv5_3")


def naive_losses(network, name, images, targets, sets):
    """Full passes through the whole network, one a lesion."""
    with torch.inference_mode():
        out = []
        for filters in sets:
            with silenced(layer(network, name), filters):
                out.append(F.cross_entropy(network(images), targets).item())
    return out


@pytest.fixture(scope="module")
def network_of():
    made = {}

    def make(seed, batch_norm):
        if (seed, batch_norm) not in made:
            network = networks.build(ARCHITECTURE | {"batch_norm": batch_norm}, 32, 6, seed).eval().requires_grad_(False)
            for module in network.modules():  # as uneven as a trained network, so that filters differ
                if isinstance(module, (nn.Conv2d, nn.Linear)):
                    module.weight.mul_(1.5)
                    if module.bias is not None:
                        module.bias.normal_(0, 0.1, generator=torch.Generator().manual_seed(seed))
            made[seed, batch_norm] = network
        return made[seed, batch_norm]

    return make


@given(
    st.integers(0, 3), st.booleans(), st.sampled_from(LAYERS), st.integers(1, 9), st.sampled_from([600, 5_000, 8_000_000])
)
def test_fast_equals_naive(network_of, seed, batch_norm, name, n_images, batch_bytes):
    """Losses of the cut network equal those of full passes, whatever the blocks."""
    rng = torch.Generator().manual_seed(seed + n_images)
    network = network_of(seed, batch_norm)
    images, targets = torch.randn(n_images, 3, 32, 32, generator=rng), torch.randint(0, 6, (n_images,), generator=rng)
    before, behind = cut(network, name)
    with torch.inference_mode():
        maps = before(images)
    n_filters = maps.shape[1]
    sets = [torch.randperm(n_filters, generator=rng)[:k].tolist() for k in (0, 1, 2, n_filters)]
    kept = torch.ones(len(sets), n_filters)
    for row, filters in enumerate(sets):
        kept[row, filters] = 0
    scores = torch.zeros(len(sets), n_images, 6)
    for lesions, shown, block in lesioned_scores(behind, maps, kept, batch_bytes):
        scores[lesions, shown] = block
    fast = [F.cross_entropy(s, targets).item() for s in scores]
    assert fast == pytest.approx(naive_losses(network, name, images, targets, sets), rel=1e-4, abs=1e-5)
    assert mean_losses(behind, maps, targets, kept).tolist() == pytest.approx(fast, rel=1e-4, abs=1e-5)


@settings(max_examples=15)
@given(st.integers(0, 3), st.booleans(), st.sampled_from(("conv1_2", "conv2_1", "conv5_3")), st.integers(4, 12))
def test_rankings_equal_naive_greedy(network_of, seed, batch_norm, name, n_images):
    """The order of a ranking is that of full passes; where two losses are as good as equal, either may come first."""
    network, rng = network_of(seed, batch_norm), torch.Generator().manual_seed(n_images)
    images, targets = torch.randn(n_images, 3, 32, 32, generator=rng), torch.randint(0, 6, (n_images,), generator=rng)
    before, behind = cut(network, name)
    with torch.inference_mode():
        maps = before(images)
    chosen = [c.filter for c in rank_filters(behind, maps, targets, until=0.25)]
    for place, choice in enumerate(chosen):
        left = [f for f in range(maps.shape[1]) if f not in chosen[:place]]
        losses = naive_losses(network, name, images, targets, [[*chosen[:place], f] for f in left])
        assert losses[left.index(choice)] == pytest.approx(max(losses), rel=1e-5, abs=1e-6)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())


def test_a_killed_search_goes_on_and_ends_the_same(tmp_path, monkeypatch):
    from segregation.lesions import ranking

    behind, maps, targets = hand_weighted()
    whole = rank_filters(behind, maps, targets, until=1.0)
    for stop in (1, 2, 3):
        state, keep = tmp_path / f"{stop}.json", ranking._keep

        def stopping(path, chosen, keep=keep, stop=stop):
            keep(path, chosen)
            if len(chosen) == stop:
                raise KeyboardInterrupt

        monkeypatch.setattr(ranking, "_keep", stopping)
        with pytest.raises(KeyboardInterrupt):
            rank_filters(behind, maps, targets, until=1.0, state=state)
        monkeypatch.setattr(ranking, "_keep", keep)
        assert len(json.loads(state.read_text())) == stop
        rounds = []
        monkeypatch.setattr(ranking, "mean_losses", lambda *args, rounds=rounds: rounds.append(1) or mean_losses(*args))
        assert rank_filters(behind, maps, targets, until=1.0, state=state) == whole
        assert len(rounds) == 4 - stop, "finished rounds are not computed again"


def test_a_ranking_is_written_as_it_is_read(tmp_path):
    write_ranking(tmp_path / "r.csv", [Choice(3, 1, 0.1 + 0.2), Choice(0, 2, 1.0)])
    rows = list(csv.DictReader((tmp_path / "r.csv").open()))
    assert rows == [{"filter": "3", "round": "1", "loss": repr(0.1 + 0.2)}, {"filter": "0", "round": "2", "loss": "1.0"}]


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
    behind, maps, _ = hand_weighted()
    with torch.no_grad():
        behind[2].weight[1] = 1.0
    lesions = [SimpleNamespace(filters=f) for f in ([], [1], [3, 1], [1, 3], [0])]
    full, masked = evaluate(behind, maps, torch.tensor([0, 0, 1]), [slice(0, 2)], lesions)
    by_weight, by_index = [True, True, False], [False, False, True]
    assert full.tolist() == [by_weight, by_index, by_index, by_index, by_weight]
    assert np.array_equal(full, masked)
