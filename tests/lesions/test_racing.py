"""Races: the exact order where nothing may be left out, fewer pairs where the best stand out, stated error, evenness."""

from collections import OrderedDict

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from segregation.lesions.engine import Engine
from segregation.lesions.racing import GRADIENT, LEAST, Race
from segregation.lesions.ranking import rank

ERRORS = torch.full((9,), 0.1 / 8, dtype=torch.float64)  # of each candidate in one of eight heats


def weighted(weights, n_images, noise, seed=0):
    """Filters that speak for class 0 with some weights, shown images in which each varies; two classes."""
    n, rng = len(weights), torch.Generator().manual_seed(seed)
    stages = {"units": nn.ReLU(), "flat": nn.Flatten(1), "last": nn.Linear(n, 2, bias=False)}
    network = nn.Sequential(OrderedDict(stages)).eval().requires_grad_(False)
    network.last.weight.copy_(torch.stack([torch.tensor(weights), torch.zeros(n)]))
    images = (1 + noise * torch.randn(n_images, n, 1, 1, generator=rng)).clamp(min=0)
    return Engine(network, "units", images), torch.zeros(n_images, dtype=torch.long)


def of_rate(places, rounds, error_rate=0.1):
    """A race without an engine, of 128 images."""
    race = Race.__new__(Race)
    race.places, race.rounds, race.error_rate, race.tolerance, race.at = places, rounds, error_rate, 0.0, torch.arange(128)
    return race


def pairs_of(chosen):
    return sum({choice.round: choice.pairs for choice in chosen}.values())


@settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(2, 40), st.sampled_from([0.0, 0.2, 0.4]))
def test_without_error_a_race_ends_as_the_exact_search(seed, n_images, step):
    weights = (0.3 * torch.randn(10, generator=torch.Generator().manual_seed(seed))).tolist()
    engine, targets = weighted(weights, n_images, 0.5, seed)
    exact, raced = (rank(engine, targets, step, 0.5, search, 1e-12, 0.0) for search in ("exact", "racing"))
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
        estimates, _ = Race(engine, targets, at, 1, 1, 0.1, 0.0).run(1, [], list(range(10)))
        lost += estimates[best] == -torch.inf
    assert lost / 100 <= 0.1


def test_the_true_best_are_kept_beside_one_that_only_looks_good():
    """Two places; units of mean 1.0 and 0.9 that vary little, one of 0.8 that varies much: either of the first stays."""
    rng, kept = torch.Generator().manual_seed(0), torch.zeros(3)
    for _ in range(100):
        seen = torch.tensor([[1.0], [0.9], [0.8]]) + torch.tensor([[0.01], [0.01], [3.0]]) * torch.randn(3, 8, generator=rng)
        kept += of_rate(2, 1)._left(seen.mean(1).double(), seen.double(), torch.zeros(8, dtype=torch.long), ERRORS[:3])[0]
    assert (kept[:2] >= 90).all()


def test_the_error_is_shared_by_all_comparisons_of_a_ranking():
    """By hand: 4 candidates, 2 rounds; shares as 1, 1/4, 1/9 and 1/16, together 205/144, by the place predicted."""
    heats = [16, 64]  # the second leaves nothing to chance
    errors = of_rate(1, 2)._errors(torch.tensor([0.1, 0.4, 0.2, 0.3]).double(), heats)
    shares = [0.1 / 2 * share / (205 / 144) for share in (1 / 16, 1, 1 / 9, 1 / 4)]
    assert errors.tolist() == pytest.approx(shares) and errors.sum() == pytest.approx(0.1 / 2)
    assert of_rate(1, 1)._errors(torch.zeros(4).double(), heats).tolist() == pytest.approx([0.1 / 4] * 4)
    # Either of two best may fall behind any other; who is predicted among the best two decides as much.
    errors = of_rate(2, 3)._errors(torch.tensor([0.4, 0.3, 0.2, 0.1]).double(), heats)
    assert errors.sum() == pytest.approx(0.1 / 6) and errors[0] == errors[1] > errors[2] > errors[3]
    more = of_rate(2, 3)._errors(torch.tensor([0.4, 0.3, 0.2, 0.1]).double(), [16, 32, 64, 128])
    assert (more < errors).all() and (more > errors / 3).all()


def test_limits_are_students_at_the_error_of_who_is_ahead():
    """Three candidates; 16 images, of which a difference has an SD of 1: who is ahead by what it may is not left behind."""
    wrong = torch.zeros(3, 16, dtype=torch.float64)
    wrong[0] = torch.tensor([1.0, -1.0] * 8) * (14 / 16) ** 0.5
    race, errors = of_rate(1, 1), torch.tensor([0.3, 1e-3, 0.05], dtype=torch.float64)
    race.at = range(10**9)  # so many that those seen are as good as none
    limit = 3.787 / 4  # of Student's t with 14 degrees of freedom, at 0.001
    for ahead, kept in ((limit + 0.01, False), (limit - 0.01, True)):
        means = torch.tensor([0.0, ahead, -9.0], dtype=torch.float64)
        found, decided = race._left(means, wrong, torch.zeros(16, dtype=torch.long), errors)
        assert found.tolist() == [kept, True, False] and decided is not kept


def test_shares_of_no_error_are_no_limits():
    """As small as they get, beside candidates that differ by nothing: neither is left out, and both are as good."""
    errors, nothing = torch.full((2,), 1e-30, dtype=torch.float64), torch.zeros(2, 16, dtype=torch.float64)
    kept, decided = of_rate(1, 1)._left(nothing[:, 0] + 1, nothing, torch.zeros(16, dtype=torch.long), errors)
    assert kept.all() and decided


@pytest.mark.slow
def test_whole_rankings_of_losses_that_are_nearly_normal_go_wrong_as_rarely_as_stated():
    """60 rankings of 4 of 12 filters in near ties: a filter that raises the loss by too little is in less than a tenth."""
    weights, wrong = torch.linspace(0.5, 0.4, 12).tolist(), 0
    engine, targets = weighted(weights, 60 * 100, 0.6)
    for at in torch.arange(60 * 100).split(100):
        taken: list[int] = []
        short = False
        for choice in rank(engine, targets, 0, 1 / 3, "racing", 0.1, 0.02, at=at):
            left = [unit for unit in range(12) if unit not in taken]
            found = engine.losses(targets, taken, left, at)
            rises = found.losses.double().mean(1) - found.without.double().mean()
            short |= bool(rises[left.index(choice.filter)] < 0.98 * rises.max())
            taken.append(choice.filter)
        wrong += short
    assert wrong / 60 <= 0.1


def test_a_filter_that_serves_a_single_class_meets_it_before_it_is_dropped():
    """Of 16 classes of 4 images, the needed filter speaks for one alone, and another a little for all."""
    engine, _ = weighted([4.0, 0.05], 64, 0.0)
    engine._shown.images[4:, 0] = 0
    targets = torch.zeros(64, dtype=torch.long)
    race = Race(engine, torch.arange(64) // 4, torch.arange(64), 1, 1, 0.1, 0.0)
    race.effects = torch.zeros(2, 64, dtype=torch.float64)
    assert race._heats(1)[0] == 16 and race._heats(2)[0] == LEAST
    race._heats = lambda number: [16, 32, 64]
    race.targets = targets
    race._order = lambda number: torch.cat([torch.arange(k, 64, 4) for k in range(4)])
    estimates, _ = race.run(1, [], [0, 1])
    assert estimates[0] > estimates[1]


def test_images_are_drawn_in_the_share_of_their_classes_and_anew_each_round():
    engine, _ = weighted([1.0, 0.5], 24, 0.1)
    targets = torch.tensor([0] * 12 + [1] * 8 + [2] * 4)
    race = Race(engine, targets, torch.arange(24), 1, 1, 0.1, 0.0)
    first, second = race._order(1), race._order(2)
    assert sorted(first.tolist()) == list(range(24)) and first.tolist() != second.tolist()
    assert torch.equal(first, race._order(1))
    for order in (first, second):
        assert torch.bincount(targets[order[:12]]).tolist() == [6, 4, 2]


def test_the_first_estimates_are_those_of_the_gradient_and_cost_three_pairs_an_image():
    engine, targets = weighted([0.4, 0.1, 0.2], 48, 0.3)
    race = Race(engine, targets, torch.arange(48), 1, 1, 0.1, 0.0)
    _, pairs = race.run(1, [], [0, 1, 2])
    seen = engine.losses(targets, [], [0, 1, 2], race._order(1)[:LEAST])
    assert pairs >= 3 * 48 + seen.pairs
    first = engine.rises(targets, torch.arange(48))
    assert torch.allclose(first.mean(1), engine.rise(targets))
    exact = engine.losses(targets, [], [0, 1, 2], torch.arange(48))
    assert torch.allclose(first, exact.losses.double() - exact.without.double(), atol=0.1)


def test_a_near_tie_ends_early_and_costs_no_more_than_the_tolerance():
    """Units that differ by 1 in 500: told apart they need most images; within a tolerance of a tenth, few."""
    engine, targets = weighted([0.500, 0.499, *[0.1] * 8], 4000, 0.4)
    every = torch.arange(4000)
    exact = engine.losses(targets, [], range(10), every)
    rises = exact.losses.double().mean(1) - exact.without.double().mean()
    told = {}
    for tolerance in (0.0, 0.1):
        estimates, pairs = Race(engine, targets, every, 1, 1, 0.1, tolerance).run(1, [], list(range(10)))
        chosen = int(torch.tensor(estimates).argmax())
        assert rises[chosen] >= (1 - tolerance) * rises.max()
        told[tolerance] = pairs - GRADIENT * 4000
    assert told[0.1] < 0.1 * told[0.0]


def test_what_varies_between_classes_alone_is_not_taken_for_chance():
    """Of 4 classes each has its own effects, the same for all its images: after two images a class all is known."""
    race = Race.__new__(Race)
    race.places, race.rounds, race.error_rate, race.tolerance, race.at = 1, 1, 0.1, 0.0, torch.arange(400)
    classes = torch.arange(12) % 4
    wrong = torch.tensor([[0.0, 4.0, -3.0, 1.0], [1.0, -5.0, 2.0, 0.5]], dtype=torch.float64)[:, classes]
    kept, decided = race._left(wrong.mean(1), wrong, classes, ERRORS[:2])
    assert kept.tolist() == [True, False] and decided
    kept, _ = race._left(wrong.mean(1), wrong, torch.zeros(12, dtype=torch.long), ERRORS[:2])
    assert kept.all()


def test_a_metric_without_a_gradient_is_raced_from_nothing():
    engine, targets = weighted([0.5, 0.1, 0.2], 40, 0.3)
    engine.metric = lambda scores, of: (scores.argmax(1) != of).float()
    race = Race(engine, targets, torch.arange(40), 1, 1, 0.1, 0.0)
    effects, pairs = race._first_effects()
    assert not effects.any() and pairs == 0


def test_predictions_are_scaled_to_what_was_seen():
    """By hand: twice as much as predicted on 2 of 4 images; 30 more count for the right size, of a variance of 1.25."""
    expected = torch.tensor([[0.0, 1.0, 2.0, 3.0], [1.0, 1.0, 1.0, 1.0]], dtype=torch.float64)
    effects = torch.tensor([[2.0, 6.0], [5.0, 7.0]], dtype=torch.float64)
    scaled = of_rate(1, 1)._scaled(expected, effects, torch.tensor([1, 3]))
    slope = (-1 * 1 + 1 * 3) / (2 + 30 * 1.25)
    assert scaled[0].tolist() == pytest.approx([x + slope * (x - 2) for x in range(4)])
    assert scaled[1].tolist() == [1.0] * 4


def test_what_is_not_computed_is_predicted_by_its_class():
    """By hand: 2 of 3 images of class 0 were wrong by 3 and 1, 1 of 2 of class 1 by -1; the mean, 1, is 4 of a class."""
    race = of_rate(1, 1)
    race.classes, race.at = torch.tensor([0, 0, 0, 1, 1]), torch.arange(5)
    expected = torch.tensor([[10.0, 20.0, 30.0, 40.0, 50.0]], dtype=torch.float64)
    predicted = race._predicted(expected, torch.tensor([[3.0, 1.0, -1.0]], dtype=torch.float64), torch.tensor([0, 1, 3]))
    first, second = 1 + (2 + 0) / (2 + 4), 1 + -2 / (1 + 4)
    assert predicted[0].tolist() == pytest.approx([10 + first, 20 + first, 30 + first, 40 + second, 50 + second])


@pytest.mark.parametrize("step", [0.0, 0.2])
def test_the_loss_without_a_candidate_is_computed_once(step):
    """A filter that was chosen alone was computed with all before it; of two chosen at once, neither was with the other."""
    engine, targets = weighted([0.5, 0.45, 0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 200, 0.5)
    given, losses = [], engine.losses
    engine.losses = lambda *words: given.append(words) or losses(*words)
    rank(engine, targets, step, 0.5, "racing", 0.1, 0.02)
    known = 0
    for _, taken, candidates, at, without in given:
        told = ~without.isnan()
        known += int(told.sum())
        expected = losses(targets, taken, candidates, at)
        assert torch.allclose(without[told].float(), expected.without[told], atol=1e-5)
        found = losses(targets, taken, candidates, at, without)
        assert torch.allclose(found.losses, expected.losses, atol=1e-5)
        assert found.pairs == expected.pairs - told.sum()
    assert (known > 0) == (step == 0.0)


@pytest.mark.parametrize("way", ["cut", "full passes"])
def test_nothing_is_computed_of_images_whose_losses_are_known(way):
    """A unit that is silent for all images changes none of their losses, and all of these are known."""
    network = nn.Sequential(OrderedDict(units=nn.ReLU(), flat=nn.Flatten(1), last=nn.Linear(3, 2))).eval()
    images = torch.rand(40, 3, 1, 1, generator=torch.Generator().manual_seed(0))
    images[:, 2] = 0
    engine, targets, every = Engine(network, "units", images, way=way), torch.zeros(40, dtype=torch.long), torch.arange(40)
    found = engine.losses(targets, [0], [2], every)
    again = engine.losses(targets, [0], [2], every, found.without.double())
    assert torch.allclose(again.losses.float(), found.losses) and torch.allclose(again.without.float(), found.without)
    assert again.pairs == (40 if way == "full passes" else 0)


def test_sparse_units_are_raced_to_the_exact_order():
    """Of 12 units most are silent for most images. This holds for these four networks: a race promises it of none."""
    rng = torch.Generator().manual_seed(1)
    network = nn.Sequential(OrderedDict(units=nn.ReLU(), flat=nn.Flatten(1), last=nn.Linear(12, 4))).eval()
    images = torch.relu(torch.randn(200, 12, 1, 1, generator=rng) - 1)
    targets = torch.randint(0, 4, (200,), generator=rng)
    for seed in range(4):
        torch.manual_seed(seed)
        network.last.reset_parameters()
        engine = Engine(network, "units", images)
        exact, raced = (rank(engine, targets, 0, 1.0, search, 1e-12, 0.0) for search in ("exact", "racing"))
        assert [c.filter for c in raced] == [c.filter for c in exact]


def test_an_error_rate_of_nothing_is_an_exact_search():
    engine, targets = weighted([0.5, 0.45, 0.42, 0.4, 0.4, 0.39], 60, 0.6)
    exact, raced = (rank(engine, targets, 0, 0.5, search, 0.0, 0.0) for search in ("exact", "racing"))
    assert [c.filter for c in raced] == [c.filter for c in exact]


def test_a_gradient_without_an_end_predicts_nothing():
    engine, targets = weighted([0.5, 0.1, 0.2], 40, 0.3)
    rises = engine.rises
    engine.rises = lambda *given: rises(*given).fill_(torch.nan)
    exact, raced = (rank(engine, targets, 0, 0.5, search, 1e-12, 0.0) for search in ("exact", "racing"))
    assert [c.filter for c in raced] == [c.filter for c in exact] and all(c.loss == c.loss for c in raced)
