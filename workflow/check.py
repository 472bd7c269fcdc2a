"""Hold a finished run against the reference: make check. Arguments: the folder of the run and that of the reference; --help.

Prints a line a step, and the first step whose numbers differ; writes those that are not the same to check.csv.
Exit status: 0 where nothing differs, 1 where something does, 2 where the two cannot be compared.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from segregation.checking import summary  # noqa: E402
from segregation.checking.compare import DIFFERS, compare  # noqa: E402
from segregation.checking.studies import Studies  # noqa: E402
from segregation.steps.reporting import InputError  # noqa: E402
from segregation.steps.tables import write_table  # noqa: E402


def arguments() -> argparse.Namespace:
    """Return the arguments of the command."""
    parser = argparse.ArgumentParser(description="Hold a finished run against the reference.")
    parser.add_argument("run", type=Path, help="folder of the run: results/default")
    parser.add_argument("reference", type=Path, help="folder of the reference: results/reference/default")
    parser.add_argument("--to", type=Path, help="where the numbers that are not the same go (default: check.csv of the run)")
    return parser.parse_args()


def check(given: argparse.Namespace) -> bool:
    """Print what a check finds and write its file; return whether nothing differs."""
    studies = Studies.read(given.reference, given.run)
    numbers = compare(given.reference, given.run, studies)
    steps = summary.by_step(numbers)
    for line in summary.told(numbers, steps):
        print(line)
    if studies.new_networks:
        print(f"Not in the reference, so not compared: {', '.join(studies.new_networks)}.")
    to = given.to or given.run / "check.csv"
    write_table(to, summary.rows_of(numbers))
    print(f"Numbers that are not the same: {os.path.relpath(to)}. What a status means: docs/check.md.")
    return not (steps.verdict == DIFFERS).any()


if __name__ == "__main__":
    try:
        sys.exit(0 if check(arguments()) else 1)
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
