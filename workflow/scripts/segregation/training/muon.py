"""Muon: steps of momentum, made orthogonal, for weights of convolutions (Jordan et al., 2024).

torch's own takes matrices alone, and computes in bfloat16, which not every processor has.
"""

from collections.abc import Iterable, Sequence

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the polynomial that Jordan et al. iterate
ITERATIONS = 5
RMS = 0.2  # of the entries of a step before the learning rate, as AdamW's steps have (Liu et al., 2025)


class Muon(torch.optim.Optimizer):
    """Moves weights (n_out, n_in, ...), as matrices of n_out rows, along orthogonal matrices.

    Momentum is Nesterov's, weight decay is decoupled from the gradient. The entries of a step are as large for a weight of
    few inputs and outputs as for one of many.
    """

    def __init__(self, parameters: Iterable[torch.Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Change the weights that have a gradient."""
        for group in self.param_groups:
            for weights in _by_shape([weight for weight in group["params"] if weight.grad is not None]):
                moves = torch.stack([self._move(weight, group["momentum"]).flatten(1) for weight in weights])
                size = group["lr"] * RMS * max(moves.shape[1:]) ** 0.5
                for weight, move in zip(weights, orthogonal(moves), strict=True):
                    weight.mul_(1 - group["lr"] * group["weight_decay"]).sub_(move.view(weight.shape), alpha=size)

    def _move(self, weight: torch.Tensor, momentum: float) -> torch.Tensor:
        state = self.state[weight]
        if not state:
            state["mean"] = torch.zeros_like(weight)
        return weight.grad.lerp(state["mean"].lerp_(weight.grad, 1 - momentum), momentum)


def orthogonal(matrices: torch.Tensor) -> torch.Tensor:
    """Return matrices (n, rows, columns) with their singular values brought near 1, between 0.68 and 1.21 or so.

    Five iterations of a polynomial of the matrix leave its singular vectors as they are, and cost a few small products.
    Singular values under 0.0016 of the matrix' norm stay smaller. A matrix of zeros stays one.
    """
    a, b, c = COEFFICIENTS
    tall = matrices.shape[1] > matrices.shape[2]
    found = matrices.mT if tall else matrices
    found = found / found.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(ITERATIONS):
        square = found @ found.mT
        found = torch.baddbmm(found, torch.baddbmm(square, square, square, beta=b, alpha=c), found, beta=a)
    return found.mT if tall else found


def _by_shape(weights: Sequence[torch.Tensor]) -> Iterable[list[torch.Tensor]]:
    """Return weights of one shape together: products of small matrices take less time at once."""
    alike: dict[torch.Size, list[torch.Tensor]] = {}
    for weight in weights:
        alike.setdefault(weight.shape, []).append(weight)
    return alike.values()
