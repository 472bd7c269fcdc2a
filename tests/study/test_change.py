"""What the configuration alone can change: the examples of docs/change.md, on the tiny study."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from studies import ROOT, TINY, run_snakemake

PAGE = (ROOT / "docs/change.md").read_text()
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.S)]
# What makes an example as small as the tiny study.
FEW = {"classes": 3, "train_images": 10, "test_images": 4, "heldout_images": 1}


def applied(study: Path, overlay: dict, *targets: str) -> list[str]:
    """Run the tiny study with an overlay for some targets; return the rules that ran, one a job."""
    path = study / "overlay.yaml"
    path.write_text(yaml.safe_dump(overlay))
    printed = run_snakemake(study, *TINY, path.name, "--", *targets)
    return re.findall(r"(?m)^(?:local)?rule (\w+):", printed)


@pytest.fixture
def study(tiny, tmp_path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "study"))


def write_colour(path: Path, colour: tuple[int, int, int]) -> None:
    """Write noise that is not far from a colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(int(path.stem)).normal(0, 12, (40, 40, 3))
    Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)).save(path)


def written(study: Path, *folders: str) -> dict[Path, int]:
    """Return when the files of some folders of results were written."""
    paths = [path for folder in folders for path in (study / "results/tiny" / folder).rglob("*") if path.is_file()]
    return {path: path.stat().st_mtime_ns for path in paths}


def test_a_new_category_and_a_new_network_appear_in_the_figures(study):
    """Fruits that differ in colour are learnt in a moment, so that there is something to lesion."""
    category, network = EXAMPLES[0], EXAMPLES[2]
    category["datasets"]["fruit"] |= FEW
    category["networks"]["fruit_object"] |= {"train_images": 30, "epochs": 30}
    for name, colour in {"apple": (220, 40, 30), "fig": (90, 20, 120), "pear": (120, 200, 40)}.items():
        for image in range(14):
            write_colour(study / f"data/fruit/{name}/{image}.png", colour)
    kept = written(study, "networks", "rankings", "responses", "datasets")
    targets = ("results/tiny/figures/figure_4.png", "results/tiny/statistics/accuracy_comparison.csv")
    rules = applied(study, category | {"networks": category["networks"] | network["networks"]}, *targets)
    ran = {rule: rules.count(rule) for rule in ("pack_images", "render_images", "train", "rank_filters", "evaluate_lesions")}
    assert ran == {"pack_images": 1, "render_images": 0, "train": 3, "rank_filters": 2 + 4, "evaluate_lesions": 1 + 1 + 2}
    now = written(study, "networks", "rankings", "responses", "datasets")
    assert now.items() >= kept.items(), "the others are as they were"

    indices, performance = (pd.read_csv(study / f"results/tiny/figures/figure_4{panel}.csv") for panel in "ab")
    networks = pd.read_csv(study / "results/tiny/statistics/networks.csv").query("variant == 'contrast'")
    assert {"fruit_object", "dual_resnet"} <= set(networks.network)
    # Where lesions hardly hurt, the index of so small a network is undefined, and not drawn.
    assert set(indices.network) == set(networks.dropna(subset="index").network)
    assert set(performance[performance.network == "fruit_object"].lesion) == {"fruit", "object"}
    table = pd.read_csv(study / "results/tiny/statistics/dual_resnet/full/segregation.csv")
    assert set(table.layer) == {"layer2.1.conv2", "layer4.1.conv2"}
    compared = pd.read_csv(study / "results/tiny/statistics/accuracy_comparison.csv")
    assert ((compared.network == "fruit_object") & (compared.single == "fruit")).any()


def test_another_ranking_ranks_again_and_trains_nothing(study):
    """Without a study of its own, as the page says; with one, the folder alone is another."""
    overlay = {key: value for key, value in EXAMPLES[3].items() if key != "study"}
    kept = written(study, "networks")
    rules = applied(study, overlay, "results/tiny/rankings/dual/1/conv5_3/face.csv")
    assert rules == ["rank_filters"] and written(study, "networks") == kept
    ranking = pd.read_csv(study / "results/tiny/rankings/dual/1/conv5_3/face.csv")
    assert len(ranking) == ranking.n_filters[0] == 32 and ranking["round"].tolist() == list(range(1, 33))
    printed = run_snakemake(
        study, *TINY, "overlay.yaml", "--dry-run", "--config", "study=race", "--", "results/race/claims.csv"
    )
    assert "results/race/networks/dual/1/weights.safetensors" in printed


def test_another_main_network_is_taken(study):
    """The configuration of the page is one that the workflow takes; what it asks for stands beside it."""
    overlay = {"datasets": EXAMPLES[0]["datasets"], "networks": EXAMPLES[0]["networks"], **EXAMPLES[1]}
    overlay["datasets"]["fruit"] |= FEW | {"heldout_classes": 2, "heldout_images": 4}
    del overlay["networks"]["fruit_object"]["layers"]
    (study / "overlay.yaml").write_text(yaml.safe_dump(overlay))
    printed = run_snakemake(study, *TINY, "overlay.yaml", "--dry-run")
    assert "results/tiny/networks/fruit_object/1/weights.safetensors" in printed
    drawing = printed[printed.index("rule draw_figure_2:") :]
    assert "results/tiny/statistics/fruit_object/full/effects.csv" in drawing[: drawing.index("output:")]
