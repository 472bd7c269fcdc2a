"""One Slurm for all tests of it, and what they start from."""

import shutil
import tempfile
from pathlib import Path

import pytest
from jobs import LONG, WEIGHTS
from virtual import Cluster, install

import debian
from studies import copy_project, overlay, run_snakemake


@pytest.fixture(scope="session")
def slurm():
    """A running cluster."""
    debian.need(install(), "NOTHING IS TESTED ON SLURM")
    with tempfile.TemporaryDirectory(prefix="slurm") as folder, Cluster(Path(folder) / "cluster") as cluster:
        yield cluster


@pytest.fixture(scope="session")
def trained(tiny, tmp_path_factory) -> Path:
    """The tiny study with two networks that were trained for longer, in quiet."""
    study = Path(shutil.copytree(tiny, tmp_path_factory.mktemp("quiet") / "trained"))
    run_snakemake(study, *overlay(study, LONG), "--", *map(WEIGHTS.format, ("face", "object")))
    return study


@pytest.fixture
def study(tiny, tmp_path) -> Path:
    """The tiny study with its packed sets alone, of which networks are to be trained for longer."""
    study = copy_project(tmp_path / "study")
    shutil.copytree(tiny / "results/tiny/datasets", study / "results/tiny/datasets")
    overlay(study, LONG)
    return study
