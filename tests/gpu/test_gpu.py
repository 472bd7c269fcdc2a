"""On a GPU what a processor computes, to the precision that was asked for; without one these tests are skipped."""

import copy

import numpy as np
import pytest
import torch

from passes import shown, uneven
from segregation.images import batches
from segregation.images.loading import Encoded
from segregation.lesions.engine import Engine
from segregation.lesions.memory import MEMORY, budget
from segregation.lesions.ranking import rank
from segregation.networks import building
from segregation.training.loop import train

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
ARCHITECTURE = {"name": "vgg16", "width": 0.125, "batch_norm": True, "dropout": 0.0, "linear_init": "he"}
SETTINGS = {
    "epochs": 2,
    "batch_size": 16,
    "optimizer": "adamw",
    "learning_rate": 1e-3,
    "momentum": 0.9,
    "weight_decay": 1e-4,
}
SETTINGS |= {"clip_norm": 5.0, "schedule": "one_cycle", "keep": "last", "flip": 0.5, "greyscale": 0.2}
SETTINGS |= {"contrast": 0.15, "brightness": 0.05}


@pytest.fixture(scope="module")
def networks():
    own = uneven(building.build(ARCHITECTURE, 32, 6, seed=1), 1)
    return own, copy.deepcopy(own).to(batches.device())


@pytest.mark.parametrize("layer", ["conv1_2", "conv3_1", "conv5_3", "classifier.3"])
@pytest.mark.parametrize(("precision", "atol"), [("float32", 2e-5), ("tf32", 0.02), ("bfloat16", 0.2)])
def test_losses_are_those_of_a_processor(networks, layer, precision, atol):
    images, targets = shown(40, 1)
    at, units = torch.arange(40).flip(0), range(3, 8)
    expected, found = (
        Engine(network, layer, images, precision=of).losses(targets, [1], units, at)
        for network, of in zip(networks, ("float32", precision), strict=True)
    )
    assert torch.allclose(found.losses, expected.losses, rtol=atol, atol=atol)
    assert torch.allclose(found.without, expected.without, rtol=atol, atol=atol)


@pytest.mark.parametrize("search", ["exact", "racing"])
def test_rankings_are_those_of_a_processor(networks, search):
    images, targets = shown(64, 2)
    one, other = (rank(Engine(network, "conv4_2", images), targets, 0, 0.2, search) for network in networks)
    assert [choice.filter for choice in one] == [choice.filter for choice in other]


def test_scores_and_gradients_are_those_of_a_processor(networks):
    images, targets = shown(12, 3)
    one, other = (Engine(network, "conv3_1", images) for network in networks)
    assert torch.allclose(one.rise(targets), other.rise(targets), atol=1e-5)
    for ours, theirs in zip(other.scores([[0, 5]]), one.scores([[0, 5]]), strict=True):
        assert torch.allclose(ours[2].cpu(), theirs[2], rtol=1e-4, atol=1e-4)


def test_memory_is_a_share_of_what_is_free():
    free, whole = torch.cuda.mem_get_info()
    assert budget(torch.device("cpu")) == MEMORY and 0.5 * free < budget(batches.device()) < 0.7 * whole


def test_training_on_images_that_processes_decode(make_store):
    store = make_store("many.arrow", ("a", "b"), train=64, test=2, size=36)
    encoded = Encoded([(store, store.rows("train"))], 2)
    images = batches.Images(encoded, torch.from_numpy(store.targets(store.rows("train")))).to(batches.device())
    seen = torch.cat(list(encoded.read(torch.arange(len(encoded)).split(16))))
    assert np.array_equal(seen.permute(0, 2, 3, 1), store.images(store.rows("train")))
    network = building.build(ARCHITECTURE, 32, 2, seed=1).to(batches.device())
    for precision in ("float32", "bfloat16"):
        rows = train(network, images, images, 32, SETTINGS | {"precision": precision}, seed=1)
        assert len(rows) == 2 and all(np.isfinite(row["validation_loss"]) for row in rows)
