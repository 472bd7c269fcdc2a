"""Early cutoff: what runs first, by hand, and a study in which a step writes the same bytes again."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from segregation.planning.cutoff import certain_first
from segregation.planning.jobs import Job
from studies import TINY, made

DERIVED = "Input files updated by another job: a.csv"
CODE = "Params have changed since last execution: after code"


@pytest.fixture
def job(tmp_path):
    """Make a job that took so many seconds the last time."""

    def make(number: int, reason: str, *after: int, seconds: float = 100.0) -> Job:
        benchmark = tmp_path / f"{number}.tsv"
        benchmark.write_text(f"s\th:m:s\n{seconds}\t0:00:00\n")
        return Job(number, f"rule{number}", {}, (), (f"{number}.csv",), 1, {}, after, reason, str(benchmark))

    return make


def numbers(jobs: list[Job]) -> list[int]:
    return [job.number for job in jobs]


def test_what_runs_for_certain_runs_before_what_follows_from_it(job):
    """1 was edited, 2 and 3 follow; 4 was edited too, but reads what 2 makes; 5 is missing and reads nothing of these."""
    jobs = [
        job(1, CODE),
        job(2, DERIVED, 1),
        job(3, DERIVED, 2),
        job(4, f"{CODE}; {DERIVED}", 2),
        job(5, "Missing output files: x"),
    ]
    assert numbers(certain_first(jobs)) == [1, 5]


def test_a_job_that_is_missing_or_changed_itself_is_certain(job):
    jobs = [job(1, CODE), job(2, f"Missing output files: 2.csv; {DERIVED}", 1), job(3, DERIVED, 2)]
    assert numbers(certain_first(jobs)) == [1, 2]


def test_nothing_is_first_where_all_is_certain_or_little_is_spared(job):
    assert certain_first([job(1, CODE), job(2, CODE, 1)]) == []
    assert certain_first([job(1, CODE), job(2, DERIVED, 1, seconds=20), job(3, DERIVED, 2, seconds=9)]) == []
    assert numbers(certain_first([job(1, CODE), job(2, DERIVED, 1, seconds=20), job(3, DERIVED, 2, seconds=11)])) == [1]


def test_times_that_are_not_known_are_no_reason(job, tmp_path):
    jobs = [job(1, CODE), job(2, DERIVED, 1)]
    for text in ("", "s\n", "s\nNA\n"):
        (tmp_path / "2.tsv").write_text(text)
        assert certain_first(jobs) == []
    (tmp_path / "2.tsv").unlink()
    assert certain_first(jobs) == []


def run(study: Path, *added: str) -> tuple[str, list[str]]:
    """Run a study as make does; return what was printed, and the rules that ran."""
    environment = os.environ | {"XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / "snakemake-of-tests")}
    command = [sys.executable, "workflow/run.py", *TINY, "--cores", "2", "--", *added]
    done = subprocess.run(command, cwd=study, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, re.findall(r"(?m)^(?:local)?rule (\w+):", done.stdout + done.stderr)


def test_nothing_follows_from_a_step_that_wrote_the_same_bytes(copy):
    """Objects are rendered by edited code, to the same bytes; then bytes change, and all that follows runs."""
    before, edited = made(copy), copy / "workflow/scripts/segregation/stimuli/objects/tools.py"
    edited.write_text(edited.read_text() + "EDITED = 1\n")
    printed, ran = run(copy)
    assert "First what has to run for certain: render_images (1)." in printed and ran == ["render_images"]
    assert made(copy) == before and run(copy) == (
        "Nothing to be done (all requested files are present and up to date).\n",
        [],
    )
    edited.write_text(edited.read_text().replace("EDITED = 1", "EDITED = 2"))
    for asked in ("-n", "--dry-run"):
        printed, would_run = run(copy, asked)
        assert "First what" not in printed and {"render_images", "train", "all"} <= set(would_run), "Snakemake's own dry run"
    assert "render_images" in run(copy, "-n")[1], "nothing was run"
