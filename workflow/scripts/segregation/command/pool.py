"""Calls that take long, side by side in processes of one core or GPU each, or one after the other."""

import logging
import multiprocessing
import os
import sys
import threading
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


class Pool:
    """Does calls so many at a time, or as many as the machine allows; its processes stay, with what they have loaded.

    A single call is done in this process, but on a GPU, for a process keeps its GPU until it ends.
    """

    def __init__(self, jobs: int | None = None):
        self._jobs, self._executor, self._others = jobs, None, set(multiprocessing.active_children())

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if self._executor is not None:
            if kind is not None:
                for process in set(multiprocessing.active_children()) - self._others:
                    process.terminate()  # what it has under way is kept up to its last round
            self._executor.shutdown(cancel_futures=True)
            self._listener.stop()

    def run(self, calls: Sequence[Call], done: Callable[[Call, float], None]) -> None:
        """Do some calls and tell done of each with its seconds.

        Raises what a call raises, and InputError where a process was ended from outside.
        """
        if not calls:
            return
        gpus = _gpus()
        at_once = min(self._jobs or gpus, gpus) if gpus else self._jobs or _processes()
        if not gpus and min(at_once, len(calls)) == 1:
            for call in calls:
                done(call, call())
            return
        self._start(at_once)
        with tqdm(total=len(calls), unit="job", disable=None, leave=False) as bar:
            self._rounds.shown_beside(bar)
            try:
                waiting = {self._executor.submit(call): call for call in calls}
                for future in as_completed(waiting):
                    seconds = future.result()
                    bar.update()
                    done(waiting[future], seconds)
            except BrokenProcessPool as error:
                raise InputError(
                    "A process was ended from outside, perhaps for want of memory. Start again with fewer side by side"
                    " (--jobs 1); what is finished stays."
                ) from error

    def _start(self, at_once: int) -> None:
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            records, self._rounds = context.Queue(), _Rounds()
            handlers = (*logging.getLogger().handlers, self._rounds)
            self._listener = QueueListener(records, *handlers, respect_handler_level=True)
            self._executor = ProcessPoolExecutor(at_once, context, _quiet, (records,))
            self._listener.start()


def _gpus() -> int:
    import torch  # takes seconds to import

    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def _processes() -> int:
    """Return how many processes the cores and the memory of this machine are enough for."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores(), memory // MEMORY))


def _quiet(records: Any) -> None:
    """Let a process hand its messages to the one that started it, and say nothing itself."""
    sys.stderr = StringIO()
    tqdm.set_lock(threading.RLock())  # no lock of the system, which would outlast a process that is ended
    logging.getLogger().handlers[:] = [QueueHandler(records)]
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("segregation").setLevel(logging.DEBUG)


class _Rounds(logging.Handler):
    """Shows beside a bar how many rounds of searches are done in all processes."""

    def shown_beside(self, bar: tqdm) -> None:
        """Begin to count anew, beside a bar."""
        self.bar, self.rounds = bar, 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count a round, if it is what a message tells of."""
        if record.getMessage().startswith("round "):
            self.rounds += 1
            self.bar.set_postfix_str(f"{self.rounds} rounds")
