"""Places that a study is run in: another folder, a locale of ASCII, names of any script, on a sheet that shows them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inputs.test_folders import images
from segregation.stimuli.description_step import _label, _sheet
from studies import ROOT, copy_project, overlay

SNAKEMAKE = Path(sys.executable).with_name("snakemake")


def run(folder, *words, **environment):
    """Run Snakemake in a folder, with no other variables than these."""
    usual = {"PATH": os.environ["PATH"], "HOME": str(folder / "nowhere")}
    command = [SNAKEMAKE, "--cores", "1", *words]
    done = subprocess.run(command, cwd=folder, env=usual | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_a_study_may_be_planned_and_begun_from_elsewhere(tmp_path):
    """In a clone whose path has spaces, from another folder, without a home, with results behind a link."""
    study, here = copy_project(tmp_path / "ein Haus"), tmp_path / "elsewhere"
    here.mkdir()
    (here / "results").symlink_to(tmp_path / "disk", target_is_directory=True)
    (tmp_path / "disk").mkdir()
    files = [study / "config.yaml", study / "studies/tiny.yaml"]
    printed = run(here, "-s", study / "Snakefile", "--configfile", *files, "--directory", here, "-n", LC_ALL="C")
    assert "write_crate" in printed and "judge_claims" in printed
    targets = ["results/tiny/datasets/food.arrow"]
    run(here, "-s", study / "Snakefile", "--configfile", files[1], "--directory", here, "--", *targets, LC_ALL="C")
    assert (tmp_path / "disk/tiny/datasets/food.arrow").is_file()


@pytest.mark.slow
def test_names_of_any_script_are_packed_in_a_locale_of_ascii(tmp_path):
    study, root = copy_project(tmp_path / "study"), tmp_path / "images"
    for name in ("東京", "café"):
        images(root / name, 14)
    asked = {"source": "folder", "root": str(root), "licence": "mine", "classes": 2}
    asked |= {"heldout_classes": 0, "train_images": 12, "test_images": 2}
    words = overlay(study, {"study": "scripts", "datasets": {"food": asked}})
    run(study, *words, "--", "results/scripts/datasets/food.arrow", LC_ALL="C")
    rows = (study / "results/scripts/datasets/food.selection.csv").read_text(encoding="utf-8")
    assert "東京/0" in rows and "café/0" in rows


def test_a_sheet_names_classes_in_any_script(make_store):
    store = make_store(classes=("cup", "東京", "n" * 300), size=16)
    picture = _sheet("mine", store)
    assert isinstance(picture, Image.Image) and np.asarray(picture).min() == 0
    labels = {name: _label(name, ", held out", 1, 200)[0] for name in ("cup", "café", "Ёлка", "κύπελλο", "東京", "n" * 300)}
    assert labels.pop("n" * 300).endswith("n..., held out") and labels.pop("東京") == "class 1, held out"
    assert all(label == f"{name}, held out" for name, label in labels.items())


def test_make_reads_names_as_utf8():
    assert "export PYTHONUTF8 := 1" in (ROOT / "Makefile").read_text()
