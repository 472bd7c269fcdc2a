"""The lesion engine against full passes on networks of all kinds: branched, torchvision's, unusual ones."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from passes import naive, shown, uneven
from segregation.lesions.engine import Engine
from segregation.lesions.evaluation import evaluate_lesions
from segregation.lesions.scores import gradient
from segregation.lesions.silence import silenced


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


@pytest.fixture(scope="module")
def branched():
    torch.manual_seed(0)
    return uneven(Branched(), 0)


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
