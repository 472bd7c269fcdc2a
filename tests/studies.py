"""Studies for tests: copies of the project, runs of Snakemake in them, and what became of those."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
MADE = ("results", "data", ".snakemake", ".venv", ".git", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__")
TINY = ("--configfile", "studies/tiny.yaml")
# Of the tiny study one layer, two single networks and the dual one.
SMALL = {
    "datasets": dict.fromkeys(("portrait", "face_shape", "food", "car")),
    "networks": dict.fromkeys(
        ("untrained", "faces_faces", "face_shape_object", "food_object", "car_object", "face_object_small")
    ),
    "figures": {"same_kind": None, "decoded": ["face", "object", "dual"], "preferred_layers": ["conv5_3"]},
    "layers": ["conv5_3"],
}


def copy_project(target: Path) -> Path:
    """Copy what is in the repository, without anything that was made from it."""
    shutil.copytree(ROOT, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*MADE))
    return target


def run_snakemake(study: Path, *args: str, check: bool = True) -> str:
    """Run Snakemake in a study as its user would; return what it printed."""
    command = [str(Path(sys.executable).with_name("snakemake")), "--cores", "2", *args]
    environment = os.environ | {"XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / "snakemake-of-tests")}
    if study != ROOT:  # a study keeps which modules its steps loaded
        environment |= {"PYTHONPATH": str(ROOT / "tests/loaded"), "MODULES_LOADED": str(study / "loaded.txt")}
    done = subprocess.run(command, cwd=study, env=environment, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def reruns(study: Path, *args: str) -> set[str]:
    """Return the rules that would run, by a dry run."""
    printed = run_snakemake(study, "--dry-run", *(args or TINY))
    return set(re.findall(r"(?m)^(?:local)?rule (\w+):", printed)) - {"all"}


def made(study: Path) -> dict[str, bytes]:
    """Return all results of a study but logs, times and what depends on them."""
    folder = study / "results" / "tiny"
    left_out = ("logs", "benchmarks", "run.json", "compute.csv", "report.html", "ro-crate-metadata.json")
    paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.relative_to(folder).parts[0] not in left_out)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def overlay(study: Path, config: dict) -> tuple[str, ...]:
    """Write an overlay of the tiny study; return the arguments that apply it."""
    (study / "overlay.yaml").write_text(yaml.safe_dump(config))
    return (*TINY, "overlay.yaml")
