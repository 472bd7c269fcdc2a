"""What is left of a network's answers under many lesions of one layer, from the layer's maps on.

Only what lies behind the layer is computed: its maps are given, and lesions differ in which of them are set to zero. This is
the same as a full pass with the filters silenced, up to the rounding of sums.
"""

from collections.abc import Iterator

import torch
from torch import nn

BATCH_BYTES = 8_000_000  # of maps in one pass: larger batches fall out of the processor's caches


@torch.inference_mode()
def lesioned_scores(
    behind: nn.Module, maps: torch.Tensor, kept: torch.Tensor, batch_bytes: int = BATCH_BYTES
) -> Iterator[tuple[slice, slice, torch.Tensor]]:
    """Yield (lesions, images, scores) in blocks; scores is (n_lesions_of_block, n_images_of_block, n_classes).

    maps is (n_images, n_filters, height, width); kept is (n_lesions, n_filters), 1 for a filter that stays and 0 for one
    that is silenced.
    """
    n_images, n_lesions = len(maps), len(kept)
    at_once = max(1, batch_bytes // (maps[0].numel() * maps.element_size()))
    images_a_block = min(n_images, at_once)
    lesions_a_block = max(1, at_once // images_a_block)
    for start in range(0, n_images, images_a_block):
        images = slice(start, min(start + images_a_block, n_images))
        block = maps[images]
        for first in range(0, n_lesions, lesions_a_block):
            lesions = slice(first, min(first + lesions_a_block, n_lesions))
            masked = block[None] * kept[lesions][:, None, :, None, None]
            flat = masked.flatten(0, 1).contiguous(memory_format=torch.channels_last)
            yield lesions, images, behind(flat).view(lesions.stop - first, len(block), -1)
