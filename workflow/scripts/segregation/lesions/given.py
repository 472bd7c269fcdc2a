"""What callers give as images, targets, lesions and settings: brought to one type, or refused by name."""

import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch

from segregation.steps.reporting import InputError, some

PROBABILITIES = (
    "The scores look like probabilities: none is negative, and those of an image add up to 1. The network ends in a softmax,"
    " but the cross-entropy takes scores in front of one. Take the softmax away, or give a metric of your own."
)


def images_of(images: Any) -> torch.Tensor:
    """Return images (n, ...) as one tensor: of a tensor, an array, or a sequence of these, one an image."""
    if isinstance(images, torch.Tensor):
        return images
    try:
        if isinstance(images, np.ndarray):
            return torch.from_numpy(np.ascontiguousarray(images))
        return torch.stack([torch.as_tensor(image) for image in images])
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"The images are of type {type(images).__name__} and make no tensor ({error}); expected (n_images, ...), all"
            " of one size."
        ) from error


def targets_of(targets: Any, n_images: int, n_outputs: int | None) -> torch.Tensor:
    """Return targets, one an image, as a tensor; of a network's outputs (n_outputs given) as int64 (n_images,).

    Raises InputError for what are no numbers of outputs: masks, one-hot rows, numbers that are not whole.
    """
    found = _tensor(targets, "targets")
    n_targets = len(found) if found.ndim else 1
    if n_targets != n_images:
        raise InputError(f"{n_images} images and {n_targets} targets were given; as many of both are needed.")
    if n_outputs is None:
        return found
    what = f"The targets are {_dtype(found)} of shape {tuple(found.shape)}"
    expected = "expected the number of an output for each image, (n_images,), int64"
    if found.ndim == 2 and found.shape[1] == n_outputs and bool(((found == 0) | (found == 1)).all()):
        raise InputError(f"{what}, a row of an image with one 1 in it (one-hot); {expected}: give targets.argmax(1).")
    if found.ndim == 2 and found.shape[1] == 1:
        raise InputError(f"{what}; {expected}: give targets[:, 0].")
    if found.ndim != 1 or found.is_floating_point() or found.is_complex():
        raise InputError(f"{what}; {expected}.")
    if found.dtype == torch.bool:
        raise InputError(f"{what}, a mask; {expected}: where two classes are meant, give targets.long().")
    found = found.long()
    low, high = int(found.min()), int(found.max())
    if low < 0 or high >= n_outputs:
        raise InputError(f"The targets run from {low} to {high}; the network has outputs 0 to {n_outputs - 1}.")
    return found


def lesions_of(lesions: Iterable, n_units: int, layer: str = "") -> list[list[int]]:
    """Return the units of several lesions. Raises InputError as units_of does, and for units that the layer has not."""
    found = [units_of(lesion, n_units) for lesion in lesions]
    if unknown := sorted({unit for units in found for unit in units if not 0 <= unit < n_units}):
        raise InputError(f"Layer '{layer}' has units 0 to {n_units - 1}, not {some(unknown, 10)}.")
    return found


def units_of(lesion: Any, n_units: int) -> list[int]:
    """Return the units of a lesion, in the order given; of a sequence, set, array or tensor of whole numbers.

    Raises InputError for masks, and for what is no sequence of whole numbers.
    """
    if isinstance(lesion, torch.Tensor):
        lesion = lesion.detach().cpu().numpy()
    if isinstance(lesion, np.ndarray) and lesion.ndim == 0:
        lesion = lesion.item()
    if isinstance(lesion, str | bytes) or not isinstance(lesion, Iterable):
        raise InputError(f"A lesion is {lesion!r}; expected the numbers of units, such as [3] or [].")
    units = list(lesion)
    units = [unit.item() if isinstance(unit, torch.Tensor) and unit.ndim == 0 else unit for unit in units]
    truths = bool(units) and all(isinstance(unit, bool | np.bool_) for unit in units)
    if truths or (len(units) == n_units > 2 and all(isinstance(unit, Integral) and unit in (0, 1) for unit in units)):
        raise InputError(
            f"A lesion is a mask of {len(units)} units (0 and 1); expected the numbers of the units to silence:"
            " give numpy.flatnonzero(mask)."
        )
    if wrong := [unit for unit in units if not isinstance(unit, Integral) or isinstance(unit, bool | np.bool_)]:
        raise InputError(f"A lesion holds {wrong[0]}; expected the numbers of units, whole ones such as 3.")
    return [int(unit) for unit in units]


def positions_of(at: Any, n_images: int) -> torch.Tensor:
    """Return positions of images, (m,), int64. Raises InputError for a mask, and for positions that there are not."""
    found = _tensor(at, "positions of images").cpu()
    if found.ndim == 1 and not len(found):
        return found.long()
    if found.ndim != 1 or found.dtype == torch.bool or found.is_floating_point():
        raise InputError(f"The positions of images are {_dtype(found)} of shape {tuple(found.shape)}; expected (m,), int64.")
    if int(found.min()) < 0 or int(found.max()) >= n_images:
        raise InputError(f"The positions of images run from {int(found.min())} to {int(found.max())}; there are {n_images}.")
    return found.long()


def known_of(losses: Any, n_images: int) -> torch.Tensor:
    """Return the losses of some images that are known, (n_images,), NaN where they are not, as all are if none are given.

    Raises InputError for what is not one number an image.
    """
    if losses is None:
        return torch.full((n_images,), torch.nan)
    found = _tensor(losses, "losses that are known").cpu()
    if found.shape != (n_images,) or not found.is_floating_point():
        what = f"The losses that are known are {_dtype(found)} of shape {tuple(found.shape)}"
        raise InputError(f"{what}; expected one for each of the {n_images} positions of images, ({n_images},), float.")
    return found


def ranges_of(own: Sequence, n_outputs: int) -> list[slice]:
    """Return the range of outputs of each task, as slices with both ends: of slices or ranges."""
    if isinstance(own, slice | range):
        own = [own]
    found = []
    for classes in own:
        if not isinstance(classes, slice | range) or classes.step not in (None, 1):
            raise InputError(f"The classes of a task are {classes!r}; expected a slice of outputs, such as slice(0, 10).")
        start, stop = classes.start or 0, n_outputs if classes.stop is None else classes.stop
        if not all(isinstance(end, Integral) for end in (start, stop)) or not 0 <= start < stop <= n_outputs:
            raise InputError(f"The classes of a task are outputs {start} to {stop}; the network has 0 to {n_outputs - 1}.")
        found.append(slice(int(start), int(stop)))
    return found


def check_share(name: str, value: Any, low: float = 0.0, high: float = 1.0) -> None:
    """Raise InputError unless a setting is a number from low to high."""
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value) or not low <= value <= high:
        raise InputError(f"{name} is {value!r}; expected a number from {low:g} to {high:g}.")


def like_probabilities(scores: torch.Tensor) -> bool:
    """Whether scores (n, n_outputs) look like what a softmax puts out: none negative, those of an image adding up to 1."""
    rounding = 8 * torch.finfo(scores.dtype).eps * scores.shape[-1] ** 0.5
    sums = scores.double().sum(-1)
    return scores.shape[-1] > 1 and bool((scores >= 0).all()) and bool(((sums - 1).abs() <= rounding).all())


def _tensor(values: Any, what: str) -> torch.Tensor:
    try:
        return values if isinstance(values, torch.Tensor) else torch.as_tensor(np.asarray(values))
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"The {what} are of type {type(values).__name__} and make no tensor ({error}).") from error


def _dtype(values: torch.Tensor) -> str:
    return str(values.dtype)
