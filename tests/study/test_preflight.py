"""What would fail later is told before, in a line each."""

import copy
import subprocess
import sys
from types import SimpleNamespace

import pytest
import yaml

import replicas
from segregation.study import preflight
from segregation.study.preflight import FAIL, NOTE, OK, inspect, told
from studies import ROOT, copy_project

PINS = ROOT / "envs/requirements.txt"
FOLDER = {"source": "folder", "root": "images", "classes": 3, "heldout_classes": 0, "train_images": 3, "test_images": 2}


@pytest.fixture
def look(tmp_path):
    """Look at the default study with some keys changed, in a folder of its own; return text and level by subject."""

    def run(changes=(), pins=PINS):
        config = yaml.safe_load((ROOT / "config.yaml").read_text())
        config["networks"]["food_object"]["train_images"] = 3
        for path, value in dict(changes).items():
            *parents, last = path.split(".")
            part = config
            for name in parents:
                part = part[name]
            part[last] = part[last] | value if isinstance(part.get(last), dict) else value
        lines = list(inspect(copy.deepcopy(config), pins, tmp_path))
        return {line.subject: (line.level, line.text) for line in lines}

    return run


def test_the_default_study_would_not_fail(look):
    lines = look()
    assert FAIL not in {level for level, _ in lines.values()}
    assert lines["set object"][1] == "2,720 images of 32 + 16 classes, 14.3 MB packed; to be rendered"
    # By hand: convolutions and norms of a VGG16 of an eighth of the width, and two hidden layers of 512 for one pixel.
    assert lines["network face"][1].startswith("vgg16, 0.5 million weights, 32 classes; training images: 1,920 of face")
    assert "torch " in lines["versions"][1] and "GB are free" in lines["disk"][1]


def test_a_source_on_disk_is_looked_at(look, tmp_path):
    replicas.class_folders(tmp_path / "images")
    level, text = look({"datasets.food": FOLDER})["set food"]
    assert level == OK and text.endswith("as many are in images") and text.startswith("15 images of 3 + 0 classes")


@pytest.mark.parametrize(
    ("changes", "subject", "text"),
    [
        ({"datasets.food": FOLDER | {"root": "nowhere"}}, "set food", "nowhere: no such folder"),
        (
            {"datasets.food": FOLDER | {"classes": 5}},
            "set food",
            "4 of 6 classes have 3 training and 2 test images, but 5 such",
        ),
        ({"datasets.food": FOLDER | {"train_images": 5}}, "set food", "0 of 6 classes have 5 training and 2 test images"),
        (
            {"datasets.object.classes": 60},
            "set object",
            "60 trained and 16 held-out classes of objects were asked for; only 50 exist",
        ),
        ({"networks.face.train_images": 1921}, "configuration", "train_images: 1921, but face has 1920 training images"),
        ({"networks.face.architecture": {"name": "inception_v3"}}, "network face", "cannot take images of 48 pixels"),
        (
            {
                "networks.dual": {"architecture": {"name": "resnet18"}, "layers": ["layer9"]},
                "figures.preferred_layers": ["layer9"],
            },
            "network dual",
            "resnet18 has no module layer9",
        ),
        ({"image_size": 20}, "configuration", "image_size: 20 is less than the minimum of 32"),
    ],
)
def test_what_would_fail_is_told(look, tmp_path, changes, subject, text):
    replicas.class_folders(tmp_path / "images")
    level, said = look(changes)[subject]
    assert level == FAIL and text in said


def test_images_that_cannot_be_read_are_found(look, tmp_path):
    for path in replicas.class_folders(tmp_path / "images").rglob("*.*"):
        path.write_bytes(b"")
    level, text = look({"datasets.food": FOLDER | {"bad_images": 6}})["set food"]
    assert level == FAIL and "9 of 9 images that were opened cannot be used" in text and "unreadable image" in text


def test_given_weights_must_be_there(look):
    given = {"tasks": ["face", "object"], "weights": "w.pt", "classes": "c.txt", "architecture": {"name": "resnet18"}}
    assert look({"networks.mine": given | {"layers": ["layer4"]}})["network mine"] == (
        FAIL,
        "w.pt: no such file (networks.mine.weights)",
    )


def test_unequal_numbers_of_training_images_are_a_note(look):
    level, text = look({"datasets.face.train_images": 50})["network dual"]
    assert level == NOTE and text.endswith("1,600 of face, 1,920 of object: not as many a task")
    assert look({"datasets.face.train_images": 50})["network untrained"][0] == OK


def test_a_disk_that_is_too_small_fails(look, monkeypatch):
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: SimpleNamespace(free=50_000_000))
    level, text = look()["disk"]
    assert level == FAIL and text.startswith("50.0 MB are free, about ")


def test_a_folder_that_cannot_be_written_fails(look, tmp_path):
    (tmp_path / "results").write_text("a file where a folder should be")
    level, text = look()["results"]
    assert level == FAIL and "results cannot be written" in text


def test_other_versions_are_a_note_and_missing_packages_fail(look, tmp_path, monkeypatch):
    import importlib.metadata

    (tmp_path / "pins.txt").write_text(PINS.read_text().replace("\ntorch==", "\ntorch==0."))
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    lines = list(inspect(config, tmp_path / "pins.txt", tmp_path))
    assert any(line.level == NOTE and "torch" in line.text and "is what was tested" in line.text for line in lines)
    real = importlib.metadata.version

    def version(name):
        if name == "scipy":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(preflight, "version", version)
    lines = list(inspect(config, PINS, tmp_path))
    assert any(line.level == FAIL and "scipy is not installed; run make environment" in line.text for line in lines)


def test_a_gpu_is_named_with_its_driver(monkeypatch):
    import torch

    device = SimpleNamespace(name="NVIDIA H100", total_memory=80_000_000_000)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: device)
    monkeypatch.setattr(preflight.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout="580.1\n580.1\n"))
    assert preflight._gpu().text.startswith("2 x NVIDIA H100, 80.0 GB, driver 580.1, CUDA ")


@pytest.mark.slow
def test_the_command_says_a_line_each_and_fails_where_something_would(tmp_path):
    command = [sys.executable, "workflow/preflight.py"]
    study = copy_project(tmp_path / "project")
    done = subprocess.run([*command, "studies/paper.yaml"], cwd=study, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "FAIL  set face" in done.stdout and "data/vggface2: no such folder" in done.stdout
    assert done.stdout.count("FAIL  set ") == 6 and done.stdout.splitlines()[-1].endswith(" of these would fail.")
    said = []
    assert not told(iter([preflight.Line(FAIL, "x", "one\n  - two"), preflight.Line(OK, "y", "fine")]), said.append)
    assert [line.split() for line in said] == [["FAIL", "x", "one"], ["-", "two"], ["ok", "y", "fine"], said[-1].split()]
