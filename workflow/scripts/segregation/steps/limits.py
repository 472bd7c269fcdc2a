"""Time limits: a step whose job will be ended stops before that with its state saved, and goes on when started again."""

import logging
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

EXIT = 75  # the status of a step that stopped for want of time: EX_TEMPFAIL of sysexits.h, try again
# How long before its limit a step stops: a tenth of the limit within bounds. Out of it come the start of the job, which a
# step does not see, and what is under way: saving the state and, in training, passing over the validation images.
SHARE, LEAST, MOST = 0.1, 30.0, 300.0  # seconds


@dataclass(frozen=True)
class Limit:
    """The moment on a clock, in seconds, at which a step stops; never, unless said otherwise."""

    moment: float = math.inf
    clock: Callable[[], float] = time.monotonic

    def near(self, ahead: float = 0.0) -> bool:
        """Return whether the moment comes within so many seconds."""
        return self.clock() + ahead >= self.moment

    def stop_if_near(self, ahead: float = 0.0) -> None:
        """End the process with status EXIT if the moment is near; the state must have been saved."""
        if self.near(ahead):
            logging.info(
                "stopped for the time limit of the job, with its state saved: the next attempt goes on (status %d)", EXIT
            )
            sys.exit(EXIT)


NEVER = Limit()


def of_job(minutes: float | None, clock: Callable[[], float] = time.monotonic) -> Limit:
    """Return the limit of a job of Slurm that began now and may take so many minutes; elsewhere nothing limits a step."""
    if minutes is None or "SLURM_JOB_ID" not in os.environ:
        return NEVER
    seconds = 60 * minutes
    return Limit(clock() + seconds - min(MOST, max(LEAST, SHARE * seconds)), clock)
