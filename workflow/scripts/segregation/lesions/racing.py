"""The greedy search's rounds as races: candidates meet more and more images until the best can be told from the others.

What silencing a candidate does to an image changes little from one round to the next. So a race measures the change: the
loss of each candidate is predicted for all images from the rounds in which it was computed last, and those images that it
meets tell by how much the prediction is wrong (the difference estimator of survey sampling: Cochran, 1977, chapter 7).
"""

from collections.abc import Sequence

import torch

from segregation.lesions.engine import Engine

FIRST, GROWTH = 1 / 16, 1.5  # share of the images in the first heat, and of all seen images from one heat to the next
LEAST = 8  # images: a spread of fewer says little


class Race:
    """The races of one ranking.

    effects, (n_units, n_images), is by how much each unit raised the loss of each image when it was last computed, in nats;
    it is what a killed search needs to go on.
    """

    def __init__(self, engine: Engine, targets: torch.Tensor, at: torch.Tensor, places: int, error_rate: float):
        self.engine, self.targets, self.at = engine, targets, at
        self.places, self.error_rate = places, error_rate
        self.effects = torch.zeros(engine.parts.n_units, len(at), dtype=torch.float64)

    def run(self, number: int, taken: Sequence[int], candidates: Sequence[int]) -> tuple[list[float], int]:
        """Return the mean cross-entropy of each candidate in a round, estimated, and how many pairs were computed.

        After each heat, the candidates that are left are compared
        in pairs with the last of the `places` best: one that is behind by more than the limit of Student's t, at the error
        rate over all of them, drops out (-inf). Images are drawn without replacement, evenly over classes: the limit shrinks
        to none with the share of the images that were seen. A race with a bound a heat as in Maron and Moore (1994).
        """
        n, units = len(self.at), torch.tensor(candidates)
        expected = self.effects[units]
        shown, alive, pairs = torch.zeros_like(expected), torch.arange(len(units)), 0
        order, seen, without = self._order(number), 0, torch.zeros(n, dtype=torch.float64)
        while True:
            until = min(n, max(LEAST, int(FIRST * n), int(GROWTH * seen)))
            images = order[seen:until]
            found = self.engine.losses(self.targets, taken, units[alive].tolist(), self.at[images])
            seen, pairs, without[images] = until, pairs + found.pairs, found.without.double()
            shown[alive[:, None], images] = found.losses.double() - without[images]
            wrong = (shown - expected)[alive[:, None], order[:seen]]
            # What was not computed is as wrong, on average, as what was.
            self.effects[units[alive]] = expected[alive] + wrong.mean(1, keepdim=True)
            self.effects[units[alive][:, None], order[:seen]] = shown[alive[:, None], order[:seen]]
            means = expected[alive].mean(1) + wrong.mean(1)
            kept = self._left(means, wrong, n)
            alive, means = alive[kept], means[kept]
            if seen == n or len(alive) <= self.places:
                break
        estimates = torch.full((len(units),), -torch.inf, dtype=torch.float64)
        estimates[alive] = means + without[order[:seen]].mean()
        return estimates.tolist(), pairs

    def _left(self, means: torch.Tensor, wrong: torch.Tensor, n: int) -> torch.Tensor:
        """Return which candidates are left; means is (n_candidates,), wrong (n_candidates, n_seen)."""
        from scipy.special import stdtrit  # a tenth of a short job to import, and only races need it

        seen, places = wrong.shape[1], min(self.places, len(means))
        best = means.argsort(descending=True, stable=True)[:places]
        last = best[-1]
        spread = (wrong[last] - wrong).std(1) / seen**0.5 * (1 - seen / n) ** 0.5
        limit = stdtrit(seen - 1, 1 - self.error_rate / max(1, len(means) - places))
        kept = means[last] - means <= limit * spread
        kept[best] = True
        return kept

    def _order(self, number: int) -> torch.Tensor:
        """Return the order of the images in a round: drawn anew for each, every beginning as even over classes as can be."""
        shuffled = torch.randperm(len(self.at), generator=torch.Generator().manual_seed(number))
        targets, ranks = self.targets[self.at[shuffled]].cpu(), torch.zeros(len(self.at), dtype=torch.long)
        for target in targets.unique():
            own = (targets == target).nonzero().squeeze(1)
            ranks[own] = torch.arange(len(own))
        return shuffled[ranks.argsort(stable=True)]
