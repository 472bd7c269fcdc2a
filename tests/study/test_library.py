"""The code of docs/library.md, run as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from studies import ROOT

PAGE = (ROOT / "docs/library.md").read_text()
OWN, OF_STUDY = re.findall(r"```python\n(.*?)```", PAGE, re.S)
# The user's network and images: classes are colours, and the network is trained until it knows them.
GIVEN = """
import numpy as np
import torch
from PIL import Image
from torchvision import models

torch.manual_seed(0)
random, colours = np.random.default_rng(0), {"faces": {"ann": 60, "bob": 190}, "objects": {"bag": 60, "cup": 190}}
pixels, targets = [], []
for channel, (task, classes) in enumerate(colours.items()):
    for name, level in classes.items():
        for i in range(8):
            image = random.normal(120, 15, (70, 80, 3))
            image[..., channel] = random.normal(level, 15, (70, 80))
            path = Path("own") / task / name / f"{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            image = np.clip(image, 0, 255).astype(np.uint8)
            Image.fromarray(image).save(path)
            pixels.append(torch.from_numpy(image[3:67, 8:72].copy()).permute(2, 0, 1) / 255)
            targets.append(len(targets) // 8)
mean, std = (torch.tensor(values)[:, None, None] for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
x, y, network = (torch.stack(pixels) - mean) / std, torch.tensor(targets), models.resnet18(num_classes=4)
optimiser = torch.optim.Adam(network.parameters(), 1e-3)
for _ in range(25):
    optimiser.zero_grad()
    torch.nn.functional.cross_entropy(network(x), y).backward()
    optimiser.step()
with torch.no_grad():
    for _ in range(20):
        network(x)  # what its normalisation remembers is that of the trained network
torch.save(network.state_dict(), "own/network.pt")
"""


def run(code: str, folder: Path) -> str:
    """Run code in a folder as a notebook would; return what it printed."""
    environment = os.environ | {"OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_network_of_the_users_on_their_folders(tmp_path):
    (tmp_path / "workflow").symlink_to(ROOT / "workflow")
    printed = run(f"from pathlib import Path\n{GIVEN}\n{OWN}", tmp_path)
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d*", printed)]
    faces, objects, index = numbers[:3], numbers[3:6], numbers[6:]
    assert faces[0] == objects[0] == 1, "the intact network knows both"
    assert faces[1] < faces[2] and objects[2] < objects[1], "each lesion hurts its own task more"
    assert len(index) == 3 and all(0 < value <= 1 for value in index)


def test_a_network_of_the_study(tiny):
    """With the classes and filters of the tiny study."""
    code = OF_STUDY.replace("results/default", "results/tiny")
    assert code.count("slice(0, 32)") == code.count("ranking[:13]") == 1
    printed = run(code.replace("slice(0, 32)", "slice(0, 4)").replace("ranking[:13]", "ranking[:6]"), tiny)
    assert len(re.findall(r"\d\.\d*", printed)) == 2, printed


def test_the_page_imports_nothing_that_the_project_has_not():
    names = set(re.findall(r"(?m)^(?:from|import) (\w+)", OWN + OF_STUDY))
    assert names <= {"sys", "numpy", "torch", "torchvision", "segregation"}


@pytest.mark.parametrize("name", ["drop", "indices", "rank_filters", "evaluate_lesions"])
def test_what_the_page_uses_is_documented(name):
    import inspect

    from segregation.lesions import evaluation, ranking
    from segregation.statistics import index

    (found,) = (getattr(module, name) for module in (index, ranking, evaluation) if hasattr(module, name))
    assert inspect.getdoc(found).startswith(("Return", "Rank"))
