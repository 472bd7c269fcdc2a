"""Which GPU of a machine a step computes on: one that no other step has.

Snakemake counts GPUs but does not say which is whose. A step takes the first that is free by locking a file of it, which
the system unlocks when the process ends, however it ends. Where a cluster shows a job a GPU of its own, there is no other.
"""

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

WAIT = 1.0  # seconds between two looks at GPUs that are all taken
HELD: dict[str, int] = {}  # a GPU that this process has taken, and the file that it keeps open


def take(names: Sequence[str], folder: Path | None = None, wait: float = WAIT) -> int:
    """Return the position of a GPU that no other process has taken; it is this process's until that ends.

    names tell the GPUs of a machine apart. While all are taken this waits. A process that has one keeps it.
    """
    folder = Path(tempfile.gettempdir()) / f"segregation-gpus-{os.getuid()}" if folder is None else folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = False
    while True:
        for number, name in enumerate(names):
            if name in HELD or _locked(folder / f"{name}.lock", name):
                return number
        if not told:
            logging.info("all %d GPUs are taken by other steps; waiting for one", len(names))
            told = True
        time.sleep(wait)


def _locked(path: Path, name: str) -> bool:
    """Lock a file, and tell whether that could be done."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return False
    HELD[name] = file
    return True
