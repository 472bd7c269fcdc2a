"""The tables of a run, from its responses and rankings: what the workflow computes, for every pair of groups."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pandas as pd

from segregation.statistics import segregation
from segregation.statistics.accuracy import accuracy_tables
from segregation.statistics.responses import READOUTS, read
from segregation.steps.tables import read_table

ONE = ["n_seeds", "network"]  # a run has one network: these say nothing


def accuracy(responses: str, groups: Sequence[str], settings: dict) -> pd.DataFrame:
    """Return top-1 accuracy of the intact network with its interval, by group (task) and readout."""
    table, _, _ = accuracy_tables([responses], "given", list(groups), [0], settings)
    return table.drop(columns=ONE)


def tables(responses: Sequence[str], groups: Sequence[str], layers: list[str], evaluation: dict, settings: dict) -> dict:
    """Return effects, segregation, segregation_by_severity and comparisons, by the readouts of the network.

    responses has a file a layer. All but effects are of pairs of groups, in the columns first and second; q is over the
    layers of a pair.
    """
    frames: dict[str, list[pd.DataFrame]] = {}
    for readout, column in READOUTS.items():
        answered = {group: read([responses], group, column) for group in groups}
        drops = segregation.measure_drops(answered, "given", settings["draws"])
        effects = segregation.effects(drops, settings["confidence"])
        frames.setdefault("effects", []).append(effects.assign(readout=readout))
        for pair in combinations(groups, 2):
            of_pair = dict(zip(("first", "second"), pair, strict=True)) | {"readout": readout}
            for name, frame in _of_pair(replace(drops, tasks=list(pair)), layers, evaluation, settings).items():
                frames.setdefault(name, []).append(frame.assign(**of_pair))
    return {name: _ordered(pd.concat(of_name, ignore_index=True)) for name, of_name in frames.items()}


def _of_pair(drops: segregation.Drops, layers: list[str], evaluation: dict, settings: dict) -> dict[str, pd.DataFrame]:
    how, headline = (settings["floor"], settings["confidence"]), evaluation["headline"]
    return {
        "segregation": segregation.segregation(drops, layers, headline, *how),
        "segregation_by_severity": segregation.by_severity(drops, layers, evaluation["severities"], *how),
        "comparisons": segregation.comparisons(drops, layers, headline, *how),
    }


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    table = table.drop(columns=[name for name in ONE if name in table])
    first = [name for name in ("readout", "first", "second") if name in table]
    return table[[*first, *table.columns.drop(first)]]


def rankings(files: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Return all rankings, by layer and group (task), from the file of each."""
    frames = [read_table(path).assign(layer=layer, task=group) for (layer, group), path in files.items()]
    table = pd.concat(frames, ignore_index=True)
    return table[["layer", "task", *table.columns.drop(["layer", "task"])]]
