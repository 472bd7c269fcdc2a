"""The lesion engine against full passes on a VGG: losses, rankings, kinds of lesion, budget; captum as a second opinion."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from passes import naive, relu_of, shown, uneven
from segregation.lesions.baselines import mean_of
from segregation.lesions.cut import Cut
from segregation.lesions.engine import Engine
from segregation.lesions.ranking import rank_filters
from segregation.lesions.tails import Tails
from segregation.networks import building
from segregation.steps.reporting import InputError

ARCHITECTURE = {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0.5, "linear_init": "he"}
LAYERS = ("conv1_1", "conv2_2", "conv3_3", "conv4_1", "conv5_3", "classifier.3")


@pytest.fixture(scope="module")
def network_of():
    made = {}

    def make(seed, batch_norm):
        if (seed, batch_norm) not in made:
            built = building.build(ARCHITECTURE | {"batch_norm": batch_norm}, 32, 6, seed)
            made[seed, batch_norm] = uneven(built, seed)
        return made[seed, batch_norm]

    return make


@pytest.mark.slow
@given(
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from(LAYERS),
    st.integers(1, 9),
    st.sampled_from([1e5, 3e6, 4e9]),
    st.booleans(),
)
def test_losses_equal_those_of_full_passes(network_of, seed, batch_norm, name, n_images, memory, as_on_a_gpu):
    """Whatever the layer, the number of images and the budget: of all candidates, and of some images in another order."""
    network, (images, targets) = network_of(seed, batch_norm), shown(n_images, seed)
    lesioned = Engine(network, name, images, memory=int(memory))
    lesioned._way._few = 1000 if as_on_a_gpu else 0
    taken, at = [1, 3], torch.arange(n_images).flip(0)[: max(1, n_images - 1)]
    candidates = [unit for unit in range(lesioned.parts.n_units) if unit not in taken][:12]
    found = lesioned.losses(targets, taken, candidates, at)
    expected = naive(network, relu_of(network, name), images, targets, [[*taken, c] for c in candidates])
    assert torch.allclose(found.losses, expected[:, at], rtol=1e-4, atol=2e-5)
    without = naive(network, relu_of(network, name), images, targets, [taken])[0, at]
    assert torch.allclose(found.without, without, rtol=1e-4, atol=2e-5)
    assert found.pairs <= (len(candidates) + 1) * len(at)


def test_double_precision_with_the_mean(network_of):
    network, (images, targets) = copy.deepcopy(network_of(0, True)).double(), shown(3, 3)
    means = mean_of(network, "conv3_1", images.double())
    found = Engine(network, "conv3_1", images.double(), baseline=means).losses(targets, [0], [1, 2], torch.arange(3))
    assert found.losses.dtype == torch.float64
    single = Engine(network_of(0, True), "conv3_1", images, baseline=means).losses(targets, [0], [1, 2], torch.arange(3))
    assert torch.allclose(found.losses.float(), single.losses, atol=1e-4)


@pytest.mark.slow
@settings(max_examples=15)
@given(st.integers(0, 3), st.booleans(), st.sampled_from(("conv1_2", "conv2_1", "conv5_3")), st.integers(4, 12))
def test_rankings_equal_naive_greedy(network_of, seed, batch_norm, name, n_images):
    """The order of a ranking is that of full passes; where two losses are as good as equal, either may come first."""
    network, (images, targets) = network_of(seed, batch_norm), shown(n_images, n_images)
    chosen = [c.filter for c in rank_filters(network, name, images, targets, until=0.25)]
    for place, choice in enumerate(chosen):
        left = [f for f in range(layer_size(network, name)) if f not in chosen[:place]]
        sets = [[*chosen[:place], f] for f in left]
        losses = naive(network, relu_of(network, name), images, targets, sets).mean(1).tolist()
        assert losses[left.index(choice)] == pytest.approx(max(losses), rel=1e-5, abs=1e-6)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())


def layer_size(network, name):
    return Engine(network, name, torch.zeros(2, 3, 32, 32)).parts.n_units


def test_single_lesions_equal_captums_ablation():
    """A second opinion: captum's feature ablation of a filter's maps gives the same change of scores, to 1e-5."""
    from captum.attr import LayerFeatureAblation

    network, (images, _) = building.build(ARCHITECTURE, 32, 6, 2).eval().requires_grad_(False), shown(2, 7)
    lesioned, module = Engine(network, "conv4_2", images), relu_of(network, "conv4_2")
    for other in network.modules():
        if isinstance(other, nn.ReLU):
            other.inplace = False
    groups = torch.arange(lesioned.parts.n_units).view(1, -1, 1, 1).expand(1, *lesioned.parts.map_shape)
    theirs = LayerFeatureAblation(network, module).attribute(images, layer_baselines=0, target=1, layer_mask=groups)
    changes = torch.zeros(lesioned.parts.n_units, 2)
    for lesions, at, scores in lesioned.scores([[unit] for unit in range(lesioned.parts.n_units)]):
        changes[lesions, at] = network(images)[at, 1] - scores[:, 1]
    assert torch.allclose(theirs[:, :, 0, 0].T, changes, atol=1e-5) and changes.abs().max() > 1e-2


@contextmanager
def replaced(module, filters, by) -> Iterator[None]:
    """Let some filters of a module put out what a function makes of all maps."""

    def hook(_module, _inputs, maps):
        maps = maps.clone()
        maps[:, filters] = by(maps)[:, filters]
        return maps

    handle = module.register_forward_hook(hook)
    yield
    handle.remove()


@pytest.mark.parametrize("name", ["conv2_2", "conv3_1"])
@pytest.mark.parametrize("kind", ["mean", "shuffle"])
@pytest.mark.parametrize(
    ("memory", "as_on_a_gpu"), [(int(1e5), False), (int(4e9), False), (int(1e5), True), (int(4e9), True)]
)
def test_lesions_to_the_mean_and_by_shuffling(network_of, name, kind, memory, as_on_a_gpu):
    """Behind a pooling (conv2_2) too: what is replaced is the map in front of it."""
    network, (images, targets), others = network_of(1, True), shown(6, 2), torch.tensor([3, 5, 0, 1, 2, 4])
    means = mean_of(network, name, images, batch_size=4)
    lesioned = Engine(network, name, images, baseline=means if kind == "mean" else others, memory=memory)
    lesioned._way._few = 1000 if as_on_a_gpu else 0
    by = {"mean": lambda maps: means.view(1, -1, 1, 1).expand_as(maps), "shuffle": lambda maps: maps[others]}[kind]
    found = lesioned.losses(targets, [1], [0, 2, 5], torch.arange(6)).losses
    scores = torch.zeros(6, 6)
    for _, at, of_pass in lesioned.scores([[1, 5]]):
        scores[at] = of_pass
    for unit, losses in zip((0, 2, 5), found, strict=True):
        with torch.inference_mode(), replaced(relu_of(network, name), [1, unit], by):
            answers = network(images)
        assert torch.allclose(F.cross_entropy(answers, targets, reduction="none"), losses, atol=1e-5)
    assert torch.allclose(scores, answers, atol=1e-4)


def test_the_mean_is_over_images_and_places():
    network = nn.Sequential(nn.ReLU(), nn.Flatten(1), nn.Linear(8, 2)).eval()
    images = torch.arange(16.0).view(2, 2, 2, 2)
    assert mean_of(network, "0", images, batch_size=1).tolist() == [(0 + 1 + 2 + 3 + 8 + 9 + 10 + 11) / 8, 9.5]


def test_the_budget_bounds_what_is_kept_and_computed(network_of, monkeypatch):
    network, (images, targets) = network_of(1, False), shown(40, 1)
    small, large = (Engine(network, "conv1_2", images, memory=memory) for memory in (300_000, 4_000_000_000))
    assert not small._way.plan.keeps_maps and large._way.plan.keeps_maps
    assert small._way.plan.block < 40 and large._way.plan.block == 40
    passes, run = [], Tails._run
    monkeypatch.setattr(
        Tails, "_run", lambda self, part, values, skips: passes.append([*values, *skips]) or run(self, part, values, skips)
    )
    found = small.losses(targets, [], [0, 1], torch.arange(40)).losses
    assert max(sum(v.numel() * 4 for v in inputs) for inputs in passes) <= 0.12 * 300_000
    assert torch.allclose(found, large.losses(targets, [], [0, 1], torch.arange(40)).losses, atol=1e-5)


def test_a_late_image_that_is_not_scaled_leaves_the_way_as_it_is(network_of):
    images = shown(40, 1)[0]
    images[30] = 200
    lesioned = Engine(network_of(1, False), "conv4_3", images)
    assert lesioned.kind == "cut" and lesioned._way.plan.keeps_maps
    with pytest.raises(InputError, match=r"images run from -?[0-9.]+ to 200"):
        lesioned.losses(torch.zeros(40, dtype=torch.long), [], [0], torch.arange(2))


@pytest.mark.parametrize("wrong", [1.0, torch.nan])
def test_parts_that_differ_from_the_whole_are_not_used(network_of, monkeypatch, caplog, wrong):
    run = Tails._run
    monkeypatch.setattr(Tails, "_run", lambda *given: run(*given) + wrong)
    lesioned = Engine(network_of(1, False), "conv4_3", shown(4, 1)[0], precision="bfloat16")
    assert lesioned.kind == "full passes" and "differ from those of the network" in caplog.text
    assert lesioned._way.precision == "bfloat16"


def test_what_is_in_front_of_the_layer_is_computed_once_for_the_images_of_a_check(network_of, monkeypatch):
    """Three images together and one by one, whatever is silenced behind: six passes of an image."""
    passed, run = [], Cut.run_before
    monkeypatch.setattr(Cut, "run_before", lambda cut, images: passed.append(len(images)) or run(cut, images))
    assert Engine(network_of(1, False), "conv3_3", shown(5, 1)[0]).kind == "cut"
    assert sum(passed) == 6


def test_a_layer_over_the_units_alone_is_not_computed_anew():
    network = nn.Sequential(nn.Flatten(1), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 4)).eval()
    assert len(Engine(network, "1", torch.randn(3, 3, 2, 2)).parts.steps) == 1


def test_reduced_precision_is_near(network_of):
    network, (images, targets) = network_of(1, True), shown(8, 4)
    exact, reduced = (Engine(network, "conv4_3", images, precision=p) for p in ("float32", "bfloat16"))
    assert (exact.kind, reduced.kind) == ("cut", "cut")
    one, other = (e.losses(targets, [], range(e.parts.n_units), torch.arange(8)).losses for e in (exact, reduced))
    assert (one - other).abs().max() > 1e-3 and torch.allclose(one, other, rtol=0.1, atol=0.1)
