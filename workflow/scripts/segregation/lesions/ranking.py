"""The greedy search for the units of a layer that a task needs most."""

import csv
import logging
import math
from dataclasses import dataclass, fields
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from segregation.lesions import given
from segregation.lesions.engine import Engine
from segregation.lesions.register import SEARCHES
from segregation.lesions.seen import Metric, Prepare, cross_entropy
from segregation.steps.files import replacing
from segregation.steps.limits import NEVER, Limit
from segregation.steps.reporting import InputError

LOG = logging.getLogger("segregation")
EPSILON = 1e-9  # 0.29 * 100 filters are 29, whatever their product in floating point


@dataclass
class Choice:
    """A filter of a ranking: the round it was chosen in, and the loss with it and all chosen before silenced.

    pairs is the number of pairs of an image and a candidate (or none) whose loss was computed in this round, n_filters the
    number of the layer's filters.
    """

    filter: int
    round: int
    loss: float
    pairs: int
    n_filters: int


def rank_filters(
    network: nn.Module,
    layer: str,
    images: torch.Tensor,
    targets: torch.Tensor,
    *,
    prepare: Prepare | None = None,
    step: float = 0.0,
    until: float = 0.5,
    search: str = "exact",
    error_rate: float = 0.1,
    tolerance: float = 0.02,
    baseline: torch.Tensor | None = None,
    memory: int | None = None,
    precision: str = "float32",
    units: str | int = "channels",
    axis: int | None = None,
    metric: Metric = cross_entropy,
    way: str | None = None,
    state: Path | None = None,
    label: str = "",
) -> list[Choice]:
    """Rank the filters of a layer by greedy lesioning; the first is the one that the task needs most.

    Each round silences, together with all chosen before, every filter that is left, one at a time, and chooses those with
    the highest mean loss over the images, by the metric: max(1, floor(step * n_filters)) of them, ties by lower index. It
    ends when at least until * n_filters are chosen. images (n, ...) and targets (n,), int64, are of one task; prepare turns
    the images into what the network takes. Search "racing" leaves candidates out as soon as they cannot be among the best,
    but for an error rate and a tolerance (racing.Race); baseline, memory, precision, units, axis, metric and way are those
    of Engine. With state, a file, a killed search goes on after its last whole round and ends the same. label stands before
    the progress bar that a terminal shows.

    Raises InputError as Engine does, and for targets that are no outputs of the network.
    """
    engine = Engine(
        network, layer, images, prepare, baseline, memory, precision, units=units, axis=axis, metric=metric, way=way
    )
    return rank(engine, targets, step, until, search, error_rate, tolerance, state, label)


def rank(
    engine: Engine,
    targets: torch.Tensor,
    step: float = 0.0,
    until: float = 0.5,
    search: str = "exact",
    error_rate: float = 0.1,
    tolerance: float = 0.02,
    state: Path | None = None,
    label: str = "",
    at: torch.Tensor | None = None,
    limit: Limit = NEVER,
) -> list[Choice]:
    """Return what rank_filters does, for an engine and the targets (n,) of its images, or for those at some positions.

    Where another round like the longest would end past the limit, the process ends with the status limits.EXIT.
    """
    if search not in SEARCHES:
        raise InputError(f"There is no search '{search}'; there are {', '.join(SEARCHES)}.")
    for name, value in (("step", step), ("until", until), ("error_rate", error_rate), ("tolerance", tolerance)):
        given.check_share(name, value)
    targets = engine.check_targets(targets)
    at = torch.arange(len(targets)) if at is None else given.positions_of(at, len(targets))
    n_filters = engine.n_units
    a_round = max(1, int(step * n_filters + EPSILON))
    goal = min(n_filters, math.ceil(until * n_filters - EPSILON))
    chooses = SEARCHES[search]
    rounds = -(-goal // a_round)
    race = resolve_name(chooses)(engine, targets, at, a_round, rounds, error_rate, tolerance) if chooses else None
    what = [engine.layer, n_filters, len(at), search, a_round]
    chosen, longest = _resume(state, race, what), 0.0
    with tqdm(total=rounds, desc=label, unit="round", disable=None, leave=False) as bar:
        bar.update(chosen[-1].round if chosen else 0)
        while len(chosen) < goal:
            limit.stop_if_near(longest)
            began = limit.clock()
            taken = [choice.filter for choice in chosen]
            left = sorted(set(range(n_filters)) - set(taken))
            number = chosen[-1].round + 1 if chosen else 1
            if race:
                losses, pairs = race.run(number, taken, left)
            else:
                found = engine.losses(targets, taken, left, at)
                losses, pairs = found.losses.double().mean(1).tolist(), found.pairs
            order = sorted(range(len(left)), key=lambda i: (-losses[i], left[i]))[:a_round]
            chosen += [Choice(left[i], number, losses[i], pairs, n_filters) for i in order]
            LOG.debug("round %d: filter %s, loss %.4f", number, [left[i] for i in order], losses[order[0]])
            bar.update()
            _keep(state, chosen, race, what)
            longest = max(longest, limit.clock() - began)
    return chosen


def write_ranking(path: str | Path, chosen: list[Choice]) -> None:
    """Write a ranking as CSV: filter, round and loss, in the order of choice."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Choice)], lineterminator="\n")
        table.writeheader()
        table.writerows(vars(choice) for choice in chosen)


def _keep(state: Path | None, chosen: list[Choice], race: Any, what: list) -> None:
    if state is not None:
        with replacing(state) as temporary:
            kept = {"what": what, "chosen": [vars(choice) for choice in chosen]}
            torch.save(kept | ({"effects": race.effects, "without": race.without} if race else {}), temporary)


def _resume(state: Path | None, race: Any, what: list) -> list[Choice]:
    if state is None or not state.exists():
        return []
    kept = torch.load(state, weights_only=True)
    if kept["what"] != what:
        raise InputError(
            f"{state}: the state of another search ({kept['what']}, not {what}). Delete it, or name another file."
        )
    chosen = [Choice(**choice) for choice in kept["chosen"]]
    if race:
        race.effects, race.without = kept["effects"], kept.get("without")
    LOG.info("going on after round %d", chosen[-1].round)
    return chosen
