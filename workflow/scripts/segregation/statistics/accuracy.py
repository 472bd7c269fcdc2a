"""Top-1 accuracy of intact networks, and the dual-task network beside the single-task ones."""

import numpy as np
import pandas as pd

from segregation.randomness import generator
from segregation.responses import Responses
from segregation.statistics.bootstrap import accuracies, draw_images, draw_seeds, interval, over_seeds


def intact_accuracies(responses: Responses, network: str, task: str, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the accuracy of each seed, (n_seeds,), and bootstrap draws of their mean, (draws,).

    The draw of images belongs to the task alone and that of seeds to the network, so that networks compared on a task are
    paired over its images.
    """
    right = responses.right[:, :, [responses.intact]]
    images = draw_images(responses.classes, draws, generator("bootstrap", "images", task))
    seeds = draw_seeds(len(right), draws, generator("bootstrap", "seeds", network))
    return right.mean(1)[:, 0], over_seeds(accuracies(right, images), seeds)[:, 0]


def accuracy_rows(seeds: np.ndarray, draws: np.ndarray, confidence: float) -> dict:
    """Return the mean over seeds with its interval, as columns accuracy, low, high and n_seeds."""
    low, high = interval(draws, confidence)
    return {"accuracy": seeds.mean(), "low": float(low), "high": float(high), "n_seeds": len(seeds)}


def compare(
    measured: dict[tuple[str, str, str], tuple[np.ndarray, np.ndarray]], tasks: dict[str, list[str]], confidence: float
) -> pd.DataFrame:
    """Return a row for each network of two tasks and each network of one of them: accuracy of the first minus the second.

    measured maps (network, task, readout) to accuracies by seed and draws; tasks maps each network to its tasks.
    """
    rows = []
    for (network, task, readout), (seeds, draws) in measured.items():
        for single in (name for name, of_single in tasks.items() if of_single == [task] and len(tasks[network]) == 2):
            other_seeds, other_draws = measured[single, task, readout]
            low, high = interval(draws - other_draws, confidence)
            difference = seeds.mean() - other_seeds.mean()
            row = {"network": network, "single": single, "task": task, "readout": readout, "difference": difference}
            rows.append(row | {"low": float(low), "high": float(high), "n_seeds": len(seeds)})
    return pd.DataFrame(rows, columns=["network", "single", "task", "readout", "difference", "low", "high", "n_seeds"])
