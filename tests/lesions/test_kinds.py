"""Networks of every kind: lesions equal those of full passes, by hooks that know nothing of the engine, or are refused."""

import logging
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models.convnext import LayerNorm2d
from torchvision.ops.misc import FrozenBatchNorm2d

import zoo
from passes import uneven
from segregation.lesions.engine import Engine
from segregation.steps.reporting import InputError

BEHIND = (  # a name, and what is hooked: the module whose output the layer's is
    ("batch normalisation", zoo.Plain, "a", "ra", 1),
    ("batch normalisation and activation in one", lambda: zoo.Plain(lambda: zoo.NormAct(zoo.UNITS)), "a", "ra", 1),
    ("frozen batch normalisation", lambda: zoo.Plain(lambda: FrozenBatchNorm2d(zoo.UNITS)), "a", "ra", 1),
    ("layer normalisation of channels", lambda: zoo.Plain(lambda: LayerNorm2d(zoo.UNITS)), "a", "ra", 1),
    ("layer normalisation of whole maps", lambda: zoo.Plain(lambda: nn.LayerNorm([zoo.UNITS, 12, 12])), "a", "ra", 1),
    ("group normalisation", lambda: zoo.Plain(lambda: nn.GroupNorm(4, zoo.UNITS)), "a", "ra", 1),
    ("local response", lambda: zoo.Plain(lambda: nn.LocalResponseNorm(5, 0.5)), "a", "ra", 1),
    ("root mean squares by hand", lambda: zoo.Plain(zoo.ByHand), "a", "ra", 1),
    ("nothing", lambda: zoo.Plain(nn.Identity), "a", "ra", 1),
    ("a shape that is read", zoo.ReadsShape, "a", "ra", 1),
    ("what is kept, and a head that nobody reads", zoo.Keeps, "a", "ra", 1),
    ("a view of channels-last maps", zoo.Viewed, "a", "ra", 1),
    ("a table of positions", zoo.Tokens, "a", "ra", 1),
    ("attention", zoo.Tokens, "attention", None, -1),
    ("windows of images", zoo.Windows, "a", "ra", -1),
    ("images of windows", lambda: zoo.Windows(False), "a", "ra", -1),
    ("time before images", zoo.TimeFirst, "a", "ra", -1),
    ("a first layer of low precision", zoo.Low, "a", "ra", 1),
    ("a first layer of low precision, behind it", zoo.Low, "b", "rb", 1),
    ("a head of high precision", zoo.High, "b", "rb", 1),
    ("state that is no float", zoo.Whole, "a", "ra", 1),
    ("what is computed once", zoo.Cached, "a", "ra", 1),
    ("units that are moved", lambda: zoo.Plain(zoo.Shuffle), "a", "a", 1),
)


def naive(network, module, images, targets, sets, axis):
    """Losses of full passes with some units of a module's output zero, (n_sets, n_images)."""
    losses = []
    for units in sets:
        handle = module.register_forward_hook(
            lambda m, i, o, u=units: o.index_fill(axis, torch.tensor(u, dtype=torch.long), 0)
        )
        with torch.no_grad():
            losses.append(F.cross_entropy(network(images.clone()), targets, reduction="none"))
        handle.remove()
    return torch.stack(losses)


def made(make):
    torch.manual_seed(0)
    rng = torch.Generator().manual_seed(1)
    return uneven(make(), 0), torch.randn(5, 3, 12, 12, generator=rng), torch.tensor([0, 1, 2, 5, 3])


def check(network, layer, module, images, targets, axis, kind, **how):
    """Rounds with nothing taken and with several units, and sets of units, are those of full passes."""
    lesioned = Engine(network, layer, images, **how)
    assert lesioned.kind == kind
    units, at = [0, 3, 7, lesioned.n_units - 1], torch.tensor([4, 0, 2])
    for taken in ([], [1, 2, 5]):
        found = lesioned.losses(targets, taken, units, at)
        expected = naive(network, module, images, targets, [[*taken, unit] for unit in units], axis)[:, at]
        assert torch.allclose(found.losses.to(expected), expected, rtol=1e-4, atol=2e-5)
        assert (expected - expected[0]).abs().max() > 1e-4, "these units do something"
    lesions, scores = [[], [0, 1, 2], [3]], {}
    for of_lesions, images_of, found in lesioned.scores(lesions):
        scores |= {(int(lesion), int(i)): row for lesion, i, row in zip(of_lesions, images_of, found, strict=True)}
    losses = naive(network, module, images, targets, lesions, axis)
    for (lesion, image), row in scores.items():
        assert F.cross_entropy(row[None], targets[image][None]).item() == pytest.approx(
            losses[lesion, image].item(), abs=2e-5
        )
    assert len(scores) == 15


@pytest.mark.parametrize(("what", "make", "layer", "hooked", "axis"), BEHIND, ids=[row[0] for row in BEHIND])
def test_what_a_layer_puts_out(what, make, layer, hooked, axis):
    network, images, targets = made(make)
    if hooked is None:
        with pytest.raises(InputError, match="'attention' has no units: it puts out tuple"):
            Engine(network, layer, images)
        return
    check(network, layer, network.get_submodule(hooked), images, targets, axis, "cut")
    assert all(type(v) is not torch.fx.Proxy for v in (*vars(network).values(), *getattr(network, "cache", {}).values()))
    assert isinstance(network(images), torch.Tensor), "nothing of the tracing is left in it"


def test_functions_behind_a_layer_are_followed():
    """Silencing behind a ReLU of functions is silencing what a ReLU module would put out."""
    network, images, targets = made(zoo.Functions)
    twin, _, _ = made(zoo.Plain)
    for way in ("cut", "full passes"):
        found = Engine(network, "a", images, way=way).losses(targets, [1], [0, 3, 7], torch.arange(5)).losses
        assert torch.allclose(found, naive(twin, twin.ra, images, targets, [[1, 0], [1, 3], [1, 7]], 1), atol=2e-5)


def linear_stack():
    convolutions = [nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Conv2d(32, 36, 3), nn.ReLU()]
    return nn.Sequential(*convolutions, nn.Flatten(1), nn.Linear(36 * 64, 40), nn.ReLU(), nn.Linear(40, 6))


@pytest.mark.parametrize("behind", [2, 3, 5, 7])
@pytest.mark.parametrize("change", ["hook", "hook in front", "forward"])
def test_hooks_and_forwards_behind_the_layer_are_kept(behind, change):
    network, images, targets = made(linear_stack)
    module = network[behind]
    if change == "hook":
        module.register_forward_hook(lambda m, i, o: o.clamp(-0.05, 0.05))
    elif change == "hook in front":
        module.register_forward_pre_hook(lambda m, inputs: (inputs[0] * 2 - 0.1,))
    else:
        module.forward = lambda x, forward=module.forward: forward(x).clamp(-0.05, 0.05)
    check(network, "0", network[1], images, targets, 1, "cut")


def test_a_hook_on_the_pooling_behind_and_on_the_whole_network():
    make = lambda: nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(1), nn.Linear(32 * 25, 6))  # noqa: E731
    network, images, targets = made(make)
    network[2].register_forward_hook(lambda m, i, o: o + 1)
    check(network, "0", network[1], images, targets, 1, "cut")
    network.register_forward_pre_hook(lambda m, inputs: (inputs[0] * 2 + 0.3,))
    check(network, "0", network[1], images, targets, 1, "full passes")


@pytest.mark.parametrize(("pooling", "places"), [(nn.AvgPool2d(3, 1, 1), 320), (nn.MaxPool2d(2), 80)])
def test_pooling_of_tokens_pools_units(pooling, places):
    make = lambda: nn.Sequential(nn.Linear(6, 40), nn.ReLU(), pooling, nn.Flatten(1), nn.Linear(places, 6))  # noqa: E731
    network, _, targets = made(make)
    check(network, "0", network[1], torch.randn(5, 8, 6), targets, -1, "cut")


def test_units_of_a_linear_layer_in_front_of_a_normalisation_of_tokens():
    make = lambda: nn.Sequential(nn.Linear(6, 40), nn.BatchNorm1d(8), nn.ReLU(), nn.Flatten(1), nn.Linear(320, 6))  # noqa: E731
    network, _, targets = made(make)
    assert Engine(network, "0", torch.randn(3, 8, 6)).n_units == 40
    check(network, "0", network[2], torch.randn(5, 8, 6), targets, -1, "cut")


def test_dimensions_that_nothing_tells_can_be_said():
    network = nn.Sequential(
        nn.Conv1d(3, 8, 1), nn.Flatten(1), nn.Unflatten(1, (8, 12)), nn.Flatten(1), nn.Linear(96, 4)
    ).eval()
    images = torch.randn(3, 3, 12)
    with pytest.raises(InputError, match=r"'2' puts out \(3, 8, 12\); no layer beside it tells .* Say it \(axis\)"):
        Engine(network, "2", images)
    assert (Engine(network, "2", images, axis=1).n_units, Engine(network, "2", images, axis=-1).n_units) == (8, 12)


def test_a_compiled_network_is_unwrapped_and_a_scripted_one_refused():
    network, images, targets = made(zoo.Plain)
    compiled, one = torch.compile(network), Engine(network, "a", images)
    for name in ("_orig_mod.a", "a"):
        other = Engine(compiled, name, images)
        assert other.kind == "cut"
        assert torch.equal(*(e.losses(targets, [1], [0, 3], torch.arange(5)).losses for e in (one, other)))
    for scripted in (torch.jit.script(network), torch.jit.trace(network, images)):
        with pytest.raises(InputError, match=r"compiled by TorchScript; .* Give the network that was compiled"):
            Engine(scripted, "a", images)


def test_a_scripted_module_behind_or_before_the_layer_is_run_as_it_is():
    network, images, targets = made(zoo.Plain)
    network.b = torch.jit.script(network.b)
    check(network, "a", network.ra, images, targets, 1, "cut")
    network.a = torch.jit.script(network.a)
    check(network, "ra", network.ra, images, targets, 1, "cut")
    with pytest.raises(InputError, match=r"Layer 'a' is not run for an image: .* \(TorchScript\)"):
        Engine(network, "a", images)


REFUSED = {
    "by the batch": (
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8, track_running_stats=False), nn.Flatten(1), nn.Linear(800, 4)
        ),
        r"scores for an image depend on the images beside it .*give normalisations running statistics",
    ),
    "at random": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 3), Noise(), nn.Flatten(1), nn.Linear(800, 4)),
        r"scores for the same images change from one pass to the next",
    ),
    "by the batch, in the scale of quantised numbers": (
        lambda: torch.ao.quantization.quantize_dynamic(zoo.Plain().eval(), {nn.Linear}, dtype=torch.qint8),
        r"scores for an image depend on the images beside it",
    ),
    "two outputs": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3), Twice()), r"puts out a tuple; it must put out one tensor"),
    "maps for scores": (
        lambda: nn.Conv2d(3, 8, 3),
        r"puts out torch.float32 of shape \(3, 8, 10, 10\); expected class scores",
    ),
    "never alone": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 12), Squeeze(), nn.Linear(8, 4)),
        r"cannot take one image at a time",
    ),
}


class Noise(nn.Module):
    """Drops half of what it reads, also in evaluation."""

    def forward(self, x):
        return F.dropout(x, 0.5, training=True)


class Twice(nn.Module):
    """Puts out two things."""

    def forward(self, x):
        return x.mean((2, 3)), x


class Squeeze(nn.Module):
    """Drops the dimension of the images, if there is one."""

    def forward(self, x):
        return x.squeeze()


@pytest.mark.parametrize("how", REFUSED)
def test_networks_without_one_answer_are_refused(how):
    make, message = REFUSED[how]
    network, images, _ = made(lambda: nn.Sequential(make()) if how == "maps for scores" else make())
    with pytest.raises(InputError, match=message):
        Engine(network, "a" if isinstance(network, zoo.Plain) else "0", images)


def test_a_part_that_computes_something_else_is_found_out(monkeypatch, caplog):
    """The net under everything: whatever parts get wrong, full passes tell, and take their place."""
    from segregation.lesions.steps import Convolution

    network, images, targets = made(zoo.Plain)
    monkeypatch.setattr(Convolution, "subtract", lambda *_: None)
    with pytest.raises(
        InputError, match=r"With unit \d+ silenced, images together, the scores .* differ .* leave out way='cut'"
    ):
        Engine(network, "a", images, way="cut")
    with caplog.at_level(logging.WARNING, "segregation"):
        check(network, "a", network.ra, images, targets, 1, "full passes")
    assert "layer 'a' is lesioned by full passes, which take longer: With unit" in caplog.text


@pytest.mark.parametrize("way", ["cut", "full passes"])
def test_the_mean_and_other_images_maps_in_either_way(way):
    from segregation.lesions.baselines import mean_of

    network, images, targets = made(zoo.Plain)
    means, others = mean_of(network, "a", images), torch.tensor([1, 2, 0, 4, 3])
    with torch.no_grad():
        maps = network.front(images)
    assert torch.allclose(means, maps.mean((0, 2, 3)), atol=1e-6)
    for baseline, instead in ((means, means.view(-1, 1, 1).expand_as(maps)), (others, maps[others])):
        found = Engine(network, "a", images, baseline=baseline, way=way).losses(targets, [1], [0, 4], torch.arange(5)).losses
        for unit, losses in zip((0, 4), found, strict=True):
            changed = maps.clone()
            changed[:, [1, unit]] = instead[:, [1, unit]]
            with torch.no_grad():
                scores = network.h(network.rb(network.b(changed)).mean((2, 3)))
            assert torch.allclose(F.cross_entropy(scores, targets, reduction="none"), losses, atol=2e-5)


def test_gradients_are_the_same_in_either_way():
    from segregation.lesions.scores import gradient

    network, images, targets = made(partial(zoo.Plain, lambda: nn.GroupNorm(4, zoo.UNITS)))
    for baseline in (None, torch.rand(zoo.UNITS), torch.tensor([1, 2, 0, 4, 3])):
        one, other = (
            gradient(Engine(network, "a", images, baseline=baseline, way=w), targets) for w in ("cut", "full passes")
        )
        assert torch.allclose(one, other, atol=1e-6) and one.abs().max() > 1e-3
