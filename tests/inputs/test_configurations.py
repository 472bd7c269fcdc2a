"""Configurations as users write them: every fault before anything runs, in one message, with its file, line and key."""

import contextlib
import copy
import math
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segregation.steps.reporting import InputError
from segregation.study import layers
from segregation.study.configuration import check
from segregation.study.overlays import check_files
from studies import ROOT, run_command

CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())
FACE = CONFIG["datasets"]["face"]
NETWORK = {"tasks": ["face", "object"], "layers": ["conv5_3"]}
OTHER = {"tasks": ["face", "object"], "architecture": {"name": "resnet18"}}

FILES = {
    "keys": {
        "twice": (
            "study: a\nseeds: [1]\nstudy: b\n",
            "line 3: study is there twice (before in line 1); only one",
        ),
        "twice below": ("networks:\n  dual:\n    epochs: 3\n  dual: {epochs: 4}\n", "line 4: networks.dual is there twice"),
        "twice in braces": ("training: {epochs: 3, epochs: 4}", "line 1: training.epochs is there twice"),
        "no": ("networks: {no: {tasks: [face]}}", "line 1: networks.no is read as False, not as a name"),
        "null": ("networks:\n  null: {tasks: [face]}", "line 2: networks.null is read as None, not as a name"),
        "~": ("networks: {~: {tasks: [face]}}", "networks.~ is read as None, not as a name"),
        "1": ("networks: {1: {tasks: [face]}}", 'networks.1 is read as 1, not as a name; choose another, or write "1"'),
        "1.0": ("datasets: {1.0: {source: heads}}", "datasets.1.0 is read as 1.0, not as a name"),
        ".nan": ("datasets: {.nan: {source: heads}}", "datasets..nan is read as nan, not as a name"),
        "on": ("on: 1", "line 1: on is read as True, not as a name"),
        "a date": ("networks: {2024-01-01: {tasks: [face]}}", "networks.2024-01-01 is read as datetime.date(2024, 1, 1)"),
        "a list": ("? [a, b]\n: 1\n", "line 1: a key of the file is no name"),
    },
    "files": {
        "empty": ("", "is empty; expected at least a key, such as study: mine"),
        "comments alone": ("# nothing\n", "is empty; expected at least a key"),
        "a list": ("- study: a\n", "holds no keys; expected keys and values"),
        "a word": ("mine", "holds no keys; expected keys and values"),
        "tabs": ("study:\n\tmine\n", "no YAML, line 2: found character"),
        "an open bracket": ("seeds: [1, 2\nstudy: a\n", "no YAML, line"),
        "two documents": ("study: a\n---\nstudy: b\n", "no YAML, line 2"),
        "Latin-1": ("study: caf\xe9\n".encode("latin-1"), "not in UTF-8 (invalid continuation byte at byte 10)"),
        "of 16 bits": ("study: a\n".encode("utf-16"), "not in UTF-8 (invalid start byte at byte 0); save it in UTF-8"),
        "an alias of itself": ("a: &a\n  b: *a\n", "holds itself"),
        "an unknown alias": ("a: *b\n", "no YAML, line 1: found undefined alias"),
        "absent": (None, "cannot be read (No such file or directory)"),
    },
}
GOOD = {
    "a byte order mark": b"\xef\xbb\xbfstudy: a\n",
    "Windows line ends": b"study: a\r\nseeds: [1]\r\n",
    "JSON": b'{"study": "a", "networks": {"dual": {"epochs": 3}}}',
    "names in quotes": b'networks: {"dual": {epochs: 3}}\nfigures: {same_kind: null}\n',
    "one text at two places": b"a: &a {b: 1}\nc: *a\nd: {<<: *a, e: 2}\n",
}
CONFIGS = {
    "names": {
        "null": ({"networks": {None: NETWORK}}, "networks.None: is read as None, not as a name"),
        "no": ({"datasets": {False: FACE}}, "datasets.False: is read as False, not as a name"),
        "nan": ({"networks": {"nan": NETWORK}}, "networks.nan: tables read this as no value"),
        "null in quotes": ({"datasets": {"null": FACE}}, "datasets.null: tables read this as no value"),
        "too long": ({"networks": {"n" * 300: NETWORK}}, "has 300 letters; expected at most 60, as files are called so"),
        "with a slash": ({"networks": {"a/b": NETWORK}}, "networks: 'a/b' does not match"),
        "in capitals": ({"networks": {"Dual": NETWORK}}, "networks: 'Dual' does not match"),
        "a study that is no text": ({"study": 1}, "study: 1 is not of type 'string'"),
        "a layer that is a number": ({"layers": [1]}, "layers.0: 1 is not of type 'string'"),
    },
    "numbers": {
        "1.0 as a seed": ({"seeds": [1.0]}, "seeds.0: 1.0 is not of type 'integer'"),
        "yes as a seed": ({"seeds": [True]}, "seeds.0: True is not of type 'integer'"),
        "1 as text": ({"seeds": ["1"]}, "seeds.0: '1' is not of type 'integer'"),
        "30.0 epochs": ({"training": {"epochs": 30.0}}, "training.epochs: 30.0 is not of type 'integer'"),
        "nan": ({"training": {"learning_rate": math.nan}}, "training.learning_rate: nan is not of type 'number'"),
        "infinite": ({"training": {"clip_norm": math.inf}}, "training.clip_norm: inf is not of type 'number'"),
        "nan in a list": ({"evaluation": {"severities": [math.nan]}}, "evaluation.severities.0: nan is not of type"),
        "nan as a floor": ({"statistics": {"floor": math.nan}}, "statistics.floor: nan is not of type 'number'"),
    },
    "paths": {
        "braces in a root": (
            {"datasets": {"mine": FACE | {"source": "folder", "root": "a{b}"}}},
            "datasets.mine.root: a{b} has { and }, by which Snakemake means something else; rename it",
        ),
        "angles in weights": (
            {"networks": {"mine": OTHER | {"weights": "<w>.pt", "classes": "c.txt", "layers": []}}},
            "networks.mine.weights: <w>.pt has < and >, by which Snakemake means something else",
        ),
    },
}
ORDERS = {
    "of one's own": (
        OTHER | {"layers": ["layer4", "layer1"]},
        "networks.mine.layers: not in order; expected from",
    ),
    "a module inside": (OTHER | {"layers": ["layer4", "layer4.1.conv2"]}, "as resnet18 runs them: layer4.1.conv2, layer4"),
    "unknown": (
        OTHER | {"layers": ["layer5"]},
        "mine.layers: resnet18 has no module layer5; its modules are conv1",
    ),
    "of a file": (
        {"tasks": ["face", "object"], "architecture": {"file": "FILE", "function": "make"}, "layers": ["b", "a"]},
        "own.py:make runs them: a, b",
    ),
}
OWN = """from collections import OrderedDict

from torch import nn


def make(n_classes):
    layers = OrderedDict(a=nn.Conv2d(3, 4, 3), b=nn.Conv2d(4, 4, 3), c=nn.AdaptiveAvgPool2d(1), d=nn.Flatten())
    return nn.Sequential(layers | OrderedDict(e=nn.Linear(4, n_classes)))
"""


def changed(overlay):
    def merge(config, part):
        for key, value in part.items():
            config[key] = merge(config.get(key, {}), value) if isinstance(value, dict) else value
        return config

    return merge(copy.deepcopy(CONFIG), copy.deepcopy(overlay))


@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in FILES for member in FILES[kind]])
def test_faults_of_files_are_told_with_their_lines(kind, member, tmp_path):
    content, message = FILES[kind][member]
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        check_files([ROOT / "config.yaml", path])
    assert f"{path}: " in str(raised.value) and "\n" not in str(raised.value).partition("\n")[2]


@pytest.mark.parametrize("member", GOOD)
def test_files_that_say_the_same_otherwise_are_taken(member, tmp_path):
    (tmp_path / "mine.yaml").write_bytes(GOOD[member])
    check_files([tmp_path / "mine.yaml"])


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "a.yaml").write_text("seeds: [1]\nseeds: [2]\nno: 1\n")
    (tmp_path / "b.yaml").write_text("")
    with pytest.raises(InputError) as raised:
        check_files([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert len(str(raised.value).splitlines()) == 4


@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in CONFIGS for member in CONFIGS[kind]])
def test_faults_of_a_configuration_are_told_with_their_keys(kind, member):
    overlay, message = CONFIGS[kind][member]
    with pytest.raises(InputError, match=re.escape(message)):
        check(changed(overlay))


@pytest.mark.parametrize("member", ORDERS)
def test_layers_are_held_to_the_network_that_has_them(member, tmp_path):
    network, message = ORDERS[member]
    if "file" in network["architecture"]:
        (tmp_path / "own.py").write_text(OWN)
        network = network | {"architecture": {"file": str(tmp_path / "own.py"), "function": "make"}}
    config = changed({"networks": {"mine": network}})
    with pytest.raises(InputError, match=re.escape(message)):
        layers.check_layers(config)
    config["networks"]["mine"]["layers"] = network["layers"][::-1]
    if member != "unknown":
        layers.check_layers(config)


def test_muon_is_not_for_networks_without_convolutions_to_move():
    muon = {"training": {"optimizer": "muon", "muon_learning_rate": 0.02}}
    transformer = {"tasks": ["face"], "architecture": {"name": "vit_b_16"}}
    of_32 = {"image_size": 32, "networks": {"mine": transformer}}
    with pytest.raises(InputError, match=r"networks.mine: vit_b_16 has no convolution behind the first.*to adamw"):
        layers.check_layers(changed(muon | of_32))
    layers.check_layers(changed(of_32))
    for other in ({"epochs": 0}, {"architecture": {"name": "resnet18"}}):
        layers.check_layers(changed(muon | of_32 | {"networks": {"mine": transformer | other}}))


def test_networks_of_the_default_study_need_not_be_built():
    assert not list(layers.asked(CONFIG))


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"study: caf\xe9\n", b"study: a\nstudy: b\n"])
def test_make_says_it_without_a_traceback(content, tmp_path):
    (tmp_path / "mine.yaml").write_bytes(content)
    for command in (["run.py", "--cores", "1", "--", "-n", "--configfile"], ["preflight.py"], ["plan.py"]):
        code, _, error = run_command(ROOT, f"workflow/{command[0]}", *command[1:], str(tmp_path / "mine.yaml"))
        assert code == 1 and "mine.yaml: " in error and "Traceback" not in error, error


NAMES = st.text(max_size=5) | st.none() | st.integers()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
OF_NETWORKS = st.sampled_from(["tasks", "layers", "seeds", "units", "epochs", "without", "train_images", "architecture"])
KEYS = st.sampled_from([*CONFIG, "networks", "datasets"])


@given(st.dictionaries(KEYS | st.text(max_size=5), VALUES, max_size=3))
def test_no_overlay_ends_in_anything_but_a_message(overlay):
    config = copy.deepcopy(CONFIG) | overlay
    try:
        check(config)
    except InputError as error:
        assert str(error).startswith("The configuration cannot be used:\n  - ")


@given(st.sampled_from([*CONFIG["networks"]]), st.dictionaries(OF_NETWORKS, VALUES, max_size=3))
def test_no_network_ends_in_anything_but_a_message(name, keys):
    config = copy.deepcopy(CONFIG)
    config["networks"][name] |= keys
    with contextlib.suppress(InputError):
        check(config)


@given(st.binary(max_size=60) | st.text(alphabet="ab:{}[]-&*?|>!%@#, \n\t'\"1.~<", max_size=60).map(str.encode))
def test_no_file_ends_in_anything_but_a_message(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "mine.yaml"
    path.write_bytes(content)
    try:
        check_files([path])
    except InputError as error:
        assert "mine.yaml: " in str(error)
