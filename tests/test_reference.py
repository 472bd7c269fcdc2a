"""The reference run: complete, and what the README says of it is what its tables say."""

import json
import re

import pandas as pd
import pytest
import yaml
from conftest import ROOT

REFERENCE = ROOT / "results/reference/default"
README = (ROOT / "README.md").read_text()


def said(row, column, decimals=2) -> str:
    """Return a value with its interval as the README writes it."""
    return f"{row[column]:.{decimals}f} [{row.low:.{decimals}f}, {row.high:.{decimals}f}]"


@pytest.fixture(scope="module")
def segregation():
    table = pd.read_csv(REFERENCE / "segregation.csv")
    return table.set_index(["task", "variant", "layer"])


def test_files_that_others_read_are_there():
    run = json.loads((REFERENCE / "run.json").read_text())
    assert {"cores", "minutes_total", "minutes_by_rule", "versions", "seeds"} <= run.keys()
    assert run["seeds"] == yaml.safe_load((ROOT / "studies/reference.yaml").read_text())["seeds"]
    assert len(run["seeds"]) >= 3
    for name in ("accuracy.csv", "effects.csv", "comparisons.csv", "figures/figure_1.png", "figures/figure_2.png"):
        assert (REFERENCE / name).stat().st_size > 100


def test_the_reference_is_of_the_default_study():
    config, default = (yaml.safe_load(path.read_text()) for path in (REFERENCE / "config.yaml", ROOT / "config.yaml"))
    assert config | {"seeds": None} == default | {"seeds": None}


def test_the_readme_says_what_the_tables_say(segregation):
    text = " ".join(README.split())
    last = segregation.loc["combined", "contrast", "conv5_3"]
    assert f"{said(last, 'index')} over {last.n_seeds} seeds" in text
    for _, row in pd.read_csv(REFERENCE / "comparisons.csv").iterrows():
        assert said(row, "estimate") in text, row.comparison
    table = pd.read_csv(REFERENCE / "accuracy.csv").query("readout == 'full'").set_index(["network", "task"]).accuracy
    top1 = {key: f"{100 * value:.0f}%" for key, value in table.items()}
    assert f"names {top1['dual', 'face']} of the faces and {top1['dual', 'object']} of the objects" in text
    assert f"trained on one task {top1['face', 'face']} and {top1['object', 'object']}." in text
    effects = pd.read_csv(REFERENCE / "figures/figure_2a.csv").set_index(["lesion", "task"]).normalised
    left = {key: f"{100 * value:.0f}%" for key, value in effects.items()}
    assert f"leaves {left['face', 'face']} of face and {left['face', 'object']} of object performance" in text
    assert f"leave {left['object', 'object']} of object and {left['object', 'face']} of face performance" in text
    assert f"random filters leave {left['random', 'face']} and {left['random', 'object']}." in text


def test_the_minutes_in_the_readme_are_those_of_the_record():
    run = json.loads((REFERENCE / "run_make.json").read_text())
    assert run["cores"] == 2 and f"took {run['minutes_total'] + 1e-9:.1f} minutes on two" in " ".join(README.split())
    minutes = dict(re.findall(r"`(\w+)` \| `workflow/scripts/\w+\.py` \| ([\d.]+) \|", README))
    assert {rule: float(m) for rule, m in minutes.items()} == {rule: run["minutes_by_rule"][rule] for rule in minutes}
    assert {"train", "rank_filters", "draw_figure_1", "draw_figure_2"} <= minutes.keys()


def test_every_interval_in_the_readme_is_in_a_table(segregation):
    numbers = set(re.findall(r"-?\d\.\d\d \[-?\d\.\d\d, -?\d\.\d\d\]", README))
    known = {said(row, "index") for _, row in segregation.iterrows()}
    for name, column in (("comparisons", "estimate"), ("effects", "normalised"), ("accuracy", "accuracy")):
        known |= {said(row, column) for _, row in pd.read_csv(REFERENCE / f"{name}.csv").iterrows()}
    assert numbers and numbers <= known


def test_the_readme_names_every_figure_and_rule_that_there_is():
    figures = (ROOT / "workflow/rules/figures.smk").read_text()
    for rule in re.findall(r"(?m)^rule (\w+):", figures):
        assert f"`{rule}`" in README and f"workflow/scripts/{rule}.py" in README
