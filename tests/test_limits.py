"""Time limits: a step stops before its job is ended, with its state saved, and goes on where it stopped."""

import pytest
import torch
from test_training import digest, train

from segregation import limits, networks
from segregation.lesions.ranking import rank_filters


@pytest.fixture
def clock(monkeypatch):
    """A clock to set, in a job of Slurm; the process began at 1000 seconds."""
    now = [1000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(limits, "_STARTED", 1000.0)
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    return now


@pytest.mark.parametrize(("minutes", "margin"), [(1, 30), (5, 30), (10, 60), (50, 300), (720, 300)])
def test_the_margin_is_a_tenth_within_bounds(clock, minutes, margin):
    """By hand: a tenth of 10 minutes is a minute; never less than half a minute or more than five."""
    with limits.within(minutes):
        clock[0] = 1000 + 60 * minutes - margin - 0.1
        assert not limits.near()
        clock[0] += 0.1
        assert limits.near()
    assert not limits.near(), "no limit outside"


def test_there_is_no_limit_where_no_job_is_ended(clock, monkeypatch):
    clock[0] = 1e9
    with limits.within(None):
        assert not limits.near()
    monkeypatch.delenv("SLURM_JOB_ID")
    with limits.within(1):
        limits.stop_if_near()


def test_a_training_that_runs_out_of_time_ends_with_the_same_bytes(clock, tmp_path, monkeypatch):
    """Each step takes 20 seconds of a limit of two minutes, 30 of which are the margin: five steps a job, of twelve."""
    from segregation import training

    whole, augment = digest(*train(epochs=3)), training.augment
    monkeypatch.setattr(training, "augment", lambda *args: clock.__setitem__(0, clock[0] + 20) or augment(*args))
    stopped = 0
    for _ in range(3):
        clock[0] = 1000.0
        try:
            with limits.within(2):
                result = train(tmp_path / "state", epochs=3)
        except SystemExit as end:
            assert end.code == limits.EXIT == 75 and (tmp_path / "state").exists()
            stopped += 1
    assert stopped == 2 and digest(*result) == whole


def test_a_ranking_that_runs_out_of_time_goes_on_after_its_last_round(clock, tmp_path, monkeypatch):
    from segregation.lesions import ranking

    network = networks.build(
        {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0, "linear_init": "he"}, 32, 2
    )
    network = network.eval().requires_grad_(False)
    images = torch.randn(6, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    shown = (network, "conv5_3", images, torch.arange(6) % 2)
    whole, keep = rank_filters(*shown, until=0.2), ranking._keep
    monkeypatch.setattr(ranking, "_keep", lambda *args: clock.__setitem__(0, clock[0] + 60) or keep(*args))
    rounds = 0
    with limits.within(4):  # three rounds of a minute reach the margin of half a minute
        while True:
            clock[0] = 1000.0
            try:
                again = rank_filters(*shown, until=0.2, state=tmp_path / "state")
                break
            except SystemExit:
                rounds += 1
    assert again == whole and rounds == 1 and len(whole) == 7
