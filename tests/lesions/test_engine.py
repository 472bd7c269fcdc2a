"""The lesion engine against full passes, on networks of all kinds; captum as a second opinion; the kinds of lesion."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from segregation.lesions import engine as engines
from segregation.lesions.baselines import mean_of
from segregation.lesions.cut import layer
from segregation.lesions.engine import Engine
from segregation.lesions.evaluation import evaluate_lesions
from segregation.lesions.ranking import rank_filters
from segregation.lesions.scores import gradient
from segregation.lesions.silence import silenced
from segregation.networks import building

ARCHITECTURE = {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0.5, "linear_init": "he"}
LAYERS = ("conv1_1", "conv2_2", "conv3_3", "conv4_1", "conv5_3", "classifier.3")


class Branched(nn.Module):
    """Two residual blocks with a strided one between, a branch that pools, one that is joined, tokens, and a linear head."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1), nn.BatchNorm2d(6), nn.ReLU(inplace=True))
        self.first, self.norm = nn.Conv2d(6, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6)
        self.second, self.down = nn.Conv2d(6, 8, 3, stride=2, padding=1), nn.Conv2d(6, 8, 1, stride=2)
        self.depthwise, self.left, self.right = (
            nn.Conv2d(8, 8, 3, padding=1, groups=8),
            nn.Conv2d(8, 4, 1),
            nn.Conv2d(8, 4, 1),
        )
        self.relu = nn.ReLU(inplace=True)
        self.widen, self.narrow, self.head = nn.Linear(16, 12), nn.Linear(12, 16), nn.Linear(16, 5)

    def forward(self, images):
        x = self.stem(images)
        residual = self.norm(self.first(x))
        residual += x
        x = self.relu(residual)
        x = self.relu(self.second(x)) + self.down(x)
        x = torch.cat([self.left(x), F.max_pool2d(self.right(x), 3, 1, 1), self.depthwise(x)], 1)
        tokens = x.flatten(2).transpose(1, 2)
        tokens = tokens + self.narrow(F.gelu(self.widen(tokens)))
        return self.head(tokens.mean(1))


BRANCHED = {"stem": ("stem", 1), "first": ("norm", 1), "left": ("left", 1), "right": ("right", 1), "narrow": ("narrow", -1)}


def uneven(network, seed):
    """Let a network be as uneven as a trained one, so that filters differ, and a norm in a wrong place shows."""
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.2, generator=rng)
                module.running_var.uniform_(0.5, 2, generator=rng)
            elif isinstance(module, (nn.Conv2d, nn.Linear)):
                module.weight.mul_(1.5)
                if module.bias is not None:
                    module.bias.normal_(0, 0.1, generator=rng)
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def network_of():
    made = {}

    def make(seed, batch_norm):
        if (seed, batch_norm) not in made:
            built = building.build(ARCHITECTURE | {"batch_norm": batch_norm}, 32, 6, seed)
            made[seed, batch_norm] = uneven(built, seed)
        return made[seed, batch_norm]

    return make


@pytest.fixture(scope="module")
def branched():
    torch.manual_seed(0)
    return uneven(Branched(), 0)


def shown(n, seed, classes=6, size=32):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(n, 3, size, size, generator=rng), torch.randint(0, classes, (n,), generator=rng)


def naive(network, module, images, targets, sets, axis=1):
    """Losses of full passes through the whole network, (n_sets, n_images)."""
    losses = []
    with torch.inference_mode():
        for filters in sets:
            with silenced(module, filters, axis):
                losses.append(F.cross_entropy(network(images), targets, reduction="none"))
    return torch.stack(losses)


@given(st.integers(0, 3), st.booleans(), st.sampled_from(LAYERS), st.integers(1, 9), st.sampled_from([1e5, 3e6, 4e9]))
def test_losses_equal_those_of_full_passes(network_of, seed, batch_norm, name, n_images, memory):
    """Whatever the layer, the number of images and the budget: of all candidates, and of some images in another order."""
    network, (images, targets) = network_of(seed, batch_norm), shown(n_images, seed)
    lesioned = Engine(network, name, images, memory=int(memory))
    taken, at = [1, 3], torch.arange(n_images).flip(0)[: max(1, n_images - 1)]
    candidates = [unit for unit in range(lesioned.parts.n_units) if unit not in taken][:12]
    found = lesioned.losses(targets, taken, candidates, at)
    expected = naive(network, layer(network, name), images, targets, [[*taken, c] for c in candidates])
    assert torch.allclose(found.losses, expected[:, at], rtol=1e-4, atol=2e-5)
    assert torch.allclose(found.without, naive(network, layer(network, name), images, targets, [taken])[0, at], atol=2e-5)
    assert found.pairs <= (len(candidates) + 1) * len(at)


@pytest.mark.parametrize("name", BRANCHED)
@pytest.mark.parametrize("memory", [int(1e5), int(4e9)])
def test_residual_and_branched_networks(branched, name, memory):
    hook, axis = BRANCHED[name]
    images, targets = shown(5, 1, classes=5, size=16)
    lesioned, reference = Engine(branched, name, images, memory=memory), copy.deepcopy(branched)
    for child in reference.modules():
        child.inplace = False  # a hook on a module that is then changed in place sees the change
    module, candidates = reference.get_submodule(hook), [u for u in range(lesioned.parts.n_units) if u != 2]
    expected = naive(reference, module, images, targets, [[2, c] for c in candidates], axis)
    assert torch.allclose(lesioned.losses(targets, [2], candidates, torch.arange(5)).losses, expected, atol=1e-5)
    assert (expected - expected[0]).abs().max() > 1e-3
    full, _ = evaluate_lesions(branched, name, images, targets, [[], [0, 1], [3]], [slice(0, 5)])
    for filters, right in zip(([], [0, 1], [3]), full, strict=True):
        with silenced(module, filters, axis):
            assert ((reference(images).argmax(1) == targets).numpy() == right).all()


@pytest.mark.parametrize(
    ("name", "path", "hook", "axis", "size"),
    [
        ("resnet18", "layer2", "layer2", 1, 40),
        ("resnet18", "layer3.0.conv2", "layer3.0.bn2", 1, 40),
        ("convnext_tiny", "features.5.1.block.3", "features.5.1.block.4", -1, 32),
        ("vit_b_32", "encoder.layers.encoder_layer_9.mlp.0", "encoder.layers.encoder_layer_9.mlp.1", -1, 224),
        ("squeezenet1_1", "features.5", "features.5", 1, 40),
        ("resnet18", "layer4", "layer4", 1, 40),
        ("swin_t", "features.3.1", "features.3.1", -1, 32),
        ("swin_t", "features.3.0.mlp.1", "features.3.0.mlp.1", -1, 32),
        ("convnext_tiny", "features.3.0.block.4", "features.3.0.block.4", -1, 32),
    ],
)
def test_torchvisions_networks(name, path, hook, axis, size):
    from torchvision.models import get_model

    torch.manual_seed(0)
    network = uneven(get_model(name, weights=None, num_classes=6), 1)
    images, targets = shown(2, 3, size=size)
    lesioned, candidates = Engine(network, path, images), [3, 8, 20]
    found = lesioned.losses(targets, [0], candidates, torch.arange(2)).losses
    expected = naive(network, network.get_submodule(hook), images, targets, [[0, c] for c in candidates], axis)
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-4)


class Preactivated(nn.Module):
    """A block whose one ReLU is called twice, once on what is read again."""

    def __init__(self):
        super().__init__()
        self.stem, self.relu = nn.Conv2d(3, 6, 3, padding=1), nn.ReLU()
        self.one, self.two, self.head = nn.Conv2d(6, 6, 1), nn.Conv2d(6, 6, 1), nn.Linear(6, 4)

    def forward(self, images, features=False, mask=None):
        x = self.one(self.stem(images))
        x = x + self.two(self.relu(self.one(self.relu(x)) if mask is not None else self.relu(x)))
        return x if features else self.head(self.relu(x).mean((2, 3)))


UNUSUAL = {
    "a shared ReLU, optional arguments": (lambda: Preactivated(), "stem", 1, (3, 6, 6)),
    "flattened tokens": (
        lambda: nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Flatten(1), nn.Linear(30, 4)),
        "0",
        -1,
        (5, 3),
    ),
    "sequences": (lambda: nn.Sequential(nn.Conv1d(2, 6, 3), nn.ReLU(), nn.Flatten(1), nn.Linear(48, 4)), "0", 1, (2, 10)),
    "a head of many classes": (
        lambda: nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Linear(6, 1000)),
        "0",
        1,
        (3, 9, 9),
    ),
}


@pytest.mark.parametrize("kind", UNUSUAL)
def test_unusual_networks(kind):
    make, name, axis, shape = UNUSUAL[kind]
    torch.manual_seed(1)
    network, rng = make().eval(), torch.Generator().manual_seed(2)
    images, targets = torch.randn(4, *shape, generator=rng), torch.tensor([0, 1, 2, 3])
    lesioned = Engine(network, name, images)
    assert lesioned.parts.n_units == 6
    found = lesioned.losses(targets, [2], [0, 1, 5], torch.arange(4)).losses
    plain = kind.startswith("a shared") or kind == "flattened tokens"
    module = network.get_submodule(name) if plain else network[1]
    module = network[1] if kind == "flattened tokens" else module
    assert torch.allclose(found, naive(network, module, images, targets, [[2, c] for c in (0, 1, 5)], axis), atol=1e-5)
    assert not [n for n in vars(network) if n.startswith("_tensor_constant")]
    gradient(lesioned, targets)
    assert all(weights.grad is None for weights in network.parameters())


def test_double_precision_with_the_mean(network_of):
    network, (images, targets) = copy.deepcopy(network_of(0, True)).double(), shown(3, 3)
    means = mean_of(network, "conv3_1", images.double())
    found = Engine(network, "conv3_1", images.double(), baseline=means).losses(targets, [0], [1, 2], torch.arange(3))
    assert found.losses.dtype == torch.float64
    single = Engine(network_of(0, True), "conv3_1", images, baseline=means).losses(targets, [0], [1, 2], torch.arange(3))
    assert torch.allclose(found.losses.float(), single.losses, atol=1e-4)


@settings(max_examples=15)
@given(st.integers(0, 3), st.booleans(), st.sampled_from(("conv1_2", "conv2_1", "conv5_3")), st.integers(4, 12))
def test_rankings_equal_naive_greedy(network_of, seed, batch_norm, name, n_images):
    """The order of a ranking is that of full passes; where two losses are as good as equal, either may come first."""
    network, (images, targets) = network_of(seed, batch_norm), shown(n_images, n_images)
    chosen = [c.filter for c in rank_filters(network, name, images, targets, until=0.25)]
    for place, choice in enumerate(chosen):
        left = [f for f in range(layer_size(network, name)) if f not in chosen[:place]]
        sets = [[*chosen[:place], f] for f in left]
        losses = naive(network, layer(network, name), images, targets, sets).mean(1).tolist()
        assert losses[left.index(choice)] == pytest.approx(max(losses), rel=1e-5, abs=1e-6)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())


def layer_size(network, name):
    return Engine(network, name, torch.zeros(2, 3, 32, 32)).parts.n_units


def test_single_lesions_equal_captums_ablation():
    """A second opinion: captum's feature ablation of a filter's maps gives the same change of scores, to 1e-5."""
    from captum.attr import LayerFeatureAblation

    network, (images, _) = building.build(ARCHITECTURE, 32, 6, 2).eval().requires_grad_(False), shown(2, 7)
    lesioned, module = Engine(network, "conv4_2", images), layer(network, "conv4_2")
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
@pytest.mark.parametrize("memory", [int(1e5), int(4e9)])
def test_lesions_to_the_mean_and_by_shuffling(network_of, name, kind, memory):
    """Behind a pooling (conv2_2) too: what is replaced is the map in front of it."""
    network, (images, targets), others = network_of(1, True), shown(6, 2), torch.tensor([3, 5, 0, 1, 2, 4])
    means = mean_of(network, name, images, batch_size=4)
    lesioned = Engine(network, name, images, baseline=means if kind == "mean" else others, memory=memory)
    by = {"mean": lambda maps: means.view(1, -1, 1, 1).expand_as(maps), "shuffle": lambda maps: maps[others]}[kind]
    found = lesioned.losses(targets, [1], [0, 2, 5], torch.arange(6)).losses
    scores = torch.zeros(6, 6)
    for _, at, of_pass in lesioned.scores([[1, 5]]):
        scores[at] = of_pass
    for unit, losses in zip((0, 2, 5), found, strict=True):
        with torch.inference_mode(), replaced(layer(network, name), [1, unit], by):
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
    assert not small.plan.keeps_maps and large.plan.keeps_maps
    assert small.plan.block < 40 and large.plan.block == 40
    passes, run = [], Engine._run
    monkeypatch.setattr(
        engines.Engine, "_run", lambda self, part, *inputs: passes.append(inputs) or run(self, part, *inputs)
    )
    found = small.losses(targets, [], [0, 1], torch.arange(40)).losses
    assert max(sum(v.numel() * 4 for v in inputs) for inputs in passes) <= 0.12 * 300_000
    assert torch.allclose(found, large.losses(targets, [], [0, 1], torch.arange(40)).losses, atol=1e-5)


def test_reduced_precision_is_near(network_of):
    network, (images, targets) = network_of(1, True), shown(8, 4)
    exact, reduced = (Engine(network, "conv4_3", images, precision=p) for p in ("float32", "bfloat16"))
    one, other = (e.losses(targets, [], range(e.parts.n_units), torch.arange(8)).losses for e in (exact, reduced))
    assert (one - other).abs().max() > 1e-3 and torch.allclose(one, other, rtol=0.1, atol=0.1)
