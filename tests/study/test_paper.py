"""The study at the paper's scale: which jobs it has, and on replicas of the sets, what comes out of them."""

import json
import re
import shutil
from itertools import product

import numpy as np
import pandas as pd
import pytest
import yaml

import replicas
from studies import ROOT, copy_project, run_snakemake

pytestmark = pytest.mark.slow
PAPER = yaml.safe_load((ROOT / "studies/paper.yaml").read_text())
LAYERS = yaml.safe_load((ROOT / "config.yaml").read_text())["layers"]
NETWORKS = {
    "face": ["face"],
    "object": ["object"],
    "dual": ["face", "object"],
    "untrained": ["face", "object"],
    "faces_faces": ["face", "casia"],
    "food_object": ["food", "object_other"],
    "car_object": ["car", "object_other"],
    "face_object_small": ["face", "object_other"],
}
SMALL = {
    "study": "replicas",
    "seeds": [1],
    "image_size": 32,
    "stored_size": 36,
    "datasets": {
        "face": {
            "bad_images": 1,
            "classes": 2,
            "heldout_classes": 2,
            "train_images": 5,
            "test_images": 2,
            "heldout_images": 4,
        },
        "object": {
            "bad_images": 1,
            "classes": 2,
            "heldout_classes": 2,
            "train_images": 4,
            "test_images": 3,
            "heldout_images": 4,
        },
        "object_other": {"bad_images": 1, "classes": 2, "train_images": 4, "test_images": 2},
        "casia": {"bad_images": 1, "classes": 3, "train_images": 5, "test_images": 1, "most": 8},
        "food": {"bad_images": 1, "classes": 2, "train_images": 3, "test_images": 2},
        "car": {"bad_images": 1, "classes": 2, "train_images": 3, "test_images": 1},
    },
    "networks": {
        "dual": {"train_images": 7},
        "faces_faces": {"train_images": 9},
        "food_object": {"train_images": 5},
        "car_object": {"train_images": 5},
        "face_object_small": {"train_images": 7},
    },
    "architecture": {"width": 0.0625, "linear_init": "he"},
    # On a processor it takes half a minute to compile a network; one is, below.
    "training": {"epochs": 2, "batch_size": 4, "validation_fraction": 0.2, "compile": False},
    "evaluation": {"folds": 2, "severities": [0.2, 0.5], "random_draws": 2},
    "ranking": {"images": 4},
}
# By hand: classes times training and test images, and held-out ones.
IMAGES = {
    "face": {"train": 10, "test": 4, "heldout": 8},
    "object": {"train": 8, "test": 6, "heldout": 8},
    "object_other": {"train": 8, "test": 4, "heldout": 0},
    "casia": {"train": 15, "test": 3, "heldout": 0},
    "food": {"train": 6, "test": 4, "heldout": 0},
    "car": {"train": 6, "test": 2, "heldout": 0},
}


def outputs(printed: str, study: str, folder: str) -> set[str]:
    """Return the files below a folder of a study's results that a dry run would make."""
    lines = re.findall(r"(?m)^    output: (.*)$", printed)
    names = (name for line in lines for name in line.split(", "))
    return {
        name.removeprefix(f"results/{study}/{folder}/") for name in names if name.startswith(f"results/{study}/{folder}/")
    }


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> str:
    """A dry run of the paper's study where none of the sets is."""
    return run_snakemake(copy_project(tmp_path_factory.mktemp("paper")), "--dry-run", "--configfile", "studies/paper.yaml")


def test_every_network_seed_layer_and_task_has_its_job(planned):
    two = [name for name, tasks in NETWORKS.items() if len(tasks) == 2 and name != "untrained"]
    layers = {name: LAYERS if name == "dual" else ["conv5_3"] for name in two}
    rankings = {
        f"{name}/{seed}/{layer}/{task}.csv"
        for name in two
        for seed, layer, task in product((1, 2, 3), layers[name], NETWORKS[name])
    }
    assert outputs(planned, "paper", "rankings") == rankings
    assert len(rankings) == 3 * 2 * (13 + 4)
    trained = {f"{n}/{s}/{file}" for n, s, file in product(NETWORKS, (1, 2, 3), ("weights.safetensors", "history.csv"))}
    assert outputs(planned, "paper", "networks") == trained
    tested = {(name, layer) for name in NETWORKS for layer in layers.get(name, ["intact"])}
    responses = {f"{name}/{seed}/{layer}.parquet" for (name, layer), seed in product(tested, (1, 2, 3))}
    assert outputs(planned, "paper", "responses") == responses
    kinds = ("arrow", "json", "passed_over.csv", "report.csv", "selection.csv")
    assert outputs(planned, "paper", "datasets") == {f"{name}.{kind}" for name, kind in product(IMAGES, kinds)}
    rules = set(re.findall(r"(?m)^(?:local)?rule (\w+):", planned))
    assert {"select_images", "pack_images", "write_manifest"} <= rules and "render_images" not in rules


def test_its_numbers_are_the_papers():
    """Classes, training and test images a class; as many training images in either task, 100 to spare for bad ones."""
    sets = PAPER["datasets"]
    numbers = {name: tuple(s[k] for k in ("classes", "train_images", "test_images")) for name, s in sets.items() if s}
    assert numbers == {
        "face": (1714, 247, 50),
        "object": (423, 1000, 50),
        "object_other": (393, 231, 50),
        "casia": (1714, 58, 5),
        "food": (101, 900, 100),
        "car": (1109, 45, 5),
    }
    matched = {name: network["train_images"] for name, network in PAPER["networks"].items() if network}
    assert matched == {
        "dual": 423 * 1000 - 100,
        "faces_faces": 1714 * 58 - 100,
        "food_object": 393 * 231 - 100,
        "car_object": 1109 * 45 - 100,
        "face_object_small": 393 * 231 - 100,
    }
    assert {s["bad_images"] for s in sets.values() if s} == {100}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The paper's study on replicas of all sets, packed, with a network of one set and one of two."""
    study = copy_project(tmp_path_factory.mktemp("replicas"))
    roots = {s["root"] for s in PAPER["datasets"].values() if s}
    makers = {"vggface2": replicas.vggface2, "ilsvrc2012": replicas.ilsvrc, "casia_webface": replicas.casia}
    makers |= {"food-101": replicas.food101, "compcars": replicas.compcars}
    assert roots == {f"data/{name}" for name in makers}
    for name, make in makers.items():
        make(study / "data" / name)
    for name, wnids in (("inanimate", replicas.WNIDS), ("inanimate_no_food_no_cars", replicas.WNIDS[1:])):
        (study / f"workflow/lists/ilsvrc_{name}.txt").write_text("".join(f"{wnid}  a_word\n" for wnid in wnids))
    (study / "small.yaml").write_text(yaml.safe_dump(SMALL))
    targets = [f"results/replicas/datasets/{name}.json" for name in IMAGES]
    targets += [f"results/replicas/networks/{name}/1/weights.safetensors" for name in ("face", "faces_faces")]
    targets += ["results/replicas/rankings/faces_faces/1/conv5_3/casia.csv"]
    run_snakemake(study, "--configfile", "studies/paper.yaml", "small.yaml", "--", *targets)
    return study


def test_every_set_has_exactly_the_images_asked_for(study):
    from segregation.images.store import Store

    folder = study / "results/replicas/datasets"
    for name, images in IMAGES.items():
        manifest = json.loads((folder / f"{name}.json").read_text())
        assert manifest["images"] == images, name
        assert manifest["licence"] == PAPER["datasets"][name]["licence"]
        assert pd.read_csv(folder / f"{name}.report.csv").empty
        store, selection = Store(folder / f"{name}.arrow"), pd.read_csv(folder / f"{name}.selection.csv", dtype=str)
        assert store.ids.tolist() == selection["id"].tolist() and not list(folder.glob(".*"))
        assert len(set(map(bytes, map(store.encoded, range(len(store.ids)))))) == len(store.ids)
        assert store.images(np.arange(2)).shape == (2, 36, 36, 3)


def test_rules_of_selection_hold(study):
    """No identity of the other set, official validation images to test, classes of the list alone."""
    folder = study / "results/replicas/datasets"
    read = {name: pd.read_csv(folder / f"{name}.selection.csv", dtype=str) for name in IMAGES}
    assert set(read["casia"]["class"]) <= {"0000045", "0000100", "0000117", "0000204", "0000205"}
    tests = read["object"].query("split == 'test'")
    assert (
        tests.path.str.startswith("val/").all()
        and read["object"].query("split != 'test'").path.str.startswith("train/").all()
    )
    assert set(read["object_other"]["class"]) <= set(replicas.WNIDS[1:])
    for name in ("face", "object"):
        of_split = read[name].groupby("split")["class"].agg(set)
        assert of_split["train"] == of_split["test"] and not of_split["train"] & of_split["heldout"]


def test_networks_are_trained_and_lesioned_on_them(study):
    history = pd.read_csv(study / "results/replicas/networks/faces_faces/1/history.csv")
    assert len(history) == 2 and history.train_loss.between(0, 10).all()
    assert len(pd.read_csv(study / "results/replicas/rankings/faces_faces/1/conv5_3/casia.csv")) == 16
    log = (study / "results/replicas/logs/train/faces_faces/1.log").read_text()
    assert re.search(r"epoch 2 of 2: .* images/s, 0.0 min left", log)


def test_a_second_run_has_nothing_to_do(study):
    arguments = ("--configfile", "studies/paper.yaml", "small.yaml", "--", "results/replicas/datasets/casia.arrow")
    assert "Nothing to be done" in run_snakemake(study, *arguments)


def test_a_list_of_classes_is_an_input(study, tmp_path):
    copy = shutil.copytree(study, tmp_path / "copy")
    with (copy / "workflow/lists/ilsvrc_inanimate.txt").open("a") as file:
        file.write("# a class less would come here\n")
    target = "results/replicas/datasets/object.arrow"
    printed = run_snakemake(copy, "--dry-run", "--configfile", "studies/paper.yaml", "small.yaml", "--", target)
    assert set(re.findall(r"(?m)^rule (\w+):", printed)) == {"select_images", "pack_images"}


def test_a_set_that_is_too_small_says_so_and_loses_nothing(study, tmp_path):
    copy = shutil.copytree(study, tmp_path / "copy")
    (copy / "more.yaml").write_text(yaml.safe_dump({"datasets": {"food": {"classes": 3}, "car": {"root": "nowhere"}}}))
    targets = [f"results/replicas/datasets/{name}.arrow" for name in ("food", "car", "casia")]
    arguments = ("--configfile", "studies/paper.yaml", "small.yaml", "more.yaml", "--keep-going", "--", *targets)
    printed = run_snakemake(copy, *arguments, check=False)
    assert "data/food-101: 2 of 3 classes have 3 training and 2 test images, but 3 such classes are asked for" in printed
    assert "waffles: 4 images, but 5 are needed" in printed
    assert "nowhere: no such folder; expected image/MAKE/MODEL/YEAR/*.jpg" in printed
    assert "Traceback" not in printed
    assert (copy / "results/replicas/networks/faces_faces/1/weights.safetensors").exists()


def test_networks_are_trained_where_an_image_had_to_be_left_out(study, tmp_path):
    copy = shutil.copytree(study, tmp_path / "copy")
    folder = copy / "results/replicas/datasets"
    first = pd.read_csv(folder / "object.selection.csv").query("split == 'train'").path.iloc[0]
    (copy / "data/ilsvrc2012" / first).write_bytes(b"")
    (folder / "object.arrow").unlink()
    targets = ("results/replicas/networks/dual/1/weights.safetensors", "results/replicas/datasets/object.json")
    (copy / "compiled.yaml").write_text("training: {compile: true}")
    run_snakemake(copy, "--configfile", "studies/paper.yaml", "small.yaml", "compiled.yaml", "--", *targets)
    (report,) = pd.read_csv(folder / "object.report.csv").itertuples()
    assert report.path == first and report.left_out and "unreadable image" in report.problem
    assert json.loads((folder / "object.json").read_text())["images"] == {"train": 7, "test": 6, "heldout": 8}


def test_a_word_on_terms_packs_nothing_again(study):
    more = {"datasets": {"casia": {"licence": "other terms"}, "object_other": {"encoding": "png"}}}
    (study / "terms.yaml").write_text(yaml.safe_dump(more))
    targets = [f"results/replicas/datasets/{name}.json" for name in IMAGES]
    arguments = ("--configfile", "studies/paper.yaml", "small.yaml", "terms.yaml", "--", *targets)
    printed = run_snakemake(study, "--dry-run", *arguments)
    assert outputs(printed, "replicas", "datasets") == {
        "casia.json",
        "object_other.json",
        "object_other.arrow",
        "object_other.report.csv",
    }
