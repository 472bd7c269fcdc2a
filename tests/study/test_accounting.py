"""What a study took, by rule, from benchmark files written by hand."""

import pandas as pd
import pytest

from segregation.study.accounting import COLUMNS, compute_table, gpu_reserved
from segregation.study.record import times

HEADER = "s\th:m:s\tmax_rss\tmax_vms\n"


@pytest.fixture
def benchmarks(tmp_path):
    """Two trainings of half an hour and of two hours, a figure that was over before its memory was looked at."""
    files = {
        "train": ["1800.0\t0:30:00\t1000.0\t9.0\n", "7200.0\t2:00:00\t2000.0\t9.0\n"],
        "draw_figure_1": ["0.36\t0:00:00\tNA\tNA\n"],
        "bootstrap_accuracy": ["36.0\t0:00:36\t-\t-\n", "72.0\t0:01:12\t500.0\t9.0\n"],
    }
    paths = {rule: [tmp_path / f"{rule}_{i}.tsv" for i in range(len(of))] for rule, of in files.items()}
    for rule, of in files.items():
        for path, text in zip(paths[rule], of, strict=True):
            path.write_text(HEADER + text)
    not_run = {"rank_filters": [str(tmp_path / "not_there.tsv")]}
    return {rule: [str(path) for path in of] for rule, of in paths.items()} | not_run


def test_sums_by_rule_are_those_by_hand(benchmarks):
    table = compute_table(times(benchmarks), ["train", "rank_filters"], reserved=True)
    assert list(table.columns) == COLUMNS and table.step.tolist() == ["train", "bootstrap_accuracy", "draw_figure_1"]
    train, bootstrap, figure = table.set_index("step").itertuples()
    assert train[1:] == pytest.approx((2, 2.5, 2.0, 2000 * 1024**2 / 1e9, 2.5))
    assert bootstrap[1:] == pytest.approx((2, 0.03, 0.02, 500 * 1024**2 / 1e9, 0))
    assert figure.hours == pytest.approx(0.0001) and pd.isna(figure.peak_memory_gb)


def test_without_a_gpu_there_are_no_gpu_hours(benchmarks):
    assert (compute_table(times(benchmarks), ["train"], reserved=False).gpu_hours == 0).all()


def test_nothing_has_run():
    table = compute_table(times({"train": []}), ["train"], reserved=True)
    assert table.empty and list(table.columns) == COLUMNS


def test_a_gpu_is_one_of_this_machine_or_given_by_slurm(tmp_path, monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    (tmp_path / "nvidiactl").touch()
    assert not gpu_reserved(tmp_path)
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    assert gpu_reserved(tmp_path)
    monkeypatch.delenv("SLURM_JOB_ID")
    (tmp_path / "nvidia0").touch()
    assert gpu_reserved(tmp_path)
