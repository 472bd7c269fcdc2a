"""Studies of photographs: the jobs of the one on open sets, and what the small one found, which the pages quote."""

import re
from itertools import product
from pathlib import Path

import pytest
import yaml

import library_replicas as replicas
from segregation.sources.choosing import choose
from segregation.study.configuration import drop_nulls
from segregation.study.preflight import FAIL, NOTE, inspect
from selections import classes_of
from studies import ROOT, copy_project, run_snakemake

OPEN = yaml.safe_load((ROOT / "studies/photos.yaml").read_text())
LAYERS = yaml.safe_load((ROOT / "config.yaml").read_text())["layers"]
NETWORKS = {
    "face": ["face"],
    "object": ["object"],
    "dual": ["face", "object"],
    "untrained": ["face", "object"],
    "faces_faces": ["celeba_few", "lfw"],
    "food_object": ["food", "object"],
}
SETS = [name for name, of in OPEN["datasets"].items() if of]


def lay_out(study: Path) -> Path:
    """Make replicas of all sets of the study on open sets where it looks for them."""
    for name in ("CelebA", "Caltech256", "Food101"):
        replicas.MAKERS[name](study / "data/torchvision")
    replicas.sklearn_lfw(study / "data/scikit_learn")
    names = study / "data/torchvision/celeba/list_identity_celeba.txt"
    names.rename(study / "data/list_identity_celeba.txt")
    return study


def outputs(printed: str, folder: str) -> set[str]:
    """Return the files below a folder of the study's results that a dry run would make."""
    start = f"results/open_photos/{folder}/"
    names = [name for line in re.findall(r"(?m)^    output: (.*)$", printed) for name in line.split(", ")]
    return {name.removeprefix(start) for name in names if name.startswith(start)}


@pytest.mark.slow
def test_every_set_network_layer_and_task_has_its_job(tmp_path):
    study = lay_out(copy_project(tmp_path / "study"))
    printed = run_snakemake(study, "--dry-run", "--configfile", "studies/photos.yaml")
    kinds = ("arrow", "json", "report.csv", "selection.csv")
    assert outputs(printed, "datasets") == {f"{name}.{kind}" for name, kind in product(SETS, kinds)}
    trained = {f"{name}/1/{file}" for name, file in product(NETWORKS, ("weights.safetensors", "history.csv"))}
    assert outputs(printed, "networks") == trained
    layers = {"dual": LAYERS, "faces_faces": ["conv5_3"], "food_object": ["conv5_3"]}
    rankings = {f"{n}/1/{layer}/{task}.csv" for n in layers for layer, task in product(layers[n], NETWORKS[n])}
    assert outputs(printed, "rankings") == rankings and len(rankings) == 2 * (13 + 2)
    rules = set(re.findall(r"(?m)^(?:local)?rule (\w+):", printed))
    assert {"select_images", "pack_images", "write_manifest"} <= rules and "render_images" not in rules


def merged() -> dict:
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    for key, value in OPEN.items():
        if isinstance(value, dict):
            for name, of in value.items():
                both = isinstance(of, dict) and isinstance(config[key].get(name), dict)
                config[key][name] = config[key][name] | of if both else of
        else:
            config[key] = value
    drop_nulls(config)
    return config


def test_its_sets_are_chosen_from_and_nobody_is_in_both_sets_of_faces(tmp_path, monkeypatch):
    """On replicas, with fewer classes and images: CelebA's Zoë_O'Stub is not taken from LFW."""
    lay_out(tmp_path)
    for name in ("CelebA", "Caltech256", "Food101"):
        replicas.believed(monkeypatch, name, tmp_path / "data/torchvision")
    (tmp_path / "things.txt").write_text("001.ak47\n002.american-flag\n003.backpack\n")
    few = {"classes": 2, "heldout_classes": 0, "train_images": 2, "test_images": 1}
    where = {"only": tmp_path / "things.txt", "apart_from": tmp_path / "data/list_identity_celeba.txt"}
    for name, dataset in merged()["datasets"].items():
        given = {key: str(path) for key, path in where.items() if key in dataset}
        chosen = choose(dataset | few | given | {"root": str(tmp_path / dataset["root"])})
        assert len(chosen) == 6 and all((tmp_path / dataset["root"] / image.path).is_file() for image in chosen)
        if name == "lfw":
            assert classes_of(chosen, "train") == ["Ada_Placeholder", "Renee_Sample"]


def test_preflight_says_what_will_be_fetched_how_large_and_under_which_terms(tmp_path):
    config = merged()
    config["networks"] = {}
    lines = {line.subject: line for line in inspect(merged(), ROOT / "envs/requirements.txt", tmp_path)}
    faces = lines["set face"]
    assert faces.level == FAIL or faces.level == NOTE
    assert "to be fetched to data/torchvision: about 1.5 GB from mmlab.ie.cuhk.edu.hk" in faces.text
    assert "terms: research that is not commercial" in faces.text
    assert lines["set lfw"].level == FAIL
    assert "data/list_identity_celeba.txt: no such file (datasets.*.apart_from; docs/data.md)" in lines["set lfw"].text
    assert not (tmp_path / "data").exists()


def test_the_list_of_things_is_of_caltechs_categories_without_people_animals_and_food():
    lines = (ROOT / "workflow/lists/caltech256_things.txt").read_text().splitlines()
    head = " ".join(line for line in lines if line.startswith("#"))
    kept, out = [line for line in lines if not line.startswith("#")], re.findall(r"\d{3}\.[\w-]+", head)
    assert sorted(int(name[:3]) for name in kept + out) == list(range(1, 258)) and len(kept) == 146
    assert {"159.people", "253.faces-easy-101", "056.dog", "095.hamburger", "257.clutter"} <= set(out)
    wanted = OPEN["datasets"]["object"]
    assert wanted["classes"] + wanted["heldout_classes"] <= len(kept)
    assert wanted["train_images"] + wanted["test_images"] <= 80  # the fewest that a category has
