"""What the explorer of the page draws: performance and index by network, layer, ranking and severity, preferred stimuli."""

import math

import numpy as np
import pandas as pd

from segregation.figures.style import colour
from segregation.report.pictures import of_array

EFFECTS = ["layer", "lesion", "severity", "task", "normalised", "low", "high"]
INDEX = ["layer", "ranking", "severity", "task", "index", "low", "high"]
PAIRS = ["layer", "first", "second", "index", "low", "high"]
RANDOM = "random"


def explored(name: str, tasks: list[str], layers: list[str], tables: dict[str, pd.DataFrame]) -> dict:
    """Return what there is to explore of a network; tables: effects, by_severity, accuracy and, of many tasks, pairs.

    layers: of each its rankings; effects, index and pairs: rows of EFFECTS, INDEX and PAIRS (of the contrast index), in the
    page as arrays; intact: top-1 of each task. pairs are of the greedy ranking at the severity of the figures.
    """
    effects, index, accuracy = tables["effects"], tables["by_severity"], tables["accuracy"]
    index = index[index.variant == "contrast"]
    rankings = {layer: [*dict.fromkeys(index.ranking[index.layer == layer])] for layer in layers}
    intact = accuracy[accuracy.readout == "full"].set_index("task").accuracy
    return {
        "name": name,
        "tasks": tasks,
        "colours": [colour(task, tasks) for task in tasks],
        "layers": [{"name": layer, "rankings": [*rankings[layer], RANDOM]} for layer in layers],
        "severities": sorted(set(index.severity)),
        "intact": {task: _number(intact[task]) for task in tasks},
        "effects": _rows(effects[EFFECTS]),
        "index": _rows(index[INDEX]),
        "pairs": _pairs(tables["pairs"]) if "pairs" in tables else [],
    }


def stimuli(table: pd.DataFrame, synthesised: np.ndarray, strongest: np.ndarray) -> list[dict]:
    """Return the preferred stimuli of filters: layer, task, place, filter, share (of the own task), and images as uris.

    table has a row a filter, synthesised (m, size, size, 3) and strongest (m, n, size, size, 3) are its images, uint8.
    """
    return [
        {
            "layer": row.layer,
            "task": row.task,
            "place": int(row.place),
            "filter": int(row.filter),
            "share": _number(row.share_own),
            "synthesised": of_array(made),
            "strongest": [of_array(image) for image in seen],
        }
        for row, made, seen in zip(table.itertuples(), synthesised, strongest, strict=True)
    ]


def _pairs(table: pd.DataFrame) -> list[list]:
    return _rows(table.loc[(table.variant == "contrast") & (table.task == "combined"), PAIRS])


def _rows(frame: pd.DataFrame) -> list[list]:
    return [[_number(v) if isinstance(v, float) else v for v in row] for row in frame.itertuples(index=False, name=None)]


def _number(value: float) -> float | None:
    """Return a number as JSON can say it, to four decimals."""
    return None if math.isnan(value) else round(float(value), 4)
