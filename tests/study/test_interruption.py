"""Steps killed (SIGKILL) at random moments and started again end with the same bytes as one that ran through."""

import multiprocessing
import random
import re
import time
from pathlib import Path

import pytest

from small import ARCHITECTURE, SETTINGS
from studies import loaded_before, run_step

pytestmark = pytest.mark.slow


def start(script: str, arguments: dict, said: Path) -> multiprocessing.Process:
    """Start a step as the workflow would, by its adapter's function; what it says is written to a file."""
    process = loaded_before().Process(target=run_step, args=(script, arguments, said))
    process.start()
    return process


def saved(folder: Path) -> dict[str, int]:
    """Return when each state in a folder was last written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob(".*.state-*") if path.suffix != ".part"}


def run_with_kills(script: str, arguments: dict, folder: Path, kills: int, seed: int) -> str:
    """Kill a step some times, each time at a random moment after it saved a new state; return what the last run said."""
    moments, said = random.Random(seed), folder / "said.txt"
    for _ in range(kills):
        process, before = start(script, arguments, said), saved(folder)
        while process.is_alive() and saved(folder) == before:
            time.sleep(0.005)
        assert process.is_alive(), "the step was over before it could be killed"
        time.sleep(moments.uniform(0, 0.1))
        process.kill()
        process.join()
    process = start(script, arguments, said)
    process.join()
    assert process.exitcode == 0, said.read_text()
    assert not list(folder.glob(".*")), "no state is left"
    return said.read_text()


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Two tasks of three classes of coloured noise, 36 pixels."""
    import numpy as np

    from segregation.images.store import Record, encode, write_store

    folder, rng, paths = tmp_path_factory.mktemp("stores"), np.random.default_rng(0), {}
    for task in ("face", "object"):
        records = []
        for name in "abc":
            tint = rng.integers(0, 100, 3)
            images = (rng.integers(0, 150, (40, 36, 36, 3)) + tint).astype(np.uint8)
            records += [Record(f"{name}/{i}", "train", name, encode(image)) for i, image in enumerate(images)]
        paths[task] = str(folder / f"{task}.arrow")
        write_store(paths[task], records)
    return paths


def training_of(stores: dict, folder: Path) -> dict:
    """Return the arguments of a training step that writes to a folder."""
    return {
        "network": {"tasks": list(stores)},
        "stores": list(stores.values()),
        "appearance": {"architecture": ARCHITECTURE, "image_size": 32},
        "settings": SETTINGS | {"epochs": 15, "validation_fraction": 0.1},
        "seed": 1,
        "code": ["some code"],
        "threads": 1,
        "weights": str(folder / "weights.safetensors"),
        "history": str(folder / "history.csv"),
        "save_every": 0.1,
    }


@pytest.fixture(scope="module")
def trained(stores, tmp_path_factory) -> Path:
    """A network trained without interruption."""
    folder = tmp_path_factory.mktemp("whole")
    run_with_kills("train", training_of(stores, folder), folder, 0, 0)
    return folder


def test_training(stores, trained, tmp_path):
    said = run_with_kills("train", training_of(stores, tmp_path), tmp_path, 4, 4)
    assert "going on after epoch" in said
    for name in ("weights.safetensors", "history.csv"):
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes()


def test_training_on_images_that_are_read_while_it_trains(tmp_path):
    """Long images stay encoded; killed within epochs, for a state is kept every few steps."""
    folder = write_photographs(tmp_path / "photographs", 240)
    run_with_kills("pack_images", packing_of(folder, tmp_path), tmp_path, 0, 0)
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
        arguments = training_of({"face": str(tmp_path / "face.arrow")}, tmp_path / name) | {"threads": 3, "save_every": 0}
        arguments["settings"] |= {"epochs": 2}
        said = run_with_kills("train", arguments, tmp_path / name, 0 if name == "whole" else 3, 5)
    assert re.search(r"going on after epoch \d, step [1-9]", said)
    assert (tmp_path / "killed/weights.safetensors").read_bytes() == (tmp_path / "whole/weights.safetensors").read_bytes()


def write_photographs(folder: Path, n: int) -> Path:
    """Write small long JPEGs of two classes, no two alike."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(0)
    for i in range(n):
        (folder / "ab"[i % 2]).mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize((64, 48))
        image.save(folder / "ab"[i % 2] / f"{i}.jpg")
    return folder


def packing_of(images: Path, folder: Path) -> dict:
    """Return the arguments of a packing step that writes to a folder; all images are chosen, to train on."""
    paths = sorted(path.relative_to(images).as_posix() for path in images.rglob("*.jpg"))
    rows = [f"{path[:-4]},train,{path[0]},{path}" for path in paths]
    (folder / "selection.csv").write_text("\n".join(["id,split,class,path", *rows]))
    return {
        "selection": str(folder / "selection.csv"),
        "parameters": {"root": str(images), "size": 36, "encoding": "jpeg", "bad_images": 0},
        "code": ["some code"],
        "threads": 2,
        "store": str(folder / "face.arrow"),
        "report": str(folder / "face.report.csv"),
        "shard": 256,
    }


def test_packing(tmp_path):
    folder = write_photographs(tmp_path / "photographs", 6000)
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
        kills = 0 if name == "whole" else 4
        said = run_with_kills("pack_images", packing_of(folder, tmp_path / name), tmp_path / name, kills, 6)
    assert re.search(r"going on after [1-9]\d* images", said)
    for name in ("face.arrow", "face.report.csv"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_ranking(stores, trained, tmp_path):
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()

    def arguments(folder):
        return {
            "network": {"tasks": list(stores)},
            "stores": list(stores.values()),
            "weights": str(trained / "weights.safetensors"),
            "layer": "conv4_1",
            "task": "face",
            "seed": 1,
            "settings": {"images": 120, "step": 0.016, "until": 1.0, "search": "exact", "error_rate": 0.1, "tolerance": 0.0},
            "lesion": {"kind": "zero"},
            "code": ["some code"],
            "threads": 1,
            "ranking": str(tmp_path / folder / "face.csv"),
        }

    run_with_kills("rank_filters", arguments("whole"), tmp_path / "whole", 0, 0)
    said = run_with_kills("rank_filters", arguments("killed"), tmp_path / "killed", 2, 7)
    assert "going on after round" in said
    assert (tmp_path / "killed/face.csv").read_bytes() == (tmp_path / "whole/face.csv").read_bytes()
