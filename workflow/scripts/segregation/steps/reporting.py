"""What a step tells its user: lines in its log, progress on a terminal, one clear message for bad input."""

import logging
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

CPUINFO, ON = Path("/proc/cpuinfo"), "on "  # what the first line of a log begins with, behind the time


class InputError(ValueError):
    """Something given by the user cannot be used; the message names it, what was expected, and what to do."""


def some(names: Iterable, shown: int = 5) -> str:
    """Return the first few of some names, and how many more there are, for a message."""
    names = list(map(str, names))
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")


def machine() -> str:
    """Return what this machine is: system, processor and its cores."""
    found = re.search(r"(?m)^model name\s*:\s*(.+)$", CPUINFO.read_text(encoding="utf-8")) if CPUINFO.exists() else None
    model = found[1] if found else platform.processor() or platform.machine()
    return f"{platform.system()} {platform.machine()}, {model}, {os.cpu_count()} cores"


@contextmanager
def logging_to(path: str, label: str = "") -> Iterator[None]:
    """Write the log of a step to a file, and to the terminal where there is one, each line under a label.

    The file alone also gets the machine, in its first line, and the debug messages of the logger "segregation", which
    stand for a progress bar.

    An InputError ends the process with its message alone; any other exception goes to the log with its traceback and
    is raised again.
    """
    handlers: list[logging.Handler] = [logging.FileHandler(path, mode="w", encoding="utf-8")]
    handlers[0].setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    if sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
        handlers[1].setLevel(logging.INFO)
        handlers[1].setFormatter(logging.Formatter(f"  {label}: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.getLogger("segregation").setLevel(logging.DEBUG)
    handlers[0].handle(logging.makeLogRecord({"msg": f"{ON}{machine()}", "levelno": logging.DEBUG}))
    try:
        yield
    except InputError as error:
        handlers[0].handle(logging.makeLogRecord({"msg": str(error), "levelno": logging.ERROR}))
        sys.exit(f"{label}: {error}" if label else str(error))
    except Exception:
        handlers[0].handle(logging.makeLogRecord({"msg": "stopped", "exc_info": sys.exc_info()}))
        raise
