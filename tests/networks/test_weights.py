"""Networks that were trained elsewhere: taken in with their outputs in the study's order, refused in one message."""

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from PIL import Image
from safetensors.torch import save_file

from segregation.command.entry import main
from segregation.images import batches
from segregation.networks import building, checkpoints
from segregation.networks.classes import output_order, read_classes
from segregation.networks.reading import read_weights
from segregation.networks.weights import given_network
from segregation.steps.reporting import InputError
from studies import ROOT, copy_project, run_snakemake

SMALL = {"name": "shufflenet_v2_x0_5"}  # its last layer is linear; squeezenet's is a convolution
NAMES = ["cup", "ann", "tree", "bob", "bag"]
TASKS = {"faces": ["ann", "bob"], "things": ["bag", "cup"]}


@pytest.fixture
def files(tmp_path):
    """Write a state dict and the names of its outputs; return both files."""

    def write(name="w.pt", architecture=SMALL, names=NAMES, changed=None, prefix=""):
        state = building.build(architecture, 32, len(NAMES), seed=4).state_dict() | (changed or {})
        state = {prefix + key: tensor.contiguous() for key, tensor in state.items() if tensor is not None}
        (save_file if name.endswith(".safetensors") else torch.save)(state, tmp_path / name)
        (tmp_path / "classes.txt").write_text("\n".join(names) + "\n")
        return tmp_path / name, tmp_path / "classes.txt"

    return write


def take(files, architecture=SMALL):
    return given_network(*files, architecture, 32, TASKS)


def test_outputs_come_in_the_order_of_the_tasks_by_hand():
    assert output_order(NAMES, TASKS) == [1, 3, 4, 0, 2]


@pytest.mark.parametrize("prefix", ["", "module."])
@pytest.mark.parametrize("name", ["w.pt", "w.safetensors"])
@pytest.mark.parametrize("architecture", [SMALL, {"name": "squeezenet1_1"}], ids=["linear", "convolution"])
def test_it_answers_as_the_network_it_was_but_for_the_order(files, architecture, name, prefix):
    given = take(files(name, architecture, prefix=prefix), architecture).eval()
    images = torch.randn(4, 3, 32, 32)
    with torch.inference_mode():
        own = building.build(architecture, 32, len(NAMES), seed=4).eval()(images)
        assert torch.allclose(given(images), own[:, [1, 3, 4, 0, 2]], rtol=1e-4, atol=1e-5)


def test_what_serves_in_training_alone_is_left_out_and_halves_are_made_whole(files):
    state = building.build({"name": "googlenet"}, 32, 5).state_dict()
    beside = {"aux1.fc2.weight": torch.zeros(5, 1024), "fc.weight": state["fc.weight"].half()}
    taken = take(files(architecture={"name": "googlenet"}, changed=beside), {"name": "googlenet"})
    assert taken.fc.weight.dtype == torch.float32 and taken.aux1 is None


class Foreign:
    """What no file of weights holds."""


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (None, r"w\.pt: no such file; expected the weights of a network \(networks\.\*\.weights\)"),
        (lambda path: path.write_bytes(b"no weights"), r"w\.pt: not a file of weights alone"),
        (lambda path: torch.save(torch.nn.Linear(2, 2), path), r"w\.pt: not a file of weights alone.*could run code"),
        (lambda path: torch.save({"a": Foreign()}, path), r"w\.pt: not a file of weights alone"),
        (
            lambda path: torch.save({"model": {}, "epoch": 3}, path),
            r"no state dict .* holds model \(dict\), epoch \(int\)",
        ),
        (lambda path: torch.save([torch.zeros(2)], path), r"no state dict of a network, it is of type list"),
        (lambda path: torch.save({"a": torch.tensor([1, np.nan])}, path), r"w\.pt: nan or infinite weights in a"),
    ],
)
def test_a_file_without_weights_is_refused(tmp_path, write, message):
    if write:
        write(tmp_path / "w.pt")
    with pytest.raises(InputError, match=message):
        read_weights(tmp_path / "w.pt")


def test_a_broken_safetensors_file_is_refused(tmp_path):
    (tmp_path / "w.safetensors").write_bytes(b"\x10")
    with pytest.raises(InputError, match=r"w\.safetensors: not a file of weights alone \(SafetensorError\)"):
        read_weights(tmp_path / "w.safetensors")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"fc.bias": None}, r"w\.pt: not the weights of shufflenet_v2_x0_5: it lacks fc\.bias\. Check networks"),
        ({"head.weight": torch.zeros(2)}, r"it holds beside head\.weight"),
        ({"conv1.0.weight": torch.zeros(24, 3, 5, 5)}, r"conv1\.0\.weight \(24, 3, 5, 5\), not \(24, 3, 3, 3\)"),
        ({"fc.weight": torch.zeros(6, 1024)}, r"classes\.txt: names 5 classes, but the network of .*w\.pt has 6 outputs"),
    ],
)
def test_weights_of_another_network_are_refused(files, changed, message):
    with pytest.raises(InputError, match=message):
        take(files(changed=changed))


def test_another_architecture_is_told_shortly(files):
    with pytest.raises(InputError, match=r"it lacks .* and \d+ more; it holds beside .* and \d+ more") as raised:
        take(files(), {"name": "resnet18"})
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["ann", "bob", "bags", "cup", "tree"], r"classes\.txt: lacks 1 of the 4 .*: 'bag' \(nearest: 'bags'\)\. A class"),
        (["ann", "bob", "bag", "cup", "ann"], r"classes\.txt: ann more than once"),
        (["ann", "", "bag", "cup", "bob"], r"classes\.txt: line 2 is empty"),
        (["ann", "bob", "bag", "cup"], r"classes\.txt: names 4 classes, but .* has 5 outputs"),
        ([""], r"classes\.txt: the file is empty"),
    ],
)
def test_classes_that_do_not_fit_are_refused(files, names, message):
    with pytest.raises(InputError, match=message):
        take(files(names=names))


def test_classes_that_cannot_be_read_are_refused(tmp_path):
    for content in (None, b"\xff\xfe\xfa"):
        if content:
            (tmp_path / "classes.txt").write_bytes(content)
        with pytest.raises(InputError, match=r"classes\.txt: cannot be read .*networks\.\*\.classes"):
            read_classes(tmp_path / "classes.txt")


def test_a_class_of_two_tasks_is_refused():
    with pytest.raises(InputError, match=r"classes: ann in both faces and things"):
        output_order(NAMES, {"faces": ["ann", "bob"], "things": ["ann", "bag"]})


OVERLAY = {
    "image_size": 32,
    "stored_size": 36,
    "datasets": {
        name: {"classes": 3, "train_images": 6, "test_images": 4, "heldout_images": 1} for name in ("my_faces", "my_objects")
    },
    "networks": {"mine": {"architecture": {"name": "resnet18"}, "weights": "own/net.pt", "layers": ["layer2.1.conv2"]}},
    "ranking": {"images": 8, "step": 0.25},
    "evaluation": {"severities": [0.2, 0.5], "random_draws": 2},
    "statistics": {"draws": 200},
}
COLOURS = {"ann": (200, 60, 60), "bob": (60, 200, 60), "cy": (60, 60, 200)}
COLOURS |= {"bag": (200, 200, 60), "cup": (60, 200, 200), "pen": (200, 60, 200)}
TARGETS = ("statistics/mine/accuracy.csv", "statistics/mine/full/segregation.csv")
OUTPUTS = ["pen", "other", "ann", "cup", "bob", "bag", "cy"]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def seen(path):
    """Return what a user's network sees of an image, (3, 32, 32)."""
    pixels = torch.from_numpy(np.asarray(Image.open(path))[2:34, 2:34].copy()).permute(2, 0, 1) / 255
    return (pixels - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def user(folder):
    """Make what a user has: two folders of images, a network that tells their classes apart, the names of its outputs."""
    rng, paths = np.random.default_rng(0), []
    for name, colour in COLOURS.items():
        path = folder / ("faces" if name in ("ann", "bob", "cy") else "objects") / name
        path.mkdir(parents=True)
        for i in range(10):
            image = np.clip(rng.normal(colour, 40, (36, 36, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(image).save(path / f"{i}.png")
            paths.append(path / f"{i}.png")
    network = building.build({"name": "resnet18"}, 32, len(OUTPUTS)).eval()
    with torch.inference_mode():
        head, network.fc = network.fc, torch.nn.Identity()
        units = network(torch.stack([seen(path) for path in paths]))
        wanted = torch.eye(len(OUTPUTS))[[OUTPUTS.index(path.parent.name) for path in paths]]
        head.weight.copy_(torch.linalg.lstsq(units, wanted, driver="gelsd").solution.T)
        network.fc = head
        head.bias.zero_()
    torch.save(network.state_dict(), folder / "net.pt")
    (folder / "classes.txt").write_text("\n".join(OUTPUTS))
    return network


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The documented example, of a small network: what its user had and made, and what Snakemake printed."""
    study = copy_project(tmp_path_factory.mktemp("own"))
    (study / "overlay.yaml").write_text(yaml.safe_dump(OVERLAY))
    network = user(study / "own")
    targets = [f"results/own/{target}" for target in TARGETS]
    printed = run_snakemake(study, "--configfile", "studies/own.yaml", "overlay.yaml", "--", *targets, check=False)
    return study, network, printed


def test_a_users_network_is_taken_in(own):
    """The study's network answers to the study's images as the user's network does to the user's."""
    study, network, _ = own
    taken, description = checkpoints.load(study / "results/own/networks/mine/1/weights.safetensors")
    assert description["classes"] == {"my_faces": ["ann", "bob", "cy"], "my_objects": ["bag", "cup", "pen"]}
    image = study / "own/objects/cup/3.png"
    pixels = torch.from_numpy(np.asarray(Image.open(image))[2:34, 2:34].copy()).permute(2, 0, 1)
    with torch.inference_mode():
        scores = network(seen(image)[None])[0, [OUTPUTS.index(name) for name in [*COLOURS, "other"]]]
        assert torch.allclose(taken(batches.scale(pixels[None]))[0], scores, atol=1e-3) and scores.argmax() == 4


def test_it_is_ranked_and_lesioned(own):
    """By the targets of the README: the network knows its classes, and nothing else is computed."""
    study, _, printed = own
    assert "Traceback" not in printed, printed
    accuracy = pd.read_csv(study / "results/own/statistics/mine/accuracy.csv")
    assert (accuracy.accuracy > 0.9).all()
    table = pd.read_csv(study / "results/own/statistics/mine/full/segregation.csv")
    assert set(table.layer) == {"layer2.1.conv2"} and set(table.task) == {"my_faces", "my_objects", "combined"}
    assert {path.name for path in (study / "results/own/networks").iterdir()} == {"mine"}


def test_the_command_gives_the_same_numbers(own, tmp_path, monkeypatch):
    """The same network, images and seed: of the workflow, and of segregation lesion with its options."""
    study, _, _ = own
    monkeypatch.chdir(study)
    options = "lesion --network resnet18 --weights own/net.pt --classes own/classes.txt --layers layer2.1.conv2 --images"
    options += (
        " my_faces=own/faces my_objects=own/objects --n-classes 3 --train-images 6 --test-images 4 --size 32 --resize 36"
    )
    options += " --ranking-images 8 --step 0.25 --severities 0.2 0.5 --random-draws 2 --draws 200 --jobs 1 --out"
    assert main([*options.split(), str(tmp_path)]) == 0
    results, work = study / "results/own", tmp_path / "work"
    same = {
        "networks/mine/1/weights.safetensors": "network.safetensors",
        "responses/mine/1/layer2.1.conv2.parquet": "responses/layer2.1.conv2.parquet",
    }
    for task in ("my_faces", "my_objects"):
        same[f"rankings/mine/1/layer2.1.conv2/{task}.csv"] = f"rankings/layer2.1.conv2/{task}.csv"
        same[f"datasets/{task}.arrow"] = f"images/{task}.arrow"
    for path, of_command in same.items():
        assert (results / path).read_bytes() == (work / of_command).read_bytes(), path
    statistics = results / "statistics/mine"
    tables = [statistics / "accuracy.csv", *sorted((statistics / "full").glob("*.csv"))]
    compared = [path for path in tables if (tmp_path / path.name).exists()]
    assert len(compared) == 5
    for path in compared:
        found, expected = pd.read_csv(tmp_path / path.name), pd.read_csv(path)
        if "readout" not in expected:
            found = found[found.readout == "full"].reset_index(drop=True)
        shared = [column for column in expected if column in found]
        assert {"low", "high"} <= set(shared) and set(expected) - set(shared) <= {"network", "n_seeds"}
        pd.testing.assert_frame_equal(found[shared], expected[shared], check_exact=True)


def test_the_readme_names_these_targets():
    command = f'make STUDY=own ARGS="{" ".join(f"results/own/{target}" for target in TARGETS)}"'
    assert command in (ROOT / "docs/own.md").read_text() and command in (ROOT / "studies/own.yaml").read_text()
