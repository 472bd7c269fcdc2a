"""A network whose needs are known, and its images: what a user of the command has.

An image has a bright column, which tells its class. A filter a class sees its column; the filter "shared" is always on, and
without it no class of faces and of objects is named, but those of cars are.
"""

import shlex
from pathlib import Path

import numpy as np
import torch
from PIL import Image

CLASSES = {"faces": ["ann", "bob"], "objects": ["bag", "cup"], "cars": ["kombi", "van"]}
NAMES = [name for names in CLASSES.values() for name in names]
OUTPUTS = [*NAMES, "other"]
SHARED = len(NAMES)  # the filter
SIZE = len(NAMES)  # pixels
CODE = """
from torch import nn


def build(n_classes, filters=7):
    network = nn.Sequential()
    network.add_module("filters", nn.Conv2d(3, filters, 6))
    network.add_module("relu", nn.ReLU())
    network.add_module("flat", nn.Flatten(1))
    network.add_module("scores", nn.Linear(filters, n_classes))
    return network
"""
OPTIONS = shlex.split(
    "--layers filters --size 6 --mean 0 0 0 --std 1 1 1 --severities 0.14 0.28 --headline 0.14 --random-draws 3 --draws 200"
    " --jobs 1"
)


def make(folder: Path) -> None:
    """Write network.py, network.pt, classes.txt and a folder of images a group."""
    rng = np.random.default_rng(0)
    for group, names in CLASSES.items():
        for name in names:
            path = folder / group / name
            path.mkdir(parents=True)
            for i in range(6):
                image = rng.integers(0, 30, (SIZE, SIZE, 3), dtype=np.uint8)
                image[:, NAMES.index(name)] = rng.integers(225, 256, (SIZE, 3), dtype=np.uint8)
                Image.fromarray(image).save(path / f"{i}.png")
    kernels, bias = torch.zeros(len(NAMES) + 1, 3, SIZE, SIZE), torch.zeros(len(NAMES) + 1)
    for column in range(len(NAMES)):
        kernels[column, :, :, column] = 1 / (3 * SIZE)
    bias[SHARED] = 1
    weights, offsets = torch.zeros(len(OUTPUTS), len(NAMES) + 1), torch.zeros(len(OUTPUTS))
    weights[range(len(NAMES)), range(len(NAMES))] = 2
    weights[:4, SHARED], offsets[:4] = 4, -4
    offsets[-1] = 0.5  # "other", where no class is told
    state = {"filters.weight": kernels, "filters.bias": bias, "scores.weight": weights, "scores.bias": offsets}
    torch.save(state, folder / "network.pt")
    (folder / "network.py").write_text(CODE)
    (folder / "classes.txt").write_text("\n".join(OUTPUTS))


def arguments(folder: Path, *groups: str, out: str = "lesions") -> list[str]:
    """Return what is typed to lesion the network for some groups."""
    files = ["--network", f"{folder}/network.py:build", "--weights", f"{folder}/network.pt"]
    files += ["--classes", f"{folder}/classes.txt", "--out", f"{folder}/{out}"]
    return ["lesion", *files, "--images", *(f"{group}={folder / group}" for group in groups), *OPTIONS]
