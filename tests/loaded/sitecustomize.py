"""Python reads this at its start where PYTHONPATH names the folder: notes the modules of the library that a step loads."""

import os
import sys
from pathlib import Path


def note(event: str, arguments: tuple) -> None:
    """Write the name of the running script and of a module that it loads, a line each."""
    if event == "import" and str(arguments[0]).startswith("segregation."):
        script = ".".join(Path(sys.argv[0]).name.split(".")[-2:])  # Snakemake runs a copy, tmp123.train.py
        with open(os.environ["MODULES_LOADED"], "a") as file:  # noqa: PTH123, Path.open would load more from within a hook
            file.write(f"{script} {arguments[0]}\n")


if "MODULES_LOADED" in os.environ:
    sys.addaudithook(note)
