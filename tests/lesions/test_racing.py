"""Races: the exact order where nothing may be left out, fewer pairs where the best stand out, stated error, evenness."""

from collections import OrderedDict

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from segregation.lesions.engine import Engine
from segregation.lesions.racing import LEAST, Race
from segregation.lesions.ranking import rank


def weighted(weights, n_images, noise, seed=0):
    """Filters that speak for class 0 with some weights, shown images in which each varies; two classes."""
    n, rng = len(weights), torch.Generator().manual_seed(seed)
    stages = {"units": nn.ReLU(), "flat": nn.Flatten(1), "last": nn.Linear(n, 2, bias=False)}
    network = nn.Sequential(OrderedDict(stages)).eval().requires_grad_(False)
    network.last.weight.copy_(torch.stack([torch.tensor(weights), torch.zeros(n)]))
    images = (1 + noise * torch.randn(n_images, n, 1, 1, generator=rng)).clamp(min=0)
    return Engine(network, "units", images), torch.zeros(n_images, dtype=torch.long)


def pairs_of(chosen):
    return sum({choice.round: choice.pairs for choice in chosen}.values())


@settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(2, 40), st.sampled_from([0.0, 0.2, 0.4]))
def test_without_error_a_race_ends_as_the_exact_search(seed, n_images, step):
    weights = (0.3 * torch.randn(10, generator=torch.Generator().manual_seed(seed))).tolist()
    engine, targets = weighted(weights, n_images, 0.5, seed)
    exact, raced = (rank(engine, targets, step, 0.5, search, 1e-12) for search in ("exact", "racing"))
    a_round = max(1, int(step * 10))  # filters that are chosen together have no order
    for end in range(a_round, len(exact) + 1, a_round):
        assert {c.filter for c in raced[:end]} == {c.filter for c in exact[:end]}
    if n_images <= LEAST:
        assert sorted(c.loss for c in raced) == pytest.approx(sorted(c.loss for c in exact), abs=1e-6)


def test_filters_that_stand_out_are_found_with_few_pairs():
    weights = [0.0] * 20
    for place, unit in enumerate((3, 11, 7, 0, 15)):
        weights[unit] = 1 - 0.15 * place
    engine, targets = weighted(weights, 160, 0.3)
    exact, raced = (rank(engine, targets, 0, 0.25, search, 0.1) for search in ("exact", "racing"))
    assert [c.filter for c in raced] == [c.filter for c in exact] == [3, 11, 7, 0, 15]
    assert pairs_of(raced) < 0.25 * pairs_of(exact)


def test_the_best_is_left_out_as_rarely_as_stated():
    """100 first rounds of 10 filters of which the best is best by little: it is lost in less than the error rate."""
    lost, (engine, targets) = 0, weighted([0.5, *[0.42] * 9], 100 * 64, 0.5)
    for at in torch.arange(100 * 64).split(64):
        best = engine.losses(targets, [], range(10), at).losses.double().mean(1).argmax()
        estimates, _ = Race(engine, targets, at, 1, 0.1).run(1, [], list(range(10)))
        lost += estimates[best] == -torch.inf
    assert lost / 100 <= 0.1


def test_the_true_best_are_kept_beside_one_that_only_looks_good():
    """Two places; units of mean 1.0 and 0.9 that vary little, one of 0.8 that varies much: either of the first stays."""
    rng, kept = torch.Generator().manual_seed(0), torch.zeros(3)
    for _ in range(100):
        seen = torch.tensor([[1.0], [0.9], [0.8]]) + torch.tensor([[0.01], [0.01], [3.0]]) * torch.randn(3, 8, generator=rng)
        race = Race.__new__(Race)
        race.places, race.error_rate, race.at = 2, 0.1, torch.arange(128)
        kept += race._left(seen.mean(1).double(), seen.double(), 8)
    assert (kept[:2] >= 90).all()


def test_a_filter_that_serves_a_single_class_meets_it_before_it_is_dropped():
    """Of 16 classes of 4 images, the needed filter speaks for one alone, and another a little for all."""
    engine, _ = weighted([4.0, 0.05], 64, 0.0)
    engine._shown.images[4:, 0] = 0
    targets = torch.zeros(64, dtype=torch.long)
    race = Race(engine, torch.arange(64) // 4, torch.arange(64), 1, 0.1)
    assert race._heats(1)[0] == 16 and race._heats(2)[0] == LEAST
    race._heats = lambda number: [16, 32, 64]
    race.targets = targets
    race._order = lambda number: torch.cat([torch.arange(k, 64, 4) for k in range(4)])
    estimates, _ = race.run(1, [], [0, 1])
    assert estimates[0] > estimates[1]


def test_images_are_drawn_in_the_share_of_their_classes_and_anew_each_round():
    engine, _ = weighted([1.0, 0.5], 24, 0.1)
    targets = torch.tensor([0] * 12 + [1] * 8 + [2] * 4)
    race = Race(engine, targets, torch.arange(24), 1, 0.1)
    first, second = race._order(1), race._order(2)
    assert sorted(first.tolist()) == list(range(24)) and first.tolist() != second.tolist()
    assert torch.equal(first, race._order(1))
    for order in (first, second):
        assert torch.bincount(targets[order[:12]]).tolist() == [6, 4, 2]
