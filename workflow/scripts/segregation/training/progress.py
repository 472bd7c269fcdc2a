"""Where a training stands: kept in a file now and then, and taken up by the next run."""

import logging
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch

from segregation.steps.files import replacing
from segregation.steps.limits import NEVER, Limit
from segregation.training.optimisation import Optimisation

SAVE_EVERY = 600.0  # seconds


@dataclass
class Progress:
    """Finished epochs (their history), the weights to keep, and of an epoch that has begun steps, sums, random state.

    sums holds loss times images and the number of right ones, (2,); varied the state of the generator that varies images.
    """

    history: list[dict] = field(default_factory=list)
    best: dict | None = None
    steps: int = 0
    sums: torch.Tensor | None = None
    varied: torch.Tensor | None = None


class Keeper:
    """Keeps the progress of a training in a file, or nowhere without one, every so many seconds and near a limit."""

    def __init__(self, state: Path | None, optimisation: Optimisation, save_every: float = SAVE_EVERY, limit: Limit = NEVER):
        self.state, self.optimisation, self.save_every, self.limit = state, optimisation, save_every, limit
        self._kept = time.monotonic()

    def due(self) -> bool:
        """Return whether the last time is long enough ago, or the limit near."""
        return self.state is not None and (time.monotonic() - self._kept >= self.save_every or self.limit.near())

    def keep(self, progress: Progress) -> None:
        """Write where the training stands; the file is whole at any time."""
        if self.state is not None:
            with replacing(self.state) as temporary:
                torch.save(self.optimisation.state() | {"progress": vars(progress)}, temporary)
        self._kept = time.monotonic()

    def resume(self) -> Progress:
        """Take up what is in the file, if there is one."""
        if self.state is None or not self.state.exists():
            return Progress()
        kept = torch.load(self.state, weights_only=True, map_location=self.optimisation.device)
        self.optimisation.load(kept)
        progress = Progress(**kept["progress"])
        logging.info("going on after epoch %d, step %d", len(progress.history), progress.steps)
        return progress
