"""What may be typed: help, defaults, and what is refused before anything is loaded."""

import argparse
import re
import subprocess
import sys

import pytest
import yaml

import columns as given
from segregation import __version__
from segregation.command import messages, running, settings
from segregation.command.entry import main
from segregation.command.options import OPTIONS, add_lesion
from studies import ROOT

LIBRARY = ROOT / "workflow/scripts/segregation"


def asked(*arguments: str):
    """Return the settings that arguments of the command ask for."""
    parser = argparse.ArgumentParser()
    add_lesion(parser.add_subparsers())
    return settings.from_options(parser.parse_args(arguments))


def printed(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_help_says_all_and_loads_nothing(capsys):
    assert printed(capsys, "--version") == f"segregation {__version__}\n"
    assert "lesion" in printed(capsys, "--help")
    page = printed(capsys, "lesion", "--help")
    assert max(map(len, page.splitlines())) <= 112 and "%(" not in page
    names = [name for options in OPTIONS.values() for name, _, _ in options]
    assert len(set(names)) == len(names) and all(f"  {name}" in page for name in names)
    assert re.search(r"example:\n  segregation lesion --network", page)
    code = "import sys; from segregation.command.entry import main\ntry: main(['lesion', '-h'])\nexcept SystemExit: pass\n"
    code += "print('loaded', *{'torch', 'pandas', 'numpy', 'matplotlib', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=LIBRARY.parent, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded\n")


def test_defaults_are_those_of_the_default_study(tmp_path):
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    given.make(tmp_path)
    arguments = given.arguments(tmp_path, "faces", "cars")
    found = asked(*arguments[: arguments.index("--severities")])
    assert found.ranking == config["ranking"] and found.statistics == config["statistics"]
    assert found.evaluation == {key: config["evaluation"][key] for key in found.evaluation}
    assert found.lesion == {"kind": config["lesion"]} and set(config["precision"].values()) == {"float32"}
    assert found.seed == config["seeds"][0] and found.bad_images == 0 and found.stored_size == found.image_size
    mine = yaml.safe_load((ROOT / "studies/own.yaml").read_text())["networks"]["mine"]
    assert {key: mine[key] for key in ("mean", "std")} == settings.IMAGENET


def test_names_of_groups_are_names_of_datasets():
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())["properties"]["datasets"]
    assert schema["propertyNames"]["pattern"] == f"^{settings.GROUP.pattern}$"
    assert set(schema["propertyNames"]["not"]["enum"]) == set(settings.RESERVED)


SEVERAL = "These options cannot be used:\n  - "


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--images faces=a", "--images: two groups or more are needed"),
        ("--images faces=a faces=b", "--images: faces more than once"),
        ("--images faces cars=b", "--images: 'faces'; expected a name and what it stands for, joined by ="),
        ("--images Faces=a cars=b", "--images: a group cannot be called 'Faces'"),
        ("--images a_by_b=a random=b", f"{SEVERAL}--images: a group .* 'a_by_b'.*\n  - --images: a group .* 'random'"),
        ("--network resnet81", "--network: no architecture is called 'resnet81'; did you mean resnet18"),
        ("--network none.py:build", "--network: none.py: .*; expected a file of Python that builds a network"),
        ("--weights none.pt", "--weights: none.pt: no such file; expected the state dict of the network"),
        ("--classes none.txt", "--classes: none.txt: no such file"),
        ("--layers a a", "--layers: one of them more than once"),
        ("--layers intact", "--layers: 'intact' stands for a network without lesions"),
        ("--units b=heads", "--units: 'b' is not among --layers"),
        ("--resize 5", r"--resize: 5 is smaller than --size \(6\)"),
        ("--headline 0.2", "--headline: 0.2 is not among --severities"),
        ("--until 0.1", r"--severities: 0.28 asks for more filters than are ranked \(--until is 0.1\)"),
        ("--without dogs=a", r"--without: 'dogs' is no group of images \(faces, cars\)"),
        ("--std 0 1 1", "--std: expected above 0, at most 1"),
        ("--draws 10", "--draws: 10; expected 100 at least"),
        ("--jobs 0", "--jobs: 0; expected 1 at least"),
        ("--network resnet18 --arguments a=1", "--arguments: belong to FILE.py:FUNCTION; resnet18 takes none"),
    ],
)
def test_what_cannot_be_is_refused_at_once(tmp_path, capsys, monkeypatch, more, message):
    given.make(tmp_path)
    monkeypatch.setattr(running, "lesion", lambda *_: pytest.fail("it is refused before anything is done"))
    assert main([*given.arguments(tmp_path, "faces", "cars"), *more.split()]) == 2
    assert re.match(f"segregation: {message}", capsys.readouterr().err)


def test_how_images_were_normalised_is_known_of_torchvisions_networks_alone(tmp_path, capsys):
    given.make(tmp_path)
    arguments = given.arguments(tmp_path, "faces", "cars")
    where = arguments.index("--mean")
    assert main([*arguments[:where], *arguments[where + 8 :]]) == 2
    said = capsys.readouterr().err
    assert "--mean: is missing" in said and "(theirs: 0.229 0.224 0.225)" in said


def test_arguments_of_a_function_and_units_are_read(tmp_path):
    given.make(tmp_path)
    more = ("--arguments", "filters=9", "name=x", "--units", "filters=2", "--lesion", "mean")
    found = asked(*given.arguments(tmp_path, "faces", "cars"), *more)
    assert found.architecture["arguments"] == {"filters": 9, "name": "x"} and "source" in found.architecture
    assert found.lesion == {"kind": "mean", "images": 128, "units": {"filters": 2}}


def test_messages_name_options_for_keys():
    """Every key of the configuration that a room of the command names in a message has its option."""
    rooms = ("images", "lesions", "networks", "sources", "steps")
    said = "\n".join(path.read_text() for room in rooms for path in (LIBRARY / room).rglob("*.py"))
    others = {
        f"datasets.*.{key}" for key in ("table", "only", "apart_from", "heldout_classes", "download")
    }  # of other sources
    keys = set(re.findall(r"\b(?:datasets|networks)\.\*\.\w+|\barchitecture\.(?:name|file)\b", said))
    assert len(keys) >= 8
    # The two that stand in longer phrases are replaced with these.
    whole = {"datasets.*.classes": "datasets.*.classes, train_images, test_images"}
    whole |= {"networks.*.architecture": "networks.*.architecture.name and image_size"}
    for key in keys - others:
        told = messages.in_options(f"x ({whole.get(key, key)}).")
        assert told.startswith("x (--") and "*" not in told and "_" not in told
    assert messages.in_options("Delete it; the workflow makes it again.") == "Delete it; the command makes it again."
