"""A set fetched by the library that reads it: whole, or not at all."""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from segregation.sources.library_sets import LibrarySet, any_in
from segregation.steps.reporting import InputError


def need(root: Path, name: str, of: LibrarySet, download: bool, fetch: Callable[[Path], None]) -> None:
    """See to it that the folder of a set is below a root; where it is not and may be fetched, fetch it.

    fetch fetches the set to a folder, which becomes part of the root when all of it is there. Raises InputError, which says
    where to get the set and where to put it, where it is not there and may not be fetched, or cannot be.
    """
    if any_in(root / of.folder):
        return
    if not download or not of.megabytes:
        may = " or set datasets.*.download to have it fetched" if of.megabytes else ""
        raise InputError(
            f"{root / of.folder}: {name} is not there. Put it there{may}; it comes from {of.origin} (terms: {of.terms})."
            f" {of.hint}"
        )
    with _one_at_a_time(root):
        if any_in(root / of.folder):  # fetched by the step of another set meanwhile
            return
        logging.info("fetching %s, about %d MB, from %s; terms: %s", name, of.megabytes, of.origin, of.terms)
        with tempfile.TemporaryDirectory(dir=root, prefix=".fetching-") as folder:
            try:
                fetch(Path(folder))
            except Exception as error:  # of the network, of the disk, of archives: whatever the library runs into
                raise InputError(
                    f"{name} could not be fetched to {root} ({_said(error)}); nothing is left of the attempt. It comes from"
                    f" {of.origin}, about {of.megabytes:,} MB. Start again, or put it into {root / of.folder} yourself."
                    f" {of.hint}"
                ) from error
            if not any_in(Path(folder) / of.folder):
                raise InputError(f"{name} was fetched to {root}, but has no folder {of.folder}; was it packed otherwise?")
            _moved(Path(folder), root)


def _moved(folder: Path, root: Path) -> None:
    """Move all that is in a folder to a root; folders that are there already, and archives, are kept."""
    for path in sorted(folder.iterdir()):
        target = root / path.name
        if path.is_dir() and target.is_dir():
            _moved(path, target)
        elif not target.exists():
            path.rename(target)


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Make a root where there is none and hold it against other steps; remove it if it stayed empty."""
    root.mkdir(parents=True, exist_ok=True)
    held = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        for left in root.glob(".fetching-*"):  # by a process that was killed
            shutil.rmtree(left)
        yield
    finally:
        os.close(held)
        if not any(root.iterdir()):
            root.rmdir()


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
