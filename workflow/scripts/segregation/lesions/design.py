"""Which filters are silenced together: the top of a ranking, or some at random."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segregation.steps.reporting import InputError


@dataclass
class Lesion:
    """A set of filters of one layer: what it is (a task, TASK_by_METHOD or random), its severity and number of its draw."""

    layer: str
    target: str
    severity: float
    draw: int
    filters: list[int]


def size_of(severity: float, n_filters: int) -> int:
    """Return the number of filters that a severity means in a layer: round(severity * n_filters), halves up."""
    return int(np.floor(severity * n_filters + 0.5))


def read_ranking(path: str | Path, n_filters: int) -> list[int]:
    """Return the filters of a ranking, first the one that is needed most. Raises InputError for a file that is none."""
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            filters = [int(row["filter"]) for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: not a ranking ({error!r}). Delete it; the workflow ranks the filters again.") from error
    if len(set(filters)) < len(filters) or not set(filters) <= set(range(n_filters)):
        raise InputError(f"{path}: not a ranking of {n_filters} filters. Delete it; the workflow ranks the filters again.")
    return filters


def layer_size(path: str | Path) -> int:
    """Return the number of filters of the layer that a ranking is of. Raises InputError for a file that is none."""
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return int(next(csv.DictReader(file))["n_filters"])
    except (OSError, UnicodeDecodeError, StopIteration, KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: not a ranking ({error!r}). Delete it; the workflow ranks the filters again.") from error


def read_scores(path: str | Path, n_filters: int) -> dict[tuple[str, str], list[int]]:
    """Return the filters by falling score for each (task, method) of a file of scores, ties by lower index, nan last.

    Raises InputError for a file that is none.
    """
    scores: dict[tuple[str, str], dict[int, float]] = {}
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                value = float(row["score"] or "nan")
                key = row["task"], row["method"]
                scores.setdefault(key, {})[int(row["filter"])] = -np.inf if np.isnan(value) else value
    except (OSError, UnicodeDecodeError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: not a file of scores ({error!r}). Delete it; the workflow makes it again.") from error
    if not scores or any(set(of_filters) != set(range(n_filters)) for of_filters in scores.values()):
        raise InputError(f"{path}: not the scores of {n_filters} filters. Delete it; the workflow makes it again.")
    return {key: sorted(of, key=lambda f: (-of[f], f)) for key, of in scores.items()}


def top_lesions(layer: str, task: str, ranking: list[int], severities: list[float], n_filters: int) -> list[Lesion]:
    """Return the lesions of a ranking's first filters. Raises InputError if it is shorter than a severity asks for."""
    needed = size_of(max(severities), n_filters)
    if len(ranking) < needed:
        raise InputError(
            f"The ranking of {layer} for {task} has {len(ranking)} of {n_filters} filters, but severity"
            f" {max(severities)} needs {needed}: raise ranking.until or lower evaluation.severities."
        )
    return [Lesion(layer, task, s, 0, ranking[: size_of(s, n_filters)]) for s in severities]


def random_lesions(
    layer: str, severities: list[float], draws: int, n_filters: int, rng: np.random.Generator
) -> list[Lesion]:
    """Return lesions of filters drawn uniformly without replacement, some draws a severity."""
    return [
        Lesion(layer, "random", s, draw, sorted(rng.choice(n_filters, size_of(s, n_filters), replace=False).tolist()))
        for s in severities
        for draw in range(draws)
    ]
