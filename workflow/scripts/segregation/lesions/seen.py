"""What every way to lesion a network needs: the images as the network takes them, losses, and the precision of a GPU."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from segregation.steps.reporting import InputError

LARGEST = 30  # of a pixel that was scaled for a network, generously
PRECISIONS = ("float32", "tf32", "bfloat16")
Prepare = Callable[[torch.Tensor], torch.Tensor]
Metric = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def cross_entropy(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy (nats) of each image, (n,), for scores (n, n_outputs) and targets (n,), int64."""
    return F.cross_entropy(scores, targets, reduction="none")


def gradient_of(loss: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor]:
    """Return the gradient of a loss with respect to values. Raises InputError for a metric that has none."""
    if not loss.requires_grad:
        raise InputError("The metric has no gradient; filters cannot be scored by it.")
    return torch.autograd.grad(loss, values)


@dataclass
class Losses:
    """Losses of candidates and images, (n_candidates, n_images), and of the images without a candidate, (n_images,).

    Cross-entropies are in nats. pairs is the number of those that were computed, with a candidate or without.
    """

    losses: torch.Tensor
    without: torch.Tensor
    pairs: int


class Way:
    """A way to lesion a network, at a precision."""

    precision: str

    @contextmanager
    def exact(self) -> Iterator[None]:
        """Compute in float32 within the block."""
        kept, self.precision = self.precision, "float32"
        try:
            yield
        finally:
            self.precision = kept


class Shown:
    """Images (n, ...) as prepare makes them what a network takes, some at a time, on its device.

    Raises InputError for pixels that were not scaled.
    """

    def __init__(self, images: torch.Tensor, prepare: Prepare | None, device: torch.device):
        self.images, self.prepare, self.device = images, prepare, device

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def __call__(self, at: slice | torch.Tensor) -> torch.Tensor:
        """Return some images, for a slice or positions."""
        images = self.images[at].to(self.device)
        shown = self._prepared(images)
        low, high = map(float, torch.aminmax(shown))
        if not (low >= -LARGEST and high <= LARGEST):
            made = f"{_range(images)}, and prepare makes {low:g} to {high:g} of them" if self.prepare else _range(images)
            raise InputError(
                f"The images run from {made}, but networks take pixels of mean 0 and standard deviation 1, about:"
                f" {'prepare was made for images of another range' if self.prepare else 'scale them, or give prepare'}."
            )
        if not shown.is_floating_point():
            raise InputError(f"The network would be shown {shown.dtype}; it takes floating-point pixels: scale the images.")
        return shown

    def _prepared(self, images: torch.Tensor) -> torch.Tensor:
        if self.prepare is None:
            return images
        try:
            shown = self.prepare(images)
        except InputError:
            raise
        except Exception as error:  # code of others
            raise InputError(
                f"prepare fails on images of shape {tuple(images.shape)} ({images.dtype}, {_range(images)}):"
                f" {type(error).__name__}: {error}"
            ) from error
        if not isinstance(shown, torch.Tensor) or len(shown) != len(images):
            got = tuple(shown.shape) if isinstance(shown, torch.Tensor) else f"a {type(shown).__name__}"
            raise InputError(f"prepare makes {got} of {len(images)} images; expected a tensor (n_images, ...).")
        return shown


def _range(images: torch.Tensor) -> str:
    low, high = torch.aminmax(images)
    return f"{float(low):g} to {float(high):g}"


@contextmanager
def computing(precision: str, device: torch.device) -> Iterator[None]:
    """Let a GPU multiply in full float32, unless another precision was asked for."""
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32
    matmul.allow_tf32 = cudnn.allow_tf32 = precision == "tf32"
    try:
        with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"):
            yield
    finally:
        matmul.allow_tf32, cudnn.allow_tf32 = before
