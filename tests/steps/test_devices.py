"""Pretended GPUs of a machine: a step never takes one that another has."""

import subprocess
import sys
import time
from itertools import pairwise

from segregation.steps import devices
from studies import ROOT

STEP = """
import sys, time
from pathlib import Path
from segregation.steps.devices import take
folder, names = Path(sys.argv[1]), sys.argv[2].split(",")
number = take(names, folder, 0.01)
began = time.monotonic()
time.sleep(0.3)
print(number, began, time.monotonic(), flush=True)
"""


def started(folder, names):
    command = [sys.executable, "-c", STEP, str(folder), ",".join(names)]
    return subprocess.Popen(command, cwd=ROOT / "workflow/scripts", stdout=subprocess.PIPE, text=True)


def test_four_gpus_and_eight_steps_are_never_two_on_one(tmp_path):
    steps = [started(tmp_path, ["a", "b", "c", "d"]) for _ in range(8)]
    held = [tuple(map(float, step.communicate(timeout=60)[0].split())) for step in steps]
    assert {gpu for gpu, *_ in held} <= {0, 1, 2, 3}
    for gpu in range(4):
        of_gpu = sorted((began, ended) for number, began, ended in held if number == gpu)
        assert all(ended <= began for (_, ended), (began, _) in pairwise(of_gpu))


def test_the_gpu_of_a_killed_step_is_free_again(tmp_path):
    step = started(tmp_path, ["a"])
    while not list(tmp_path.glob("*.lock")):
        time.sleep(0.01)
    step.kill()
    step.wait()
    assert started(tmp_path, ["a"]).communicate(timeout=60)[0].startswith("0 ")


def test_a_step_keeps_its_gpu_and_says_that_it_waits(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(devices, "HELD", {})
    assert devices.take(["a", "b"], tmp_path) == devices.take(["a", "b"], tmp_path) == 0
    other = started(tmp_path, ["b"])
    while not (tmp_path / "b.lock").exists():
        time.sleep(0.01)
    time.sleep(0.05)
    monkeypatch.setattr(devices, "HELD", {})
    with caplog.at_level("INFO"):
        assert devices.take(["b"], tmp_path, 0.01) == 0
    assert "all 1 GPUs are taken by other steps" in caplog.text and other.wait() == 0
