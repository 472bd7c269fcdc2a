"""A study whose main network has three tasks: every figure that is made of it, and no other."""

import json

import pandas as pd
import pytest
from test_columns import OF_MANY, pattern, tables, wrong

from studies import overlay, run_snakemake

TASKS = ["face", "object", "car"]
MADE = {"figure_2", "figure_3", "extra_variants", "extra_nulls", "extra_matrix", "extra_map"}
OTHERS = ("face", "object", "dual", "untrained", "faces_faces", "face_shape_object", "food_object", "car_object")
STUDY = {
    "datasets": dict.fromkeys(("portrait", "face_shape", "food")),
    "networks": dict.fromkeys((*OTHERS, "face_object_small"))
    | {"many": {"tasks": TASKS, "without": {"object": ["car"]}, "train_images": 30, "layers": ["conv1_2", "conv5_3"]}},
    "figures": {"main": "many", "same_kind": None, "decoded": []},
}


@pytest.mark.slow
def test_a_study_of_three_tasks(copy):
    """In the folder of the tiny study, whose images are there."""
    before = set((copy / "results/tiny/figures").glob("*"))
    for path in before:
        path.unlink()
    given = overlay(copy, STUDY)
    run_snakemake(copy, *given)
    results = copy / "results/tiny"
    assert {path.stem for path in (results / "figures").glob("*.png")} == MADE
    found = {p: c for p, c in tables(results).items() if p.startswith(("figures", "statistics/many", "single_lesions/many"))}
    assert wrong(found) == [] and [name for name in OF_MANY if not any(pattern(name).fullmatch(p) for p in found)] == []
    matrix = pd.read_csv(results / "statistics/many/full/matrix.csv")
    effects = pd.read_csv(results / "statistics/many/full/effects.csv").query("severity == 0.2")
    both = matrix.merge(effects, on=["layer", "lesion", "task"])
    assert len(matrix) == len(both) == 2 * 4 * 3  # most are undefined: networks as small as these name few images
    assert both["drop"].to_numpy() == pytest.approx((1 - both.normalised).to_numpy(), abs=1e-5, nan_ok=True)
    nulls = pd.read_csv(results / "pseudo_tasks/many/1.csv")
    assert set(nulls.task) == set(nulls.lesion) == {"a", "b", "c"}
    page = (results / "report.html").read_text()
    assert "In networks trained on face, object and car, the combined" in page and 'id="claims"' not in page
    data = json.loads(page.split('<script type="application/json" id="data">')[1].split("</script>")[0])
    assert data["networks"][0]["tasks"] == TASKS and len(data["networks"][0]["pairs"]) == 2 * 3
    assert "Nothing to be done" in run_snakemake(copy, *given)
