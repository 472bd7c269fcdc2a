"""What a study took: times from the benchmark files of its steps, versions of what computed it."""

import platform
import re
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from segregation.steps.reporting import ON

GPU = re.compile(rf"(?m)^[-\d]+ [:\d]+ {ON}GPU \d+ of \d+ \((.+)\)$")  # as images/batches.device says it
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


def times(benchmarks: dict[str, list[str]]) -> pd.DataFrame:
    """Return rule, start and end (seconds since the epoch) and peak_mib of every step that has run.

    benchmarks maps rules to files. A step ends when its benchmark file is written. peak_mib is the most memory that was
    seen in use (max_rss, in units of 2^20 bytes); nan for a step that was over before Snakemake looked.
    """
    rows = []
    for rule, files in benchmarks.items():
        for path in filter(Path.exists, map(Path, files)):
            table, end = pd.read_csv(path, sep="\t"), path.stat().st_mtime
            peak = pd.to_numeric(table.get("max_rss", pd.Series(dtype=float)), errors="coerce").max()
            rows.append({"rule": rule, "start": end - table["s"].sum(), "end": end, "peak_mib": peak})
    return pd.DataFrame(rows, columns=["rule", "start", "end", "peak_mib"])


def busy_seconds(steps: pd.DataFrame) -> float:
    """Return how long at least one step ran: the length of the union of their times, so that pauses do not count."""
    total, reached = 0.0, float("-inf")
    for step in steps.sort_values("start").itertuples():
        total += max(0.0, step.end - max(step.start, reached))
        reached = max(reached, step.end)
    return total


def machines(logs: dict[int, list[str]]) -> dict[str, list[int]]:
    """Return the machines that trained networks, and the GPU where there was one, as their logs say, each with its seeds.

    logs maps seeds to the logs of training; those of older runs say of no machine.
    """
    seeds: dict[str, set[int]] = {}
    for seed, files in logs.items():
        for path in filter(Path.exists, map(Path, files)):
            log = path.read_text(encoding="utf-8")
            said = log.partition("\n")[0].partition(f" {ON}")[2] or "unknown"
            gpu = GPU.search(log)
            seeds.setdefault(f"{said}, {gpu[1]}" if gpu else said, set()).add(seed)
    return {machine: sorted(of) for machine, of in sorted(seeds.items())}


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide about results, as far as they are installed here."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):  # each step may have an environment of its own
            found[name] = version(name)
    return found
