"""Times of a study, counted by hand."""

import os
from types import SimpleNamespace

import pandas as pd
import pytest
import torch

from segregation.images import batches
from segregation.steps.reporting import logging_to, machine
from segregation.study.record import busy_seconds, machines, times, versions


def test_steps_side_by_side_count_once_and_pauses_not_at_all():
    """0 to 10 and 5 to 12 overlap, 6 to 8 lies within, 20 to 25 comes after a pause: 12 + 5 seconds."""
    steps = pd.DataFrame({"start": [20, 0, 6, 5], "end": [25, 10, 8, 12]})
    assert busy_seconds(steps) == pytest.approx(17)
    assert busy_seconds(steps.iloc[:0]) == 0


def test_a_step_ends_when_its_benchmark_is_written(tmp_path):
    path = tmp_path / "train.tsv"
    path.write_text("s\th:m:s\n30.0\t0:00:30\n")
    os.utime(path, (1000, 1000))
    steps = times({"train": [str(path)], "rank_filters": [str(tmp_path / "not_run.tsv")]})
    assert steps.drop(columns="peak_mib").to_dict("records") == [{"rule": "train", "start": 970.0, "end": 1000.0}]
    assert steps.peak_mib.isna().all(), "no memory was measured"


def test_versions_of_what_is_installed(monkeypatch):
    monkeypatch.setattr("segregation.study.record.PACKAGES", ["numpy", "no-such-package"])
    assert versions().keys() == {"python", "numpy"}


def test_the_machines_that_trained_which_seeds(tmp_path, monkeypatch):
    logs = {}
    for seed, line in ((1, "2026-01-01 00:00:00 on Linux x86_64, A, 2 cores"), (2, "epoch 1 of 16"), (3, "0 on B, 4 cores")):
        logs[seed] = [str(tmp_path / f"{seed}.log"), str(tmp_path / "not_run.log")]
        (tmp_path / f"{seed}.log").write_text(f"{line}\nepoch 2 of 16 on B\n")
    with logging_to(str(tmp_path / "own.log")):
        pass
    with logging_to(str(tmp_path / "gpu.log")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
        known = SimpleNamespace(uuid=tmp_path.name, name="NVIDIA (X)")
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: known)
        monkeypatch.setattr(torch.cuda, "set_device", lambda _: None)
        batches.device.__wrapped__()
    logs[4], logs[3], logs[5] = [str(tmp_path / "own.log")], [*logs[3], *logs[1]], [str(tmp_path / "gpu.log")]
    expected = {"Linux x86_64, A, 2 cores": [1, 3], "B, 4 cores": [3], "unknown": [2]}
    expected |= {machine(): [4], f"{machine()}, NVIDIA (X)": [5]}
    assert machines(logs) == expected
    assert machine().endswith("cores") and len(machine().split(", ")) == 3
