"""A plan in tables: hours by rule, and wall time by the number of GPUs."""

from collections.abc import Sequence

import pandas as pd

from segregation.planning.jobs import Job
from segregation.planning.schedule import Task, critical_path, makespan


def by_rule(jobs: Sequence[Job], tasks: Sequence[Task]) -> pd.DataFrame:
    """Return rule, jobs, gpu_hours (for which a GPU is held), cpu_hours (of jobs without one) and longest_hours (of a job).

    Most hours come first.
    """
    rows = pd.DataFrame(
        {
            "rule": [job.rule for job in jobs],
            "hours": [task.seconds / 3600 for task in tasks],
            "gpus": [task.needs.get("gpu", 0) for task in tasks],
        }
    )
    rows["gpu_hours"], rows["cpu_hours"] = rows.hours * rows.gpus, rows.hours.where(rows.gpus == 0, 0.0)
    table = rows.groupby("rule", sort=False).agg(
        jobs=("hours", "size"),
        gpu_hours=("gpu_hours", "sum"),
        cpu_hours=("cpu_hours", "sum"),
        longest_hours=("hours", "max"),
    )
    return table.sort_values(["gpu_hours", "cpu_hours"], ascending=False, kind="stable").reset_index()


def chain(jobs: Sequence[Job], tasks: Sequence[Task]) -> tuple[str, float]:
    """Return the jobs of the longest chain by name, and its hours."""
    path = critical_path(tasks)
    return " > ".join(jobs[place].name for place in path), sum(tasks[place].seconds for place in path) / 3600


def by_gpus(jobs: Sequence[Job], tasks: Sequence[Task], gpus: Sequence[int], cores: int | None = None) -> pd.DataFrame:
    """Return gpus, wall_hours, critical_path (the longest chain, the same for any number) and critical_hours (of it).

    There are as many cores as are asked for, or as many as are given.
    """
    path, hours = chain(jobs, tasks)
    limited = {} if cores is None else {"cores": cores}
    walls = [makespan(tasks, {"gpu": n} | limited) / 3600 for n in gpus]
    return pd.DataFrame({"gpus": list(gpus), "wall_hours": walls, "critical_path": path, "critical_hours": hours})


def too_long(jobs: Sequence[Job], tasks: Sequence[Task]) -> pd.DataFrame:
    """Return the jobs that take longer than their rule asks for (runtime, in minutes): job, hours, asked_hours.

    A cluster ends such a job; training and ranking go on from their last state when it is started again.
    """
    rows = [
        {"job": job.name, "hours": task.seconds / 3600, "asked_hours": int(job.resources["runtime"]) / 60}
        for job, task in zip(jobs, tasks, strict=True)
        if task.seconds > 60 * int(job.resources.get("runtime", 10**9))
    ]
    return pd.DataFrame(rows, columns=["job", "hours", "asked_hours"])
