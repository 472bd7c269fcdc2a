"""Jobs of this project that Slurm still has after Snakemake was killed: list them, wait for them, or cancel them.

In the project's folder, and only when no Snakemake runs there, since its jobs look the same: python workflow/orphans.py
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path


def jobs(folder: Path) -> list[tuple[str, str, str]]:
    """Return id, state and step of one's jobs that were submitted for steps of the project in a folder and are not over.

    Snakemake submits from the project's folder, with the comment rule_<name>_wildcards_<...>.
    """
    found = []
    for line in _printed("squeue", "--me", "--noheader", "--format=%A|%T|%k|%Z").splitlines():
        number, state, comment, place = line.split("|", 3)
        if comment.startswith("rule_") and Path(place).resolve() == folder:
            found.append((number, state.lower(), comment.removeprefix("rule_").replace("_wildcards_", " ")))
    return found


def wait(folder: Path, seconds: float) -> None:
    """Return when there are no such jobs any more; look again after so many seconds."""
    while jobs(folder):
        time.sleep(seconds)


def main() -> None:
    """List the jobs, and cancel them or wait for them. With nothing asked for, the status is 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wait", action="store_true", help="return when all are over: what they make stays")
    parser.add_argument("--cancel", action="store_true", help="cancel all; training and ranking go on from their last state")
    parser.add_argument("--every", type=float, default=10, metavar="SECONDS", help="how often to look while waiting (10)")
    arguments = parser.parse_args()
    folder = Path.cwd().resolve()
    found = jobs(folder)
    for number, state, step in found:
        print(number, state, step)
    print(f"{len(found)} job(s) of {folder}")
    if arguments.cancel and found:
        _printed("scancel", *(number for number, *_ in found))
    if arguments.cancel or arguments.wait:
        wait(folder, arguments.every)
    elif found:
        sys.exit(1)


def _printed(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        sys.exit(f"There is no {command[0]} here; this is for a machine from which jobs are submitted to Slurm.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{command[0]}: {error.stderr.strip()}")


if __name__ == "__main__":
    main()
