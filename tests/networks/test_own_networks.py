"""Any of torchvision's architectures: built from the seed alone, kept without change, refused in one message."""

import pytest
import torch

from segregation.networks import building, checkpoints, models
from segregation.networks.architectures import NAMES, PAPER, resolved
from segregation.networks.normalisation import normalised
from segregation.steps.reporting import InputError

# Of each family the quickest, with the least pixels it takes.
BUILT = {
    "googlenet": 32,
    "mnasnet0_5": 32,
    "mobilenet_v3_small": 32,
    "regnet_x_400mf": 32,
    "resnet18": 32,
    "shufflenet_v2_x0_5": 32,
    "squeezenet1_1": 32,
}
# These take longer to fill with weights.
UNFILLED = {
    "alexnet": 64,
    "convnext_tiny": 32,
    "densenet121": 32,
    "efficientnet_b0": 32,
    "inception_v3": 75,
    "maxvit_t": 224,
    "swin_v2_t": 32,
    "vgg16": 32,
    "vit_b_32": 64,
}


def same(first, second):
    """Tell whether two networks have the same weights."""
    first, second = first.state_dict(), second.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def used(network):
    """Return a network with norms as after training, in evaluation mode."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    return network.eval()


def test_the_names_are_torchvisions():
    import torchvision

    assert sorted(NAMES) == torchvision.models.list_models(module=torchvision.models)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size"), BUILT.items(), ids=BUILT)
def test_any_architecture_is_built_from_its_seed_alone_and_kept_without_change(name, size, tmp_path):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first, same_seed, other = (building.build({"name": name}, size, 5, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before), "the global random state is as it was"
    torch.manual_seed(1)
    assert same(building.build({"name": name}, size, 5, 1), first) and same(same_seed, first)
    assert not same(other, first)
    images = torch.randn(2, 3, size, size)
    assert used(first)(images).shape == (2, 5)
    description = {"architecture": {"name": name}, "image_size": size, "classes": {}}
    for file in ("w", "again"):
        checkpoints.save(tmp_path / file, first, description)
    assert (tmp_path / "w").read_bytes() == (tmp_path / "again").read_bytes()
    loaded, found = checkpoints.load(tmp_path / "w")
    assert same(loaded, first) and found["outputs"] == 5 and not loaded.training
    with torch.inference_mode():
        assert torch.equal(loaded(images), first(images))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size"), UNFILLED.items(), ids=UNFILLED)
def test_a_network_without_weights_says_what_a_file_must_hold(name, size):
    network = models.empty({"name": name, "dropout": 0.1}, size, 5)
    assert all(tensor.is_meta for tensor in network.state_dict().values())
    assert not any(module._non_persistent_buffers_set for module in network.modules()), "files hold all there is"
    assert len(models.last(network, size)[1].weight) == 5
    assert network.train()(torch.empty(2, 3, size, size, device="meta")).shape == (2, 5), "scores alone, in training too"


def test_dropout_is_passed_where_there_is_some():
    rates = {m.p for m in models.empty({"name": "alexnet", "dropout": 0.125}, 64, 5).modules() if hasattr(m, "p")}
    assert rates == {0.125}
    models.empty({"name": "resnet18", "dropout": 0.125}, 32, 5)


def test_what_a_network_is_built_from():
    assert resolved({"name": "vgg16"}) == {"name": "vgg16"} | PAPER
    assert resolved({"name": "vgg16", "width": 0.5})["width"] == 0.5
    of_study = {"name": "alexnet", "width": 1, "batch_norm": True, "dropout": 0.0, "linear_init": "he"}
    assert resolved(of_study) == {"name": "alexnet", "dropout": 0.0}


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("alexnet", 48, r"alexnet cannot take images of 48 pixels \(.*\)\. Change image_size, or the architecture"),
        ("maxvit_t", 96, "maxvit_t cannot take images of 96 pixels"),
        ("vit_b_16", 50, "vit_b_16 cannot take images of 50 pixels"),
        ("resnet81", 32, r"architecture\.name: no architecture is called 'resnet81'; did you mean resnet18"),
    ],
)
def test_what_cannot_be_built_is_refused(name, size, message):
    with pytest.raises(InputError, match=message):
        building.build({"name": name}, size, 5)


def test_a_file_of_an_unknown_architecture_is_refused(tmp_path):
    network = building.build({"name": "squeezenet1_1"}, 32, 5)
    checkpoints.save(tmp_path / "w", network, {"architecture": {"name": "squeezenet9"}, "image_size": 32, "classes": {}})
    with pytest.raises(InputError, match=r"w: .*no architecture is called 'squeezenet9'.*the workflow makes it again"):
        checkpoints.load(tmp_path / "w")


@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1"])
def test_normalised_images_are_those_that_the_network_was_trained_on(name, tmp_path):
    """By hand: pixels of 0 to 1, less the mean, divided by the standard deviation. Modules keep their names."""
    mean, std = [0.4, 0.5, 0.6], [0.1, 0.2, 0.3]
    network = used(building.build({"name": name}, 48, 5))
    pixels = torch.rand(3, 3, 48, 48)
    checkpoints.save(
        tmp_path / "w",
        network,
        {"architecture": {"name": name}, "image_size": 48, "classes": {}, "mean": mean, "std": std},
    )
    loaded, _ = checkpoints.load(tmp_path / "w")
    with torch.inference_mode():
        by_hand = network(torch.stack([(pixels[:, c] - mean[c]) / std[c] for c in range(3)], dim=1))
        assert torch.allclose(loaded((pixels - 0.5) / 0.5), by_hand, rtol=1e-3, atol=1e-3 * by_hand.abs().max())
        assert not torch.allclose(network((pixels - 0.5) / 0.5), by_hand, rtol=1e-2)
    modules = dict(loaded.named_modules())
    assert all(type(modules[path]) is type(module) for path, module in network.named_modules() if path)
    again = torch.fx.symbolic_trace(loaded)
    with torch.inference_mode():
        assert torch.equal(again(pixels), loaded(pixels))


def test_it_is_normalised_inside_every_module_of_the_network():
    """Not folded into the first convolution: what its padding adds stays zero behind the normalisation."""
    network = used(building.build({"name": "resnet18"}, 32, 5))
    with torch.inference_mode():
        grey = normalised(network, [0.25] * 3, [0.5] * 3)(torch.full((1, 3, 32, 32), -0.5))  # pixels of 0.25: the mean
        assert torch.allclose(grey, network(torch.zeros(1, 3, 32, 32)), atol=1e-5)
