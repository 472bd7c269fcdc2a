"""Steps near the limit of their job stop with their state saved, and end with the same bytes when they are started again."""

import itertools
from pathlib import Path

import pytest
import torch

from segregation.steps import limits
from segregation.steps.limits import EXIT, NEVER, Limit
from small import ARCHITECTURE, SETTINGS


def ticking(ticks: int) -> Limit:
    """Return a limit that comes the given number of looks at its clock from now."""
    count = itertools.count()
    return Limit(ticks, lambda: float(next(count)))


def run_until_done(step, ticks: int) -> int:
    """Start a step again and again, each time with a limit so many looks ahead; return how often it was stopped."""
    for stops in range(100):
        try:
            step(ticking(ticks))
        except SystemExit as stopped:
            assert stopped.code == EXIT
        else:
            return stops
    raise AssertionError("no progress")


@pytest.mark.parametrize(("minutes", "margin"), [(1, 30), (10, 60), (720, 300)])
def test_a_job_stops_a_margin_before_its_limit(monkeypatch, minutes, margin):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    now = 1000.0
    limit = limits.of_job(minutes, lambda: now)
    now += 60 * minutes - margin - 1
    assert not limit.near() and limit.near(ahead=1)
    now += 1
    assert limit.near()


def test_nothing_limits_a_step_that_is_no_job_of_slurm(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert limits.of_job(1) is NEVER
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert limits.of_job(None) is NEVER
    NEVER.stop_if_near(ahead=1e12)


def test_a_stop_is_one_line_in_the_log(caplog):
    with caplog.at_level("INFO"), pytest.raises(SystemExit):
        ticking(0).stop_if_near()
    assert len(caplog.records) == 1 and "the next attempt goes on (status 75)" in caplog.text


@pytest.fixture
def noise_images():
    """Return 20 images of noise of two classes, and as many others."""
    from segregation.images.batches import Images

    def make(seed):
        pixels = torch.randint(0, 256, (20, 3, 36, 36), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))
        return Images(pixels, torch.arange(20) % 2)

    return make(0), make(1)


@pytest.mark.parametrize("ticks", [2, 3, 7])
def test_training_stopped_at_any_step_ends_with_the_same_weights(tmp_path, noise_images, ticks):
    """A look at the clock a step, and one more where it stops: within epochs and on their last step."""
    from segregation.networks.building import build
    from segregation.training.loop import train

    settings = SETTINGS | {"epochs": 3, "batch_size": 5, "keep": "best"}
    whole, stopped = (build(ARCHITECTURE, 32, 2, 1) for _ in range(2))
    expected = train(whole, *noise_images, 32, settings, 1)
    state, histories = tmp_path / "state", []

    def step(limit: Limit) -> None:
        histories.append(train(stopped, *noise_images, 32, settings, 1, state, limit=limit))

    assert run_until_done(step, ticks) >= 1
    assert histories == [expected]
    for one, other in zip(whole.state_dict().values(), stopped.state_dict().values(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("search", ["exact", "racing"])
def test_ranking_stops_where_another_round_would_not_fit(tmp_path, noise_images, search):
    from segregation.lesions.engine import Engine
    from segregation.lesions.ranking import rank
    from segregation.networks.building import build

    shown = noise_images[0].pixels[:, :, 2:34, 2:34].float() / 255
    engine = Engine(build(ARCHITECTURE, 32, 2, 1).eval(), "conv3_1", shown)
    how = {"until": 0.5, "search": search}
    expected, state, rankings = rank(engine, noise_images[0].targets, **how), tmp_path / "state", []

    def step(limit: Limit) -> None:
        rankings.append(rank(engine, noise_images[0].targets, **how, state=state, limit=limit))

    assert run_until_done(step, 5) >= 2
    assert rankings == [expected]


def test_what_training_and_ranking_are_given_is_the_runtime_of_their_rule():
    scripts = Path(limits.__file__).parents[2]
    for name in ("train.py", "rank_filters.py"):
        assert 'limit=limits.of_job(snakemake.resources.get("runtime"))' in (scripts / name).read_text()
