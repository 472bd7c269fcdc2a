"""Platforms: what the lock has wheels for is installed, anything else is told in one line."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from studies import ROOT

complaint = runpy.run_path(str(ROOT / "workflow/supported.py"))["complaint"]
SUPPORTED = {
    "Linux": ("Linux", "x86_64", (3, 12), (2, 35)),
    "an old Linux": ("Linux", "x86_64", (3, 11), (2, 28)),
    "a new Python": ("Linux", "x86_64", (3, 13), (2, 40)),
    "macOS on Apple silicon": ("Darwin", "arm64", (3, 12), (14, 0)),
}
REFUSED = {
    "Linux on ARM": (("Linux", "aarch64", (3, 12), (2, 35)), "Linux on ARM: embreex"),
    "Linux on POWER": (("Linux", "ppc64le", (3, 12), (2, 35)), "Linux on ppc64le: torch has no wheel"),
    "Alpine": (("Linux", "x86_64", (3, 12), ()), "Linux without glibc 2.28 or newer (this has none)"),
    "an ancient Linux": (("Linux", "x86_64", (3, 12), (2, 17)), "(this has 2.17): torch has no wheel"),
    "macOS on Intel": (("Darwin", "x86_64", (3, 12), (14, 2)), "macOS on Intel: torch has no wheel"),
    "macOS 13": (("Darwin", "arm64", (3, 12), (13, 6)), "macOS 13.6: torch has wheels for 14.0"),
    "Windows": (("Windows", "AMD64", (3, 12), ()), "on Windows use its Linux"),
    "Python 3.10": (("Linux", "x86_64", (3, 10), (2, 35)), "Python 3.11 to 3.13 is needed, and this is 3.10"),
    "Python 3.14": (("Linux", "x86_64", (3, 14), (2, 35)), "and this is 3.14: make PYTHON=python3.13"),
}
# What is compiled and not offered for every platform and Python; all others are of Python alone, or offered for more.
DECIDING = ("torch", "torchvision", "embreex", "simplejpeg", "immutables", "pyarrow", "numpy", "scipy", "scikit-learn")
UV = Path(sys.executable).with_name("uv")
# Platforms as uv calls them, the Python that is asked for, and the package without a wheel, if there is one.
RESOLVED = [
    ("x86_64-manylinux_2_28", "3.11", None),
    ("x86_64-manylinux_2_28", "3.13", None),
    ("aarch64-apple-darwin", "3.12", None),
    ("aarch64-unknown-linux-gnu", "3.12", "embreex"),
    ("x86_64-apple-darwin", "3.12", "torch"),
    ("x86_64-manylinux_2_28", "3.14", "immutables"),
]


@pytest.mark.parametrize("name", SUPPORTED)
def test_supported_platforms_are_taken(name):
    assert complaint(*SUPPORTED[name]) == ""


@pytest.mark.parametrize("name", REFUSED)
def test_others_are_told_in_one_line(name):
    platform, message = REFUSED[name]
    said = complaint(*platform)
    assert message in said and "\n" not in said and len(said) < 160


def test_this_machine_is_supported_and_make_asks_first():
    done = subprocess.run([sys.executable, ROOT / "workflow/supported.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    recipe = (ROOT / "Makefile").read_text().partition(".venv/lock: envs/requirements.txt\n")[2]
    assert recipe.startswith("\t@$(PYTHON) workflow/supported.py\n")


def test_the_readme_names_what_is_supported():
    text = " ".join((ROOT / "README.md").read_text().split())
    assert "Linux (x86_64, glibc 2.28 or newer) and macOS 14 or newer on Apple silicon, with Python 3.11 to 3.13" in text


@pytest.fixture(scope="module")
def resolving(tmp_path_factory):
    """What uv says of the deciding packages for each platform and Python, asked at once: most of it is waiting."""
    folder, lock = tmp_path_factory.mktemp("resolved"), (ROOT / "envs/requirements.txt").read_text()
    pins = re.findall(rf"(?m)^(?:{'|'.join(DECIDING)})==[^\\\n]+", lock)
    assert {pin.partition("==")[0] for pin in pins} == set(DECIDING)
    (folder / "deciding.txt").write_text("\n".join(pins))
    words = ["pip", "compile", "--quiet", "--no-deps", "--only-binary", ":all:", folder / "deciding.txt"]
    asked = {}
    for platform, python, _ in RESOLVED:
        of = ["--python-platform", platform, "--python-version", python, "--output-file", folder / f"{platform}-{python}"]
        environment = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
        asked[platform, python] = subprocess.Popen([UV, *words, *of], env=environment, stderr=subprocess.PIPE, text=True)
    yield asked
    for process in asked.values():
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.parametrize(("platform", "python", "lacks"), RESOLVED)
def test_the_lock_has_wheels_where_it_is_said_to(platform, python, lacks, resolving):
    """By the metadata of the packages, as uv resolves them for a platform that need not be this one."""
    asked = resolving[platform, python]
    _, said = asked.communicate()
    if "Could not connect" in said or "Failed to fetch" in said:
        pytest.skip("no package index can be reached")
    if lacks is None:
        assert asked.returncode == 0, said
    else:
        assert asked.returncode and re.search(rf"{lacks}==\S+ has no", " ".join(said.split())), said
