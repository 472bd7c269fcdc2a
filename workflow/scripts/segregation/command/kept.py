"""What a run has finished, so that the next one does not do it again, and does again what has changed."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import segregation
from segregation.steps.files import replacing
from segregation.steps.hashing import key
from segregation.steps.meaning import digest
from segregation.steps.reporting import InputError


class Kept:
    """The steps that are finished in a folder: what each depended on, and the files that it wrote as they were then."""

    def __init__(self, folder: Path):
        self.folder, self._path = folder, folder / "work/finished.json"
        try:
            self._steps = json.loads(self._path.read_text())
        except (OSError, ValueError):
            self._steps = {}

    def key_of(self, step: str, needs: Sequence[object], files: Sequence[str | Path]) -> str | None:
        """Return the key of a step that is to be done; None where it was done for the same needs and its files are there."""
        wanted = key(*needs)
        return None if self._steps.get(step) == {"key": wanted, "files": self._stamps(files)} else wanted

    def done(self, step: str, wanted: str, files: Sequence[str | Path]) -> None:
        """Note that a step is finished."""
        self._steps[step] = {"key": wanted, "files": self._stamps(files)}
        with replacing(self._path) as temporary:
            temporary.write_text(json.dumps(self._steps, indent=1) + "\n")

    def _stamps(self, files: Sequence[str | Path]) -> dict[str, list[int] | None]:
        return {str(Path(file).relative_to(self.folder)): stamp(Path(file)) for file in files}


def stamp(path: Path) -> list[int] | None:
    """Return what tells a file from one that was changed later; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns]


@cache
def code_of(*rooms: str) -> str:
    """Return twelve digits that tell the code of some rooms, in its meaning, from that of another version."""
    root = Path(segregation.__file__).parent
    return digest(*(path for room in rooms for path in sorted((root / room).rglob("*.py"))))


def versions_of(*packages: str) -> dict[str, str]:
    """Return the installed version of each package."""
    return {name: version(name) for name in packages}


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder, made where there is none. Raises InputError where it cannot be written, or another run has it."""
    try:
        (folder / "work").mkdir(parents=True, exist_ok=True)
        file = os.open(folder / "work/.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another folder (--out).") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise InputError(f"{folder}: another run writes there; wait for it, or choose another folder (--out).") from error
    try:
        yield
    finally:
        os.close(file)
