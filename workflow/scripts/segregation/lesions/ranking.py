"""The greedy search for the filters of a layer that a task needs most."""

import csv
import json
import logging
import math
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from segregation.files import replacing
from segregation.lesions.engine import lesioned_scores

LOG = logging.getLogger("segregation")
EPSILON = 1e-9  # 0.29 * 100 filters are 29, whatever their product in floating point


@dataclass
class Choice:
    """A filter of a ranking: the round it was chosen in, and the loss with it and all chosen before silenced (nats)."""

    filter: int
    round: int
    loss: float


def mean_losses(behind: nn.Module, maps: torch.Tensor, targets: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy of the full softmax under each lesion, (n_lesions,), float64.

    maps is (n_images, n_filters, height, width), targets (n_images,), kept (n_lesions, n_filters) of 0 and 1.
    """
    total = torch.zeros(len(kept), dtype=torch.float64, device=maps.device)
    for lesions, images, scores in lesioned_scores(behind, maps, kept):
        of_block = targets[images].expand(len(scores), -1)
        losses = F.cross_entropy(scores.flatten(0, 1), of_block.flatten(), reduction="none")
        total[lesions] += losses.view(of_block.shape).double().sum(1)
    return total / len(targets)


def rank_filters(
    behind: nn.Module,
    maps: torch.Tensor,
    targets: torch.Tensor,
    step: float = 0.0,
    until: float = 0.5,
    state: Path | None = None,
    label: str = "",
) -> list[Choice]:
    """Rank the filters of a layer by greedy lesioning; the first is the one that the task needs most.

    Each round silences, together with all chosen before, every filter that is left, one at a time, and chooses those with
    the highest loss: max(1, floor(step * n_filters)) of them, ties by lower index. It ends when at least until * n_filters
    are chosen. maps is (n_images, n_filters, height, width), targets (n_images,). With state, a file, a killed search goes
    on after its last whole round. label stands before the progress bar that a terminal shows.
    """
    n_filters = maps.shape[1]
    a_round = max(1, int(step * n_filters + EPSILON))
    goal = math.ceil(until * n_filters - EPSILON)
    chosen = _resume(state)
    with tqdm(total=-(-goal // a_round), desc=label, unit="round", disable=None, leave=False) as bar:
        bar.update(chosen[-1].round if chosen else 0)
        while len(chosen) < goal:
            taken = [choice.filter for choice in chosen]
            left = [f for f in range(n_filters) if f not in taken]
            kept = torch.ones(len(left), n_filters, dtype=maps.dtype, device=maps.device)
            kept[:, taken] = 0
            kept[range(len(left)), left] = 0
            losses = mean_losses(behind, maps, targets, kept).tolist()
            order = sorted(range(len(left)), key=lambda i: (-losses[i], left[i]))[:a_round]
            number = chosen[-1].round + 1 if chosen else 1
            chosen += [Choice(left[i], number, losses[i]) for i in order]
            LOG.debug("round %d: filter %s, loss %.4f", number, [left[i] for i in order], losses[order[0]])
            bar.update()
            _keep(state, chosen)
    return chosen


def write_ranking(path: str | Path, chosen: list[Choice]) -> None:
    """Write a ranking as CSV: filter, round and loss, in the order of choice."""
    with Path(path).open("w", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Choice)], lineterminator="\n")
        table.writeheader()
        table.writerows(vars(choice) for choice in chosen)


def _keep(state: Path | None, chosen: list[Choice]) -> None:
    if state is not None:
        with replacing(state) as temporary:
            temporary.write_text(json.dumps([vars(choice) for choice in chosen]))


def _resume(state: Path | None) -> list[Choice]:
    if state is None or not state.exists():
        return []
    chosen = [Choice(**choice) for choice in json.loads(state.read_text())]
    LOG.info("going on after round %d", chosen[-1].round)
    return chosen
