"""Which images a network still names under the lesions of a study."""

import numpy as np
import torch
from torch import nn

from segregation.lesions.design import Lesion
from segregation.lesions.engine import lesioned_scores


def right(scores: torch.Tensor, targets: torch.Tensor, own: list[slice]) -> tuple[torch.Tensor, torch.Tensor]:
    """Tell which images are named right among all classes, and among those of their own task only; both (..., n), bool.

    scores is (..., n, n_classes), targets (n,); own holds the class range of each task, which together cover all classes.
    """
    full = scores.argmax(-1) == targets
    masked = torch.zeros_like(full)
    for classes in own:
        masked |= scores[..., classes].argmax(-1) + classes.start == targets  # never true of another task's image
    return full, masked


def evaluate(
    behind: nn.Module, maps: torch.Tensor, targets: torch.Tensor, own: list[slice], lesions: list[Lesion]
) -> tuple[np.ndarray, np.ndarray]:
    """Return which images are right under each lesion of a layer, (n_lesions, n_images), bool: full softmax, own task's.

    maps is (n_images, n_filters, height, width). Lesions of the same filters are computed once.
    """
    sets = sorted({tuple(sorted(lesion.filters)) for lesion in lesions})
    kept = torch.ones(len(sets), maps.shape[1], dtype=maps.dtype, device=maps.device)
    for row, filters in enumerate(sets):
        kept[row, list(filters)] = 0
    outcomes = torch.zeros(2, len(sets), len(targets), dtype=torch.bool)
    for of_lesions, images, scores in lesioned_scores(behind, maps, kept):
        for outcome, named in zip(outcomes, right(scores, targets[images], own), strict=True):
            outcome[of_lesions, images] = named.cpu()
    row_of = {filters: row for row, filters in enumerate(sets)}
    rows = [row_of[tuple(sorted(lesion.filters))] for lesion in lesions]
    full, masked = outcomes.numpy()[:, rows]
    return full, masked
