"""Calls that take long, side by side in processes of one core or GPU each, or one after the other."""

import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from io import StringIO
from logging.handlers import QueueHandler, QueueListener
from pkgutil import resolve_name
from typing import Any

from tqdm import tqdm

from segregation.steps.reporting import InputError

MEMORY = 4_000_000_000  # bytes that a call may take


@dataclass(frozen=True)
class Call:
    """A function, as "package.module:name", what it is given, and what to call it on the terminal."""

    label: str
    function: str
    given: dict[str, Any] = field(repr=False)

    def __call__(self) -> float:
        """Do it; return the seconds that it took."""
        began = time.perf_counter()
        resolve_name(self.function)(**self.given)
        return time.perf_counter() - began


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(calls: Sequence[Call], jobs: int | None, done: Callable[[Call, float], None]) -> None:
    """Do some calls and tell done of each with its seconds; jobs at a time, or as many as the machine allows.

    Raises what a call raises, and InputError where a process was ended from outside.
    """
    at_once = min(len(calls), _allowed(jobs)) if calls else 1
    if at_once == 1:
        for call in calls:
            done(call, call())
        return
    context = multiprocessing.get_context("spawn")
    records, bar = context.Queue(), tqdm(total=len(calls), unit="job", disable=None, leave=False)
    listener = QueueListener(records, *logging.getLogger().handlers, _Rounds(bar), respect_handler_level=True)
    executor = ProcessPoolExecutor(at_once, context, _quiet, (records,))
    listener.start()
    try:
        waiting = {executor.submit(call): call for call in calls}
        for future in as_completed(waiting):
            seconds = future.result()
            bar.update()
            done(waiting[future], seconds)
    except BrokenProcessPool as error:
        raise InputError(
            "A process was ended from outside, perhaps for want of memory. Start again with fewer side by side (--jobs 1);"
            " what is finished stays."
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)
        listener.stop()
        bar.close()


def _allowed(jobs: int | None) -> int:
    """Return how many calls may run at a time: no two on one GPU."""
    import torch  # takes seconds to import

    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if jobs is None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        jobs = max(1, min(cores(), memory // MEMORY))
    return min(jobs, gpus) if gpus else jobs


def _quiet(records: Any) -> None:
    """Let a process hand its messages to the one that started it, and say nothing itself."""
    sys.stderr = StringIO()
    logging.getLogger().handlers[:] = [QueueHandler(records)]
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("segregation").setLevel(logging.DEBUG)


class _Rounds(logging.Handler):
    """Shows beside a bar how many rounds of searches are done in all processes."""

    def __init__(self, bar: tqdm):
        super().__init__()
        self.bar, self.rounds = bar, 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("round "):
            self.rounds += 1
            self.bar.set_postfix_str(f"{self.rounds} rounds")
