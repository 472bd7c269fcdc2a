"""A run held against a reference: the status of each number in cases counted by hand, and what cannot be compared."""

import math
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segregation.checking.compare import compare, equal
from segregation.checking.studies import Studies
from segregation.checking.summary import by_step, told
from segregation.steps.reporting import InputError

CONFIG = {
    "study": "small",
    "seeds": [1, 2, 3],
    "datasets": {"x": {"classes": 4}, "y": {"classes": 4}},
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


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6))
def test_what_is_written_twice_is_the_same(value):
    assert equal(float(f"{value:.6g}"), value) and equal(value, float(f"{value:.6g}"))


def test_what_is_the_same():
    assert equal(math.nan, math.nan) and not equal(math.nan, 0.0) and not equal(0.0, math.nan)
    assert equal(0.083906, 0.0839061) and not equal(0.083906, 0.083910) and equal(1e-18, -2e-19)
    assert equal("reproduced", "reproduced") and not equal("reproduced", "direction only") and not equal("x", 1.0)
    assert equal(0.4484, 0.4485, rounded=True) and not equal(0.4484, 0.4486, rounded=True)


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


def test_sets_that_one_has_alone_are_left_out_and_common_ones_are_held_to_each_other(tmp_path):
    looks = [{"dataset": name, "split": "test", "luminance": 0.5, "contrast": 0.2, "spectral_slope": -1} for name in "xy"]
    looks = pd.DataFrame(looks).assign(**dict.fromkeys(("images", "luminance_sd", "contrast_sd", "spectral_slope_sd"), 1))
    one_set = CONFIG | {"datasets": {"x": {"classes": 4}}}
    folders = [write(tmp_path / name, ACCURACY, config) for name, config in (("reference", CONFIG), ("here", one_set))]
    for folder, rows in zip(folders, (looks, looks[:1]), strict=True):
        (folder / "stimuli").mkdir()
        rows.to_csv(folder / "stimuli/lowlevel.csv", index=False)
    assert {number.status for number in compare(*folders, Studies.read(*folders))} == {"same"}
    looks[:0].to_csv(folders[1] / "stimuli/lowlevel.csv", index=False)
    statuses = {(n.row, n.status) for n in compare(*folders, Studies.read(*folders)) if n.step == "render_images"}
    assert statuses == {("dataset=x split=test", "missing")}
    write(folders[1], ACCURACY, CONFIG | {"datasets": {"x": {"classes": 5}}})
    with pytest.raises(InputError, match=r"datasets\.x\.classes: 5 here, 4 in the reference"):
        Studies.read(*folders)


def test_what_is_made_with_several_seeds_alone_is_not_missed(tmp_path):
    rows = [{"seed": s, "quantity": "index", "task": "both", "value": 0.1 * s} for s in (1, 2, 3)]
    reference = write(tmp_path / "reference", ACCURACY)
    pd.DataFrame(rows).to_csv(reference / "statistics/seeds.csv", index=False)
    here = write(tmp_path / "here", {name: of[:1] for name, of in ACCURACY.items()}, CONFIG | {"seeds": [1]})
    assert {number.status for number in compare(reference, here, Studies.read(reference, here))} == {"same"}
    here = write(tmp_path / "three", ACCURACY)
    missed = [n for n in compare(reference, here, Studies.read(reference, here)) if n.status == "missing"]
    assert [n.step for n in missed] == ["compare_seeds"] * 3, "of three seeds it is"
