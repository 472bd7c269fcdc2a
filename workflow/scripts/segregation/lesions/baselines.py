"""What a silenced filter puts out instead of its map."""

import numpy as np
import torch
from torch import nn

from segregation.lesions import groups
from segregation.lesions.maps import head_of
from segregation.lesions.seen import Prepare


@torch.no_grad()
def mean_of(
    network: nn.Module,
    layer: str,
    images: torch.Tensor,
    prepare: Prepare | None = None,
    batch_size: int = 32,
    units: str | int = "channels",
) -> torch.Tensor:
    """Return the mean of each channel's map over images (n, ...) and places, (n_channels,), float32.

    units are those of Engine; of heads of attention the channels are what they hand to the output projection.
    """
    _, network, layer, _ = groups.of(network, layer, units)
    head, device = head_of(network, layer), next(network.parameters()).device
    total = torch.zeros((), dtype=torch.float64)
    for some in images.split(batch_size):
        maps = head((prepare or (lambda part: part))(some.to(device)))
        total = total + maps.double().reshape(*maps.shape[:2], -1).mean(2).sum(0).cpu()
    return (total / len(images)).float()


def shuffled(groups: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
    """Return the number of the image whose maps stand in for those of each image, (n_images,), int64.

    It is another image of its group (n_images,), but for a group of one.
    """
    others = np.arange(len(groups))
    for group in np.unique(groups):
        order = rng.permutation(np.flatnonzero(groups == group))
        others[order] = np.roll(order, 1)
    return torch.from_numpy(others)
