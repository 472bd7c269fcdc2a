"""What a cluster does to jobs beyond killing them: it refuses them, starts them anew, loses their nodes."""

import os
import re
from pathlib import Path

from jobs import WEIGHTS, finish, goes_on, same_as_quiet, start, states_kept, training
from virtual import MEMORY, until

from studies import TINY

REFUSING = """#!/bin/sh
# Refuse the first job and every third one from there on, as a busy controller does.
exec 9> {counter}.lock
flock 9 # jobs are submitted side by side
n=$(cat {counter} 2>/dev/null || echo 0)
echo $((n + 1)) > {counter}
exec 9>&-
[ $((n % 3)) -ne 0 ] || {{ echo 'sbatch: error: Batch job submission failed: Socket timed out' >&2; exit 1; }}
exec {sbatch} "$@"
"""


def threads_of(study: Path, network: str) -> set[int]:
    """Return the threads that a training got, as Snakemake says in the logs of its jobs."""
    logs = sorted((study / ".snakemake/slurm_logs/rule_train").rglob("*.log"))
    printed = [log.read_text() for log in logs if network in str(log)]
    return {int(threads) for text in printed for threads in re.findall(r"(?m)^ +threads: (\d+)$", text)}


def test_a_controller_in_a_job_gives_jobs_their_cores_and_tries_again_what_is_refused(slurm, study, trained, tmp_path):
    """The controller asks for one core, training for four; the first submission and every third one is refused."""
    counter, folder = tmp_path / "submissions", tmp_path / "busy"
    folder.mkdir()
    text = REFUSING.format(counter=counter, sbatch=slurm.folder / "bin/sbatch")
    (folder / "sbatch").write_text(text)
    (folder / "sbatch").chmod(0o755)
    controller = (str(slurm.folder / "bin/sbatch"), "--wait", "--cpus-per-task", "1", "--mem", "4G", "--open-mode", "append")
    inside = (*controller, "--output", str(study / "printed.txt"), "--wrap")
    targets = [WEIGHTS.format(network) for network in ("face", "object")]
    kept = ("--slurm-keep-successful-logs", "--", *targets)
    submitted = finish(start(slurm, study, *TINY, "overlay.yaml", *kept, inside=inside, path=str(folder)), study)
    assert int(counter.read_text()) >= 3 and "Socket timed out" in (study / "printed.txt").read_text()
    jobs = [job for job in slurm.jobs() if job["JobId"] in submitted]
    assert [job["JobState"] for job in jobs] == ["COMPLETED"] * 2 and all("cpu=4," in job["Tres"] for job in jobs)
    assert threads_of(study, "face") == threads_of(study, "object") == {min(4, len(os.sched_getaffinity(0)))}
    same_as_quiet(study, trained, "face", "object")


def test_a_job_that_is_requeued_or_loses_its_node_goes_on(slurm, study, trained):
    process = training(slurm, study, "face")
    (job,) = slurm.queue()
    slurm.run("scontrol", "requeue", job["id"])
    until(lambda: goes_on(study, "face"), 240)
    until(lambda: states_kept(study, "face"))
    node = slurm.run("squeue", "-h", "-j", job["id"], "-o", "%N").strip()
    (study / "results/tiny/logs/train/face/1.log").write_text("")
    slurm.lose(node)
    finish(process, study)
    slurm.start(f"slurmd.{node}")
    slurm.wait_for_nodes()
    assert goes_on(study, "face")
    same_as_quiet(study, trained, "face")


def test_what_no_node_can_give_is_said_and_the_others_are_finished(slurm, study, trained):
    """Each rule may ask for GPUs as its cluster wants: here by --gres for training, where Slurm knows no --gpus."""
    too_much = f"{MEMORY + 1} if wildcards.network == 'face' else 2000"
    resources = ("--set-resources", "train:gpu=0", "train:gres='gpu:1'", f"train:mem_mb={too_much}")
    targets = [WEIGHTS.format(network) for network in ("face", "object")]
    process = start(slurm, study, *TINY, "overlay.yaml", "--retries", "1", *resources, "--", *targets)
    process.wait(timeout=600)
    printed = (study / "printed.txt").read_text()
    assert process.returncode == 1 and "Traceback" not in printed
    assert "Memory specification can not be satisfied" in printed and "train" in printed
    (number,) = re.findall(r"SLURM jobid (\d+) \(log: \S*/rule_train/", printed)
    assert slurm.devices(number) == 1
    same_as_quiet(study, trained, "object")
