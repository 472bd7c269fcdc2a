"""What the steps of a study took, a row a rule: jobs, hours, memory, hours on a GPU."""

import os
from collections.abc import Collection
from pathlib import Path

import pandas as pd

COLUMNS = ["step", "jobs", "hours", "longest_hours", "peak_memory_gb", "gpu_hours"]


def gpu_reserved(devices: Path = Path("/dev")) -> bool:
    """Return whether steps that ask for a GPU got one, as far as can be told from here.

    Under Slurm they did: it starts no such job without. Elsewhere they did if this machine has a GPU of NVIDIA's, for then
    all steps ran on one machine. A study whose steps ran in several places is told by the last of them.
    """
    return "SLURM_JOB_ID" in os.environ or any(devices.glob("nvidia[0-9]*"))


def compute_table(steps: pd.DataFrame, asking: Collection[str], reserved: bool) -> pd.DataFrame:
    """Return the steps (record.times) by rule, most hours first.

    Columns: step (a rule), jobs, hours (their sum, whether they ran side by side or not), longest_hours (of a job),
    peak_memory_gb (10^9 bytes, of a job; nan where none was measured) and gpu_hours: the hours of rules that ask for a GPU
    (asking), 0 where none was to be had (reserved). A GPU is held for all of a job, however busy it is.
    """
    hours = (steps.end - steps.start) / 3600
    by_rule = steps.assign(hours=hours, peak=steps.peak_mib * 2**20 / 1e9).groupby("rule", sort=False)
    table = by_rule.agg(
        jobs=("hours", "size"), hours=("hours", "sum"), longest_hours=("hours", "max"), peak_memory_gb=("peak", "max")
    )
    table["gpu_hours"] = table.hours.where(table.index.isin(asking) & reserved, 0.0)
    table = table.sort_values("hours", ascending=False, kind="stable")
    return table.rename_axis("step").reset_index()[COLUMNS]
