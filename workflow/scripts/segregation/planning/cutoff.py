"""Early cutoff: what follows from a step that wrote the same bytes again need not run.

Snakemake decides what runs before anything runs: whatever follows from a job that will, will too (DAG.update_needrun), and
nothing looks at bytes in between (DAG.finish). At its next start it does: an input with the checksum that was recorded is no
reason to run. So what runs for certain is run first, on its own, where that may spare enough.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from segregation.planning.jobs import Job

WORTH = 30.0  # seconds that jobs took the last time; a further start of Snakemake takes some seconds
DERIVED = re.compile(r"Input files updated by another job: [^;]*")


def certain_first(jobs: Sequence[Job]) -> list[Job]:
    """Return the jobs to run before all others, or none where that spares less than WORTH.

    jobs are those that would run. Some have no reason but that their inputs are made anew, perhaps with the same bytes: the
    first to run are those that wait for none of these.
    """
    derived = {job.number for job in jobs if DERIVED.fullmatch(job.reason)}
    if sum(_seconds(job) for job in jobs if job.number in derived) < WORTH:
        return []
    unsure, grew = set(derived), True
    while grew:
        more = {job.number for job in jobs if unsure.intersection(job.after)} - unsure
        unsure, grew = unsure | more, bool(more)
    return [job for job in jobs if job.number not in unsure]


def _seconds(job: Job) -> float:
    """Return how long a job took the last time; 0 where that is not known."""
    try:
        return float(Path(job.benchmark).read_text(encoding="utf-8").splitlines()[1].split("\t")[0])
    except (OSError, IndexError, ValueError):
        return 0.0
