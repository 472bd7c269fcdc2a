"""The tiny study from end to end."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from rules import ALL, FIGURES, RECORDED
from studies import ROOT, TINY, made, overlay, reruns, run_snakemake


def test_every_result_is_there(tiny):
    results = tiny / "results/tiny"
    for name in FIGURES:
        for suffix in ("pdf", "png"):
            assert (results / f"figures/{name}.{suffix}").stat().st_size > 1000
        assert list((results / "figures").glob(f"{name}*.csv")), "the table of what is drawn"
        with Image.open(results / f"figures/{name}.png") as figure:
            assert figure.width <= 18.4 / 2.54 * 300 + 2  # full page width at 300 dots an inch
    run = json.loads((results / "run.json").read_text())
    assert run["seeds"] == [1] and run["cores"] == 2 and run["versions"]["torch"]
    assert run["minutes_total"] > 0 and set(run["minutes_by_rule"]) == ALL - RECORDED
    compute = pd.read_csv(results / "compute.csv").set_index("step")
    assert set(compute.index) == ALL - RECORDED and compute.jobs.train == len(
        list((results / "networks").glob("*/1/weights.safetensors"))
    )
    minutes = {step: 60 * hours for step, hours in compute.hours.items()}
    assert minutes == pytest.approx(run["minutes_by_rule"], abs=0.01), "run.json rounds to 0.01"
    assert not list(results.rglob(".*")), "no state or temporary files are left"
    for kind in ("logs", "benchmarks"):
        assert {path.stem for path in (results / kind).iterdir()} == ALL


def test_make_clean_knows_every_result(tiny):
    (names,) = re.findall(r"(?s)rm -rf \$\(addprefix results/\$\(NAME\)/,(.*?)\)", (ROOT / "Makefile").read_text())
    assert {path.name for path in (tiny / "results/tiny").iterdir()} <= set(names.replace("\\", "").split())


def test_every_claim_is_judged(tiny):
    judged = pd.read_csv(tiny / "results/tiny/claims.csv")
    listed = yaml.safe_load((tiny / "workflow/claims.yaml").read_text())["claims"]
    assert judged.claim.tolist() == [claim["claim"] for claim in listed]
    missing = judged[judged.verdict == "not tested"]
    assert not missing.table.isin(["accuracy", "decoding"]).any(), "their rows are there, whatever they say"
    page = (tiny / "results/tiny/claims.md").read_text()
    assert "vgg16 at width 0.0625, 32 pixels" in page and all(claim in page for claim in judged.claim)


def test_tables_have_the_columns_that_others_read(tiny):
    table = pd.read_csv(tiny / "results/tiny/statistics/dual/full/segregation.csv")
    assert {"network", "layer", "task", "variant", "index", "low", "high", "n_seeds"} <= set(table.columns)
    assert set(table.task) == {"face", "object", "combined"} and set(table.variant) == {"contrast", "difference", "pooled"}
    ranking = pd.read_csv(tiny / "results/tiny/rankings/dual/1/conv5_3/face.csv")
    assert len(ranking) == 16 and ranking["filter"].is_unique and ranking["filter"].between(0, 31).all()
    # Intact; two tasks' rankings at two severities and three random draws at the headline; in the last layer the draws at
    # the other severity too, and three methods' scores.
    for path, n in {"dual/1/conv1_2": 8, "dual/1/conv5_3": 8 + 3 + 2 * 3 * 2, "face/1/intact": 1}.items():
        responses = pd.read_parquet(tiny / f"results/tiny/responses/{path}.parquet")
        lesions = responses.groupby(["layer", "lesion", "severity", "draw"]).size()
        assert (lesions == (32 if "dual" in path else 16)).all() and len(lesions) == n


def test_splits_share_no_image_and_no_held_out_class(tiny):
    from segregation.images.store import Store

    for dataset in ("face", "object"):
        store = Store(tiny / f"results/tiny/datasets/{dataset}.arrow")
        assert not set(store.classes) & set(store.heldout_classes)
        pictures = [image.tobytes() for image in store.images(np.arange(len(store.ids)))]
        assert len(set(pictures)) == len(pictures) == 4 * 14 + 2 * 4
        manifest = json.loads((tiny / f"results/tiny/datasets/{dataset}.json").read_text())
        assert manifest["images"] == {"train": 40, "test": 16, "heldout": 8} and "CC0" in manifest["licence"]


def test_a_second_run_has_nothing_to_do(tiny):
    assert "Nothing to be done" in run_snakemake(tiny, *TINY)


def test_a_study_of_folders_equals_the_rendered_one(copy):
    """Images written to folders and read back make the same store, so the same networks and results."""
    names = ("face", "object")
    run_snakemake(copy, *TINY, "--", *(f"results/tiny/export/{name}" for name in names))
    shutil.move(copy / "results/tiny/export", copy / "images")
    before = made(copy)
    shutil.rmtree(copy / "results/tiny/datasets")
    shutil.rmtree(copy / "results/tiny/networks/face")
    sources = {name: {"source": "folder", "root": f"images/{name}"} for name in names}
    targets = [f"results/tiny/datasets/{name}.arrow" for name in names]
    run_snakemake(
        copy, *overlay(copy, {"datasets": sources}), "--", *targets, "results/tiny/networks/face/1/weights.safetensors"
    )
    after = made(copy)
    for name in ("datasets/face.arrow", "datasets/object.arrow", "networks/face/1/weights.safetensors"):
        assert after[name] == before[name], name
    (copy / "images/face/train/head_0001/00002.png").write_bytes(
        (copy / "images/face/train/head_0001/00004.png").read_bytes()
    )
    assert "pack_images" in reruns(copy, *TINY, "overlay.yaml"), "a changed image is a changed input"


def test_bad_input_of_a_step_is_one_clear_message_and_keeps_the_rest(copy):
    """A corrupt store ends its steps with a message that names it; nothing that was computed is lost."""
    store = copy / "results/tiny/datasets/face.arrow"
    store.write_bytes(store.read_bytes()[:5000])
    printed = run_snakemake(copy, *TINY, check=False)
    assert "face.arrow: not a readable image store" in printed
    assert "Traceback" not in printed
    assert (copy / "results/tiny/rankings/dual/1/conv5_3/face.csv").exists()
    log = (copy / "results/tiny/logs/train/face/1.log").read_text()
    assert "face.arrow: not a readable image store" in log and "Delete the file" in log


def test_images_of_a_study_do_not_depend_on_how_many_there_are(tiny):
    from segregation.images.store import Store
    from segregation.stimuli.rendering import contents, image

    parameters = {"source": "heads", "classes": 4, "heldout_classes": 2}
    parameters |= {"train_images": 10, "test_images": 4, "heldout_images": 2}
    more = parameters | {"classes": 9, "heldout_classes": 5, "train_images": 30, "test_images": 9, "heldout_images": 7}
    few, many = ({(s, c): i for s, c, i in contents(p)} for p in (parameters, more))
    assert all(set(few[key]) <= set(many[key]) for key in few)
    assert not set(many["train", "head_0000"]) & set(many["test", "head_0000"])
    store = Store(tiny / "results/tiny/datasets/face.arrow")
    row = store.ids.tolist().index("head_0002/00003")
    assert np.array_equal(store.images(np.array([row]))[0], image("heads", "head_0002", 3, 1, 36))


def test_on_one_machine_snakemake_keeps_to_no_rate(copy):
    """Its rate limit looks at all that is ready ever more often (Snakefile)."""
    with (copy / "Snakefile").open("a") as snakefile:
        snakefile.write('\n\nonsuccess:\n    print("limiter:", workflow.scheduler.job_rate_limiter)\n')
    examples = copy / "results/tiny/stimuli/examples.npz"
    examples.unlink()
    assert "limiter: None" in run_snakemake(copy, *TINY, "--", "results/tiny/stimuli/examples.npz")
    assert examples.exists()
