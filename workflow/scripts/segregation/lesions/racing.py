"""The greedy search's rounds as races: candidates meet more and more images until the best can be told from the others.

What silencing a candidate does to an image changes little from one round to the next. So a race measures the change: the
loss of each candidate is predicted for all images from the rounds in which it was computed last, and those images that it
meets tell by how much the prediction is wrong (the difference estimator of survey sampling: Cochran, 1977, chapter 7).
"""

from collections.abc import Sequence

import torch

from segregation.lesions.engine import Engine

FIRST, GROWTH = 1 / 16, 1.3  # share of the images in the first heat, and of all seen images from one heat to the next
LEAST = 8  # images: a spread of fewer says little


class Race:
    """The races of one ranking.

    effects, (n_units, n_images), is by how much each unit raised the loss of each image when it was last computed, in nats;
    it is what a killed search needs to go on.
    """

    def __init__(self, engine: Engine, targets: torch.Tensor, at: torch.Tensor, places: int, error_rate: float):
        self.engine, self.targets, self.at = engine, targets, at
        self.places, self.error_rate = places, error_rate
        # Targets that are no classes, as metrics of other kinds have, tell no image from another.
        named = targets.ndim == 1 and not targets.is_floating_point()
        self.classes = targets.cpu() if named else torch.zeros(len(targets), dtype=torch.long)
        self.effects = torch.zeros(engine.n_units, len(at), dtype=torch.float64)

    def run(self, number: int, taken: Sequence[int], candidates: Sequence[int]) -> tuple[list[float], int]:
        """Return the mean cross-entropy of each candidate in a round, estimated, and how many pairs were computed.

        After each heat, a candidate drops out (-inf) when as many others as there are places are each ahead of it by more
        than the limit of Student's t for paired differences, at the error rate over candidates and heats. Images are drawn
        without replacement: the limit shrinks to none with the share of the images that were seen. (Races as in Maron and
        Moore, 1994, with Student's limits in place of Hoeffding's.)
        """
        n, units = len(self.at), torch.tensor(candidates)
        expected = self.effects[units]
        shown, alive, pairs = torch.zeros_like(expected), torch.arange(len(units)), 0
        order, seen, without = self._order(number), 0, torch.zeros(n, dtype=torch.float64)
        heats = self._heats(number)
        for until in heats:
            images = order[seen:until]
            found = self.engine.losses(self.targets, taken, units[alive].tolist(), self.at[images])
            seen, pairs, without[images] = until, pairs + found.pairs, found.without.double()
            shown[alive[:, None], images] = found.losses.double() - without[images]
            wrong = (shown - expected)[alive[:, None], order[:seen]]
            # What was not computed is as wrong, on average, as what was.
            self.effects[units[alive]] = expected[alive] + wrong.mean(1, keepdim=True)
            self.effects[units[alive][:, None], order[:seen]] = shown[alive[:, None], order[:seen]]
            means = expected[alive].mean(1) + wrong.mean(1)
            kept = self._left(means, wrong, len(heats))
            alive, means = alive[kept], means[kept]
            if len(alive) <= self.places:
                break
        estimates = torch.full((len(units),), -torch.inf, dtype=torch.float64)
        estimates[alive] = means + without[order[:seen]].mean()
        return estimates.tolist(), pairs

    def _left(self, means: torch.Tensor, wrong: torch.Tensor, n_heats: int) -> torch.Tensor:
        """Return which candidates are left; means is (n_candidates,), wrong (n_candidates, n_seen)."""
        from scipy.special import stdtrit  # a tenth of a short job to import, and only races need it

        seen, n_candidates = wrong.shape[1], len(means)
        covariance = torch.cov(wrong).reshape(n_candidates, n_candidates)
        variance = covariance.diagonal()[:, None] + covariance.diagonal() - 2 * covariance
        spread = variance.clamp(min=0).sqrt() / seen**0.5 * (1 - seen / len(self.at)) ** 0.5
        comparisons = max(1, n_candidates - self.places) * n_heats
        limit = stdtrit(seen - 1, 1 - self.error_rate / comparisons)
        ahead = means - means[:, None] > limit * spread  # column ahead of row
        return ahead.sum(1) < self.places

    def _heats(self, number: int) -> list[int]:
        """Return how many images have been seen after each heat of a round."""
        # Before anything is known of a unit, it must meet every class: it may serve a single one.
        n, classes = len(self.at), len(self.classes[self.at].unique()) if number == 1 else 0
        ends = [min(n, max(LEAST, classes, int(FIRST * n)))]
        while ends[-1] < n:
            ends.append(min(n, max(ends[-1] + 1, int(GROWTH * ends[-1]))))
        return ends

    def _order(self, number: int) -> torch.Tensor:
        """Return the order of the images in a round: drawn anew, each class in every beginning by its share."""
        rng = torch.Generator().manual_seed(number)
        shuffled = torch.randperm(len(self.at), generator=rng)
        targets, ranks = self.classes[self.at[shuffled]], torch.zeros(len(self.at))
        for target in targets.unique():
            own = (targets == target).nonzero().squeeze(1)
            ranks[own] = (torch.arange(len(own)) + torch.rand(len(own), generator=rng)) / len(own)
        return shuffled[ranks.argsort(stable=True)]
