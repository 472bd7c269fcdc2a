"""What a check found, step by step, and where to look."""

from collections.abc import Iterator, Sequence

import pandas as pd

from segregation.checking.compare import APART, DIFFERS, EXTRA, FOLLOWS, MISSING, OUTSIDE, SAME, WITHIN, Number

WRONG = (DIFFERS, MISSING, EXTRA)
SHARE = 1 / 3  # of numbers outside their own intervals; with one seed of the reference left out it was 0.14 at most
ENOUGH = 12  # numbers of a step, of which a share says something
SHOWN = 8


def rows_of(numbers: Sequence[Number]) -> pd.DataFrame:
    """Return the numbers that were compared and are not the same, a row each: step, table, row, column, reference, here,
    tolerance, status.

    tolerance: how far a number may lie from the mean of the reference's seeds, by itself at 95%; nan without a spread.
    """
    columns = ["step", "table", "row", "column", "reference", "here", "tolerance", "status"]
    other = [n for n in numbers if n.status not in (SAME, APART)]
    values = [(n.step, n.table, n.row, n.column, n.reference, n.here, n.tolerance(), n.status) for n in other]
    return pd.DataFrame(values, columns=columns)


def by_step(numbers: Sequence[Number]) -> pd.DataFrame:
    """Return a row a step, in their order: step, verdict, numbers (compared), same, within, outside, differs, follows.

    differs counts missing and extra rows as well. verdict: differs, where there is one of these or a third of the numbers
    (of twelve or more) lie outside their own intervals; else same, if all are, or within spread; or not
    compared, where all are over other seeds and without a spread.
    """
    rows = []
    for step in dict.fromkeys(number.step for number in numbers):
        of_step = [number for number in numbers if number.step == step]
        kept = [number for number in of_step if number.status != APART]
        counts = {status: sum(n.status == status for n in kept) for status in (SAME, WITHIN, OUTSIDE, *WRONG, FOLLOWS)}
        wrong = sum(counts.pop(status) for status in WRONG)
        measured = counts[SAME] + counts[WITHIN] + counts[OUTSIDE]
        many = measured >= ENOUGH and counts[OUTSIDE] > SHARE * measured
        good = SAME if all(n.status == SAME for n in kept) else "within spread"
        verdict = DIFFERS if wrong or many else good if kept else "not compared"
        counts = {
            SAME: counts[SAME],
            WITHIN: counts[WITHIN],
            OUTSIDE: counts[OUTSIDE],
            DIFFERS: wrong,
            FOLLOWS: counts[FOLLOWS],
        }
        rows.append({"step": step, "verdict": verdict, "numbers": len(kept)} | counts)
    return pd.DataFrame(rows)


def told(numbers: Sequence[Number], steps: pd.DataFrame) -> Iterator[str]:
    """Yield the lines that a check prints."""
    yield steps.to_string(index=False)
    yield ""
    apart = sum(number.status == APART for number in numbers)
    if apart:
        yield f"{apart} numbers are over other seeds than the reference's, with no spread to be held against: not compared."
    if read := [n for n in numbers if n.column == "verdict" and n.status == APART and n.here != n.reference]:
        yield f"{len(read)} claims have another verdict over these seeds; that is no fault by itself:"
        yield from (f"  {n.reference} -> {n.here}: {n.row.removeprefix('claim=').rpartition(' table=')[0]}" for n in read)
    if (steps.verdict == DIFFERS).any():
        yield from _wrong(numbers, steps)
    elif other := next((n.step for n in numbers if n.comparable and n.status != SAME), None):
        yield f"Nothing differs by more than seeds do. The first step whose numbers are not the same: {other}."
    elif (steps.verdict == SAME).all():
        yield "Everything that can be compared is the same."
    else:
        yield "What is of the same seeds is the same; what is over other seeds lies within their spread."


def _wrong(numbers: Sequence[Number], steps: pd.DataFrame) -> Iterator[str]:
    first = steps[steps.verdict == DIFFERS].iloc[0]
    of_step = [n for n in numbers if n.step == first.step]
    wrong = [n for n in of_step if n.status in WRONG] or [n for n in of_step if n.status == OUTSIDE]
    if not first.differs:
        yield f"{first.outside} of {first.numbers} numbers of {first.step} lie outside their own intervals."
    for n in wrong[:SHOWN]:
        where = f"{n.table}, {n.row}" if n.row else n.table
        if n.status in (MISSING, EXTRA):
            yield f"  {where}: {'is not here' if n.status == MISSING else 'is not in the reference'}"
        else:
            yield f"  {where}: {n.column} {_said(n.here)}, in the reference {_said(n.reference)}"
    if len(wrong) > SHOWN:
        yield f"  ... and {len(wrong) - SHOWN} more"
    yield f"Look at {first.step} first: nothing that comes before it differs."


def _said(value: float | str | None) -> str:
    return "nothing" if value is None else value if isinstance(value, str) else f"{value:g}"
