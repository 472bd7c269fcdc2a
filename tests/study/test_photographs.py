"""Studies of photographs: the jobs of the one on open sets, and what the small one found, which the pages quote."""

import json
import re
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
import yaml

import library_replicas as replicas
from prose import percent
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
    kinds = ("arrow", "json", "passed_over.csv", "report.csv", "selection.csv")
    assert outputs(printed, "datasets") == {f"{name}.{kind}" for name, kind in product(SETS, kinds)}
    trained = {f"{name}/1/{file}" for name, file in product(NETWORKS, ("weights.safetensors", "history.csv"))}
    assert outputs(printed, "networks") == trained
    layers = {"dual": LAYERS, "faces_faces": ["conv5_3"], "food_object": ["conv5_3"]}
    rankings = {f"{n}/1/{layer}/{task}.csv" for n in layers for layer, task in product(layers[n], NETWORKS[n])}
    assert outputs(printed, "rankings") == rankings and len(rankings) == 2 * (13 + 2)
    rules = set(re.findall(r"(?m)^(?:local)?rule (\w+):", printed))
    assert {"select_images", "pack_images", "write_manifest"} <= rules and "render_images" not in rules


def merged(study: str = "photos") -> dict:
    """Return the configuration of a study, as Snakemake merges it."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    for key, value in yaml.safe_load((ROOT / f"studies/{study}.yaml").read_text()).items():
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
    lines = {line.subject: line for line in inspect(merged(), ROOT / "envs/requirements.txt", tmp_path)}
    faces = lines["set face"]
    assert faces.level == NOTE
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


REFERENCE = ROOT / "results/reference/photos"


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv")


def said(row, column: str) -> str:
    """Return a value with its interval as the page writes it."""
    return f"{row[column]:.2f} [{row.low:.2f}, {row.high:.2f}]"


def quoted() -> list[str]:
    """Return what docs/photographs.md says of the study's tables, with the numbers that are there."""
    config = yaml.safe_load((REFERENCE / "config.yaml").read_text())
    run = json.loads((REFERENCE / "run.json").read_text())
    sets, seeds = config["datasets"], run["seeds"]
    top1 = table("statistics/accuracy").query("readout == 'full'").set_index(["network", "task"])
    compared = table("statistics/dual/full/comparisons").set_index(["comparison", "task"])
    left = table("figures/figure_2a").set_index(["lesion", "task"]).normalised.map(percent)
    index = table("statistics/dual/full/segregation").query("variant == 'contrast'").set_index(["layer", "task"])
    networks = table("statistics/networks").query("variant == 'contrast'").set_index("network")
    pair = table("statistics/same_kind_pairs").query("variant == 'contrast'").iloc[0]
    nulls = table("statistics/nulls").query("variant == 'contrast'").set_index("null")
    light = table("stimuli/lowlevel").query("split == 'train'").set_index("dataset").luminance
    chance = {task: 1 / sets[task]["classes"] for task in ("face", "object")}
    times = {task: top1.accuracy["dual", task] / chance[task] for task in chance}
    both = [said(top1.loc["dual", task], "accuracy") for task in ("face", "object")]
    single = [said(top1.loc[task, task], "accuracy") for task in ("face", "object")]
    costs = [said(compared.loc["own_minus_random", task], "estimate") for task in ("face", "object")]
    pairs = table("statistics/networks_pairs").query("variant == 'contrast'").set_index(["first", "second"])
    turns = pairs.loc["faces_by_turns", "dual"]  # of which the page says the opposite
    null, rises = nulls.loc["pseudo_tasks"], compared.loc["last_minus_early", "combined"]
    return [
        f"| named before any lesion, by the network of both tasks | {' | '.join(both)} |",
        f"| times chance (1 of {sets['face']['classes']}, 1 of {sets['object']['classes']}) | {times['face']:.0f} |"
        f" {times['object']:.1f} |",
        f"| named by the network of that task alone, 1 seed | {' | '.join(single)} |",
        f"| left by a lesion of the 20% of filters that faces need most | {' | '.join(left['face'])} |",
        f"| left by a lesion of the 20% of filters that objects need most | {' | '.join(left['object'])} |",
        f"| left by a lesion of 20% of filters at random | {' | '.join(left['random'])} |",
        f"| own lesion costs more than a random one, by | {' | '.join(costs)} |",
        f"| faces and objects, {len(seeds)} seeds | {said(index.loc['conv5_3', 'combined'], 'index')} |",
        f"| the same, minus the index of the first four layers | {said(rises, 'estimate')} |",
        f"| two halves of the people, by number | {said(networks.loc['faces_faces'], 'index')} |",
        f"| faces and objects, minus two halves by number | {said(pair, 'difference')} |",
        f"| two halves of the people, by turns | {said(networks.loc['faces_by_turns'], 'index')} |",
        f"| faces and objects, minus two halves by turns | {-turns.difference:.2f} [{-turns.high:.2f}, {-turns.low:.2f}] |",
        f"| classes assigned at random to two pseudo-tasks, mean of {null.n_members:.0f} a seed |"
        f" {null.null_mean:.2f} [{null.mean_low:.2f}, {null.mean_high:.2f}] |",
        *(
            f"| {layer} | {' | '.join(said(index.loc[layer, task], 'index') for task in ('face', 'object', 'combined'))} |"
            for layer in LAYERS
        ),
        f"took {run['minutes_total']:.0f} minutes on two cores that others used as well",
        f"mean luminance {light['face']:.2f} of faces, {light['object']:.2f} of objects",
    ]


def test_the_page_says_what_the_tables_say():
    page = " ".join((ROOT / "docs/photographs.md").read_text().split())
    assert [line for line in quoted() if " ".join(line.split()) not in page] == []


def test_the_reference_is_of_this_study_whole_and_without_pictures():
    config, expected = yaml.safe_load((REFERENCE / "config.yaml").read_text()), merged("yale")
    assert config == expected and config["seeds"] == [1, 2, 3, 4]
    assert json.loads((REFERENCE / "run.json").read_text())["seeds"] == [1, 2, 3, 4]
    rules = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
    drawn = set(re.findall(r"(?m)^rule draw_(\w+):", rules))
    shown = {path.stem for path in REFERENCE.rglob("*.png")}
    run = json.loads((REFERENCE / "run.json").read_text())["minutes_by_rule"]
    younger = {name for name in drawn if f"draw_{name}" not in run}  # than this reference
    assert younger <= {"extra_map", "extra_matrix", "extra_seeds", "extra_capacity"}
    assert shown == drawn - {"figure_1", "figure_3"} - younger and len(shown) >= 9
    layers = table("statistics/dual/full/segregation")
    assert set(layers.layer) == set(LAYERS) and (layers.n_seeds == 4).all()
    assert {"pseudo_tasks", "random_filters"} == set(table("statistics/nulls").null)
    assert len(table("claims")) == len(yaml.safe_load((ROOT / "workflow/claims.yaml").read_text())["claims"])


def test_both_tasks_are_learned_well_above_chance():
    top1 = table("statistics/accuracy_by_seed").query("network == 'dual' and readout == 'full'")
    classes = {"face": 30, "object": 28}
    for row in top1.itertuples():
        assert row.accuracy >= 5 / classes[row.task], row
