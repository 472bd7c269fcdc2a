"""results/README.md: every table that the workflow writes, every column of it, and what each is."""

import re
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from studies import ROOT

PAGE = (ROOT / "results/README.md").read_text()
# No set of the tiny study is from disk, and it has no reference.
ELSEWHERE = (*(f"datasets/SET.{name}.csv" for name in ("selection", "passed_over", "report")), "check.csv")
# Of networks of more than two tasks, which it has none of either; test_many.py holds them to the page.
OF_MANY = [f"statistics/NETWORK/{name}.csv" for name in ("READOUT/matrix", "READOUT/pairs", "shared_pairs")]
OF_MANY += [f"figures/extra_matrix_{panel}.csv" for panel in "abc"]
# Of several seeds, and of networks of several widths; the references have them.
OF_SIZES = ["statistics/seeds.csv", "statistics/seeds_correlations.csv"]
OF_SIZES += [f"figures/extra_{figure}_{panel}.csv" for figure in ("seeds", "capacity") for panel in "ab"]


def cells(title: str) -> list[list[str]]:
    """Return the rows of the tables of a section, without their headings."""
    section = re.search(rf"(?ms)^## {title}\n(.*?)(?=^## |\Z)", PAGE)[1]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


LISTED = {
    name: set(re.findall(r"`([^`]+)`", row[-1])) for row in cells("Tables") for name in re.findall(r"`([^`]+)`", row[0])
}
EXPLAINED = [name for row in cells("Columns") for name in re.findall(r"`([^`]+)`", row[0])]


def pattern(name: str) -> re.Pattern:
    """Return what paths a table of the page stands for."""
    return re.compile(re.sub(r"[A-Z]{3,}", "[^/.]+", re.escape(name)))


def tables(folder: Path) -> dict[str, list[str]]:
    """Return the columns of all tables below a folder, by their paths in it."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".csv", ".parquet")]
    read = {path: pd.read_csv(path, nrows=5) if path.suffix == ".csv" else pd.read_parquet(path) for path in paths}
    return {path.relative_to(folder).as_posix(): list(frame.columns) for path, frame in read.items()}


def wrong(found: dict[str, list[str]]) -> list[str]:
    """Return what is not as the page says of tables, by path."""
    faults = []
    for path, columns in found.items():
        names = [name for name in LISTED if pattern(name).fullmatch(path)]
        if len(names) != 1:
            faults.append(f"{path} is listed {len(names)} times")
        elif "TASK READOUT" in LISTED[names[0]]:
            faults += [f"{path}: {column}" for column in columns if not re.fullmatch(r"\w+ (full|masked)", column)]
        elif LISTED[names[0]] != set(columns) or len(set(columns)) < len(columns):
            faults.append(f"{path}: {LISTED[names[0]] ^ set(columns)}")
    return faults


def test_every_table_of_a_study_is_as_the_page_says(tiny):
    found = {p: c for p, c in tables(tiny / "results/tiny").items() if p.split("/")[0] not in ("logs", "benchmarks")}
    assert len(found) > 100 and wrong(found) == []
    missing = [name for name in LISTED if not any(pattern(name).fullmatch(path) for path in found)]
    missing = [name for name in missing if not name.startswith("reference/")]
    of_others = {*OF_MANY, *OF_SIZES}
    assert [name for name in missing if name not in of_others] == list(ELSEWHERE) and of_others <= set(missing)


def test_every_table_of_the_reference_is_as_the_page_says():
    reference = ROOT / "results/reference"
    for study in ("default", "photos", "capacity", "gpu", "machines/avx2"):
        assert wrong(tables(reference / study)) == [], study
    others = {
        f"reference/{path}": columns
        for path, columns in tables(reference).items()
        if not path.startswith(("default/", "photos/", "capacity/", "gpu/", "machines/"))
    }
    assert len(others) > 5 and wrong(others) == []
    assert {name for name in LISTED if name.startswith("reference/")} == set(others)


def test_tables_that_the_tiny_study_has_not_are_as_the_page_says():
    from segregation.checking.summary import rows_of
    from segregation.sources.findings import as_table
    from segregation.sources.selection import Chosen

    names = {"class" if field.name == "class_name" else field.name for field in fields(Chosen)}
    found = [names, {"suffix", "files"}, set(as_table([]).columns), set(rows_of([]).columns)]
    assert [LISTED[name] for name in ELSEWHERE] == found


def test_every_column_is_explained_once_and_every_explanation_is_of_a_column():
    columns = set().union(*LISTED.values())
    assert len(EXPLAINED) == len(set(EXPLAINED)) and columns == set(EXPLAINED), columns ^ set(EXPLAINED)


UNITS = {name: row[1] for row in cells("Columns") for name in re.findall(r"`([^`]+)`", row[0])}


def measured(folder: Path) -> tuple[set[str], set[str]]:
    """Return the columns of the tables below a folder that hold fractions, and all that hold numbers."""
    fractions, numbers = set(), set()
    for path in (path for path in folder.rglob("*") if path.suffix in (".csv", ".parquet") and "logs" not in path.parts):
        frame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
        frame = frame.rename(columns=lambda name: "TASK READOUT" if " " in name else name)
        for name, values in ((name, values.dropna()) for name, values in frame.items() if len(values.dropna())):
            if values.dtype.kind in "if":
                numbers.add(name)
            if values.dtype.kind == "f" and (values % 1 != 0).any():
                fractions.add(name)
    return fractions, numbers


def test_what_is_no_name_or_count_has_a_unit(tiny):
    """All that is a fraction in some table has a unit, and nothing has one that is a number in no table."""
    fractions, numbers = (
        set.union(*sets) for sets in zip(measured(tiny / "results/tiny"), measured(ROOT / "results/reference"), strict=True)
    )
    assert [name for name in sorted(fractions) if not UNITS[name]] == []
    assert [name for name, unit in UNITS.items() if unit and name not in numbers] == []


@pytest.mark.parametrize("name", ["claims.csv", "statistics/NETWORK/READOUT/effects.csv", "figures/figure_2b.csv"])
def test_a_column_of_another_name_would_be_found(name):
    path, columns = re.sub("[A-Z]{3,}", "dual", name), sorted(LISTED[name])
    assert wrong({path: columns}) == []
    assert wrong({path: [*columns[1:], "misnamed"]}) and wrong({path: columns[1:]}) and wrong({"new.csv": columns})
