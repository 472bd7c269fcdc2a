"""Studies for tests: copies of the project, runs of Snakemake in them, and what became of those."""

import importlib
import logging
import multiprocessing
import os
import re
import runpy
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
MADE = ("results", "data", ".snakemake", ".venv", ".git", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__")
FORKED = runpy.run_path(str(ROOT / "workflow/forked.py"))
SNAKEMAKE = ("snakemake.cli", "snakemake.api", "snakemake.workflow", "snakemake.scheduling", "snakemake.script")
TINY = ("--configfile", "studies/tiny.yaml")
# Of the tiny study one layer, one single network and the dual one.
SMALL = {
    "datasets": dict.fromkeys(("portrait", "face_shape", "food", "car")),
    "networks": dict.fromkeys(
        ("object", "untrained", "faces_faces", "face_shape_object", "food_object", "car_object", "face_object_small")
    ),
    "figures": {"same_kind": None, "decoded": ["dual"], "preferred_layers": ["conv5_3"]},
    "layers": ["conv5_3"],
}


def copy_project(target: Path) -> Path:
    """Copy what is in the repository, without anything that was made from it."""
    shutil.copytree(ROOT, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*MADE))
    return target


def as_usual(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which a study runs: with bytecode kept, and a cache of Snakemake's that is of the tests."""
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / "snakemake-of-tests")}


def run_snakemake(study: Path, *args: str, check: bool = True, forked: bool = True) -> str:
    """Run Snakemake in a study as make does, or with steps in processes of their own; return what it printed."""
    command = [str(Path(sys.executable).with_name("snakemake")), "--cores", "2", *args]
    environment = as_usual(os.environ)
    if study != ROOT:  # a study keeps which modules its steps loaded
        environment |= {"PYTHONPATH": str(ROOT / "tests/loaded"), "MODULES_LOADED": str(study / "loaded.txt")}
    with tempfile.NamedTemporaryFile() as both:
        code = _typed(command, study, environment, both.name, both.name, forked)
        printed = Path(both.name).read_text(encoding="utf-8")
    assert not check or code == 0, printed
    return printed


def run_command(folder: Path, script: str, *arguments: str) -> tuple[int, str, str]:
    """Run a script of the workflow in a folder, as its command does; return exit status, output and errors."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as error:
        code = _typed([script, *arguments], folder, as_usual(os.environ), out.name, error.name, forked=False)
        return code, *(Path(file.name).read_text(encoding="utf-8") for file in (out, error))


def _typed(command: list[str], folder: Path, environment: dict[str, str], out: str, error: str, forked: bool) -> int:
    """Run a script with arguments in a process that has loaded what it needs; return its exit status."""
    process = loaded_before().Process(target=_run, args=(command, folder, environment, out, error, forked))
    process.start()
    process.join()
    return process.exitcode


def loaded_before() -> multiprocessing.context.ForkServerContext:
    """Return what starts processes that have loaded Snakemake and the packages of steps: that takes as long as a dry run."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*SNAKEMAKE, *(FORKED["PACKAGES"] if FORKED["forkable"]() else ())])
    return context


def run_step(script: str, arguments: dict, said: Path) -> None:
    """Run a step as the workflow would, by its adapter's function, in this process; what it says is written to a file."""
    with said.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 2)
    sys.dont_write_bytecode = False
    sys.modules["__main__"].snakemake = None  # by which a process is known as a step's
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    getattr(importlib.import_module(script), script)(**arguments)


def _run(command: list[str], folder: Path, environment: dict[str, str], out: str, error: str, forked: bool) -> None:
    for stream, path in ((1, out), (2, error)):
        with Path(path).open("a", encoding="utf-8") as file:  # both may be one file
            os.dup2(file.fileno(), stream)
    os.chdir(folder)
    sys.dont_write_bytecode = False
    os.environ.clear()
    os.environ.update(environment)
    own = (str(ROOT / "workflow/scripts"), str(ROOT / "tests"))
    sys.argv, sys.path = command, [path for path in sys.path if path not in own]
    if "MODULES_LOADED" in environment:
        runpy.run_path(str(ROOT / "tests/loaded/sitecustomize.py"))
    with FORKED["forked_steps"]() if forked and FORKED["forkable"]() else nullcontext():
        runpy.run_path(command[0], run_name="__main__")


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
