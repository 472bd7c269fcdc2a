"""The study as jobs of a real Slurm, in quiet and under every fault: what it makes are the bytes of a run without it."""

import re
import signal
import subprocess
import sys

import yaml
from jobs import WEIGHTS, finish, goes_on, same_as_quiet, start, states, training
from virtual import NODES, until

from rules import RULES
from studies import ROOT, SMALL, TINY, copy_project, made, overlay, reruns, run_snakemake

HEAVY = {
    "render_images": 2,
    "train": 2,
    "rank_filters": 2,
    "score_filters": 1,
    "evaluate_lesions": 2,
    "lesion_pseudo_tasks": 1,
    "lesion_single_filters": 1,
    "show_new_classes": 1,
    "find_preferred": 1,
}
PROFILE = yaml.safe_load((ROOT / "profiles/slurm/profile.yaml").read_text())


def asked(rule: str, resource: str) -> int:
    """Return what the first job of a rule asks for: by the profile, or else by the rule."""
    by_profile = PROFILE["set-resources"].get(rule, {}).get(resource)
    return eval(str(by_profile), {"attempt": 1}) if by_profile else int(re.search(rf"{resource}=(\d+)", RULES[rule])[1])


def test_every_heavy_step_is_a_job_with_the_resources_of_its_rule(slurm, tiny, tmp_path):
    """What a part of the study has in common with the whole, made elsewhere by other threads, is the same to the byte."""
    study = copy_project(tmp_path / "study")
    submitted = finish(start(slurm, study, *overlay(study, SMALL), "--set-threads", "render_images=1", "train=4"), study)
    assert {rule: list(submitted.values()).count(rule) for rule in submitted.values()} == HEAVY

    expected, results = made(tiny), made(study)
    common = ("datasets", "networks", "rankings", "scores", "pseudo_tasks", "readout/decoding", "statistics/face/")
    names = [name for name in results if name.startswith(common)]
    assert {name.split("/")[0] for name in names} == {name.split("/")[0] for name in common}
    assert len(results) > 60 and [name for name in names if results[name] != expected[name]] == []
    assert not list((study / "results/tiny").rglob(".*")), "no state is left"
    copies = [path.parent.name for path in (tmp_path / "disks").rglob("*.arrow")]
    assert set(copies) <= set(NODES) and 2 <= len(copies) <= 4, "two sets, once a node"

    finished = {job["JobId"]: job for job in slurm.jobs() if job["JobId"] in submitted}
    for number, rule in submitted.items():
        job, memory, minutes = finished[number], asked(rule, "mem_mb"), asked(rule, "runtime")
        assert job["JobState"] == "COMPLETED" and job["WorkDir"] == str(study) and job["Name"].startswith("segregation_")
        assert f"mem={memory}M," in job["Tres"] and job["TimeLimit"] == str(minutes), rule
        assert slurm.devices(number) == ("gpu=1" in RULES[rule]), rule
        assert job["Partition"] == ("gpu" if "gpu=1" in RULES[rule] else "cpu"), rule

    jobs = len(slurm.jobs())
    printed = finish(start(slurm, study, *TINY, "overlay.yaml"), study)
    assert printed == {} and "Nothing to be done" in (study / "printed.txt").read_text()
    edited = study / "workflow/scripts/segregation/statistics/index.py"
    edited.write_text(edited.read_text().replace("total >= floor", "total > floor"))
    assert "bootstrap_segregation" in reruns(study, *TINY, "overlay.yaml")
    assert finish(start(slurm, study, *TINY, "overlay.yaml"), study) == {}, "statistics run beside Snakemake"
    assert len(slurm.jobs()) == jobs


def test_daemons_that_die_harm_no_job_and_one_that_is_cancelled_goes_on(slurm, study, trained):
    """At last the controller is away until it has been asked for the states of jobs, of which it gives none."""
    process = training(slurm, study, "face", "object")
    for daemon in ("slurmd.n1", "slurmctld"):
        slurm.stop(daemon, signal.SIGKILL)
        slurm.start(daemon)
    slurm.wait_for_nodes()
    (job,) = (job for job in slurm.queue() if "wildcards_face" in job["comment"])
    slurm.run("scancel", job["id"])
    until(lambda: goes_on(study, "face"), 240)
    slurm.stop("slurmctld", signal.SIGKILL)
    until(lambda: "Falling back to 'sacct'" in (study / "printed.txt").read_text())
    slurm.start("slurmctld")
    slurm.wait_for_nodes()
    submitted = finish(process, study)
    assert sorted(states(slurm, submitted)) == ["CANCELLED", "COMPLETED", "COMPLETED"]
    assert goes_on(study, "face") and not goes_on(study, "object"), "the other was let alone"
    same_as_quiet(study, trained, "face", "object")


def test_a_job_out_of_memory_gets_more_and_one_out_of_time_goes_on(slurm, study, trained):
    """The first attempt has too little memory, the second a minute, of which 57 seconds are the margin."""
    module = study / "workflow/scripts/segregation/steps/limits.py"
    module.write_text(module.read_text().replace("LEAST, MOST = 0.1, 30.0,", "LEAST, MOST = 0.1, 57.0,"))
    memory, time = "train:mem_mb=300 if attempt == 1 else 3000", "train:runtime=1 if attempt == 2 else 60"
    also = ("--set-resources", memory, time, "train:slurm_partition=gpu")
    submitted = finish(start(slurm, study, *TINY, "overlay.yaml", *also, "--", WEIGHTS.format("face")), study)
    small, short, last = (job for job in slurm.jobs() if job["JobId"] in submitted)
    assert small["JobState"] != "COMPLETED" and "mem=300M" in small["Tres"]
    assert (short["JobState"], short["TimeLimit"]) == ("FAILED", "1") and "mem=3000M" in short["Tres"]
    assert last["JobState"] == "COMPLETED"
    assert "exit status 75" in (study / "printed.txt").read_text() and goes_on(study, "face")
    same_as_quiet(study, trained, "face")


def test_snakemake_is_killed_and_its_orphans_are_cancelled_or_waited_for(slurm, study, trained):
    def orphans(*args: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "workflow/orphans.py", "--every", "0.5", *args]
        return subprocess.run(command, cwd=study, env=slurm.environment(), capture_output=True, text=True, check=False)

    for what in ("--cancel", "--wait"):
        process = training(slurm, study, "face")
        until(lambda: [job["state"] for job in slurm.queue()] == ["RUNNING"])
        process.kill()
        process.wait()
        listed = orphans()
        assert listed.returncode == 1 and "running train face_1\n1 job(s)" in listed.stdout, listed
        assert orphans(what).returncode == 0
        assert orphans().returncode == 0 and slurm.queue() == []
        run_snakemake(study, "--unlock")
    assert goes_on(study, "face"), "after what was cancelled"
    submitted = finish(start(slurm, study, *TINY, "overlay.yaml", "--", WEIGHTS.format("face")), study)
    assert submitted == {}, "what an orphan finished is not computed again"
    same_as_quiet(study, trained, "face")
