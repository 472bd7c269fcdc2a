"""The reference run: complete, and of the default study."""

import json
import os
import re
import subprocess
from itertools import chain

import pandas as pd
import pytest
import yaml

from studies import ROOT

REFERENCE = ROOT / "results/reference/default"
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))


@pytest.fixture(scope="module")
def table():
    """Read a table of the reference run."""
    return lambda name: pd.read_csv(REFERENCE / f"{name}.csv")


def test_files_that_others_read_are_there(table):
    run = json.loads((REFERENCE / "run.json").read_text())
    assert {"cores", "minutes_total", "minutes_by_rule", "versions", "seeds"} <= run.keys()
    assert run["seeds"] == yaml.safe_load((ROOT / "studies/reference.yaml").read_text())["seeds"]
    assert len(run["seeds"]) >= 3 and {*chain(*run["machines"].values())} == {*run["seeds"]}
    drawn = set(re.findall(r"(?m)^rule draw_(\w+):", RULES)) - {"extra_matrix", "extra_capacity"}  # of other studies
    assert {f"draw_{name}" for name in drawn} <= run["minutes_by_rule"].keys()
    for name in drawn:
        assert (REFERENCE / f"figures/{name}.png").stat().st_size > 10_000
        assert list((REFERENCE / "figures").glob(f"{name}*.csv")), name
    accuracy = table("statistics/accuracy").set_index("network").n_seeds
    assert (accuracy[["dual", "face", "object", "faces_faces", "food_object", "car_object"]] == len(run["seeds"])).all()


def test_the_reference_is_of_the_default_study():
    """But for what studies/reference.yaml changes."""
    config, default = (yaml.safe_load(path.read_text()) for path in (REFERENCE / "config.yaml", ROOT / "config.yaml"))
    for key, value in yaml.safe_load((ROOT / "studies/reference.yaml").read_text()).items():
        default[key] = default[key] | value if isinstance(value, dict) else value
    assert config == default


def test_every_network_learns_its_tasks(table):
    """No network is far below the single-task one of the same task and classes."""
    compared = table("statistics/accuracy_comparison").query("readout == 'full' and network != 'untrained'")
    assert set(compared.task) == {"face", "object", "portrait", "face_shape", "food", "car"}
    assert (compared.difference > -0.12).all(), compared[compared.difference <= -0.12]


def test_of_another_study_no_figure_that_shows_images_becomes_a_reference(copy):
    (copy / ".venv").symlink_to(ROOT / ".venv")
    command = ["make", "--old-file", ".venv/lock", "reference", "STUDY=tiny", "CORES=2"]  # an environment is not made anew
    own = os.environ | {"MAKEFLAGS": "", "MFLAGS": "", "ARGS": ""}  # not those of the make that runs the tests
    made = subprocess.run(command, cwd=copy, env=own, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    reference, study = copy / "results/reference/tiny", copy / "results/tiny"
    pictures = {path.name for path in study.glob("figures/*.png")} - {"figure_1.png", "figure_3.png"}
    assert {path.name for path in reference.rglob("*.png")} == pictures and len(pictures) > 5
    tables = {path.relative_to(study) for room in ("figures", "statistics") for path in (study / room).rglob("*.csv")}
    assert tables < {path.relative_to(reference) for path in reference.rglob("*.csv")}
    assert (reference / "stimuli/lowlevel.csv").exists() and (reference / "run.json").exists()
