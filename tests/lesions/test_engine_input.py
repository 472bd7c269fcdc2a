"""What the lesion engine refuses, each with one message: networks, layers, images, targets, weights, options."""

import pytest
import torch
from torch import nn

from segregation.lesions.engine import Engine
from segregation.steps.reporting import InputError


class Undecided(nn.Module):
    """Does what the images say."""

    def forward(self, images):
        return images if images.sum() > 0 else -images


class Looping(nn.Module):
    """Takes one image at a time."""

    def forward(self, images):
        return torch.stack([image * 2 for image in images])


class Counting(nn.Module):
    """Counts the channels that are positive, in a module of its own."""

    def __init__(self):
        super().__init__()
        self.of = Positive()

    def forward(self, images):
        return images.mean((2, 3)) * self.of(images)[:, None]


class Positive(nn.Module):
    """Whether the first pixel is positive, an image."""

    def forward(self, images):
        return images[:, 0, 0, 0] > 0


class Split(nn.Module):
    """Puts out two things."""

    def forward(self, images):
        return images, images


def plain(*front):
    return nn.Sequential(*front, nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(1), nn.Linear(4 * 36, 2)).eval()


BAD = {
    "decides": (lambda: plain(Undecided()), "1", r"cannot be cut: it decides by the value of 'gt' .*must not depend"),
    "loops": (lambda: plain(Looping()), "1", r"cannot be cut: it loops over"),
    "unknown layer": (lambda: plain(), "00", r"no layer '00'; the nearest are 0"),
    "last layer": (lambda: plain(), "3", r"Nothing lies between layer '3' and the class scores"),
    "training": (lambda: plain().train(), "0", r"is in training mode.*call its eval\(\)"),
    "run twice": (
        lambda: (lambda c: plain(c, c))(nn.Conv2d(3, 3, 3, 1, 1)),
        "0",
        r"cannot be cut at '0': it is run 2 times",
    ),
    "no units": (
        lambda: nn.Sequential(nn.Conv2d(3, 3, 3), Split()).eval(),
        "0",
        r"puts out a tuple; it must put out one tensor",
    ),
    "no layer": (lambda: nn.Sequential(nn.Conv2d(3, 3, 3), nn.Identity(), Counting()).eval(), "2.of", r"has no units"),
    "size": (
        lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(1), nn.Linear(9, 2)).eval(),
        "0",
        r"images of shape \(3, 8, 8\)",
    ),
}


@pytest.mark.parametrize("how", BAD)
def test_networks_that_cannot_be_cut_are_refused(how):
    make, name, message = BAD[how]
    torch.manual_seed(0)
    with pytest.raises(InputError, match=message):
        Engine(make(), name, torch.randn(2, 3, 8, 8), way="cut")


def test_bad_images_targets_weights_and_precision_are_refused():
    network, images = plain(), torch.randn(2, 3, 8, 8)
    with pytest.raises(InputError, match=r"images run from 0 to 255, but networks take"):
        Engine(network, "0", torch.tensor([0.0, 255.0]).view(2, 1, 1, 1).expand(2, 3, 8, 8))
    with pytest.raises(InputError, match=r"images run from -?[0-9.]+ to 200, but"):
        late = torch.randn(50, 3, 8, 8)
        late[49] = 200
        list(Engine(network, "0", late, memory=100_000).scores([[0]]))
    with pytest.raises(InputError, match=r"baseline names 3 other images for 2 images"):
        Engine(network, "0", images, baseline=torch.arange(3))
    with pytest.raises(InputError, match=r"baseline has 3 values; layer '0' has 4 units"):
        Engine(network, "0", images, baseline=torch.zeros(3)).losses(torch.tensor([0, 1]), [], [0], torch.arange(2))
    with pytest.raises(InputError, match="no way 'fast'; there are cut, full passes, or None"):
        Engine(network, "0", images, way="fast")
    with pytest.raises(InputError, match="No image was given"):
        Engine(network, "0", images[:0])
    with pytest.raises(InputError, match=r"no precision 'half'; there are float32, tf32, bfloat16"):
        Engine(network, "0", images, precision="half")
    lesioned = Engine(network, "0", images)
    with pytest.raises(InputError, match=r"targets run from 0 to 2; the network has outputs 0 to 1"):
        lesioned.check_targets(torch.tensor([0, 2]))
    with pytest.raises(InputError, match=r"2 images and 3 targets"):
        lesioned.check_targets(torch.tensor([0, 1, 1]))
    with torch.no_grad():
        network[3].weight[:] = 3e38
    with pytest.raises(InputError, match="A loss is not finite"):
        Engine(network, "0", images).losses(torch.tensor([0, 1]), [], [0], torch.arange(2))
    with torch.no_grad():
        network[0].weight[0, 0, 0, 0] = torch.nan
    with pytest.raises(InputError, match=r"weights '0\.weight' of the network are not all finite"):
        Engine(network, "0", images)
