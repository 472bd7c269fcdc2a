"""Effects of lesions and the segregation index of each layer, with intervals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segregation.statistics.bootstrap import (
    accuracies,
    draw_images,
    draw_seeds,
    interval,
    over_seeds,
    p_value,
)
from segregation.statistics.discovery import false_discovery
from segregation.statistics.index import drop, indices
from segregation.statistics.responses import Responses
from segregation.steps.randomness import generator

GREEDY = "greedy"  # the ranking that lesions called as a task are made by
EARLY = 4  # layers at the input that the last one is compared with


@dataclass
class Drops:
    """Drops of a network of two or more tasks, of the data and of bootstrap draws.

    by_task maps each task to (1 + draws, n_seeds, n_conditions), the data first; seeds is (draws, n_seeds).
    """

    tasks: list[str]
    responses: dict[str, Responses]
    by_task: dict[str, np.ndarray]
    seeds: np.ndarray

    def of(self, task: str, layer: str, lesion: str, severity: float) -> np.ndarray:
        """Return the drop of a task under a lesion, (1 + draws, n_seeds)."""
        return self.by_task[task][:, :, self.responses[task].index(layer, lesion, severity)]

    def of_others(self, task: str, layer: str, lesion: str, severity: float) -> np.ndarray:
        """Return the mean drop of all tasks but one under a lesion, (1 + draws, n_seeds): of two tasks that of the other."""
        return np.mean([self.of(other, layer, lesion, severity) for other in self.tasks if other != task], axis=0)

    def lesions(self, layer: str) -> set[str]:
        """Return the names of the lesions of a layer."""
        conditions = self.responses[self.tasks[0]].conditions
        return set(conditions.lesion[conditions.layer == layer])

    def rankings(self, layer: str) -> list[str]:
        """Return by what the filters of a layer were ranked for all tasks: greedy, and methods of scores."""
        lesions, (first, *others) = self.lesions(layer), self.tasks
        methods = {name.removeprefix(f"{first}_by_") for name in lesions if name.startswith(f"{first}_by_")}
        return [GREEDY, *sorted(m for m in methods if all(f"{task}_by_{m}" in lesions for task in others))]

    def pairs(self, layers: list[str], severity: float, ranking: str = GREEDY) -> tuple[np.ndarray, np.ndarray]:
        """Return own and others' drops of each task's lesion by a ranking, both (1 + draws, n_seeds, n_layers, n_tasks)."""
        suffix = "" if ranking == GREEDY else f"_by_{ranking}"
        own, cross = (
            [[drops(task, layer, task + suffix, severity) for task in self.tasks] for layer in layers]
            for drops in (self.of, self.of_others)
        )
        return tuple(np.moveaxis(np.array(values), (0, 1), (2, 3)) for values in (own, cross))

    def mean(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean over seeds in the data, (...), and in the draws, (draws, ...), of values as of() gives them."""
        equal = np.full((1, values.shape[1]), 1 / values.shape[1])
        return over_seeds(values[:1], equal)[0], over_seeds(values[1:], self.seeds)


def measure_drops(responses: dict[str, Responses], network: str, draws: int) -> Drops:
    """Return the drops of a network under every lesion; responses maps each of its tasks to what it answered."""
    by_task = {}
    for task, of_task in responses.items():
        drawn = draw_images(of_task.classes, draws, generator("bootstrap", "images", task))
        weights = np.concatenate([np.ones((1, len(of_task.classes)), np.float32), drawn])
        measured = accuracies(of_task.right, weights)
        by_task[task] = drop(measured, measured[:, :, [of_task.intact]])
    n_seeds = len(next(iter(responses.values())).right)
    seeds = draw_seeds(n_seeds, draws, generator("bootstrap", "seeds", network))
    return Drops(list(responses), responses, by_task, seeds)


def effects(drops: Drops, confidence: float) -> pd.DataFrame:
    """Return normalised performance (1 - drop) of each task under each lesion: the mean over seeds and its interval."""
    frames = []
    for task in drops.tasks:
        mean, draws = drops.mean(1 - drops.by_task[task])
        low, high = interval(draws, confidence)
        frame = drops.responses[task].conditions.assign(task=task, normalised=mean, low=low, high=high)
        frames.append(frame[frame.lesion != "none"])
    return pd.concat(frames, ignore_index=True)


def segregation(
    drops: Drops, layers: list[str], severity: float, floor: float, confidence: float, ranking: str = GREEDY
) -> pd.DataFrame:
    """Return the index of each layer, task and variant: mean over seeds, interval, p against 0 and its q over layers.

    n_seeds counts the seeds in which the index is defined. q controls the false discovery rate over the layers (Benjamini
    and Hochberg, 1995) within a task and variant.
    """
    frames = []
    for variant, values in indices(*drops.pairs(layers, severity, ranking), floor).items():
        mean, draws = drops.mean(values)
        low, high = interval(draws, confidence)
        p = np.where(np.isnan(mean), np.nan, p_value(draws))
        for k, task in enumerate([*drops.tasks, "combined"]):
            if variant == "pooled" and task != "combined":  # not defined
                continue
            columns = {"index": mean[:, k], "low": low[:, k], "high": high[:, k], "p": p[:, k]}
            columns["n_seeds"] = (~np.isnan(values[0, :, :, k])).sum(0)
            frame = pd.DataFrame({"layer": layers, "task": task, "variant": variant, **columns})
            frames.append(frame.assign(q=false_discovery(frame.p)))
    return pd.concat(frames, ignore_index=True)


def by_seed(drops: Drops, layers: list[str], severity: float, floor: float, seeds: list[int]) -> pd.DataFrame:
    """Return the index of each layer, task, variant and single seed."""
    frames = []
    for variant, values in indices(*drops.pairs(layers, severity), floor).items():
        for k, task in enumerate([*drops.tasks, "combined"]):
            frame = pd.DataFrame(values[0, :, :, k], index=pd.Index(seeds, name="seed"), columns=layers)
            frame = frame.melt(ignore_index=False, var_name="layer", value_name="index").reset_index()
            frames.append(frame.assign(task=task, variant=variant))
    return pd.concat(frames, ignore_index=True).dropna(subset="index")


def by_severity(drops: Drops, layers: list[str], severities: list[float], floor: float, confidence: float) -> pd.DataFrame:
    """Return what segregation() does, but for q, at each severity and for each ranking that a layer was lesioned by."""
    frames = []
    for ranking in dict.fromkeys(name for layer in layers for name in drops.rankings(layer)):
        ranked = [layer for layer in layers if ranking in drops.rankings(layer)]
        for severity in severities:
            frame = segregation(drops, ranked, severity, floor, confidence, ranking)
            frames.append(frame.assign(severity=severity, ranking=ranking))
    return pd.concat(frames, ignore_index=True).drop(columns="q")


def combined_draws(drops: Drops, layer: str, severity: float, floor: float) -> pd.DataFrame:
    """Return the combined index of a layer in the data (draw -1) and in each bootstrap draw: variant, draw, index."""
    frames = []
    for variant, values in indices(*drops.pairs([layer], severity), floor).items():
        mean, draws = drops.mean(values[:, :, 0, -1])
        index = np.concatenate([[mean], draws])
        frames.append(pd.DataFrame({"variant": variant, "draw": np.arange(len(index)) - 1, "index": index}))
    return pd.concat(frames, ignore_index=True)


def comparisons(drops: Drops, layers: list[str], severity: float, floor: float, confidence: float) -> pd.DataFrame:
    """Return differences in the last layer with interval and p; columns comparison, task and layer say of what.

    last_minus_early: combined index minus its mean over the first layers. The others are of drops: own_minus_random, of a
    task under its own lesion and under random ones; own_minus_other, of a task and of the other task, of more than two the
    mean of the others, under the first one's lesion; own_minus_other_by_METHOD, the same under the lesion by a method's
    scores; greedy_minus_METHOD, of a task under its greedy lesion and under that by a method's scores.
    """
    contrast = indices(*drops.pairs(layers, severity), floor)["contrast"][..., -1]
    early, last = layers[: min(EARLY, len(layers) - 1)], layers[-1]
    mean, draws = drops.mean(contrast)
    rows = {}
    if early:
        change = mean[-1] - np.nanmean(mean[: len(early)]), draws[:, -1] - _mean(draws[:, : len(early)])
        rows["last_minus_early", "combined"] = change
    for task in drops.tasks:
        own = drops.of(task, last, task, severity)
        rows["own_minus_random", task] = drops.mean(own - drops.of(task, last, "random", severity))
        rows["own_minus_other", task] = drops.mean(own - drops.of_others(task, last, task, severity))
        for lesion in sorted(name for name in drops.lesions(last) if name.startswith(f"{task}_by_")):
            method, by_scores = lesion.removeprefix(f"{task}_by_"), drops.of(task, last, lesion, severity)
            difference = by_scores - drops.of_others(task, last, lesion, severity)
            rows[f"own_minus_other_by_{method}", task] = drops.mean(difference)
            rows[f"greedy_minus_{method}", task] = drops.mean(own - by_scores)
    table = [
        {"comparison": name, "task": task, "layer": last, **_summary(*row, confidence)} for (name, task), row in rows.items()
    ]
    return pd.DataFrame(table)


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean of the defined values in a row; nan where there are none."""
    n = (~np.isnan(values)).sum(1)
    return np.divide(np.nansum(values, 1), n, out=np.full(len(values), np.nan), where=n > 0)


def _summary(estimate: float, draws: np.ndarray, confidence: float) -> dict:
    low, high = interval(draws, confidence)
    return {"estimate": float(estimate), "low": float(low), "high": float(high), "p": float(p_value(draws))}
