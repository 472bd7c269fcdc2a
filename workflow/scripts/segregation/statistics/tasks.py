"""Networks of more than two tasks: what the lesion for every task does to every task, and each pair of tasks on its own."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from segregation.statistics.bootstrap import interval
from segregation.statistics.segregation import Drops, segregation
from segregation.statistics.shared import compare_with_chance, count_by_seed

RANDOM = "random"


def matrix(drops: Drops, layers: list[str], severity: float, confidence: float) -> pd.DataFrame:
    """Return the drop of every task under the lesion for every task and under random ones: mean over seeds and interval.

    Columns: layer, lesion, task, drop, low, high, n_seeds (in which the drop is defined). Lesions are in the order of the
    tasks, random ones last where the layer has some at this severity.
    """
    rows = []
    for layer in layers:
        for lesion in [*drops.tasks, *([RANDOM] if RANDOM in drops.lesions(layer) else [])]:
            for task in drops.tasks:
                values = drops.of(task, layer, lesion, severity)
                mean, draws = drops.mean(values)
                low, high = interval(draws, confidence)
                row = {"layer": layer, "lesion": lesion, "task": task, "drop": float(mean)}
                rows.append(row | {"low": float(low), "high": float(high), "n_seeds": int((~np.isnan(values[0])).sum())})
    return pd.DataFrame(rows)


def pairs(drops: Drops, layers: list[str], severity: float, floor: float, confidence: float) -> pd.DataFrame:
    """Return the index of each pair of tasks, as if the network had these alone: what segregation() returns of each.

    Columns first and second stand before its own, in the order of the network's tasks. The lesions are those of the whole
    network; q controls the false discovery rate over the layers within a pair, task and variant.
    """
    frames = []
    for first, second in combinations(drops.tasks, 2):
        frame = segregation(replace(drops, tasks=[first, second]), layers, severity, floor, confidence)
        frames.append(frame.assign(first=first, second=second))
    table = pd.concat(frames, ignore_index=True)
    return table[["first", "second", *table.columns.drop(["first", "second"])]]


def shared_pairs(tops: dict[tuple[int, str, str], list[int]], filters: dict[str, int]) -> pd.DataFrame:
    """Return what the tops of both rankings of each pair of tasks share, by layer, beside what chance gives.

    tops maps (seed, layer, task) to the top filters of a ranking, filters each layer to its number of filters. Columns:
    first, second, and those of shared.compare_with_chance, whose q is over the layers of a pair. Raises ValueError as
    shared.count_by_seed does.
    """
    frames = []
    for pair in combinations(dict.fromkeys(task for *_, task in tops), 2):
        counts = count_by_seed({key: top for key, top in tops.items() if key[2] in pair})
        frames.append(compare_with_chance(counts, filters).assign(first=pair[0], second=pair[1]))
    table = pd.concat(frames, ignore_index=True)
    return table[["first", "second", *table.columns.drop(["first", "second"])]]
