"""Snakemake with the profile on the cluster of the tests, and what becomes of its jobs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from virtual import Cluster, until

from studies import ROOT, TINY, as_usual, made, reruns

# Training that lasts long enough for something to happen to it.
LONG = {"training": {"epochs": 100}}
WEIGHTS = "results/tiny/networks/{}/1/weights.safetensors"


def start(slurm: Cluster, study: Path, *args: str, inside: tuple[str, ...] = (), path: str = "") -> subprocess.Popen:
    """Start Snakemake with the profile, as many jobs at a time as this machine bears, and no pauses.

    inside is a command that runs it as one word, as sbatch does; path a folder of commands that come before all others.
    """
    command = [sys.executable, str(ROOT / "tests/cluster/fastpoll.py"), "--profile", "profiles/slurm", "--jobs", "4"]
    command += ["--slurm-init-seconds-before-status-checks", "1", "--latency-wait", "5"]
    command += ["--set-threads", "render_images=2", "train=4", *args]
    environment = as_usual(slurm.environment())
    environment |= {"SEGREGATION_SCRATCH": f"{study.parent}/disks/$SLURMD_NODENAME"}
    environment |= {"PATH": f"{path}:{environment['PATH']}"} if path else {}
    command = [*inside, shlex.join(command)] if inside else command
    with (study / "printed.txt").open("w") as printed:
        return subprocess.Popen(command, cwd=study, env=environment, stdout=printed, stderr=subprocess.STDOUT)


def finish(process: subprocess.Popen, study: Path) -> dict[str, str]:
    """Wait for Snakemake to succeed; return the rules of the jobs that it submitted, by their ids."""
    try:
        process.wait(timeout=900)
    finally:
        process.kill()  # one that waits for ever is not left behind
    printed = (study / "printed.txt").read_text()
    assert process.returncode == 0, printed[-6000:]
    return dict(re.findall(r"SLURM jobid (\d+) \(log: \S*/rule_(\w+)/", printed))


def states(slurm: Cluster, ids) -> list[str]:
    """Return how jobs ended, in the order of their ids."""
    return [job["JobState"] for job in sorted(slurm.jobs(), key=lambda job: int(job["JobId"])) if job["JobId"] in ids]


def training(slurm: Cluster, study: Path, *networks: str) -> subprocess.Popen:
    """Start to train networks, and return when all of them have kept a state."""
    process = start(slurm, study, *TINY, "overlay.yaml", "--", *map(WEIGHTS.format, networks))
    until(lambda: process.poll() is not None or all(states_kept(study, network) for network in networks), 240)
    assert process.poll() is None, (study / "printed.txt").read_text()
    return process


def states_kept(study: Path, network: str) -> list[Path]:
    """Return the states of the training of a network."""
    kept = (study / WEIGHTS.format(network)).parent.glob(".weights.safetensors.state-*")
    return [path for path in kept if path.suffix != ".part"]


def goes_on(study: Path, network: str) -> bool:
    """Return whether the last training of a network began where an earlier one had stopped."""
    log = study / f"results/tiny/logs/train/{network}/1.log"
    return log.exists() and "going on after epoch" in log.read_text()


def same_as_quiet(study: Path, trained: Path, *networks: str) -> None:
    """Check that networks are those of a quiet run, nothing else was touched, and nothing is left to do."""
    results, expected = made(study), made(trained)
    for network in networks:
        for name in ("weights.safetensors", "history.csv"):
            assert results[f"networks/{network}/1/{name}"] == expected[f"networks/{network}/1/{name}"], (network, name)
    assert not list((study / "results/tiny").rglob(".*")), "no state is left"
    assert reruns(study, *TINY, "overlay.yaml", "--", *map(WEIGHTS.format, networks)) == set()
