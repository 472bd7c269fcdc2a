"""Where steps that take long keep their state: beside their output, under a name of all that it depends on."""

import shutil
from pathlib import Path


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
