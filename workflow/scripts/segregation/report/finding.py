"""What a study found, in three sentences whose numbers are those of its tables, whatever they are."""

from dataclasses import dataclass

import pandas as pd

from segregation.figures.comparison import interval_text
from segregation.statistics.claims import VERDICTS

COUNTED = dict(zip(VERDICTS, ("are reproduced", "in direction only", "are not", "were not tested"), strict=True))


@dataclass(frozen=True)
class Main:
    """The network of the sentences: its name, its tasks, its last lesioned layer, the severity of lesions."""

    network: str
    tasks: list[str]
    layer: str
    severity: float


def sentences(main: Main, tables: dict[str, pd.DataFrame], same_kind: tuple[str, list[str]] | None) -> list[str]:
    """Return them; tables: segregation, comparisons and effects of the main network, networks (all of two tasks), claims.

    same_kind: name and tasks of the network of two tasks of one kind, if there is one. Of a main network of more than two
    tasks, tables has in place of networks and claims its pairs.
    """
    if len(main.tasks) > 2:
        return [index_of(main, tables), lesions_of_many(main, tables["effects"]), of_pairs(main, tables["pairs"])]
    return [index_of(main, tables), lesions_of(main, tables["effects"]), beside(main, tables, same_kind)]


def index_of(main: Main, tables: dict[str, pd.DataFrame]) -> str:
    """Say the combined index of the last layer, and how far it lies above that of the first ones."""
    table = tables["segregation"]
    row = table[(table.layer == main.layer) & (table.task == "combined") & (table.variant == "contrast")].iloc[0]
    two = len(main.tasks) == 2
    said = f"In networks trained on {'both ' if two else ''}{listed(main.tasks)}, "
    said += f"the combined segregation index of layer {main.layer} is "
    said += f"{with_interval(row, 'index')} over {counted(row.n_seeds, 'seed')} "
    said += f"(0: lesions for a task hurt {'both' if two else 'it and the others'} alike, 1: that task alone)"
    rises = tables["comparisons"].query("comparison == 'last_minus_early'")
    if len(rises):
        said += f"; it exceeds that of the first layers by {with_interval(rises.iloc[0], 'estimate')}"
    return f"{said}."


def lesions_of(main: Main, effects: pd.DataFrame) -> str:
    """Say what is left of either task's performance under either task's lesion and under random ones."""
    at = effects[(effects.layer == main.layer) & ((effects.severity - main.severity).abs() < 1e-9)]
    left = at.set_index(["lesion", "task"]).normalised

    def leaves(lesion: str) -> str:
        return " and ".join(f"{percent(left.get((lesion, task)))} of {task} performance" for task in main.tasks)

    first, second = main.tasks
    said = f"Silencing the {percent(main.severity)} of that layer's filters that {first} needs most leaves {leaves(first)}; "
    return f"{said}those that {second} needs most leave {leaves(second)}, as many random ones {leaves('random')}."


def lesions_of_many(main: Main, effects: pd.DataFrame) -> str:
    """Say what is left of each task, and of the others on average, under its lesion, and of all under random ones."""
    at = effects[(effects.layer == main.layer) & ((effects.severity - main.severity).abs() < 1e-9)]
    left = at.set_index(["lesion", "task"]).normalised

    def mean(lesion: str, but: str | None = None) -> str:
        return percent(left.reindex([(lesion, task) for task in main.tasks if task != but]).mean(skipna=False))

    each = [f"{percent(left.get((t, t)))} of {t} and {mean(t, t)} of the others' performance" for t in main.tasks]
    said = f"Silencing the {percent(main.severity)} of that layer's filters that a task needs most leaves "
    return f"{said}{'; '.join(each)}. As many random ones leave {mean('random')} of all."


def of_pairs(main: Main, pairs: pd.DataFrame) -> str:
    """Say which two tasks are kept apart most, and which least."""
    at = pairs[(pairs.layer == main.layer) & (pairs.task == "combined") & (pairs.variant == "contrast")]
    at = at.dropna(subset="index").sort_values("index", kind="stable")
    if at.empty:
        return "Of no pair of its tasks is the index defined (too little is lost under the lesions)."
    least, most = (
        f"{row['first']} and {row.second} ({with_interval(row, 'index')})" for _, row in at.iloc[[0, -1]].iterrows()
    )
    return f"Of the pairs of its tasks, {most} are kept apart most, {least} least."


def beside(main: Main, tables: dict[str, pd.DataFrame], same_kind: tuple[str, list[str]] | None) -> str:
    """Say the index of other pairs of tasks, and how many of the claims of the sources hold here."""
    networks = tables["networks"].query("variant == 'contrast'").set_index("network")
    said = "Of "
    if same_kind and same_kind[0] in networks.index:
        name, (first, second) = same_kind
        index = with_interval(networks.loc[name], "index")
        said = f"Two tasks of one kind, {first} and {second}, have an index of {index}; of "
    verdicts = tables["claims"].verdict
    counts = [
        f"{(verdicts == verdict).sum()} {said_of}" for verdict, said_of in COUNTED.items() if (verdicts == verdict).any()
    ]
    return f"{said}{len(verdicts)} claims of the paper and its sources, {listed(counts)}."


def with_interval(row: pd.Series, column: str) -> str:
    """Return a value with its interval, or that it is undefined."""
    if pd.isna(row[column]):
        return "undefined (too little is lost under the lesions)"
    return interval_text(row[column], row.low, row.high)


def percent(share: float | None) -> str:
    """Return a share as a percentage, without decimals."""
    return "an unknown share" if share is None or pd.isna(share) else f"{100 * share:.0f}%"


def counted(n: int, what: str) -> str:
    """Return a number and what is counted, in the plural where there is not one."""
    return f"{n:.0f} {what}{'' if n == 1 else 's'}"


def listed(words: list[str]) -> str:
    """Return words with commas and an 'and'."""
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])
