"""The numbers of docs/ and of the captions: each is what the benchmarks, the configuration or the code say."""

import re

import pandas as pd
import pytest
import yaml

from prose import percent, without
from studies import ROOT


def test_the_pages_say_what_the_benchmarks_say():
    engine, paper = (" ".join((ROOT / f"docs/{name}.md").read_text().split()) for name in ("engine", "paper"))
    folder = ROOT / "results/reference/benchmarks"
    lesions, racing, memory = (pd.read_csv(folder / f"{name}.csv") for name in ("lesions", "racing", "memory"))
    assert set(lesions.layer) == set(racing.layer) and len(set(lesions.layer)) == 13 and lesions.same_order.all()
    default, wide = (lesions[lesions.network == name] for name in ("default", "vgg16"))
    total = default.naive_s.sum() / default.engine_s.sum()
    assert (
        f"take full passes {total:.1f} times as long, {default.ratio.min():.1f} to {default.ratio.max():.1f} times" in engine
    )
    allowed = wide.set_index("layer").limit["conv5_3"]
    assert f"in groups of 8, {wide.ratio.min():.1f} to {wide.ratio.max():.0f} times, of {allowed:.0f} that" in engine
    assert f"takes {memory.peak_bytes[0] / 1e9:.1f} GB at most" in engine and memory.peak_bytes[0] < memory.budget_bytes[0]
    loading, training = (pd.read_csv(folder / f"{name}.csv") for name in ("loading", "training"))
    large, finished, _, small, *_ = loading.itertuples()
    assert f"{large.ours_images_per_s:,.0f} images per second" in paper and f"gives {large.peer_images_per_s:.0f}, " in paper
    assert f"the ratio is {finished.ratio:.1f}, and {small.ratio:.1f} where the files have 256 pixels" in paper
    decoded = training[(training.image_size == 48) & (training.images == "decoded")].iloc[0]
    assert f"trains at {decoded.ratio:.2f} of its speed on a batch that stays" in paper


def over_draws() -> list[str]:
    """What docs/choices.md says of draws of ranking images, with their numbers in the table."""
    by_seed = pd.read_csv(ROOT / "results/reference/benchmarks/draws.csv").groupby(["images", "seed"])["index"]
    within, between = by_seed.var().groupby("images").mean() ** 0.5, by_seed.mean().groupby("images").std()
    few, more, all_of = sorted(between.index)
    return [
        f"of {within[few]:.3f} over draws of {few} images and of {within[more]:.3f} over draws of {more}",
        f"one of {between[few]:.3f} and {between[more]:.3f}",
        f"with all images, of which there is one draw, {between[all_of]:.3f}",
    ]


def over_recipes() -> list[str]:
    """What docs/choices.md says of recipes of training, with their numbers in the table."""
    table = pd.read_csv(ROOT / "results/reference/benchmarks/recipes.csv")
    of = table.groupby(["optimizer", "epochs", "network"])
    assert (of.seed.nunique() == 6).all() and (of.size() == 6).all()
    mean = of[["core_s", "accuracy_first", "accuracy_second", "index"]].mean()
    adamw, muon = ("adamw", 16), ("muon", 10)
    assert 0.6 < mean.core_s[*muon, "dual"] / mean.core_s[*adamw, "dual"] < 0.73
    named = [
        "{accuracy_first:.1%} of faces and {accuracy_second:.1%} of objects".format(**mean.loc[*muon, "dual"]),
        "AdamW {accuracy_first:.1%} and {accuracy_second:.1%}".format(**mean.loc[*adamw, "dual"]),
        "AdamW in 12 epochs {accuracy_first:.1%} and {accuracy_second:.1%}".format(**mean.loc["adamw", 12, "dual"]),
    ]
    index = {name: [mean["index"][*recipe, name] for recipe in (muon, adamw)] for name in mean.index.unique("network")}
    assert all(index["dual"][i] > index["faces_faces"][i] > index["people_people"][i] for i in (0, 1))
    by_seed = table.pivot(index="seed", columns=["optimizer", "epochs", "network"], values="index")
    apart = [by_seed[*recipe, "dual"] - by_seed[*recipe, "faces_faces"] for recipe in (muon, adamw)]
    return [
        f"were trained by AdamW in {adamw[1]} epochs, and again with Muon in {muon[1]} (`training.optimizer: muon`",
        "`muon_learning_rate: 0.02`",
        "which takes about two thirds of the time",
        *named,
        "is {:.2f} with Muon and {:.2f} with AdamW".format(*index["dual"]),
        "of faces and portraits {:.2f} and {:.2f}".format(*index["faces_faces"]),
        "in nothing but their people {:.2f} and {:.2f}".format(*index["people_people"]),
        f"lie {apart[0].mean():.2f} from faces and objects with Muon and {apart[1].mean():.2f} with AdamW",
        f"has a standard error of {(apart[1] - apart[0]).sem():.2f} over seeds",
    ]


@pytest.mark.parametrize("name", ["draws", "recipes"])
def test_networks_that_something_was_decided_with_are_not_the_references(name):
    tried = pd.read_csv(ROOT / f"results/reference/benchmarks/{name}.csv")
    assert not {*tried.seed} & {*yaml.safe_load((ROOT / "studies/reference.yaml").read_text())["seeds"]}
    assert {*tried.seed} == {*yaml.safe_load((ROOT / "studies/regime.yaml").read_text())["seeds"]}


def test_the_engines_page_says_what_races_and_a_gpu_did():
    page, folder = (ROOT / "docs/engine.md").read_text(), ROOT / "results/reference/benchmarks"
    racing, gpu, heads = (pd.read_csv(folder / f"{name}.csv") for name in ("racing", "gpu", "heads"))
    late = racing[racing.layer.str.contains("conv[345]")]
    assert set(late.images) == {128, 512, 1920} and (late.groupby("images").size() == 18).all()
    for n, rows in late.groupby("images"):
        kept, apart = (rows.shared_top20 == 1).sum(), rows.index_difference.abs().max()
        assert f"| {n:,} | {rows.pair_fraction.mean():.3f} | {kept} of {len(rows)} | {apart:.3f} |" in page
        assert apart <= 0.02
    of = gpu.set_index("what").value
    pairs, shared = of["pairs of a race"], of["top 20% of a race shared with an exact search"]
    assert f"| 6,400 | {pairs.mean():.3f} | {(shared == 1).sum()} of {len(shared)} | not measured |" in page
    rounds = gpu[gpu.what == "round of a ranking"].set_index(["precision", "layer"])
    said = " ".join(page.split())
    for precision in ("tf32", "bfloat16", "float32"):
        first, later = (rounds.value[precision, layer] for layer in ("conv1_2", "conv4_2"))
        assert f"{first:,.0f}" in said and f"{later:,.0f}" in said
    assert f"{100 * rounds.share['tf32', 'conv1_2']:.0f}% and {100 * rounds.share['tf32', 'conv4_2']:.0f}% of what" in said
    assert (
        f"A round over heads of attention takes full passes {heads.ratio.min():.1f} to {heads.ratio.max():.1f} times" in said
    )


def test_the_engines_page_says_how_often_races_go_wrong():
    said = " ".join((ROOT / "docs/engine.md").read_text().split())
    table = pd.read_csv(ROOT / "results/reference/benchmarks/replays.csv")
    most = table.loc[table.wrong.idxmax()]
    (more,) = table[(table.layer == most.layer) & (table.task == most.task) & (table.images == 512)].wrong
    assert (table.orders == most.orders).all() and ((table.wrong > 0) == (table.worst > 0.02)).all()
    assert f"{len(table)} layers and tasks of the default study's network were raced over {most.orders} orders" in said
    assert f"{table.wrong.sum()} of {table.orders.sum()} rankings chose a filter that falls short by more" in said
    assert f"most often {most.wrong} of {most.orders}, in {most.layer} for {most.task}s with {most.images} images" in said
    assert f"with 512 it was {more}." in said


def test_the_engines_page_says_what_the_check_of_lesions_costs():
    """No network is slower by more than 5% than before there was one."""
    said = " ".join((ROOT / "docs/engine.md").read_text().split())
    table = pd.read_csv(ROOT / "results/reference/benchmarks/before.csv").set_index(["network", "layer"])
    default, resnet = table.loc["default", "all of these"], table.loc["resnet18", "layer4.1.conv1"]
    assert min(default.ratio, resnet.ratio) > 1 / 1.05 and table.same_order.all()
    for row in (default, resnet):
        assert f"{row.after_s:.1f} s instead of {row.before_s:.1f}" in said
    assert f"check it takes {resnet.start_s:.1f} s, and the first round {resnet.round_s:.1f} s" in said
    layers = table.loc["default"].drop("all of these")
    rounds = f"{layers.round_s.min():.2f} to {layers.round_s.max():.2f} s"
    assert f"takes {rounds}, up to {layers.start_s.max():.2f} s" in said


# What docs/choices.md says of the paper, of its data, of tests and of itself.
TOLD = [
    "224 pixels",
    "JPEG of quality 90",
    "900 + 100 images",
    "of each of 100)",
    "with seed 1 alone",
    "VGG16",
    "ILSVRC",
    "top-1",
]
TOLD += ["Food-101", "against 0,", "above 0,", "0.02.", "95 to 97%", "in 89% with", "in 75% with", "(k + 1) / (n + 1)"]


def choices() -> list[str]:
    """Return what docs/choices.md says of config.yaml, with the numbers that are there."""
    config, reference = (yaml.safe_load((ROOT / name).read_text()) for name in ("config.yaml", "studies/reference.yaml"))
    data, networks, tested = config["datasets"], config["networks"], config["evaluation"]
    few, cars = (networks[name] for name in ("food_object", "car_object"))
    assert networks["face_object_small"] | {"tasks": few["tasks"]} == few and "epochs" not in cars
    epochs, small = config["training"]["epochs"], f"{few['train_images']:,} images a task"
    assert {(d["train_images"], d["test_images"], d["heldout_images"]) for d in data.values()} == {(60, 20, 10)}
    assert config["architecture"]["width"] == 1 / 8 and config["training"]["validation_fraction"] == 0.1
    heldout = [data[task]["heldout_classes"] for task in networks["dual"]["tasks"]]
    return [
        f"{data['face']['train_images']} training and {data['face']['test_images']} test images a class; "
        f"{data['face']['classes']} identities, {data['object']['classes']} object categories, "
        f"{data['car']['classes']} car models, {data['food']['classes']} dishes.",
        f"Networks of {small} named objects poorly after {epochs} epochs, hence {few['epochs']}.",
        f"an eighth of its width, {config['image_size']} pixels",
        f"one cycle, {epochs} epochs",
        f"({few['epochs']} with {small}), but `car_object` ({cars['train_images']:,} a task) has {epochs} as well",
        f"**Ranking images**: {config['ranking']['images']} training images a task",
        f"({tested['random_draws']} draws) are made at the headline severity of {tested['headline']:.2f} in",
        f"own + other is under {config['statistics']['floor']}.",
        f"{tested['folds']} stratified folds, {heldout[0]} new classes of {data['face']['heldout_images']} images.",
        f"of the {heldout[0]} + {heldout[1]} held-out classes",
        f"({tested['pseudo_assignments']}; {reference['evaluation']['pseudo_assignments']} in the reference)",
        f"{percent(config['statistics']['confidence'])} percentile intervals, {config['statistics']['draws']:,} draws",
    ]


def test_the_choices_are_those_of_the_configuration():
    page = " ".join((ROOT / "docs/choices.md").read_text().split())
    said = [*choices(), *TOLD, *over_draws(), *over_recipes()]
    assert [part for part in said if part not in page] == []
    rest = re.sub(r"\]\([^)]*\)", "]", without(page, said))
    assert re.findall(r".{20}\d.{10}", rest) == []


def test_the_manual_has_required_optional_and_default_keys():
    page = (ROOT / "docs/config.md").read_text()  # test_pages.py: it is that of the schema
    for key in ("`ranking.until`", "`datasets.NAME.train_images`", "*`training.precision`*", "`figures.main`"):
        assert f"| {key} |" in page
    assert "| `statistics.floor` | number, above 0, at most 1 | `0.02` | Sum of own" in page


CAPTIONS = sorted((ROOT / "workflow/report").glob("*.rst"))


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_captions_have_no_number_but_those_of_the_code(path):
    from segregation.figures.comparison import SIGNIFICANT
    from segregation.readout.preferred import ASSESSED

    confidence = yaml.safe_load((ROOT / "config.yaml").read_text())["statistics"]["confidence"]
    known = [f"{percent(confidence)} bootstrap interval", f"central {percent(confidence)}", f"rate below {SIGNIFICANT}"]
    known += [f"{ASSESSED} strongest test images", "figure 2", "top-1"]
    assert re.findall(r"\d[\d.]*", without(path.read_text(), known)) == []
