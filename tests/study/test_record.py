"""Times of a study, counted by hand."""

import os

import pandas as pd
import pytest

from segregation.study.record import busy_seconds, times, versions


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
