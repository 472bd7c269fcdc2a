"""The numbers of a run beside those of the reference."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from segregation.checking.spread import Spread, error_of, of_mean, of_seeds, pooled
from segregation.checking.studies import Studies
from segregation.checking.tables import TABLES, Table
from segregation.steps.reporting import InputError
from segregation.steps.tables import read_table

WRITTEN = 1e-5  # tables hold six significant digits, of which the last may be rounded otherwise
NOTHING = 1e-9  # a number below this is what sums that cancel leave
ROUNDED = 1.5e-4  # statistics of images have four decimals
LEVEL = 0.05
TRAINING = "train"
ON_ALL_MACHINES = ("render_images",)
SAME, WITHIN, OUTSIDE, DIFFERS, FOLLOWS, APART = "same", "within", "outside", "differs", "follows", "apart"
MISSING, EXTRA = "missing", "extra"
SEVERAL = 3  # seeds from which on the workflow compares them
Value = float | str | None


@dataclass
class Number:
    """A number or a word of a table, in the reference and in this run; None in one that has no such row."""

    step: str
    table: str
    row: str
    column: str
    reference: Value
    here: Value
    comparable: bool  # ought to be the same but for the machine
    spread: Spread | None = None
    m: int = 1  # seeds that it is the mean of
    status: str = ""

    @property
    def off(self) -> float:
        """How far it lies from the centre of the reference's seeds; nan where it is undefined."""
        return abs(self.here - self.spread.centre) if self.spread and not isinstance(self.here, str) else math.nan

    def tolerance(self, level: float = LEVEL) -> float:
        """Return how far it may lie from there, by itself at 95%; nan where no spread is known."""
        return self.spread.tolerance(self.m, level) if self.spread else math.nan


def compare(reference: Path, here: Path, studies: Studies) -> list[Number]:
    """Return all numbers of two folders that both have or ought to have, in the order of the steps, each with its status.

    Where most accuracies of single seeds are the same, both were computed alike, and what can be compared is same (equal as
    written) or differs. Elsewhere, as on another machine: same; within or outside its own 95% prediction interval; differs,
    outside the interval that holds all numbers in 95% of checks (Bonferroni), or images are not the same; follows, not the
    same, as is to be expected then, with no spread to hold it against. apart: over other seeds, without a spread, not
    compared. missing, extra: a row, or a column that names rows, which one of both has alone.

    Raises InputError for a table that cannot be read, lacks a column or has a row twice.
    """
    found = [number for table in TABLES for number in _numbers(table, reference, here, studies)]
    level = LEVEL / max(1, sum(not math.isnan(number.tolerance()) for number in found))
    alike = computed_alike(found)
    for number in found:
        number.status = _status(number, alike, level)
    return found


def computed_alike(numbers: Iterable[Number]) -> bool:
    """Return whether most accuracies of trained networks are the same: rounding that is other changes nearly all of them."""
    same = [equal(n.reference, n.here) for n in numbers if n.step == TRAINING and n.comparable and n.here is not None]
    return sum(same) > len(same) / 2


def equal(first: Value, second: Value, rounded: bool = False) -> bool:
    """Return whether two entries are the same as far as tables hold them, or some tables that round more."""
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) and math.isnan(second)
    return math.isclose(first, second, rel_tol=WRITTEN, abs_tol=ROUNDED if rounded else NOTHING)


def _status(number: Number, alike: bool, level: float) -> str:
    """Return the status of a number; alike: both were computed alike, level: of one number among all."""
    if number.here is None:
        return MISSING
    if number.reference is None and number.spread is None:
        return EXTRA
    if number.comparable:
        if equal(number.reference, number.here, number.step in ON_ALL_MACHINES):
            return SAME
        if alike or number.step in ON_ALL_MACHINES:
            return DIFFERS
    if math.isnan(number.tolerance()) or math.isnan(number.off):
        return FOLLOWS if number.comparable else APART
    if number.off > number.tolerance(level):
        return DIFFERS
    return WITHIN if number.off <= number.tolerance() else OUTSIDE


def _numbers(table: Table, reference: Path, here: Path, studies: Studies) -> Iterator[Number]:
    """Yield the numbers of the tables of one kind."""
    theirs, ours = _rows(reference, table), _rows(here, table)
    if table.several and not (theirs and len(studies.here["seeds"]) >= SEVERAL):
        return
    named = [[name for name in table.keys if any(name in row for row in rows.values())] for rows in (theirs, ours)]
    if theirs and ours and named[0] != named[1]:
        only = set(named[0]) ^ set(named[1])
        numbers = ("a column", None) if only <= set(named[0]) else (None, "a column")
        yield Number(table.step, table.pattern, f"column={', '.join(sorted(only))}", "", *numbers, True)
        return
    spreads = _spreads(table, theirs, studies)
    for key, row in theirs.items():
        if key in ours:
            yield from _of_row(table, key, row, ours[key], studies, spreads)
        elif studies.has(studies.here, row):
            yield Number(table.step, key[0], _said(table, key), "", "a row", None, True)
    for key, row in ours.items():
        if key in theirs:
            continue
        if studies.has(studies.reference, row):
            yield Number(table.step, key[0], _said(table, key), "", None, "a row", True)
        elif table.spread == "seeds" and _without_seed(table, key) in spreads:
            yield from _of_row(table, key, None, row, studies, spreads)


def _of_row(table: Table, key: tuple, theirs: dict | None, ours: dict, studies: Studies, spreads: dict) -> Iterator[Number]:
    spread = spreads.get(_without_seed(table, key) if table.spread == "seeds" else key)
    m = 1 if table.spread == "seeds" else studies.n_seeds(studies.here, ours)
    for column in (*table.values, *(table.rest if theirs else ())):
        comparable = theirs is not None and studies.comparable(table, ours, column)
        numbers = (theirs[column] if theirs else None), ours[column]
        own = (spread, m) if column in table.values else (None, 1)
        yield Number(table.step, key[0], _said(table, key), column, *numbers, comparable, *own)


def _rows(folder: Path, table: Table) -> dict[tuple, dict]:
    """Return the rows of the tables of one kind by file and keys."""
    rows = {}
    for path in sorted(folder.glob(table.pattern)):
        try:
            frame = read_table(path)
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: not a table that can be read ({error}). Delete it and make it again.") from error
        if lacking := {*table.values, *table.rest} - {*frame.columns}:
            raise InputError(
                f"{path}: has no column {', '.join(sorted(lacking))}. It was made by other code; make it again."
            )
        file = path.relative_to(folder).as_posix()
        for row in frame.to_dict("records"):
            key = file, *(_written(row.get(name, math.nan)) for name in table.keys)
            if key in rows:
                raise InputError(f"{path}: two rows for {_said(table, key)}. Delete it and make it again.")
            rows[key] = row
    return rows


def _written(value: Value) -> str:
    return value if isinstance(value, str) else "" if math.isnan(value) else f"{value:g}"


def _said(table: Table, key: tuple) -> str:
    return " ".join(f"{name}={value}" for name, value in zip(table.keys, key[1:], strict=True) if value)


def _without_seed(table: Table, key: tuple) -> tuple:
    return key[0], *(value for name, value in zip(table.keys, key[1:], strict=True) if name != "seed")


def _spreads(table: Table, rows: dict[tuple, dict], studies: Studies) -> dict[tuple, Spread]:
    """Return the spread of a table's value in the reference, by file and keys but for the seed."""
    if not table.spread:
        return {}
    (value,), found, group = table.values, {}, {}
    by_key: dict[tuple, list[dict]] = {}
    for key, row in rows.items():
        by_key.setdefault(_without_seed(table, key), []).append(row)
    for key, of_key in by_key.items():
        row = of_key[0]
        if table.spread == "seeds":
            found[key] = of_seeds(row[value] for row in of_key)
        else:
            error = row["sem"] if table.spread == "error" else error_of(row["low"], row["high"], studies.confidence)
            found[key] = of_mean(row[value], error, studies.n_seeds(studies.reference, row))
        group[key] = tuple(row[name] for name in table.pool)
    return pooled({key: spread for key, spread in found.items() if spread is not None}, group)
