"""Time limits: a step whose job will be ended stops before that with its state saved, and goes on when started again."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

EXIT = 75  # the status of a step that stopped for want of time; EX_TEMPFAIL of sysexits.h: try again
MARGIN = (30.0, 0.1, 300.0)  # seconds, share, seconds: a tenth of the limit within bounds, the start of the job included

_STARTED = time.monotonic()
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(minutes: float | None) -> Iterator[None]:
    """Let what runs inside know its time limit, in minutes since the process began; there is one in a job of Slurm alone."""
    known = minutes is not None and "SLURM_JOB_ID" in os.environ
    token = _deadline.set(_STARTED + 60 * minutes - margin(60 * minutes) if known else None)
    try:
        yield
    finally:
        _deadline.reset(token)


def margin(seconds: float) -> float:
    """Return how long before a limit a step stops, in seconds."""
    low, share, high = MARGIN
    return max(low, min(high, share * seconds))


def near() -> bool:
    """Return whether it is time to save and stop."""
    deadline = _deadline.get()
    return deadline is not None and time.monotonic() >= deadline


def stop_if_near() -> None:
    """End the process with status EXIT if it is time; the state must have been saved."""
    if near():
        logging.info("stopped before the time limit with its state saved; started again it goes on (status %d)", EXIT)
        sys.exit(EXIT)
