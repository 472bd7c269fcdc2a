"""Muon's steps against what they are by hand, by singular values, and by torch's own."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from segregation.steps.reporting import InputError
from segregation.training.muon import Muon, orthogonal
from segregation.training.optimisation import Optimisation
from small import SETTINGS

MUON = SETTINGS | {"optimizer": "muon", "muon_learning_rate": 0.02}


def brought_near_one(value):
    """What five iterations of the polynomial make of a singular value that is a share of the matrix' norm."""
    for _ in range(5):
        value = 3.4445 * value - 4.7750 * value**3 + 2.0315 * value**5
    return value


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def moved(weights, gradients, **how):
    """Return weights after a step along each set of gradients."""
    weights = [weight.clone().requires_grad_() for weight in weights]
    optimizer = Muon(weights, **how)
    for of_step in gradients:
        for weight, gradient in zip(weights, of_step, strict=True):
            weight.grad = gradient.clone()
        optimizer.step()
    return [weight.detach() for weight in weights]


@pytest.mark.parametrize("shape", [(3, 5, 8), (3, 8, 5), (1, 4, 4)], ids=["wide", "tall", "square"])
def test_singular_vectors_stay_and_values_come_near_one(shape):
    matrices = normal(*shape)
    left, values, right = torch.linalg.svd(matrices.double(), full_matrices=False)
    expected = left * brought_near_one(values / values.norm(dim=1, keepdim=True))[:, None] @ right
    assert torch.allclose(orthogonal(matrices).double(), expected, atol=1e-4)


@given(st.floats(0.0016, 1))
def test_values_come_into_the_stated_range(share):
    assert 0.68 <= brought_near_one(share) <= 1.21


def test_no_gradient_no_step():
    assert torch.equal(orthogonal(torch.zeros(1, 2, 3)), torch.zeros(1, 2, 3))
    weight = normal(2, 3)
    assert torch.equal(moved([weight], [[torch.zeros(2, 3)]], lr=0.1)[0], weight)


def test_two_steps_by_hand():
    """One number: a step has the sign of momentum's, and a size that is the same for all."""
    (found,) = moved([torch.tensor([[2.0]])], [[torch.tensor([[3.0]])], [torch.tensor([[-2.0]])]], lr=0.1, weight_decay=0.5)
    # The mean gradient is 0.15, and then 0.0425. Nesterov's move is 0.05 * 3 + 0.95 * 0.15 > 0, and then
    # 0.05 * -2 + 0.95 * 0.0425 < 0: the weight falls and rises.
    size = 0.1 * 0.2 * brought_near_one(1.0)
    assert found.item() == pytest.approx((2 * 0.95 - size) * 0.95 + size)


@given(st.floats(1e-3, 1e3), st.integers(0, 99))
def test_the_scale_of_a_loss_changes_no_step(scale, seed):
    weight, gradient = normal(4, 3, 2, 2), normal(4, 3, 2, 2, seed=seed)
    (found,), (expected,) = (moved([weight], [[gradient * by]], lr=0.1) for by in (scale, 1))
    assert torch.allclose(found, expected, atol=1e-4)


def test_each_weight_is_moved_as_it_would_be_alone():
    weights, gradients = ([normal(*shape, seed=s) for shape in ((4, 3), (2, 6), (4, 3))] for s in (1, 2))
    gradients[2] += 1
    together = moved(weights, [gradients] * 2, lr=0.1)
    alone = [moved([w], [[g]] * 2, lr=0.1)[0] for w, g in zip(weights, gradients, strict=True)]
    assert all(torch.allclose(*pair, atol=1e-6) for pair in zip(together, alone, strict=True))


@pytest.mark.parametrize("shape", [(6, 40), (40, 6)], ids=["wide", "tall"])
def test_it_is_torchs_but_for_the_precision(shape):
    """torch's own, which takes matrices: its products are made in bfloat16, of eight bits."""
    weight, how = normal(*shape), {"lr": 0.05, "weight_decay": 0.1}
    gradients = [[normal(*shape, seed=s)] for s in (1, 2, 3)]
    peer = weight.clone().requires_grad_()
    optimizer = torch.optim.Muon([peer], adjust_lr_fn="match_rms_adamw", **how)
    for (gradient,) in gradients:
        peer.grad = gradient.clone()
        optimizer.step()
    (ours,) = moved([weight], gradients, **how)
    change = (peer.detach() - weight).norm()
    assert (ours - peer.detach()).norm() < 0.03 * change


def test_convolutions_behind_the_first_are_moved_by_muon_and_the_rest_by_adamw():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3), nn.Flatten(), nn.Linear(5, 2))
    adamw, muon = Optimisation(network, MUON, steps_an_epoch=3).optimizers
    assert [weight.shape for weight in muon.param_groups[0]["params"]] == [(5, 4, 3, 3)]
    shapes = [(4, 3, 3, 3), (4,), (5,), (2, 5), (2,)]
    assert [weight.shape for weight in adamw.param_groups[0]["params"]] == shapes


def test_each_has_its_own_learning_rate_and_a_momentum_that_stays():
    optimisation = Optimisation(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3)), MUON, steps_an_epoch=5)
    seen = []
    for _ in range(5 * MUON["epochs"] - 1):
        optimisation.step(sum(weight.square().sum() for weight in optimisation.network.parameters()))
        adamw, muon = (of.param_groups[0] for of in optimisation.optimizers)
        seen.append((adamw["lr"], muon["lr"], adamw["betas"][0], muon["momentum"]))
    of_adamw, of_muon, *momenta = zip(*seen, strict=True)
    assert max(of_adamw) == pytest.approx(0.003) and max(of_muon) == pytest.approx(0.02)
    assert [set(of) for of in momenta] == [{0.9}, {0.95}]


def test_a_network_without_such_convolutions_is_refused_if_it_is_trained():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(4, 2))
    with pytest.raises(InputError, match=r"optimizer muon: it moves the weights of convolutions .* to adamw"):
        Optimisation(network, MUON, steps_an_epoch=3)
    assert len(Optimisation(network, MUON | {"epochs": 0}, steps_an_epoch=3).optimizers) == 1
