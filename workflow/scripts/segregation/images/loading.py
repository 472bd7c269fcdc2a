"""Packed images on their way into memory: decoded where and when they are read, by threads.

The decoder of JPEG frees the interpreter, so threads decode side by side with each other and with the training.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import torch

from segregation.images.store import Store, decode, shape_of, square


class Encoded:
    """Images of stores as an array (n, 3, size, size), uint8, that is decoded where it is read.

    Of an image that is no square one is shown: the middle one, or one at a given place. parts are stores and rows of them.
    What is read depends on neither the number of threads nor the order of reading.
    """

    def __init__(self, parts: Sequence[tuple[Store, np.ndarray]], threads: int = 1):
        self.parts, self.threads = list(parts), threads
        self._starts = np.cumsum([0, *(len(rows) for _, rows in self.parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, at: torch.Tensor | slice) -> torch.Tensor:
        """Return the images at some positions. Raises InputError for a corrupt one."""
        positions = torch.arange(len(self))[at]
        steps = positions.split(max(1, -(-len(positions) // self.threads)))
        return torch.cat(list(self.read(steps)))

    @property
    def n_bytes(self) -> int:
        """How much memory the decoded squares take; all are of the size of the first."""
        return len(self) * 3 * min(shape_of(self._data(0))) ** 2 if len(self) else 0

    def in_memory(self) -> torch.Tensor:
        """Return all images, decoded by the threads into the memory that they take."""
        size = min(shape_of(self._data(0)))
        pixels = torch.empty((len(self), size, size, 3), dtype=torch.uint8).permute(0, 3, 1, 2)
        steps = torch.arange(len(self)).split(256)
        for step, part in zip(steps, self.read(steps), strict=True):
            pixels[step] = part
        return pixels

    def are_square(self) -> bool:
        """Return whether all images are, so that there is one square to cut out of each."""
        shapes = (shape_of(self._data(position)) for position in range(len(self)))
        return all(height == width for height, width in shapes)

    def _data(self, position: int) -> bytes:
        part = int(np.searchsorted(self._starts, position, side="right")) - 1
        store, rows = self.parts[part]
        return store.encoded(rows[position - self._starts[part]])

    def read(self, steps: Iterable[torch.Tensor], places: torch.Tensor | None = None) -> Iterator[torch.Tensor]:
        """Yield the images of each step, in the order of the steps, decoded ahead by the threads.

        places (n,) is where the square of each image of this array is cut out, from 0 to below 1 along the longer side.
        """

        def decoded(step: torch.Tensor) -> torch.Tensor:
            at = [0.5] * len(step) if places is None else places[step].tolist()
            images = [square(decode(self._data(i)), place) for i, place in zip(step.tolist(), at, strict=True)]
            pixels = torch.from_numpy(np.stack(images))
            return (pixels.pin_memory() if torch.cuda.is_available() else pixels).permute(0, 3, 1, 2)

        steps = iter(steps)
        with ThreadPoolExecutor(self.threads) as pool:
            ahead = deque(pool.submit(decoded, step) for step in islice(steps, self.threads + 1))
            try:
                while ahead:
                    pixels = ahead.popleft().result()
                    ahead.extend(pool.submit(decoded, step) for step in islice(steps, 1))
                    yield pixels
            finally:
                pool.shutdown(cancel_futures=True)
