"""Images listed in a table: their paths and classes, and perhaps their splits."""

import csv
import posixpath
from pathlib import Path

from segregation.sources.offers import Listing, Offer, need_root
from segregation.sources.selection import SPLITS
from segregation.steps.reporting import InputError
from segregation.steps.text import normal, unprintable

EXPECTED = "a CSV file with the columns path (relative to datasets.*.root) and class, and perhaps split"
NAMED = 10  # lines in a message


def offer(root: Path, parameters: dict) -> Offer:
    """Return the images that the CSV file parameters["table"] lists; with a column split, its splits are taken as they are.

    Raises InputError, with the lines, for a path that is empty, listed twice or outside the root, and for a class or split
    that cannot be. That the files exist is not looked up here.
    """
    need_root(root, "the folder below which the images of datasets.*.table lie")
    if not parameters.get("table"):
        raise InputError(f"{root}: source table needs datasets.*.table, {EXPECTED}.")
    table = Path(parameters["table"])
    rows, split = _read(table)
    listings: dict[str, Listing] = {name: {} for name in SPLITS}
    faults, lines = [], {}
    for number, row in rows:
        path = _relative(row["path"], root)
        if fault := _fault(row, path, lines.get(normal(path))):
            faults.append(f"line {number}: {fault}")
            continue
        lines[normal(path)] = number
        listings[row.get("split", "train")].setdefault(normal(row["class"]), []).append(path)
    if faults or not rows:
        more = [f"and {len(faults) - NAMED} more"] if len(faults) > NAMED else []
        raise InputError(f"{table}: expected {EXPECTED}:\n" + "\n".join([*faults[:NAMED], *more] or ["no images"]))
    for listing in listings.values():
        for paths in listing.values():
            paths.sort(key=normal)
    return Offer(**listings) if split else Offer(listings["train"])


def _read(table: Path) -> tuple[list[tuple[int, dict[str, str]]], bool]:
    """Return the rows with the numbers of their lines, and whether they have splits."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            columns = [column.strip() for column in reader.fieldnames or []]
            reader.fieldnames = columns
            if missing := {"path", "class"} - set(columns):
                raise InputError(f"{table}: no column {' and '.join(sorted(missing))}; expected {EXPECTED}.")
            kept = [column for column in ("path", "class", "split") if column in columns]
            rows = [(reader.line_num, {column: (row[column] or "").strip() for column in kept}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{table}: cannot be read ({error}); expected {EXPECTED}.") from error
    return rows, "split" in columns


def _relative(path: str, root: Path) -> str:
    """Return a path with slashes, relative to the root where it lies below it."""
    path, top = posixpath.normpath(path.replace("\\", "/")), root.absolute().as_posix()
    inside = posixpath.relpath(path, top) if path.startswith("/") else path
    return path if inside.startswith("..") else inside


def _fault(row: dict[str, str], path: str, before: int | None) -> str:
    """Return what is wrong with a row; nothing where it can be used."""
    if empty := [column for column, cell in row.items() if not cell]:
        return f"no {' and no '.join(empty)}"
    if path.startswith(("/", "../")) or path == "..":
        return f"{row['path']} is not below the root"
    if unprintable(path) or unprintable(row["class"]):
        return f"{row['path']!r} of class {row['class']!r} holds a newline or the like"
    if before:
        return f"{row['path']} is in line {before} already"
    if "/" in row["class"] or row["class"].startswith("."):
        return f"class {row['class']} has a slash or begins with a dot"
    if row.get("split", "train") not in SPLITS:
        return f"split {row['split']} is none of {', '.join(SPLITS)}"
    return ""
