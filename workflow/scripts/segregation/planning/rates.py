"""How long a job takes: its work at the rates of workflow/rates.yaml."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from segregation.planning.jobs import Job
from segregation.planning.schedule import Task
from segregation.planning.work import Work
from segregation.steps.reporting import InputError


@dataclass(frozen=True)
class Rates:
    """Rates by name, each in the unit of workflow/rates.yaml, for a kind of device: gpu or processor."""

    kind: str
    values: dict[str, float]

    def seconds(self, job: Job, work: Work) -> float:
        """Return how long a job takes on this device, alone.

        Images are read while a network is trained or run: the slower of both counts. One of the threads of a job trains.
        """
        rate = self.values
        if "gpu" not in job.resources:
            rows = work.responses / rate["responses_per_s"]
            made = work.packed / rate["packed_per_core_s"] + work.rendered / rate["rendered_per_core_s"]
            chosen = rate["select_s"] if job.rule == "select_images" else 0.0
            return rate["step_s"] + rows + made / job.threads + chosen + work.fits / rate["fits_per_s"]
        computed = sum(getattr(work, kind) / rate[f"{kind}_per_s"] for kind in ("training", "lesioned", "intact"))
        a_thread = rate["fed_per_thread_s" if job.rule == "train" else "read_per_thread_s"]
        read = work.read / (a_thread * max(1, job.threads - 1))
        return rate["start_s"] + max(computed, read)

    def needs(self, job: Job) -> dict[str, int]:
        """Return what a job holds while it runs: its threads and, where networks run on GPUs, one of these if it asks."""
        return {"cores": job.threads} | ({"gpu": 1} if self.kind == "gpu" and "gpu" in job.resources else {})


def read_rates(path: str | Path, device: str) -> tuple[Rates, int, dict[int, float]]:
    """Return the rates of a device, the epochs of a plateau schedule, and the shares of pairs that a racing search computes.

    These are by numbers of ranking images.

    Raises InputError for a device that the file has not.
    """
    table = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    if device not in table["devices"]:
        raise InputError(f"{path} has no device '{device}'; it has {', '.join(table['devices'])}.")
    own = table["devices"][device]
    entries = table["processor_work"] | {name: entry for name, entry in own.items() if isinstance(entry, dict)}
    rates = Rates(own["kind"], {name: float(entry["value"]) for name, entry in entries.items()})
    return rates, table["training"]["epochs"]["value"], table["training"]["raced"]["value"]


def tasks_of(jobs: list[Job], works: list[Work], rates: Rates) -> list[Task]:
    """Return the jobs as tasks of a schedule, in their order."""
    place = {job.number: i for i, job in enumerate(jobs)}
    return [
        Task(rates.seconds(job, work), tuple(place[number] for number in job.after), rates.needs(job))
        for job, work in zip(jobs, works, strict=True)
    ]
