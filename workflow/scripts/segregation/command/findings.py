"""What a run found, in sentences and, of more than two groups, in a table."""

from itertools import combinations

import pandas as pd

from segregation.command.settings import Settings
from segregation.figures.panels import effects_of
from segregation.report.finding import Main, lesions_of, percent, with_interval

RANDOM = "random"


def readable(name: str) -> str:
    """Return the name of a group in words."""
    return name.replace("_", " ")


def indices(asked: Settings, segregation: pd.DataFrame) -> list[str]:
    """Return the combined index of every pair of groups in the last layer, with its interval."""
    table = segregation[(segregation.readout == "full") & (segregation.variant == "contrast")]
    table = table[(table.layer == asked.layers[-1]) & (table.task == "combined")].set_index(["first", "second"])
    return [
        f"The segregation index of {readable(first)} and {readable(second)} in layer {asked.layers[-1]} is"
        f" {with_interval(table.loc[first, second], 'index')}."
        for first, second in combinations(asked.groups, 2)
    ]


def lesions(asked: Settings, effects: pd.DataFrame) -> str:
    """Return what is left of two groups under the lesions of the last layer, in words."""
    words = {name: readable(name) for name in asked.groups}
    told = effects[effects.readout == "full"].replace({"lesion": words, "task": words})
    return lesions_of(Main(asked.name, list(words.values()), asked.layers[-1], asked.evaluation["headline"]), told)


def matrix(asked: Settings, effects: pd.DataFrame) -> pd.DataFrame:
    """Return what is left of each group (columns) under each lesion (rows) of the last layer, as texts."""
    effects, groups = effects[effects.readout == "full"], list(asked.groups)
    rows = effects_of(effects, asked.layers[-1], asked.evaluation["headline"], [*groups, RANDOM])
    rows = rows.set_index(["lesion", "task"])

    def left(lesion: str, group: str) -> str:
        row = rows.loc[lesion, group]
        return f"{percent(row.normalised)} [{percent(row.low)}, {percent(row.high)}]"

    named = {lesion: f"filters for {readable(lesion)}" for lesion in groups} | {RANDOM: "random filters"}
    table = [
        {"silenced": name} | {readable(group): left(lesion, group) for group in groups} for lesion, name in named.items()
    ]
    return pd.DataFrame(table)
