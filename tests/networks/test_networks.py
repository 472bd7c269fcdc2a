"""Networks: torchvision's VGG16 at full width, cut and kept without change."""

import pytest
import torch

from segregation.lesions.engine import Engine
from segregation.networks import building, checkpoints
from segregation.networks.architectures import CONVOLUTIONS
from segregation.steps.reporting import InputError

SMALL = {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0.5, "linear_init": "he"}


@pytest.fixture(scope="module")
def network():
    built = building.build(SMALL, 32, 6, seed=3)
    for module in built.modules():  # norms as after training, so that a mistake in their place shows
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    return built.eval()


@pytest.mark.parametrize("batch_norm", [False, True])
def test_at_full_width_it_is_torchvisions(batch_norm):
    from torchvision.models import vgg16, vgg16_bn

    ours = building.build(SMALL | {"width": 1, "batch_norm": batch_norm}, 224, 10)
    with torch.device("meta"):
        theirs = (vgg16_bn if batch_norm else vgg16)(num_classes=10)
    assert {k: v.shape for k, v in ours.state_dict().items()} == {k: v.shape for k, v in theirs.state_dict().items()}
    assert all(repr(getattr(ours, part)) == repr(getattr(theirs, part)) for part in ("features", "classifier"))


def test_same_seed_same_weights_other_seed_other_weights():
    first, same, other = (building.build(SMALL, 32, 6, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["features.0.weight"], other["features.0.weight"])


def test_initial_weights_have_the_spread_of_their_formula():
    """He, fan-out: standard deviation sqrt(2 / (9 filters)); linear layers 0.01, or sqrt(2 / fan_in)."""
    wide = SMALL | {"width": 0.5}
    he, normal = (building.build(wide | {"linear_init": kind}, 32, 6).state_dict() for kind in ("he", "normal"))
    assert he["features.40.weight"].std() == pytest.approx((2 / (9 * 256)) ** 0.5, rel=0.02)
    assert he["classifier.0.weight"].std() == pytest.approx((2 / 256) ** 0.5, rel=0.02)
    assert normal["classifier.0.weight"].std() == pytest.approx(0.01, rel=0.02)
    assert he["classifier.6.weight"].std() == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize("layer", CONVOLUTIONS["vgg16"])
def test_two_parts_make_the_whole(network, layer):
    images = torch.randn(3, 3, 32, 32)
    parts = Engine(network, layer, images, way="cut").parts
    with torch.inference_mode():
        maps = parts.before(images)
        assert (maps >= 0).all()
        assert torch.allclose(parts.behind(parts.pool(maps)), network(images), atol=1e-6)


def test_an_unknown_layer_is_refused_with_those_there_are(network):
    with pytest.raises(InputError, match=r"no layer 'conv6_1'; its layers are conv1_1, .*conv5_3"):
        Engine(network, "conv6_1", torch.randn(2, 3, 32, 32))


def test_what_is_saved_is_loaded(network, tmp_path):
    checkpoints.save(tmp_path / "w", network, {"image_size": 32, "classes": {"face": ["a", "b"]}})
    loaded, description = checkpoints.load(tmp_path / "w")
    images = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        assert torch.equal(loaded(images), network(images))
    assert description["classes"] == {"face": ["a", "b"]}
    checkpoints.save(tmp_path / "again", network, {"image_size": 32, "classes": {"face": ["a", "b"]}})
    assert (tmp_path / "w").read_bytes() == (tmp_path / "again").read_bytes()


@pytest.mark.parametrize("how", ["cut short", "another file", "a pickle", "a changed weight"])
def test_a_corrupt_weights_file_is_refused(network, tmp_path, how):
    path = tmp_path / "weights.safetensors"
    checkpoints.save(path, network, {"image_size": 32, "classes": {}})
    if how == "cut short":
        path.write_bytes(path.read_bytes()[:-100])
    elif how == "a changed weight":
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif how == "another file":
        path.write_text("no weights")
    else:
        torch.save(network.state_dict(), path)
    with pytest.raises(InputError, match=r"weights\.safetensors: not a weights file.*Delete it"):
        checkpoints.load(path)
