"""What tests share: a finished tiny study, small stores, small networks."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
MADE = ("results", "data", ".snakemake", ".venv", ".git", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__")

settings.register_profile("study", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("study")


def copy_project(target: Path) -> Path:
    """Copy what is in the repository, without anything that was made from it."""
    shutil.copytree(ROOT, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*MADE))
    return target


def run_snakemake(study: Path, *args: str, check: bool = True) -> str:
    """Run Snakemake in a study as its user would; return what it printed."""
    command = [str(Path(sys.executable).with_name("snakemake")), "--cores", "2", *args]
    environment = os.environ | {"XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / "snakemake-of-tests")}
    done = subprocess.run(command, cwd=study, env=environment, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """A finished tiny study in a folder of its own. Tests copy it before they change anything."""
    study = copy_project(tmp_path_factory.mktemp("tiny"))
    run_snakemake(study, "--configfile", "studies/tiny.yaml")
    return study


# Of the tiny study one layer, two single networks and the dual one.
SMALL = {
    "datasets": dict.fromkeys(("portrait", "face_shape", "food", "car")),
    "networks": dict.fromkeys(
        ("untrained", "faces_faces", "face_shape_object", "food_object", "car_object", "face_object_small")
    ),
    "figures": {"same_kind": None, "decoded": ["face", "object", "dual"], "preferred_layers": ["conv5_3"]},
    "layers": ["conv5_3"],
}


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    """A finished study with a part of the tiny one, rendered by one thread, in a folder of its own."""
    study = copy_project(tmp_path_factory.mktemp("small"))
    (study / "overlay.yaml").write_text(yaml.safe_dump(SMALL))
    run_snakemake(study, "--configfile", "studies/tiny.yaml", "overlay.yaml", "--set-threads", "render_images=1")
    return study


@pytest.fixture
def noise():
    """Make images of noise (n, size, size, 3), uint8."""
    return lambda n, size=8, seed=0: np.random.default_rng(seed).integers(0, 256, (n, size, size, 3), dtype=np.uint8)


@pytest.fixture
def make_store(tmp_path, noise):
    """Write a store of noise: classes with some training and test images, held-out ones with one image."""
    from segregation.store import Record, Store, encode, write_store

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
