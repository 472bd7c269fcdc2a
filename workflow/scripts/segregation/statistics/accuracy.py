"""Top-1 accuracy of intact networks, and the dual-task network beside the single-task ones."""

import numpy as np
import pandas as pd

from segregation.statistics.bootstrap import accuracies, draw_images, draw_seeds, interval, over_seeds
from segregation.statistics.responses import READOUTS, Responses, read
from segregation.steps.randomness import generator


def task_images(responses: Responses, task: str, draws: int) -> np.ndarray:
    """Return how often each image counts in each draw, (draws, n_images).

    The draw belongs to the task alone, so that networks compared on a task are paired over its images.
    """
    return draw_images(responses.classes, draws, generator("bootstrap", "images", task))


def intact_accuracies(responses: Responses, network: str, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the accuracy of each seed, (n_seeds,), and bootstrap draws of their mean, (draws,).

    images (draws, n_images) are those of task_images; the draw of seeds belongs to the network.
    """
    right = responses.right[:, :, [responses.intact]]
    seeds = draw_seeds(len(right), len(images), generator("bootstrap", "seeds", network))
    return right.mean(1)[:, 0], over_seeds(accuracies(right, images), seeds)[:, 0]


def accuracy_rows(seeds: np.ndarray, draws: np.ndarray, confidence: float) -> dict:
    """Return the mean over seeds with its interval, as columns accuracy, low, high and n_seeds."""
    low, high = interval(draws, confidence)
    return {"accuracy": seeds.mean(), "low": float(low), "high": float(high), "n_seeds": len(seeds)}


def accuracy_tables(
    responses: list[str], network: str, tasks: list[str], seeds: list[int], settings: dict
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the accuracy of an intact network by task and readout, that of each seed, and bootstrap draws.

    responses holds a file a seed; settings draws and confidence. A column "TASK READOUT" holds the draws of each.
    """
    rows, single, draws = [], [], {}
    for task in tasks:
        by_readout = {readout: read(responses, task, column, ["none"]) for readout, column in READOUTS.items()}
        images = task_images(by_readout["full"], task, settings["draws"])
        for readout, answered in by_readout.items():
            of_seeds, of_draws = intact_accuracies(answered, network, images)
            condition = {"network": network, "task": task, "readout": readout}
            about = {"classes": len(set(answered.classes)), "images": len(answered.classes)}
            rows.append(condition | accuracy_rows(of_seeds, of_draws, settings["confidence"]) | about)
            single += [condition | {"seed": s, "accuracy": a} for s, a in zip(seeds, of_seeds, strict=True)]
            draws[f"{task} {readout}"] = of_draws
    return pd.DataFrame(rows), pd.DataFrame(single), pd.DataFrame(draws)


def compare(
    accuracy: pd.DataFrame, draws: dict[str, pd.DataFrame], tasks: dict[str, list[str]], confidence: float
) -> pd.DataFrame:
    """Return a row for each network of two tasks and each network of one of them: accuracy of the first minus the second.

    accuracy has the columns network, task, readout, accuracy, n_seeds and classes; draws maps each network to a frame with a
    column "TASK READOUT" of bootstrap draws; tasks maps each network to its tasks. Where a network leaves classes out
    (classes < single_classes), the difference is not of the same images, so its interval is that of unpaired draws.
    """
    rows = []
    for own in accuracy.itertuples():
        if len(tasks[own.network]) < 2:
            continue
        same = accuracy[(accuracy.task == own.task) & (accuracy.readout == own.readout)]
        for single in same[[tasks[name] == [own.task] for name in same.network]].itertuples():
            column = f"{own.task} {own.readout}"
            low, high = interval((draws[own.network][column] - draws[single.network][column]).to_numpy(), confidence)
            row = {"network": own.network, "single": single.network, "task": own.task, "readout": own.readout}
            row |= {"difference": own.accuracy - single.accuracy, "low": float(low), "high": float(high)}
            rows.append(row | {"n_seeds": own.n_seeds, "classes": own.classes, "single_classes": single.classes})
    columns = ["network", "single", "task", "readout", "difference", "low", "high", "n_seeds", "classes", "single_classes"]
    return pd.DataFrame(rows, columns=columns)
