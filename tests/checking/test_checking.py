"""A run held against the reference: cases counted by hand, and a number broken in a copy of the reference."""

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segregation.checking.compare import compare, equal
from segregation.checking.spread import Spread, error_of, of_mean, of_seeds, pooled
from segregation.checking.studies import Studies
from segregation.checking.summary import by_step, rows_of, told
from segregation.checking.tables import TABLES
from segregation.steps.reporting import InputError
from studies import ROOT

REFERENCE = ROOT / "results/reference/default"
MACHINES = ROOT / "results/reference/machines"
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
CONFIG = {
    "study": "small",
    "seeds": [1, 2, 3],
    "networks": {"a": {"tasks": ["x"]}, "b": {"tasks": ["x"]}, "once": {"tasks": ["x"], "seeds": [1]}},
    "evaluation": {"pseudo_assignments": 2, "folds": 10},
    "statistics": {"confidence": 0.95},
}
ACCURACY = {"a": [0.50, 0.52, 0.54], "b": [0.60, 0.60, 0.60], "once": [0.30]}  # by seed


def write(folder: Path, accuracy: dict, config: dict = CONFIG, seeds=(1, 2, 3), **tables: list[dict]) -> Path:
    """Write a small run: accuracies by seed of some networks, and tables of statistics/ by name."""
    for network, of in accuracy.items():
        about = {"network": network, "task": "x", "readout": "full"}
        tables[f"{network}/accuracy_by_seed"] = [about | {"seed": seeds[i], "accuracy": of[i]} for i in range(len(of))]
    for name, rows in tables.items():
        path = folder / f"statistics/{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(path, index=False)
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder


@pytest.fixture
def reference(tmp_path):
    return write(tmp_path / "reference", ACCURACY)


def found(reference: Path, here: Path) -> dict[tuple, str]:
    """Return the status of each number by its row's network and seed, and its column."""
    numbers = compare(reference, here, Studies.read(reference, here))
    return {(*re.findall(r"(?:network|seed)=(\w+)", n.row), n.column): n.status for n in numbers}


# ----- the interval -----------------------------------------------------------------------------------------------------


def test_an_interval_by_hand():
    """Of 0.50, 0.52, 0.54: mean 0.52, sd 0.02; t(0.975, 2) = 4.3027; one new seed: 4.3027 * 0.02 * sqrt(1 + 1/3)."""
    spread = of_seeds([0.50, 0.52, 0.54])
    assert (spread.centre, spread.sd, spread.n, spread.df) == pytest.approx((0.52, 0.02, 3, 2))
    assert spread.tolerance(1, 0.05) == pytest.approx(4.3027 * 0.02 * math.sqrt(4 / 3), rel=1e-4)
    assert spread.tolerance(3, 0.05) == pytest.approx(4.3027 * 0.02 * math.sqrt(2 / 3), rel=1e-4)


def test_one_seed_has_no_spread_and_undefined_values_none():
    assert math.isnan(of_seeds([0.3]).tolerance(1, 0.05)) and of_seeds([math.nan]) is None
    assert of_seeds([0.1, math.nan, 0.3]).n == 2
    assert math.isnan(of_mean(0.3, 0.1, 1).tolerance(1, 0.05)) and of_mean(math.nan, 0.1, 3) is None


def test_the_error_of_a_mean_by_hand():
    """An interval of 2 * 1.96 * 0.01 has the error 0.01; a bootstrap over three seeds with sd 0.02 finds sqrt(2/3) * 0.02 /
    sqrt(3) = 0.00943, and back."""
    assert error_of(0.4804, 0.5196, 0.95) == pytest.approx(0.01, rel=1e-4)
    assert of_mean(0.52, math.sqrt(2 / 3) * 0.02 / math.sqrt(3), 3).sd == pytest.approx(0.02)


def test_a_pool_by_hand():
    """sd 0.02 and 0, two degrees of freedom each: sqrt((2 * 0.0004 + 0) / 4) = 0.01414 with 4; one seed has that."""
    spreads = {"a": Spread(0.5, 0.02, 3, 2), "b": Spread(0.6, 0, 3, 2), "once": Spread(0.3, math.nan, 1, 0)}
    of = pooled(spreads | {"other": Spread(0.1, 0.5, 3, 2)}, dict.fromkeys(spreads, "one") | {"other": "two"})
    assert [of[name].sd for name in of] == pytest.approx([0.02, math.sqrt(0.0002), math.sqrt(0.0002), 0.5])
    assert [of[name].df for name in of] == [4, 4, 4, 2]


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=6), st.floats(-5, 5), st.floats(0.1, 5))
def test_an_interval_moves_and_grows_with_the_numbers(values, shift, factor):
    one, other = of_seeds(values), of_seeds([factor * value + shift for value in values])
    assert other.centre == pytest.approx(factor * one.centre + shift, abs=1e-9)
    assert other.tolerance(2, 0.05) == pytest.approx(factor * one.tolerance(2, 0.05), abs=1e-9)
    assert one.tolerance(1, 0.05) >= one.tolerance(2, 0.05) and one.tolerance(1, 0.01) >= one.tolerance(1, 0.05)


def test_a_new_seed_lies_in_its_interval_as_often_as_is_said():
    import numpy as np

    seeds = np.random.default_rng(1).normal(size=(4000, 4))
    inside = [abs(x - s.centre) <= s.tolerance(1, 0.05) for *of, x in seeds for s in [of_seeds(of)]]
    assert 0.94 < np.mean(inside) < 0.96


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6))
def test_what_is_written_twice_is_the_same(value):
    assert equal(float(f"{value:.6g}"), value) and equal(value, float(f"{value:.6g}"))


def test_what_is_the_same():
    assert equal(math.nan, math.nan) and not equal(math.nan, 0.0) and not equal(0.0, math.nan)
    assert equal(0.083906, 0.0839061) and not equal(0.083906, 0.083910) and equal(1e-18, -2e-19)
    assert equal("reproduced", "reproduced") and not equal("reproduced", "direction only") and not equal("x", 1.0)
    assert equal(0.4484, 0.4485, rounded=True) and not equal(0.4484, 0.4486, rounded=True)


# ----- statuses ---------------------------------------------------------------------------------------------------------


def test_the_reference_is_the_same_as_itself(reference):
    assert set(found(reference, reference).values()) == {"same"} and len(found(reference, reference)) == 7


def test_where_most_accuracies_are_the_same_another_one_differs(reference, tmp_path):
    here = write(tmp_path / "here", ACCURACY | {"a": [0.50, 0.52, 0.541]})
    statuses = found(reference, here)
    assert statuses.pop(("a", "3", "accuracy")) == "differs" and set(statuses.values()) == {"same"}


def test_on_another_machine_numbers_are_held_against_the_spread_of_seeds(reference, tmp_path):
    """sd of a: 0.02, of the others the pooled 0.01414, all with 4 degrees of freedom: t 2.7764 alone, 5.0675 for 0.05 / 7.
    a: 0.52 +- 0.0641 alone, 0.1170 of all; b: 0.60 +- 0.0453, 0.0828; once: 0.30 +- 0.0555, 0.1014."""
    here = {"a": [0.583, 0.585, 0.638], "b": [0.554, 0.646, 0.683], "once": [0.354]}
    statuses = found(reference, write(tmp_path / "here", here))
    assert [statuses["a", s, "accuracy"] for s in "123"] == ["within", "outside", "differs"]
    assert [statuses["b", s, "accuracy"] for s in "123"] == ["outside", "outside", "differs"]
    assert statuses["once", "1", "accuracy"] == "within"


def test_a_new_seed_is_held_against_the_others(reference, tmp_path):
    here = write(
        tmp_path / "here",
        {"a": [0.51], "b": [0.9]},
        CONFIG | {"seeds": [4], "networks": {"a": {"tasks": ["x"]}, "b": {"tasks": ["x"]}}},
        seeds=[4],
    )
    assert found(reference, here) == {("a", "4", "accuracy"): "within", ("b", "4", "accuracy"): "differs"}


def summed(accuracy: float, low=0.50, high=0.54) -> list[dict]:
    row = {"network": "a", "task": "x", "readout": "full", "accuracy": accuracy, "low": low, "high": high}
    return [row | {"n_seeds": 3, "classes": 5, "images": 50}]


def test_a_mean_over_other_seeds_is_held_against_its_interval(tmp_path):
    """Error 0.04 / 3.92 = 0.0102 over three seeds: sd 0.0102 * 3 / sqrt(2) = 0.02165; one seed: 4.3027 * 0.02165 * sqrt(4/3)
    = 0.1076. What has no spread of its own, as ends of intervals, is not compared."""
    reference = write(tmp_path / "reference", ACCURACY, **{"a/accuracy": summed(0.52)})
    one = CONFIG | {"seeds": [1]}
    for accuracy, status in ((0.52, "within"), (0.62, "within"), (0.635, "outside")):
        here = write(
            tmp_path / "here", {n: of[:1] for n, of in ACCURACY.items()}, one, **{"a/accuracy": summed(accuracy, 0.3)}
        )
        statuses = found(reference, here)
        assert statuses["a", "accuracy"] == status
        assert {statuses["a", name] for name in ("low", "high", "n_seeds")} == {"apart"}
        assert statuses["a", "1", "accuracy"] == "same"


def test_what_follows_from_other_numbers_is_no_fault_on_another_machine_and_one_on_the_same(tmp_path):
    reference = write(tmp_path / "reference", ACCURACY, **{"a/accuracy": summed(0.52)})
    here = write(tmp_path / "same", ACCURACY, **{"a/accuracy": summed(0.52, low=0.49)})
    assert found(reference, here)["a", "low"] == "differs"
    other = {name: [a + 0.001 for a in of] for name, of in ACCURACY.items()}
    here = write(tmp_path / "other", other, **{"a/accuracy": summed(0.52, low=0.49)})
    assert found(reference, here)["a", "low"] == "follows"


def test_an_undefined_number_is_the_same_as_an_undefined_one(tmp_path):
    accuracy = ACCURACY | {"b": [math.nan, 0.6, 0.6]}
    reference = write(tmp_path / "reference", accuracy)
    assert set(found(reference, write(tmp_path / "here", accuracy)).values()) == {"same"}
    here = write(tmp_path / "other", {"a": [0.501, 0.521, 0.541], "b": [0.6, math.nan, 0.601], "once": [0.301]})
    assert found(reference, here)["b", "2", "accuracy"] == "follows", "of another machine, and nothing to measure"


def test_missing_and_extra_rows_are_told(reference, tmp_path):
    here = write(tmp_path / "here", ACCURACY)
    (here / "statistics/b/accuracy_by_seed.csv").unlink()
    assert [found(reference, here)["b", s, ""] for s in "123"] == ["missing"] * 3
    numbers = compare(here, reference, Studies.read(here, reference))
    assert by_step(numbers).differs.tolist() == [3] and "extra" in {n.status for n in numbers}


def test_networks_and_seeds_that_one_of_both_has_not_are_left_out(reference, tmp_path):
    config = CONFIG | {"seeds": [1], "networks": {"a": {"tasks": ["x"]}, "new": {"tasks": ["x"]}}}
    here = write(tmp_path / "here", {"a": [0.50], "new": [0.2]}, config)
    assert found(reference, here) == {("a", "1", "accuracy"): "same"}
    assert Studies.read(reference, here).new_networks == ["new"]


def test_images_are_the_same_on_every_machine(tmp_path):
    row = {"dataset": "face", "split": "train", "images": 9, "luminance": 0.45, "contrast": 0.15, "spectral_slope": -2.67}
    row |= {"luminance_sd": 0.1, "contrast_sd": 0.1, "spectral_slope_sd": 0.1}
    for name, luminance in (("reference", 0.45), ("rounded", 0.4501), ("other", 0.4503)):
        write(tmp_path / name, ACCURACY)
        (tmp_path / name / "stimuli").mkdir()
        pd.DataFrame([row | {"luminance": luminance}]).to_csv(tmp_path / name / "stimuli/lowlevel.csv", index=False)
    for name, status in (("rounded", "same"), ("other", "differs")):
        numbers = compare(tmp_path / "reference", tmp_path / name, Studies.read(tmp_path / "reference", tmp_path / name))
        assert next(n.status for n in numbers if n.column == "luminance") == status


def test_a_third_of_a_step_outside_differs():
    from segregation.checking.compare import Number

    def numbers(outside: int, of: int):
        return [
            Number("train", "t", f"n={i}", "accuracy", 0.5, 0.6, True, None, 1, "outside" if i < outside else "within")
            for i in range(of)
        ]

    verdicts = {(k, n): by_step(numbers(k, n)).verdict[0] for k, n in ((4, 12), (5, 12), (5, 11))}
    assert verdicts == {(4, 12): "within spread", (5, 12): "differs", (5, 11): "within spread"}
    assert "5 of 12 numbers of train lie outside" in "\n".join(told(numbers(5, 12), by_step(numbers(5, 12))))


# ----- what cannot be compared ------------------------------------------------------------------------------------------


def test_another_configuration_is_named(reference, tmp_path):
    networks = CONFIG["networks"] | {"a": {"tasks": ["x"], "epochs": 3}}
    here = write(
        tmp_path / "here", ACCURACY, CONFIG | {"evaluation": {"pseudo_assignments": 9, "folds": 3}, "networks": networks}
    )
    with pytest.raises(
        InputError, match=r"(?s)evaluation.folds: 3 here, 10 in the.*networks.a.epochs: 3 here, nothing in the"
    ):
        Studies.read(reference, here)


def test_nothing_there_is_told(reference, tmp_path):
    with pytest.raises(InputError, match="no reference of this study; there is one of: reference"):
        Studies.read(tmp_path / "none", reference)
    with pytest.raises(InputError, match="no run of this study is finished here"):
        Studies.read(reference, tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a table that can be read"),
        ("network,task\na,x\n", "has no column accuracy"),
        ("network,task,readout,seed,accuracy\na,x,full,1,0.5\na,x,full,1,0.6\n", "two rows for network=a task=x"),
    ],
)
def test_a_bad_table_is_named(reference, tmp_path, text, message):
    here = write(tmp_path / "here", ACCURACY)
    (here / "statistics/a/accuracy_by_seed.csv").write_text(text)
    with pytest.raises(InputError, match=f"a/accuracy_by_seed.csv: {message}"):
        found(reference, here)


def test_a_word_in_place_of_a_number_differs(reference, tmp_path):
    here = write(tmp_path / "here", ACCURACY | {"a": ["half", 0.52, 0.54]})
    assert found(reference, here)["a", "1", "accuracy"] == "differs"


# ----- the reference of this project ------------------------------------------------------------------------------------


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


def test_one_seed_of_the_reference_lies_within_the_spread_of_the_others(tmp_path):
    """What the share of numbers outside their intervals, and the count of those that differ, are held to."""
    config = yaml.safe_load((REFERENCE / "config.yaml").read_text())
    config["networks"] = {name: of for name, of in config["networks"].items() if "seeds" not in of}
    numbers, shares = 0, []
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
        assert steps.numbers["evaluate_lesions"] == 217 and (steps.same == 0).all()
        assert (steps.differs == 0).all()
        numbers, shares = numbers + steps.numbers.sum(), [*shares, (steps.outside / steps.numbers).max()]
    text = " ".join((ROOT / "docs/check.md").read_text().split())
    assert f"0 of {numbers:,} numbers differ, and at most {100 * max(shares):.0f}% of a step's lie outside" in text


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
            seeds += list((wide[2] - wide[1]).dropna()) + list((wide[3] - wide[1]).dropna())
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
        assert (
            f"of {counted.numbers} {name} {counted.same} the same, {counted.within} within, {counted.outside} outside"
            in text
        )
    assert (steps.differs == 0).all()


def check(run: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, str(ROOT / "workflow/check.py"), str(run), str(REFERENCE)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


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


@pytest.mark.parametrize(("table", "column", "step"), BROKEN.values(), ids=BROKEN)
def test_a_number_broken_in_a_copy_of_the_reference_is_told_with_its_step(tmp_path, table, column, step):
    copy = Path(shutil.copytree(REFERENCE, tmp_path / "copy"))
    frame = pd.read_csv(copy / table)
    value = frame.loc[0, column]
    frame.loc[0, column] = "not tested" if isinstance(value, str) else value * 1.01 if column != "filter" else value + 1
    frame.to_csv(copy / table, index=False)
    numbers = compare(REFERENCE, copy, Studies.read(REFERENCE, copy))
    lines = list(told(numbers, by_step(numbers)))
    assert lines[-1] == f"Look at {step} first: nothing that comes before it differs."
    assert lines[-2].startswith(f"  {table}") and f": {column} " in lines[-2]
    (row,) = rows_of(numbers).to_dict("records")
    assert (row["step"], row["table"], row["column"], row["status"]) == (step, table, column, "differs")


def test_the_command_on_the_reference_itself_and_on_nothing(tmp_path):
    copy = Path(shutil.copytree(REFERENCE, tmp_path / "copy"))
    done = check(copy)
    assert done.returncode == 0 and "Everything that can be compared is the same." in done.stdout
    assert pd.read_csv(copy / "check.csv").empty
    (copy / "statistics/shared_filters_trend.csv").write_text("rho,p,n_layers\n-0.9,0.0002,13\n")
    done = check(copy)
    assert done.returncode == 1 and "Look at count_shared_filters first" in done.stdout
    assert pd.read_csv(copy / "check.csv").status.tolist() == ["differs"]
    done = check(tmp_path / "nothing")
    assert done.returncode == 2 and "Run make first" in done.stderr and "Traceback" not in done.stderr


def test_claims_over_other_seeds_are_shown_and_not_judged(tmp_path):
    copy = Path(shutil.copytree(REFERENCE, tmp_path / "copy"))
    config = yaml.safe_load((copy / "config.yaml").read_text()) | {"seeds": [1, 2]}
    (copy / "config.yaml").write_text(yaml.safe_dump(config))
    claims = pd.read_csv(copy / "claims.csv")
    claims.loc[0, "verdict"] = "not reproduced"
    claims.to_csv(copy / "claims.csv", index=False)
    studies = Studies.read(REFERENCE, copy)
    numbers = [number for number in compare(REFERENCE, copy, studies) if number.step == "judge_claims"]
    assert {number.status for number in numbers} == {"apart"} and rows_of(numbers).empty
    printed = list(told(numbers, by_step(numbers)))
    assert printed[3] == "1 claims have another verdict over these seeds; that is no fault by itself:"
    assert printed[4].startswith("  reproduced -> not reproduced: In the last convolutional layer")
