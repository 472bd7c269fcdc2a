"""The parts of a plan by hand, without a study: jobs of a dry run, a search, seconds, late jobs, the figure."""

from types import SimpleNamespace

import pandas as pd
import pytest

from segregation.figures.plan import draw, told
from segregation.planning import summary
from segregation.planning.jobs import Job, read_dry_run
from segregation.planning.rates import Rates, tasks_of
from segregation.planning.work import Depth, Study, Work
from segregation.steps.reporting import InputError

PRINTED = """
localrule select_images:
    output: results/x/datasets/face.selection.csv
    jobid: 3
    wildcards: dataset=face
    resources: tmpdir=/tmp, runtime=120

[a date]
rule train:
    input: data/a.csv, results/x/datasets/face.selection.csv
    output: results/x/networks/face/1/weights.safetensors, results/x/networks/face/1/history.csv
    jobid: 1
    reason: Forced execution
    wildcards: network=face, seed=1
    threads: 4
    resources: tmpdir=/tmp, runtime=2880, gpu=1, mem_mb=4000, mem=4 GB

rule all:
    input: results/x/networks/face/1/history.csv
    jobid: 0
"""


def test_jobs_are_read_from_a_dry_run():
    select, train = read_dry_run(PRINTED)
    assert (select.number, select.name, select.after) == (3, "select_images[face]", ())
    assert (train.name, train.after, train.threads) == ("train[face, 1]", (3,), 4)
    assert train.resources["gpu"] == "1" and train.resources["mem"] == "4 GB" and "gpu" not in select.resources
    with pytest.raises(InputError, match="no job"):
        read_dry_run("Nothing to be done")


def test_a_search_is_counted_by_hand():
    """4 units, one a round until half: 4 and 3 candidates, and none, on 2 images; 1 of 4 units' part and 6 behind a pair."""
    study = Study({"ranking": {"step": 0.25, "search": "exact"}}, 1, {2: 0.5})
    at = Depth(before=10, following=4, behind=6, units=4, kept_bytes=1)
    assert study.search(at, 2, 0.5, kept=True) == 2 * (10 + 2 * 4) + (4 + 3 + 2) * 2 * (1 + 6)
    assert study.search(at, 2, 0.5, kept=False) == 2 * (2 * 10 + 2 * 4) + (4 + 3 + 2) * 2 * (1 + 6)
    study.config["ranking"]["search"] = "racing"
    assert study.search(at, 2, 0.5, kept=True) == 2 * (10 + 2 * 4) + 0.5 * (4 + 3 + 2) * 2 * (1 + 6)


def test_seconds_are_work_at_rates():
    """On 3 threads, of which two read: 50 s of computing against 150 s of reading, after 2 s."""
    values = {"start_s": 2, "training_per_s": 10, "lesioned_per_s": 5, "intact_per_s": 20}
    values |= {"fed_per_thread_s": 1, "read_per_thread_s": 5}
    values |= {"fits_per_s": 1, "step_s": 0, "responses_per_s": 2, "packed_per_core_s": 10, "rendered_per_core_s": 10}
    rates = Rates("gpu", values | {"select_s": 7})
    job = Job(1, "train", {}, (), ("a",), 3, {"gpu": "1"})
    assert rates.seconds(job, Work(training=500, lesioned=125, intact=500)) == 2 + 50 + 25 + 25
    assert rates.seconds(job, Work(training=500, read=300)) == 2 + 150
    other = Job(1, "evaluate_lesions", {}, (), ("a",), 3, {"gpu": "1"})
    assert rates.seconds(other, Work(lesioned=50, read=300)) == 2 + 30
    plain = Job(2, "pack_images", {}, ("a",), ("b",), 4, {}, (1,))
    assert rates.seconds(plain, Work(responses=8, packed=80, fits=3)) == 4 + 2 + 3
    assert rates.seconds(Job(2, "select_images", {}, (), ("c",), 1, {}), Work()) == 7
    train, pack = tasks_of([job, plain], [Work(), Work()], rates)
    assert train.needs == {"cores": 3, "gpu": 1} and pack.needs == {"cores": 4} and pack.after == (0,)
    assert Rates("processor", values).needs(job) == {"cores": 3}


def test_jobs_that_a_cluster_would_end_are_named():
    jobs = [SimpleNamespace(name=f"train[{i}]", resources={"runtime": "120"}) for i in range(2)]
    jobs.append(SimpleNamespace(name="all", resources={}))
    late = summary.too_long(jobs, [SimpleNamespace(seconds=s) for s in (7200, 10800, 10**6)])
    assert late.to_dict("records") == [{"job": "train[1]", "hours": 3, "asked_hours": 2}]


def test_the_figure_shows_the_schedule_between_its_bounds():
    table = pd.DataFrame({"gpus": [1, 2, 4], "wall_hours": [100.0, 60.0, 48.0], "critical_hours": 48.0})
    (axes,) = draw(table, 96).axes
    lines = {line.get_label(): line.get_ydata() for line in axes.get_lines()}
    assert list(lines["schedule"]) == [100, 60, 48] and list(lines["GPU hours shared evenly"]) == [96, 24]
    assert set(lines["longest chain of jobs"]) == {48}
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert [told(hours) for hours in (1, 6, 24, 48, 168, 336)] == [
        "1 hour",
        "6 hours",
        "1 day",
        "2 days",
        "1 week",
        "2 weeks",
    ]
