"""Files that are either whole or absent, and the state of steps that take long."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segregation.reporting import InputError


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside path; on success its file is flushed to disk and renamed to path.

    What a killed process left under the temporary name is overwritten by the next one. Raises InputError where the disk
    is full.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.part")
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise InputError(f"{path}: no space left on the disk. Free some and start again; what is finished stays.") from error
    finally:
        temporary.unlink(missing_ok=True)


def state_file(output: str | Path, key: str) -> Path:
    """Return where a step that writes output keeps its state, a file or a folder: beside it, under a name of a key's own.

    The key stands for all that the step's result depends on, so that no state of other code, parameters or data is taken up.
    """
    output = Path(output)
    return output.with_name(f".{output.name}.state-{key}")


def remove_states(output: str | Path, but: Path | None = None) -> None:
    """Remove all states that were kept for an output, also those of earlier keys, but perhaps one."""
    output = Path(output)
    for path in set(output.parent.glob(f".{output.name}.state-*")) - {but}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
