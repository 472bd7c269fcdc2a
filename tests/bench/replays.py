"""Races over orders of the same images: how often one chooses a filter that falls short by more than the tolerance.

All losses are computed once, along the exact order of the filters; races then meet what was computed. After each round
all go on from the exact choice, so that every round of every race is judged beside the same losses.
"""

from collections.abc import Iterator, Sequence

import torch

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.engine import Engine
from segregation.lesions.racing import Race
from segregation.lesions.seen import Losses
from segregation.lesions.shown import ranking_images

ORDERS, ERROR_RATE, TOLERANCE = 60, 0.1, 0.02
LAYERS = {128: ("conv3_1", "conv4_2", "conv5_1", "conv5_2", "conv5_3"), 512: ("conv4_2", "conv5_3")}  # by ranking images


class Recorded:
    """What an engine gives for half of a layer's filters, chosen one by one as an exact search does."""

    def __init__(self, engine: Engine, targets: torch.Tensor):
        self.n_units, every = engine.n_units, torch.arange(len(targets))
        self.first, self.rounds, self.chosen = engine.rises(targets, every), [], []
        while len(self.chosen) < (self.n_units + 1) // 2:
            found = engine.losses(targets, self.chosen, self.left, every)
            losses = torch.full((self.n_units, len(every)), torch.nan)
            losses[self.left] = found.losses
            self.rounds.append((losses, found.without))
            self.chosen.append(int(losses.double().mean(1).nan_to_num(-torch.inf).argmax()))

    @property
    def left(self) -> list[int]:
        """The filters that are not chosen yet."""
        return sorted({*range(self.n_units)} - {*self.chosen})

    def rises(self, _targets: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """Return what Engine.rises does."""
        return self.first[:, at]

    def losses(self, _targets, taken: Sequence[int], candidates: Sequence[int], at: torch.Tensor, _without) -> Losses:
        """Return what Engine.losses does, but for the number of pairs."""
        losses, without = self.rounds[len(taken)]
        return Losses(losses[candidates][:, at], without[at], 0)


class Reordered(Race):
    """A race over an order of the images that belongs to a seed."""

    seed = 0

    def _order(self, number: int) -> torch.Tensor:
        return super()._order(1000 * self.seed + number)


def shortfall(recorded: Recorded, targets: torch.Tensor, seed: int) -> float:
    """Return by how much less, at most, a filter raises the loss that a race chooses, as a share of what the best would."""
    rounds, worst = len(recorded.rounds), 0.0
    race = Reordered(recorded, targets, torch.arange(len(targets)), 1, rounds, ERROR_RATE, TOLERANCE)
    race.seed = seed
    for number, (losses, without) in enumerate(recorded.rounds):
        taken = recorded.chosen[:number]
        left = [unit for unit in range(recorded.n_units) if unit not in taken]
        estimates, _ = race.run(number + 1, taken, left)
        rises = losses[left].double().mean(1) - without.double().mean()
        worst = max(worst, 1 - float(rises[torch.tensor(estimates).argmax()] / rises.max()))
    return worst


def replays(network: torch.nn.Module, size: int, tasks: tuple[str, str], stores: list[str]) -> Iterator[dict]:
    """Yield a row for each number of ranking images, layer and task of a network that sees images of a size."""
    shown = {"tasks": tasks}
    opened = open_stores(shown, stores)
    for number, layers in LAYERS.items():
        for layer in layers:
            for task in tasks:
                of = ranking_images(shown, opened, task, number, 1)
                recorded = Recorded(Engine(network, layer, batches.centre(of.pixels, size)), of.targets)
                short = torch.tensor([shortfall(recorded, of.targets, seed) for seed in range(1, ORDERS + 1)])
                row = {"network": "default", "layer": layer, "task": task, "images": len(of), "orders": ORDERS}
                yield row | {"wrong": int((short > TOLERANCE).sum()), "worst": short.max().item()}
