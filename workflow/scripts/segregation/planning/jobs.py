"""The jobs of a study, from what Snakemake's dry run prints."""

import re
from dataclasses import dataclass, replace

from segregation.steps.reporting import InputError

BLOCK = re.compile(r"(?m)^(?:local)?rule (\w+):\n((?:    \S.*\n?)+)")


@dataclass(frozen=True)
class Job:
    """A job: its rule, wildcards, files, threads, resources by name, and the numbers of the jobs whose files it reads.

    reason is why it runs, in Snakemake's words; benchmark the file in which its times are kept, or "".
    """

    number: int
    rule: str
    wildcards: dict[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    threads: int
    resources: dict[str, str]
    after: tuple[int, ...] = ()
    reason: str = ""
    benchmark: str = ""

    @property
    def name(self) -> str:
        """The rule with its wildcards: train[dual, 1]."""
        return f"{self.rule}[{', '.join(self.wildcards.values())}]" if self.wildcards else self.rule


def read_dry_run(printed: str) -> list[Job]:
    """Return the jobs of a dry run but for the target that computes nothing (all), by name: their order in print may vary.

    A job waits for those that make one of its inputs. Raises InputError where there is no job.
    """
    jobs = [_job(rule, body) for rule, body in BLOCK.findall(printed)]
    jobs = sorted((job for job in jobs if job.outputs), key=lambda job: job.name)
    if not jobs:
        raise InputError("Snakemake's dry run has no job:\n" + printed[-2000:])
    maker = {path: job.number for job in jobs for path in job.outputs}
    return [replace(job, after=tuple(sorted({maker[path] for path in job.inputs if path in maker}))) for job in jobs]


def _job(rule: str, body: str) -> Job:
    said = dict(re.findall(r"(?m)^    (\w+): (.*)$", body))

    def pairs(key: str) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in said.get(key, "").split(", ") if "=" in pair)

    files = {key: tuple(said[key].split(", ")) if key in said else () for key in ("input", "output")}
    threads, words = int(said.get("threads", 1)), (said.get(key, "") for key in ("reason", "benchmark"))
    return Job(int(said["jobid"]), rule, pairs("wildcards"), *files.values(), threads, pairs("resources"), (), *words)
