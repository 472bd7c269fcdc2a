"""The greedy search's rounds as races: candidates meet more and more images until the best can be told from the others.

What silencing a candidate does to an image changes little from one round to the next. So a race measures the change: the
loss of each candidate is predicted for all images, at first from its gradient (Molchanov et al., 2017), then from the rounds
in which it was computed last, and those images that it meets tell by how much the prediction is wrong (the difference
estimator of survey sampling: Cochran, 1977, chapter 7).
"""

from collections.abc import Sequence

import torch

from segregation.lesions.engine import Engine
from segregation.lesions.looks import levels
from segregation.steps.reporting import InputError

LEAST = 16  # images of a first heat: a spread of fewer says little
GROWTH = 1.15  # of all seen images from one heat to the next
STRATIFIED = 1.5  # images a class on average, from which on what varies within classes is known
FLAT = 30  # images that count for predictions of the right size, beside those that were seen
PRIOR = 4  # images of its class that what is known of all images counts as, beside those that were seen
GRADIENT = 3  # pairs that the gradient for an image counts as: a pass forward, and one back of twice the work


class Race:
    """The races of one ranking of some rounds, at positions of an engine's images; places is how many a round chooses.

    With a probability of 1 - error_rate the whole ranking is to be one in which each chosen unit raises the mean loss by no
    less than 1 - tolerance of what any unit that was left would have: of the largest rise in its round, as estimated. That
    holds for losses whose means are nearly normal; where units matter to few classes it goes wrong more often.

    A killed search needs two things to go on. effects, (n_units, n_images), is by how much each unit raises the loss of each
    image, in nats: as it was last computed, or else predicted. without, (n_images,), is the loss of each image in the last
    round with no candidate silenced; NaN for images that it did not come to.
    """

    def __init__(
        self,
        engine: Engine,
        targets: torch.Tensor,
        at: torch.Tensor,
        places: int,
        rounds: int,
        error_rate: float,
        tolerance: float,
    ):
        self.engine, self.targets, self.at = engine, targets, at
        self.places, self.rounds, self.error_rate, self.tolerance = places, rounds, error_rate, tolerance
        # Targets that are no classes, as metrics of other kinds have, tell no image from another.
        named = targets.ndim == 1 and not targets.is_floating_point()
        self.classes = targets.cpu() if named else torch.zeros(len(targets), dtype=torch.long)
        self.effects: torch.Tensor | None = None
        self.without: torch.Tensor | None = None

    def run(self, number: int, taken: Sequence[int], candidates: Sequence[int]) -> tuple[list[float], int]:
        """Return the mean loss of each candidate in a round, estimated, and how many pairs were computed.

        After each heat, a candidate drops out (-inf) when as many others as there are places are each ahead of it by more
        than the limit of Student's t for paired differences, at its share of the error rate. Images are drawn without
        replacement: the limit shrinks to none with the share of the images that were seen. (Races as in Maron and Moore,
        1994, with Student's limits in place of Hoeffding's.)
        """
        pairs = 0
        if self.effects is None:
            self.effects, pairs = self._first_effects()
        units = torch.tensor(candidates)
        expected = self.effects[units]
        shown, alive = torch.zeros_like(expected), torch.arange(len(units))
        order, seen, without, heats = self._order(number), 0, self._known(taken), self._heats(number)
        errors = self._errors(expected.mean(1), heats)
        for until in heats:
            images = order[seen:until]
            found = self.engine.losses(self.targets, taken, units[alive].tolist(), self.at[images], without[images])
            seen, pairs, without[images] = until, pairs + found.pairs, found.without.double()
            shown[alive[:, None], images] = found.losses.double() - without[images]
            effects = shown[alive[:, None], order[:seen]]
            scaled = self._scaled(expected[alive], effects, order[:seen])
            wrong = effects - scaled[:, order[:seen]]
            self.effects[units[alive]] = self._predicted(scaled, wrong, order[:seen])
            self.effects[units[alive][:, None], order[:seen]] = effects
            means = scaled.mean(1) + wrong.mean(1)
            kept, decided = self._left(means, wrong, self.classes[self.at[order[:seen]]], errors[alive])
            alive, means = alive[kept], means[kept]
            if decided:
                break
        self.without = torch.full_like(without, torch.nan)
        self.without[order[:seen]] = without[order[:seen]]
        estimates = torch.full((len(units),), -torch.inf, dtype=torch.float64)
        estimates[alive] = means + without[order[:seen]].mean()
        return estimates.tolist(), pairs

    def _known(self, taken: Sequence[int]) -> torch.Tensor:
        """Return the losses with the units taken alone, (n_images,), NaN where they are not known.

        They are where the last unit, if it was chosen alone, was computed with all before it.
        """
        if self.without is None or self.places > 1:
            return torch.full((len(self.at),), torch.nan, dtype=torch.float64)
        return self.without + self.effects[taken[-1]]

    def _first_effects(self) -> tuple[torch.Tensor, int]:
        """Return what is known before the first round: the first-order estimates, or nothing where there is no gradient."""
        try:
            effects = self.engine.rises(self.targets, self.at)
        except InputError:
            return torch.zeros(self.engine.n_units, len(self.at), dtype=torch.float64), 0
        return effects.nan_to_num(0, 0, 0), GRADIENT * len(self.at)  # where a slope has no end

    def _scaled(self, expected: torch.Tensor, effects: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Return expected, (n_candidates, n_images), scaled about its mean to fit the effects on the images seen.

        A line through their means, drawn to the slope of 1 by some more images (the regression estimator: Cochran, 1977,
        chapter 7).
        """
        about = expected - expected[:, seen].mean(1, keepdim=True)
        fits = (about[:, seen] * (effects - expected[:, seen])).sum(1)
        spread = about[:, seen].square().sum(1) + FLAT * expected.var(1, correction=0)
        return expected + (fits / spread.clamp(min=1e-30))[:, None] * about

    def _predicted(self, expected: torch.Tensor, wrong: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Return expected, (n_candidates, n_images), less wrong by what it was, on average, for the images of a class seen.

        Of a class of which few images were seen, these tell less, and all images more.
        """
        classes, of = self.classes[self.at].unique(return_inverse=True)
        mean = wrong.mean(1, keepdim=True)
        sums = wrong.new_zeros(len(wrong), len(classes)).index_add_(1, of[seen], wrong - mean)
        return expected + mean + (sums / (torch.bincount(of[seen], minlength=len(classes)) + PRIOR))[:, of]

    def _errors(self, predicted: torch.Tensor, heats: Sequence[int]) -> torch.Tensor:
        """Return the error rate at which each candidate may leave another behind in one heat of a round, (n_candidates,).

        What each may do in any heat adds up to the error rate, over the candidates that may leave one of the best behind,
        over these best and over rounds. Those that are predicted to be ahead are who decides, and have most of it: shares
        that nothing of the round went into keep the sum (Rosenthal and Rubin, 1983).
        """
        place = (predicted > predicted[:, None]).sum(1) + 1
        weights = (place / self.places).clamp(min=1).double() ** -2
        shares = self.error_rate * weights / weights.sum() / (self.places * self.rounds)
        return torch.from_numpy(levels(shares.numpy(), heats))

    def _left(
        self, means: torch.Tensor, wrong: torch.Tensor, classes: torch.Tensor, errors: torch.Tensor
    ) -> tuple[torch.Tensor, bool]:
        """Return which candidates are left, and whether the best of them are found.

        means is (n_candidates,), the rise of the mean loss by each; wrong is (n_candidates, n_seen), classes (n_seen,), and
        errors (n_candidates,).
        """
        from scipy.special import stdtrit  # a tenth of a short job to import, and only races need it

        seen, n_candidates = wrong.shape[1], len(means)
        # Each class is seen by its share, so that only what varies within classes is left to chance (Cochran, chapter 5).
        _, of, sizes = classes.unique(return_inverse=True, return_counts=True)
        if STRATIFIED * len(sizes) > seen:
            of, sizes = torch.zeros_like(of), torch.tensor([seen])
        sums = torch.zeros(n_candidates, len(sizes), dtype=wrong.dtype).index_add_(1, of, wrong)
        apart, free = wrong - (sums / sizes)[:, of], seen - len(sizes) - 1  # and the slope
        covariance = apart @ apart.T / free
        variance = covariance.diagonal()[:, None] + covariance.diagonal() - 2 * covariance
        spread = variance.clamp(min=0).sqrt() / seen**0.5 * (1 - seen / len(self.at)) ** 0.5
        by = means - means[:, None]  # how far the column is ahead of the row
        limit = -torch.from_numpy(stdtrit(free, errors.numpy())) * spread  # by how much chance may put it ahead
        kept = (by > limit).sum(1) < self.places
        best = means.argsort(descending=True, stable=True)[: self.places]
        others = kept.clone()
        others[best] = False
        near = (by + limit.T)[best][:, others] <= self.tolerance * means.max().clamp(min=0)
        return kept, bool(near.all())

    def _heats(self, number: int) -> list[int]:
        """Return how many images have been seen after each heat of a round."""
        # Before anything is known of a unit, it must meet every class: it may serve a single one.
        n, classes = len(self.at), len(self.classes[self.at].unique()) if number == 1 else 0
        ends = [min(n, max(LEAST, classes))]
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
