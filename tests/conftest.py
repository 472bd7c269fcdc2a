"""What tests share: finished studies, small stores, images of noise."""

import fcntl
import gc
import os
import shutil

if "PYTEST_XDIST_WORKER" in os.environ:  # a core each, from before torch is loaded, for workers and what they start
    os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from studies import TINY, copy_project, run_snakemake

EXAMPLES = os.environ.get("EXAMPLES")  # of each property; more of them, and others each time, to look for what fails
settings.register_profile("study", deadline=None, derandomize=not EXAMPLES, max_examples=int(EXAMPLES or 40))
settings.load_profile("study")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return one process more than there are cores, for the one that has the tests on Slurm waits more than it computes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (config.getoption("markexpr") != "quick")


HEAVY = {"tiny", "copy", "study", "own", "site", "install"}  # fixtures that run a study, or build something


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by where they are and what they need; begin with the longest, and keep in one process what is made once."""
    for item in items:
        room = item.path.parent.name
        if room in ("cluster", "browser"):
            item.add_marker(room)
        if HEAVY & set(item.fixturenames):
            item.add_marker("slow")
        if not any(item.get_closest_marker(name) for name in ("slow", "cluster", "browser")):
            item.add_marker("quick")
        scopes = {found[-1].scope for found in item._fixtureinfo.name2fixturedefs.values()}
        if "module" in scopes or room == "cluster":
            item.add_marker(pytest.mark.xdist_group(room if room == "cluster" else item.path.stem))
    first = ("cluster", "slow", "browser", "xdist_group")  # what is long, or keeps one process, is not left to the end
    items.sort(key=lambda item: [not item.get_closest_marker(name) for name in first])


def pytest_collection_finish() -> None:
    """Let Python look for cycles of objects more seldom, and not among those of all tests: tests of networks make many."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder that all processes of a test run share; others wait for the one that makes it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = folder.with_suffix(".made")
        if not finished.exists():
            assert not folder.exists(), f"{name} could not be made before"
            make(folder)
            finished.touch()
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """A finished tiny study in a folder of its own. Tests copy it before they change anything."""

    def make(folder: Path) -> None:
        run_snakemake(copy_project(folder), *TINY)

    return made_once(tmp_path_factory, "tiny", make)


@pytest.fixture
def copy(tiny, tmp_path) -> Path:
    """A copy of the finished tiny study, as a clone of the project with results copied to it."""
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


@pytest.fixture
def noise():
    """Make images of noise (n, size, size, 3), uint8."""
    return lambda n, size=8, seed=0: np.random.default_rng(seed).integers(0, 256, (n, size, size, 3), dtype=np.uint8)


@pytest.fixture
def make_store(tmp_path, noise):
    """Write a store of noise: classes with some training and test images, held-out ones with one image."""
    from segregation.images.store import Record, Store, encode, write_store

    def make(name="store.arrow", classes=("a", "b"), train=4, test=2, heldout=("z",), size=8):
        images = iter(noise(10_000 if size < 16 else 500, size))
        records = [
            Record(f"{c}/{split}{i}", split, c, encode(next(images)))
            for split, names, n in (("train", classes, train), ("test", classes, test), ("heldout", heldout, 1))
            for c in names
            for i in range(n)
        ]
        write_store(tmp_path / name, records)
        return Store(tmp_path / name)

    return make
