"""The reference of this project: its tables are known, its seeds within their spread, and a number broken in it is told."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from scipy.stats import binom

from segregation.checking.compare import compare
from segregation.checking.studies import Studies
from segregation.checking.summary import by_step, rows_of, told
from segregation.checking.tables import TABLES
from studies import ROOT, run_command

REFERENCE = ROOT / "results/reference/default"
MACHINES = ROOT / "results/reference/machines"
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))


def test_every_table_of_the_reference_is_known_with_its_columns():
    known = {}
    for table in TABLES:
        known.setdefault(table.pattern, set()).update(table.keys, table.values, table.rest)
        assert len(table.values) == 1 or not table.spread
    seen = {pattern: path for pattern in known for path in REFERENCE.glob(pattern)}
    every = {path for path in REFERENCE.rglob("*.csv") if path.name != "compute.csv"}
    assert {path for pattern in known for path in REFERENCE.glob(pattern)} == every
    for pattern, path in seen.items():
        columns = set(pd.read_csv(path).columns)
        assert columns <= known[pattern] and known[pattern] - columns <= {"ranking"}, (pattern, columns ^ known[pattern])


def test_every_step_is_a_rule_and_they_come_in_the_order_of_the_workflow():
    steps = list(dict.fromkeys(table.step for table in TABLES))
    assert set(steps) <= set(re.findall(r"(?m)^rule (\w+):", RULES))
    assert [step for step in steps if step.startswith("draw")] == steps[-1 - sum(s.startswith("draw") for s in steps) : -1]
    assert steps[:2] == ["render_images", "train"] and steps[-1] == "judge_claims"


@pytest.mark.slow
def test_one_seed_of_the_reference_lies_within_the_spread_of_the_others(tmp_path):
    """What the share of numbers outside their intervals, and the count of those that differ, are held to.

    In one check of 20 a number differs by chance; in more of them than that makes likely (97.5%) none may.
    """
    config = yaml.safe_load((REFERENCE / "config.yaml").read_text())
    config["networks"] = {name: of for name, of in config["networks"].items() if "seeds" not in of}
    numbers, shares, differing = 0, [], []
    for left_out in config["seeds"]:
        others = [seed for seed in config["seeds"] if seed != left_out]
        for name, seeds in (("reference", others), ("here", [left_out])):
            for path in (*REFERENCE.rglob("*by_seed.csv"), REFERENCE / "statistics/nulls_members.csv"):
                table, to = pd.read_csv(path), tmp_path / name / path.relative_to(REFERENCE)
                to.parent.mkdir(parents=True, exist_ok=True)
                table[table.seed.isin(seeds)].to_csv(to, index=False)
            (tmp_path / name / "config.yaml").write_text(yaml.safe_dump(config | {"seeds": seeds}))
        folders = tmp_path / "reference", tmp_path / "here"
        steps = by_step(compare(*folders, Studies.read(*folders))).set_index("step")
        assert steps.numbers["evaluate_lesions"] == 224 and (steps.same == 0).all()
        numbers, many = numbers + steps.numbers.sum(), steps[steps.numbers >= 12]
        shares, differing = [*shares, (many.outside / many.numbers).max()], [*differing, steps.differs.sum()]
    checks = sum(map(bool, differing))
    assert checks <= binom.ppf(0.975, len(differing), 0.05)
    text = " ".join((ROOT / "docs/check.md").read_text().split())
    assert f"{sum(differing)} of {numbers:,} numbers differ, in {checks} of {len(differing)} checks" in text
    assert f"at most {100 * max(shares):.0f}% of a step's lie outside" in text


SAME_SEED = {  # tables, the columns that name a row but for the seed, the value
    "accuracy": ("*/accuracy_by_seed.csv", ["network", "task", "readout"], "accuracy"),
    "index": ("*/*/segregation_by_seed.csv", ["network", "layer", "task", "variant"], "index"),
}


def other_instructions() -> dict[str, tuple[int, float]]:
    """Return by value the count of rows and the root mean square of its differences between two sets of a processor's
    instructions, over that between two seeds."""
    of = {}
    for name, (pattern, keys, value) in SAME_SEED.items():
        machine, seeds = [], []
        for path in sorted((MACHINES / "avx2/statistics").glob(pattern)):
            theirs, here = (pd.read_csv(p) for p in (REFERENCE / path.relative_to(MACHINES / "avx2"), path))
            wide = theirs[theirs.network != "untrained"].pivot(index=keys, columns="seed", values=value)
            machine += list((here.set_index(keys)[value] - wide[1]).dropna())
            seeds += [difference for seed in wide.columns[1:] for difference in (wide[seed] - wide[1]).dropna()]
        of[name] = len(machine), (pd.Series(machine).pow(2).mean() / pd.Series(seeds).pow(2).mean()) ** 0.5
    return of


def test_the_page_says_what_other_instructions_did(tmp_path):
    text, of = " ".join((ROOT / "docs/check.md").read_text().split()), other_instructions()
    assert f"{of['accuracy'][1]:.2f} times as far apart as two seeds are in accuracy ({of['accuracy'][0]} numbers)" in text
    assert f"{of['index'][1]:.2f} times in the index ({of['index'][0]} numbers)" in text
    here = Path(shutil.copytree(MACHINES / "avx2", tmp_path / "here"))
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    (here / "config.yaml").write_text(yaml.safe_dump(config))
    numbers = [n for n in compare(REFERENCE, here, Studies.read(REFERENCE, here)) if n.status != "missing"]
    steps = by_step(numbers).set_index("step")
    for step, name in (("train", "accuracies"), ("evaluate_lesions", "indices")):
        counted = steps.loc[step]
        of_step = f"{counted.within} within, {counted.outside} outside, {counted.differs} different"
        assert f"of {counted.numbers} {name} {counted.same} the same, {of_step}" in text
    assert steps.differs.sum() == steps.differs["evaluate_lesions"] <= 1


def check(run: Path) -> tuple[int, str, str]:
    return run_command(ROOT, "workflow/check.py", str(run), str(REFERENCE))


BROKEN = {
    "images": ("stimuli/lowlevel.csv", "contrast", "render_images"),
    "accuracy": ("statistics/dual/accuracy_by_seed.csv", "accuracy", "train"),
    "order of filters": ("statistics/selectivity_points.csv", "filter", "rank_filters"),
    "scores": ("statistics/selectivity_points.csv", "selectivity", "score_filters"),
    "index of a seed": ("statistics/dual/masked/segregation_by_seed.csv", "index", "evaluate_lesions"),
    "end of an interval": ("statistics/dual/full/effects.csv", "low", "bootstrap_segregation"),
    "trend": ("statistics/shared_filters_trend.csv", "p", "count_shared_filters"),
    "table of a figure": ("figures/figure_2a.csv", "normalised", "draw_figure_2"),
    "verdict": ("claims.csv", "verdict", "judge_claims"),
}


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """The reference beside itself, and beside a copy in which one number of each of BROKEN's tables is broken."""
    copy = Path(shutil.copytree(REFERENCE, tmp_path_factory.mktemp("broken") / "copy"))
    for table in {table for table, *_ in BROKEN.values()}:
        frame = pd.read_csv(copy / table)
        for column in [of for path, of, _ in BROKEN.values() if path == table]:
            value = frame.loc[0, column]
            frame.loc[0, column] = (
                "not tested" if isinstance(value, str) else value * 1.01 if column != "filter" else value + 1
            )
        frame.to_csv(copy / table, index=False)
    return [list(compare(REFERENCE, folder, Studies.read(REFERENCE, folder))) for folder in (REFERENCE, copy)]


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column", "step"), BROKEN.values(), ids=BROKEN)
def test_a_number_broken_in_a_copy_of_the_reference_is_told_with_its_step(compared, table, column, step):
    """Of the copy, that number alone is taken; all others are those of the reference."""
    whole, broken = compared
    assert len(whole) == len(broken)
    numbers = [b if (b.table, b.column) == (table, column) else a for a, b in zip(whole, broken, strict=True)]
    lines = list(told(numbers, by_step(numbers)))
    assert lines[-1] == f"Look at {step} first: nothing that comes before it differs."
    assert lines[-2].startswith(f"  {table}") and f": {column} " in lines[-2]
    (row,) = rows_of(numbers).to_dict("records")
    assert (row["step"], row["table"], row["column"], row["status"]) == (step, table, column, "differs")


@pytest.mark.slow
def test_the_command_on_the_reference_itself_and_on_nothing(tmp_path):
    copy = Path(shutil.copytree(REFERENCE, tmp_path / "copy"))
    code, said, _ = check(copy)
    assert code == 0 and "Everything that can be compared is the same." in said
    assert pd.read_csv(copy / "check.csv").empty
    trend = copy / "statistics/shared_filters_trend.csv"
    pd.read_csv(trend).assign(rho=-0.5).to_csv(trend, index=False)
    code, said, _ = check(copy)
    assert code == 1 and "Look at count_shared_filters first" in said
    assert pd.read_csv(copy / "check.csv").status.tolist() == ["differs"]
    code, _, error = check(tmp_path / "nothing")
    assert code == 2 and "Run make first" in error and "Traceback" not in error


def test_claims_over_other_seeds_are_shown_and_not_judged(tmp_path):
    copy = Path(shutil.copytree(REFERENCE, tmp_path / "copy"))
    config = yaml.safe_load((copy / "config.yaml").read_text()) | {"seeds": [1, 2]}
    (copy / "config.yaml").write_text(yaml.safe_dump(config))
    claims = pd.read_csv(copy / "claims.csv")
    first, claims.loc[0, "verdict"] = claims.verdict[0], "not tested"
    claims.to_csv(copy / "claims.csv", index=False)
    studies = Studies.read(REFERENCE, copy)
    numbers = [number for number in compare(REFERENCE, copy, studies) if number.step == "judge_claims"]
    assert {number.status for number in numbers} == {"apart"} and rows_of(numbers).empty
    printed = list(told(numbers, by_step(numbers)))
    assert printed[3] == "1 claims have another verdict over these seeds; that is no fault by itself:"
    assert printed[4].startswith(f"  {first} -> not tested: In the last convolutional layer")
