"""Networks that cannot be traced or cut: recurrent ones, those that decide, layers that are run several times."""

import logging

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import zoo
from passes import uneven
from segregation.lesions.baselines import mean_of
from segregation.lesions.engine import Engine
from segregation.lesions.evaluation import evaluate_lesions
from segregation.lesions.maps import head_of
from segregation.lesions.ranking import rank_filters
from segregation.lesions.scores import gradient
from segregation.steps.reporting import InputError


class Recurrent(nn.Module):
    """Reads the rows of images one after the other: a layer that is run each time, and state."""

    def __init__(self):
        super().__init__()
        self.inward, self.across, self.h = nn.Linear(36, 10), nn.Linear(10, 10), nn.Linear(10, 6)

    def forward(self, x):
        state = x.new_zeros(len(x), 10)
        for row in x.transpose(1, 2).flatten(2).unbind(1):
            state = F.relu(self.inward(row)) + torch.tanh(self.across(state))
        return self.h(state)


class Decides(nn.Module):
    """Does what an image says, image by image."""

    def __init__(self):
        super().__init__()
        self.a, self.relu, self.h = nn.Conv2d(3, 8, 3), nn.ReLU(inplace=True), nn.Linear(8, 6)

    def forward(self, x):
        means = torch.stack([m if float(m.sum()) > 1 else 2 * m for m in self.relu(self.a(x)).mean((2, 3))])
        return self.h(means)


def made(make):
    torch.manual_seed(0)
    return uneven(make(), 3), *shown()


def shown():
    rng = torch.Generator().manual_seed(4)
    return torch.randn(6, 3, 12, 12, generator=rng), torch.tensor([0, 1, 2, 3, 4, 5])


def hooked(network, module, images, targets, sets, axis=1):
    """Losses of passes with some units of all that a module puts out zero, (n_sets, n_images)."""
    losses = []
    for units in sets:
        index = torch.tensor(units, dtype=torch.long)
        handle = module.register_forward_hook(lambda m, i, o, index=index: o.index_fill(axis, index, 0))
        with torch.no_grad():
            losses.append(F.cross_entropy(network(images), targets, reduction="none"))
        handle.remove()
    return torch.stack(losses)


# A layer, and the module whose output it is; of the last ReLU of an area all that it puts out, run by run.
AREAS = [("V1.0", "V1.2", 8), ("V2.output", "V2.output", 12), ("V4.nonlin1", "V4.nonlin1", 32), ("IT", "IT", 16)]


@pytest.mark.parametrize(("layer", "module", "n"), AREAS)
def test_the_shape_of_cornet_s(layer, module, n, caplog):
    network, images, targets = made(zoo.Areas)
    with caplog.at_level(logging.WARNING, "segregation"):
        lesioned = Engine(network, layer, images)
    assert lesioned.n_units == n and lesioned.kind == "full passes"
    assert f"layer '{layer}' is lesioned by full passes, which take longer: The network cannot be cut" in caplog.text
    found = lesioned.losses(targets, [1, 4], [0, 3, n - 1], torch.tensor([5, 0, 2]))
    expected = hooked(network, network.get_submodule(module), images, targets, [[1, 4, 0], [1, 4, 3], [1, 4, n - 1], [1, 4]])
    assert torch.equal(found.losses, expected[:3, [5, 0, 2]]) and torch.equal(found.without, expected[3, [5, 0, 2]])

    ranking = [c.filter for c in rank_filters(network, layer, images, targets, until=0.25)]
    chosen = []
    while len(chosen) < len(ranking):
        left = [unit for unit in range(n) if unit not in chosen]
        losses = (
            hooked(network, network.get_submodule(module), images, targets, [[*chosen, u] for u in left]).double().mean(1)
        )
        chosen.append(left[int(losses.argmax())])
    assert ranking == chosen
    right, _ = evaluate_lesions(network, layer, images, targets, [[], ranking], [slice(0, 6)])
    for lesion, named in zip(([], ranking), right, strict=True):
        index = torch.tensor(lesion, dtype=torch.long)
        handle = network.get_submodule(module).register_forward_hook(lambda m, i, o, index=index: o.index_fill(1, index, 0))
        with torch.no_grad():
            assert ((network(images).argmax(1) == targets).numpy() == named).all()
        handle.remove()


def test_a_layer_is_silenced_behind_the_normalisation_of_each_run():
    """conv1 has a normalisation of its own each time, and one ReLU for all: silenced there, each time."""
    network, images, targets = made(zoo.Areas)
    found = Engine(network, "V4.conv1", images).losses(targets, [2], [0, 9], torch.arange(6)).losses
    assert torch.equal(found, hooked(network, network.V4.nonlin1, images, targets, [[2, 0], [2, 9]]))


def test_a_recurrent_network_and_one_that_decides():
    network, images, targets = made(Recurrent)
    reference = Recurrent()
    reference.load_state_dict(network.state_dict())
    lesioned = Engine(network, "inward", images)
    assert lesioned.kind == "full passes" and lesioned.n_units == 10
    with torch.no_grad():  # a unit that has no weights puts out nothing, whatever the row
        for row in (0, 4):
            reference.inward.weight[row], reference.inward.bias[row] = 0, 0
        expected = F.cross_entropy(reference(images), targets, reduction="none")
    assert torch.allclose(lesioned.losses(targets, [0], [4], torch.arange(6)).losses[0], expected, atol=1e-6)

    network, images, targets = made(Decides)
    for baseline in (None, mean_of(network, "a", images), torch.tensor([1, 0, 3, 2, 5, 4])):
        lesioned = Engine(network, "a", images, baseline=baseline)
        assert lesioned.kind == "full passes"
        with torch.no_grad():
            maps = network.relu(network.a(images))
            instead = torch.zeros_like(maps)
            if baseline is not None:
                instead = maps[baseline] if baseline.dtype == torch.long else baseline.view(-1, 1, 1).expand_as(maps)
            maps[:, [1, 5]] = instead[:, [1, 5]]
            means = torch.stack([m if float(m.sum()) > 1 else 2 * m for m in maps.mean((2, 3))])
            expected = F.cross_entropy(network.h(means), targets, reduction="none")
        assert torch.allclose(lesioned.losses(targets, [1], [5], torch.arange(6)).losses[0], expected, atol=1e-6)


def test_the_maps_and_the_mean_of_a_layer_that_is_run_several_times():
    network, images, _ = made(Recurrent)
    maps = head_of(network, "inward")(images)
    rows = F.relu(network.inward(images.transpose(1, 2).flatten(2)))  # (images, rows, units)
    assert maps.shape == (6, 10, 12) and torch.allclose(maps, rows.transpose(1, 2), atol=1e-6)
    assert torch.allclose(mean_of(network, "inward", images, batch_size=4), rows.mean((0, 1)), atol=1e-6)


def test_the_gradient_of_a_layer_that_is_run_several_times_is_that_of_all_runs():
    network, images, targets = made(Recurrent)
    rise, step = gradient(Engine(network, "inward", images), targets), 1e-3
    for unit in (0, 7):
        losses = []
        for scale in (1 + step, 1 - step):
            scales = torch.ones(10)
            scales[unit] = scale
            handle = network.across.register_forward_hook(lambda m, i, o: o)  # a hook elsewhere changes nothing
            state = torch.zeros(6, 10)
            with torch.no_grad():
                for row in images.transpose(1, 2).flatten(2).unbind(1):
                    state = scales * F.relu(network.inward(row)) + torch.tanh(network.across(state))
                losses.append(F.cross_entropy(network.h(state), targets).double())
            handle.remove()
        assert rise[unit].item() == pytest.approx(-float(losses[0] - losses[1]) / (2 * step), abs=2e-3)


class Varying(nn.Module):
    """Runs its layer as often as the images say."""

    def __init__(self):
        super().__init__()
        self.a, self.h = nn.Linear(8, 8), nn.Linear(8, 3)

    def forward(self, x):
        for _ in range(1 + int(float(x.max()) > 5)):
            x = self.a(x)
        return self.h(x)


def test_a_layer_that_is_run_otherwise_for_some_images_is_refused():
    torch.manual_seed(0)
    network, images = Varying().eval(), torch.randn(40, 8).clamp(-2, 2)
    images[7] = 6
    with pytest.raises(InputError, match=r"'a' is run otherwise for some images than for others \(1 times .*, 2 times here"):
        Engine(network, "a", images).losses(torch.zeros(40, dtype=torch.long), [], [0], torch.arange(40))
    assert not any(module._forward_hooks for module in network.modules()), "nothing stays on the network"


@pytest.mark.parametrize("way", ["cut", "full passes"])
@pytest.mark.parametrize("known", [False, True])
def test_an_image_that_is_given_twice_has_its_losses_twice(way, known):
    network, images, targets = made(zoo.Plain)
    lesioned = Engine(network, "b", images, way=way)
    once = lesioned.losses(targets, [0], [1, 2], torch.arange(3))
    twice = torch.tensor([2, 0, 1, 1, 2])
    found = lesioned.losses(targets, [0], [1, 2], twice, once.without[twice] if known else None)
    assert torch.allclose(found.losses, once.losses[:, twice]) and torch.allclose(found.without, once.without[twice])


@pytest.mark.parametrize("known", [torch.zeros(2), torch.zeros(1), torch.zeros(3, 1), torch.zeros(3, dtype=torch.long)])
def test_known_losses_that_are_not_one_an_image_are_refused(known):
    network, images, targets = made(zoo.Plain)
    with pytest.raises(InputError, match=r"losses that are known are .*; expected one for each of the 3 positions"):
        Engine(network, "b", images).losses(targets, [0], [1, 2], torch.arange(3), known)
