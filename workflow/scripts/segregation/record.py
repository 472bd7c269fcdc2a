"""What a study took: times from the benchmark files of its steps, versions of what computed it."""

import platform
import re
from importlib.metadata import version
from pathlib import Path

import pandas as pd

PACKAGES = [
    "snakemake",
    "torch",
    "torchvision",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "embreex",
    "matplotlib",
    "seaborn",
]


def times(benchmarks: str | Path) -> pd.DataFrame:
    """Return rule, start and end (seconds since the epoch) of every step, from its benchmark file.

    A step ends when its benchmark file is written; the first folder or file name is the rule's.
    """
    rows = []
    for path in sorted(Path(benchmarks).rglob("*.tsv")):
        rule = re.sub(r"\.tsv$", "", path.relative_to(benchmarks).parts[0])
        seconds, end = pd.read_csv(path, sep="\t")["s"].sum(), path.stat().st_mtime
        rows.append({"rule": rule, "start": end - seconds, "end": end})
    return pd.DataFrame(rows, columns=["rule", "start", "end"])


def busy_seconds(steps: pd.DataFrame) -> float:
    """Return how long at least one step ran: the length of the union of their times, so that pauses do not count."""
    total, reached = 0.0, float("-inf")
    for step in steps.sort_values("start").itertuples():
        total += max(0.0, step.end - max(step.start, reached))
        reached = max(reached, step.end)
    return total


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide about results."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
