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
    for layer in ("conv5_3",):
        assert said(segregation.loc["combined", "contrast", layer], "index") in README
    for row in pd.read_csv(REFERENCE / "comparisons.csv").itertuples():
        text = f"{row.estimate:.2f} [{row.low:.2f}, {row.high:.2f}]"
        assert text in README, row.comparison
    accuracy = pd.read_csv(REFERENCE / "accuracy.csv")
    for row in accuracy[accuracy.readout == "full"].itertuples():
        assert f"{100 * row.accuracy:.0f}%" in README, row


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
