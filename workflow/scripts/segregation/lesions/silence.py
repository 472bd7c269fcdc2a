"""A lesion of a running network, undone when its block ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def silenced(module: nn.Module, filters: Sequence[int], axis: int = 1) -> Iterator[None]:
    """Set the output maps of some filters of a module to zero within the block; nothing stays on the module afterwards.

    module is what puts out a layer's maps, behind norm and non-linearity; axis is that of the filters. Its weights are not
    touched.
    """
    index = torch.as_tensor(list(filters), dtype=torch.long)

    def silence(_module, _inputs, maps):
        return maps.index_fill(axis, index.to(maps.device), 0)

    handle = module.register_forward_hook(silence)
    try:
        yield
    finally:
        handle.remove()
