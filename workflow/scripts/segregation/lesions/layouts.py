"""Where in a value of a network its images are: what was computed from one, two and three images tells."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

ROUNDING = 1e-3  # of the largest number; more says that a value is not that of the same image


@dataclass(frozen=True)
class Layout:
    """How images lie in a tensor: along a dimension that has rows entries for each.

    outer says that all entries of an image stand together, otherwise all images of an entry do.
    """

    dimension: int = 0
    rows: int = 1
    outer: bool = True

    def images_first(self, value: torch.Tensor) -> torch.Tensor:
        """Return a tensor with the images as first dimension of their own."""
        at = self.dimension
        if self.rows > 1:
            value = value.unflatten(at, (-1, self.rows) if self.outer else (self.rows, -1))
            at += not self.outer
        return value.movedim(at, 0)

    def back(self, value: torch.Tensor) -> torch.Tensor:
        """Return a tensor from images_first as it was."""
        at = self.dimension
        value = value.movedim(0, at + (self.rows > 1 and not self.outer))
        return value.flatten(at, at + 1) if self.rows > 1 else value

    def moved(self, dimension: int) -> int | None:
        """Return where images_first has another dimension of a tensor; None for that of the images."""
        at = self.dimension
        if dimension == at:
            return None
        split = self.rows > 1
        dimension += split and dimension > at
        return dimension + (dimension < at + (split and not self.outer))


def layout_of(values: Sequence[torch.Tensor]) -> Layout | None:
    """Return how images lie in what was computed from one, two and three of them; None where it is unclear."""
    one, two, three = values
    if not one.ndim == two.ndim == three.ndim:
        return None
    sizes = list(zip(one.shape, two.shape, three.shape, strict=True))
    grown = [i for i, (a, b, c) in enumerate(sizes) if a != b]
    if len(grown) != 1 or any(not (a == b == c or (b == 2 * a and c == 3 * a)) for a, b, c in sizes):
        return None
    (dimension,) = grown
    for outer in (True, False):
        found = Layout(dimension, one.shape[dimension], outer)
        firsts = [found.images_first(value) for value in values]
        if all(_near(few[: len(few)], more[: len(few)]) for few, more in ((firsts[0], firsts[1]), (firsts[1], firsts[2]))):
            return found
    return None


def _near(one: torch.Tensor, other: torch.Tensor) -> bool:
    if not one.is_floating_point():
        return torch.equal(one, other)
    finite = one[one.isfinite()]
    size = float(finite.abs().max()) if finite.numel() else 0.0
    return torch.allclose(one, other, rtol=ROUNDING, atol=ROUNDING * size, equal_nan=True)
