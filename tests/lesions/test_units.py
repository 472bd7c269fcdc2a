"""Units of several channels, other metrics than cross-entropy, and targets of other kinds."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from passes import uneven
from segregation.lesions.baselines import mean_of
from segregation.lesions.engine import Engine
from segregation.lesions.evaluation import evaluate_lesions
from segregation.lesions.ranking import rank_filters
from segregation.lesions.scores import gradient, one_shot
from segregation.steps.reporting import InputError

HEADS = {  # where attention is, its output projection, image size
    "vit_b_16": ("encoder.layers.encoder_layer_5.self_attention", "out_proj", 32),
    "swin_t": ("features.3.1.attn", "proj", 32),
    "swin_v2_t": ("features.5.0.attn", "proj", 32),
}


@torch.no_grad()
def scores_without(network, path, heads, size, images, bias=0):
    """Scores of a network whose output projection gets nothing from some heads."""
    projection = network.get_submodule(path)
    kept = copy.deepcopy(projection.state_dict())
    for head in heads:
        projection.weight[:, head * size : (head + 1) * size] = 0
    projection.bias += bias
    scores = network(images)
    projection.load_state_dict(kept)
    return scores


def losses_without(network, path, sets, size, images, targets):
    scores = [scores_without(network, path, heads, size, images) for heads in sets]
    return torch.stack([F.cross_entropy(s, targets, reduction="none") for s in scores])


def check_heads(network, layer, projection, images, kind="cut"):
    targets = torch.arange(len(images))
    lesioned = Engine(network, layer, images, units="heads")
    size, units = lesioned.parts.size, [0, 2, lesioned.n_units - 1]
    path = f"{layer}.{projection}"
    assert lesioned.kind == kind and lesioned.n_units * size == network.get_submodule(path).in_features
    for taken in ([], [1]):
        sets = [[*taken, unit] for unit in units]
        expected = losses_without(network, path, sets, size, images, targets)
        found = lesioned.losses(targets, taken, units, torch.arange(len(images)))
        assert torch.allclose(found.losses, expected, rtol=1e-4, atol=5e-5)
        assert (expected - expected[0]).abs().max() > 1e-3
    return lesioned


@pytest.mark.slow
@pytest.mark.parametrize("name", HEADS)
def test_heads_of_torchvisions_attention(name):
    from torchvision.models import get_model

    layer, projection, size = HEADS[name]
    torch.manual_seed(0)
    network = get_model(name, weights=None, num_classes=6, **({"image_size": size} if name == "vit_b_16" else {}))
    if name == "vit_b_16":
        nn.init.normal_(network.heads.head.weight, 0, 0.3)  # torchvision's is zero
    network, images = uneven(network, 1), torch.randn(3, 3, size, size)
    weights = {key: value.clone() for key, value in network.state_dict().items()}
    lesioned = check_heads(network, layer, projection, images)
    full = Engine(network, layer, images, units="heads", way="full passes")
    one, other = (e.losses(torch.arange(3), [0], [1, 2], torch.arange(3)).losses for e in (lesioned, full))
    assert torch.allclose(one, other, atol=5e-5)
    assert all(torch.equal(value, weights[key]) for key, value in network.state_dict().items()), "the network is as it was"


def test_heads_of_timms_attention():
    timm = pytest.importorskip("timm")
    torch.manual_seed(0)
    network = uneven(timm.create_model("vit_tiny_patch16_224", num_classes=6, img_size=32, num_heads=6), 1)
    check_heads(network, "blocks.6.attn", "proj", torch.randn(3, 3, 32, 32))


class Attentive(nn.Module):
    """Attention of its own make, which can be told to scale what is behind the output projection."""

    class Attention(nn.Module):
        """Attention of four heads."""

        def __init__(self, scale):
            super().__init__()
            self.num_heads, self.scale = 4, scale
            self.qkv, self.proj = nn.Linear(16, 48), nn.Linear(16, 16)

        def forward(self, x):
            q, k, v = self.qkv(x).unflatten(2, (3, 4, 4)).permute(2, 0, 3, 1, 4)
            x = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
            return torch.tanh(self.proj(x)) if self.scale else self.proj(x)

    def __init__(self, scale=False):
        super().__init__()
        self.a, self.attention, self.h = nn.Conv2d(3, 16, 4, 4), self.Attention(scale), nn.Linear(16, 3)

    def forward(self, x):
        return self.h(self.attention(self.a(x).flatten(2).transpose(1, 2)).mean(1))


@pytest.fixture
def attentive():
    torch.manual_seed(2)
    return uneven(Attentive(), 2), torch.randn(3, 3, 12, 12)


def test_heads_are_ranked_lesioned_scored_and_averaged(attentive):
    network, images = attentive
    check_heads(network, "attention", "proj", images)
    targets, size, path = torch.arange(3), 4, "attention.proj"
    ranking = rank_filters(network, "attention", images, targets, units="heads", until=1)
    assert sorted(choice.filter for choice in ranking) == [0, 1, 2, 3]
    first = losses_without(network, path, [[head] for head in range(4)], size, images, targets).mean(1)
    assert ranking[0].filter == int(first.argmax())
    lesioned = Engine(network, "attention", images, units="heads")
    assert torch.allclose(one_shot(lesioned, targets).float(), first, atol=1e-5)
    right, _ = evaluate_lesions(network, "attention", images, targets, [[], [1, 3]], [slice(0, 3)], units="heads")
    for heads, named in zip(([], [1, 3]), right, strict=True):
        scores = scores_without(network, path, heads, size, images)
        assert ((scores.argmax(1) == targets).numpy() == named).all()
    full = Engine(network, "attention", images, units="heads", way="full passes")
    assert torch.allclose(gradient(lesioned, targets), gradient(full, targets), atol=1e-6)

    means = mean_of(network, "attention", images, units="heads")
    constant = network.attention.proj.weight[:, 8:12] @ means[8:12]  # the mean of a head, behind the projection
    expected = F.cross_entropy(scores_without(network, path, [2], size, images, constant), targets, reduction="none")
    for way in ("cut", "full passes"):
        found = Engine(network, "attention", images, units="heads", baseline=means, way=way)
        assert torch.allclose(found.losses(targets, [], [2], torch.arange(3)).losses[0], expected, atol=1e-5)


def test_what_has_no_heads_is_refused(attentive):
    network, images = attentive
    with pytest.raises(InputError, match=r"'a' \(Conv2d\) has no heads that are known: no number of heads \(num_heads"):
        Engine(network, "a", images, units="heads")
    torch.manual_seed(2)
    with pytest.raises(InputError, match=r"'attention' does more behind its output projection than hand it on"):
        Engine(uneven(Attentive(True), 2), "attention", images, units="heads")
    with pytest.raises(InputError, match="no units 'neurons'; there are channels, groups, heads, or a number of channels"):
        Engine(network, "a", images, units="neurons")
    with pytest.raises(InputError, match="'a' has 16 channels; they cannot be units of 5 each"):
        Engine(network, "a", images, units=5)
    with pytest.raises(InputError, match="'a' is no grouped convolution"):
        Engine(network, "a", images, units="groups")


@pytest.mark.parametrize("units", [8, "groups"])
@pytest.mark.parametrize("behind", ["convolution", "linear", "pointwise"])
def test_groups_of_channels(units, behind):
    torch.manual_seed(1)
    read = {
        "convolution": [nn.Conv2d(32, 8, 3), nn.Flatten(1), nn.Linear(8 * 64, 4)],
        "linear": [nn.Flatten(1), nn.Linear(32 * 100, 4)],
        "pointwise": [nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Linear(32, 4)],
    }[behind]
    front = nn.Conv2d(4, 32, 3, groups=4) if units == "groups" else nn.Conv2d(4, 32, 3)
    network, images, targets = nn.Sequential(front, nn.ReLU(), *read).eval(), torch.randn(4, 4, 12, 12), torch.arange(4)
    for baseline in (None, torch.rand(32)):
        for way in ("cut", "full passes"):
            lesioned = Engine(network, "0", images, units=units, baseline=baseline, way=way)
            assert lesioned.n_units == 4
            found = lesioned.losses(targets, [1], [0, 3], torch.arange(4)).losses
            for unit, losses in zip((0, 3), found, strict=True):
                with torch.no_grad():
                    maps = network[:2](images)
                    for group in (1, unit):
                        at = slice(8 * group, 8 * group + 8)
                        maps[:, at] = 0 if baseline is None else baseline[at].view(-1, 1, 1)
                    expected = F.cross_entropy(network[2:](maps), targets, reduction="none")
                assert torch.allclose(losses, expected, atol=1e-5)


def margin(scores, targets):
    """How far the best other class is ahead of the right one."""
    own = scores.gather(1, targets[:, None])
    return (scores.scatter(1, targets[:, None], -torch.inf).amax(1, keepdim=True) - own)[:, 0]


def wrong(scores, targets):
    return scores.argmax(1) != targets


def far(scores, targets):
    """Squared error of a regression."""
    return (scores - targets).pow(2).sum(1)


METRICS = {
    "margin": (margin, torch.arange(6) % 4),
    "errors": (wrong, torch.arange(6) % 4),
    "regression": (far, torch.linspace(-1, 1, 24).view(6, 4)),
    "similarity": (lambda s, t: -F.cosine_similarity(s, t), torch.linspace(1, -1, 24).view(6, 4).cos()),
}


@pytest.mark.parametrize("search", ["exact", "racing"])
@pytest.mark.parametrize("name", METRICS)
def test_rankings_go_by_any_metric(name, search):
    torch.manual_seed(3)
    network = nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Conv2d(32, 8, 3), nn.ReLU(), nn.Flatten(1), nn.Linear(128, 4))
    network, images, (metric, targets) = network.eval(), torch.randn(6, 3, 8, 8), METRICS[name]
    for way in ("cut", "full passes"):
        lesioned = Engine(network, "0", images, metric=metric, way=way)
        found = lesioned.losses(targets, [2], [0, 5], torch.arange(6)).losses
        with torch.no_grad():
            for unit, losses in zip((0, 5), found, strict=True):
                maps = network[:2](images)
                maps[:, [2, unit]] = 0
                assert torch.allclose(losses, metric(network[2:](maps), targets).float(), atol=1e-5)
    ranking = rank_filters(network, "0", images, targets, metric=metric, search=search, until=0.1)
    assert len({choice.filter for choice in ranking}) == 4
    if search == "exact":
        first = one_shot(Engine(network, "0", images, metric=metric), targets)
        assert ranking[0].filter == int(first.argmax()) and ranking[0].loss == pytest.approx(float(first.max()))


def test_metrics_and_targets_that_do_not_fit_are_refused(attentive):
    network, images = attentive
    for metric, got in ((lambda s, t: s, r"\(\d, 3\)"), (lambda s, t: s.mean(), r"\(\)"), (lambda s, t: 1.0, "float")):
        lesioned = Engine(network, "a", images, metric=metric)
        with pytest.raises(InputError, match=rf"metric puts out {got} for \d+ images; expected one number an image"):
            lesioned.losses(torch.arange(3), [], [0], torch.arange(3))
    for targets in (torch.rand(3), torch.eye(3).bool(), torch.tensor([True, False, True])):
        with pytest.raises(InputError, match=r"targets are torch\.\w+ of shape .*; expected the number of an output"):
            Engine(network, "a", images).losses(targets, [], [0], torch.arange(3))
    small = Engine(network, "a", images).losses(torch.arange(3, dtype=torch.uint8), [], [0], torch.arange(3)).losses
    assert torch.equal(small, Engine(network, "a", images).losses(torch.arange(3), [], [0], torch.arange(3)).losses)
