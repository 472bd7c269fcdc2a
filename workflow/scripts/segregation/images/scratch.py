"""Copies of packed sets on the disk of a node, shared by the jobs there: they spare the shared disk."""

import fcntl
import logging
import os
import shutil
from pathlib import Path

from segregation.steps.files import replacing
from segregation.steps.hashing import key
from segregation.steps.reporting import InputError

VARIABLE = "SEGREGATION_SCRATCH"  # a folder on the node's own disk; $TMPDIR and the like in it are those of the job


def staged(path: str | Path) -> Path:
    """Return from where to read a file: its copy in the folder that the variable names, made if need be, or the file itself.

    One job copies, others of the node wait for it. A file of another size or time is another file. Where the folder has no
    room the file itself is read.
    """
    path, folder = Path(path), os.path.expandvars(os.environ.get(VARIABLE, ""))
    if not folder:
        return path
    try:
        about = path.stat()
        name = key(str(path.resolve()), about.st_size, about.st_mtime_ns)
        copy = Path(folder, f"{path.stem}-{name}{path.suffix}")
        copy.parent.mkdir(parents=True, exist_ok=True)
        with copy.with_name(f"{copy.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # given back when the file is closed, also by a job that was killed
            if not copy.exists():
                with replacing(copy) as temporary:
                    shutil.copyfile(path, temporary)
    except (InputError, OSError) as error:
        logging.warning("%s is read where it is: it cannot be copied to %s (%s)", path, folder, error)
        return path
    return copy
