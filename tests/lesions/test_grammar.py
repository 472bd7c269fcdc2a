"""Networks that nobody thought of, at random of branches, skips, views, norms, pools, groups: against full passes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations
from torchvision.models.convnext import LayerNorm2d

from passes import uneven
from segregation.lesions.engine import Engine

NORMS = {
    "none": lambda n: nn.Identity(),
    "batch": nn.BatchNorm2d,
    "group": lambda n: nn.GroupNorm(4, n),
    "layer": LayerNorm2d,
    "instance": lambda n: nn.InstanceNorm2d(n, affine=True),
    "local": lambda n: nn.LocalResponseNorm(3, 0.1),
}
ACTIVATIONS = {
    "none": nn.Identity,
    "relu": nn.ReLU,
    "in place": lambda: nn.ReLU(inplace=True),
    "gelu": nn.GELU,
    "sigmoid": nn.Sigmoid,
    "prelu": nn.PReLU,
    "hardswish": nn.Hardswish,
    "dropout": lambda: nn.Sequential(nn.SiLU(), nn.Dropout(0.5)),
}
N = 32  # channels: as many as it takes for contributions to be taken away


class Unit(nn.Sequential):
    """A convolution with or without normalisation and non-linearity: what it puts out is what the convolution does."""

    def __init__(self, norm, activation, groups, weights, padding):
        convolution = nn.Conv2d(N, N, 3, padding=1, groups=groups, padding_mode=padding)
        if weights == "weight norm":
            parametrizations.weight_norm(convolution)
        elif weights == "hook":
            convolution.register_forward_hook(lambda m, i, o: o * 0.9 + 0.1)
        super().__init__(convolution, NORMS[norm](N), ACTIVATIONS[activation]())


class Residual(nn.Module):
    """Adds what its parts put out to what they read, in place or not."""

    def __init__(self, body, in_place):
        super().__init__()
        self.body, self.in_place = body, in_place

    def forward(self, x):
        y = self.body(x)
        if self.in_place:
            y += x
            return y
        return F.relu(x + y)


class Branches(nn.Module):
    """Joins halves of two branches."""

    def __init__(self, left, right):
        super().__init__()
        self.left, self.right = left, right

    def forward(self, x):
        return torch.cat([self.left(x)[:, : N // 2], self.right(x)[:, N // 2 :]], 1)


class Gate(nn.Module):
    """Squeezes and excites."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(N, N)

    def forward(self, x):
        return x * torch.sigmoid(self.fc(x.mean((2, 3)))).view(x.size(0), -1, 1, 1)


class Tokens(nn.Module):
    """Goes over tokens, with sizes of its own."""

    def __init__(self):
        super().__init__()
        self.norm, self.fc = nn.LayerNorm(N), nn.Linear(N, N)

    def forward(self, x):
        n, c, h, w = x.shape
        tokens = x.flatten(2).transpose(1, 2)
        tokens = tokens + F.gelu(self.fc(self.norm(tokens)))
        return tokens.permute(0, 2, 1).reshape(n, c, h, w)


class Head(nn.Module):
    """The last layer, behind means or a view of all places."""

    def __init__(self, how):
        super().__init__()
        self.how, self.fc = how, nn.Linear(N * (1 if how == "mean" else 36), 4)

    def forward(self, x):
        if self.how == "mean":
            return self.fc(x.mean((2, 3)))
        return self.fc(x.flatten(1) if self.how == "flatten" else x.contiguous().view(x.shape[0], -1))


units = st.builds(
    Unit,
    st.sampled_from(sorted(NORMS)),
    st.sampled_from(sorted(ACTIVATIONS)),
    st.sampled_from([1, 1, 4, N]),
    st.sampled_from(["plain", "plain", "weight norm", "hook"]),
    st.sampled_from(["zeros", "zeros", "reflect"]),
)
pools = st.sampled_from([nn.AvgPool2d, nn.MaxPool2d]).map(lambda pool: pool(3, 1, 1))
parts = st.recursive(
    units
    | st.builds(Gate)
    | st.builds(Tokens)
    | st.builds(lambda: nn.AvgPool2d(3, 1, 1))
    | st.builds(lambda: nn.MaxPool2d(3, 1, 1)),
    lambda inner: (
        st.builds(lambda of: nn.Sequential(*of), st.lists(inner, min_size=1, max_size=3))
        | st.builds(Residual, inner, st.booleans())
        | st.builds(Branches, inner, inner)
    ),
    max_leaves=5,
)


@pytest.mark.slow
@settings(max_examples=60)
@given(units, st.lists(parts, min_size=1, max_size=3), st.sampled_from(["mean", "flatten", "view"]), st.integers(0, 99))
def test_networks_at_random(first, body, head, seed):
    torch.manual_seed(seed)
    stem = nn.Sequential(nn.Conv2d(3, N, 3, 2, 1), nn.ReLU())
    network = uneven(nn.Sequential(stem, first, *body, Head(head)), seed)
    images, targets = torch.randn(4, 3, 12, 12), torch.tensor([0, 1, 2, 3])
    chosen = [path for path, module in network.named_modules() if isinstance(module, Unit)]
    path = chosen[seed % len(chosen)]
    lesioned = Engine(network, f"{path}.0", images)
    assert lesioned.kind == "cut"
    taken, candidates = [[], [1, 6]][seed % 2], [0, 9, N - 1]
    found = lesioned.losses(targets, taken, candidates, torch.arange(4)).losses
    for unit, losses in zip(candidates, found, strict=True):
        index = torch.tensor([*taken, unit])
        handle = network.get_submodule(path).register_forward_hook(lambda m, i, o, index=index: o.index_fill(1, index, 0))
        with torch.no_grad():
            expected = F.cross_entropy(network(images), targets, reduction="none")
        handle.remove()
        assert torch.allclose(losses, expected, rtol=2e-4, atol=2e-4)
