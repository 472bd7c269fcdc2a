"""Packed images on their way into memory: decoded where and when they are read, ahead of who reads them.

The decoder of JPEG frees the interpreter, so threads decode side by side with each other and with a training on a processor.
A GPU is kept busy by one thread that must not wait for the interpreter: beside it processes decode.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from shutil import disk_usage

import numpy as np
import torch
from torch.utils.data import DataLoader

from segregation.images.store import Store, decode, shape_of, square
from segregation.steps.reporting import InputError

SHARED, STEPS = Path("/dev/shm"), 2  # where processes hand over what they decoded, and how many steps each may be ahead


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
        """Yield the images of each step, in the order of the steps, decoded ahead by the threads, or as many processes.

        places (n,) is where the square of each image of this array is cut out, from 0 to below 1 along the longer side.
        """
        decoded = _Steps(self, list(steps), places)
        if torch.cuda.is_available() and len(decoded) > self.threads > 1 and self._fits(decoded):
            yield from self._by_processes(decoded)
        else:
            yield from self._by_threads(decoded)

    def _by_threads(self, decoded: "_Steps") -> Iterator[torch.Tensor]:
        def pinned(number: int) -> torch.Tensor | InputError:
            pixels = decoded[number]
            return pixels.pin_memory() if torch.cuda.is_available() and isinstance(pixels, torch.Tensor) else pixels

        numbers = iter(range(len(decoded)))
        with ThreadPoolExecutor(self.threads) as pool:
            ahead = deque(pool.submit(pinned, number) for number in islice(numbers, self.threads + 1))
            try:
                while ahead:
                    pixels = ahead.popleft().result()
                    ahead.extend(pool.submit(pinned, number) for number in islice(numbers, 1))
                    yield _channels_second(pixels)
            finally:
                pool.shutdown(cancel_futures=True)

    def _by_processes(self, decoded: "_Steps") -> Iterator[torch.Tensor]:
        pinned = torch.cuda.is_available()
        steps = DataLoader(decoded, None, num_workers=self.threads, prefetch_factor=STEPS, pin_memory=pinned)
        yield from map(_channels_second, steps)

    def _fits(self, decoded: "_Steps") -> bool:
        """Return whether there is room for what processes hand over; containers often have little."""
        of_step = max(map(len, decoded.steps)) * 3 * min(shape_of(self._data(0))) ** 2
        return SHARED.is_dir() and 2 * STEPS * self.threads * of_step < disk_usage(SHARED).free


def _channels_second(pixels: torch.Tensor | InputError) -> torch.Tensor:
    if isinstance(pixels, InputError):
        raise pixels
    return pixels.permute(0, 3, 1, 2)


class _Steps:
    """The images of each step, decoded, (n, size, size, 3); or the error of a corrupt one.

    Were it raised, the words of a process's error would be lost among those of a traceback.
    """

    def __init__(self, images: Encoded, steps: list[torch.Tensor], places: torch.Tensor | None):
        self.images, self.steps, self.places = images, steps, places

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, number: int) -> torch.Tensor | InputError:
        step = self.steps[number]
        at = [0.5] * len(step) if self.places is None else self.places[step].tolist()
        try:
            images = [square(decode(self.images._data(i)), place) for i, place in zip(step.tolist(), at, strict=True)]
        except InputError as error:
            return error
        return torch.from_numpy(np.stack(images))
