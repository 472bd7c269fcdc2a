"""What each unit of a layer does to each class: how the loss of its images changes with that unit alone silenced."""

import logging
from pathlib import Path

import torch

from segregation.lesions.engine import Engine
from segregation.lesions.evaluation import AT_ONCE, SAVE_EVERY
from segregation.lesions.seen import cross_entropy
from segregation.steps.files import replacing
from segregation.steps.limits import NEVER, Limit

LOG = logging.getLogger("segregation")


def changes_by_class(
    engine: Engine,
    targets: torch.Tensor,
    own: list[slice],
    state: Path | None = None,
    limit: Limit = NEVER,
    save_every: float = SAVE_EVERY,
) -> torch.Tensor:
    """Return how the loss (nats) of a class changes with each unit alone silenced, (2, 2, n_units, n_classes), float64.

    First the mean change over the images of a class, then the mean size of their changes, without their signs; of either
    first for the cross-entropy among all outputs of the network, then for that among the classes of the image's own task.
    targets (n,) are those of the engine's images, own holds the class range of each task. With state, a file that is written
    every so many seconds, a killed run goes on and ends the same; near the limit the state is written and the process ends
    with the status limits.EXIT. Raises InputError as Engine.check_targets does.
    """
    targets = engine.check_targets(targets)
    lesions, n_classes = [[], *([unit] for unit in range(engine.n_units))], own[-1].stop
    sums, done, kept = torch.zeros(2, 2, engine.n_units, n_classes, dtype=torch.float64), 0, limit.clock()
    if state is not None and state.exists():
        earlier = torch.load(state, weights_only=True)
        sums, done = earlier["sums"], earlier["done"]
        LOG.info("going on after %d of %d images", done, len(targets))
    for some in torch.arange(done, len(targets)).split(AT_ONCE):
        began = limit.clock()
        losses = torch.zeros(2, len(lesions), len(some), dtype=torch.float64)
        for of_lesions, shown, scores in engine.scores(lesions, some):
            of_shown = targets[shown].to(scores.device)
            for kind, found in zip(losses, (cross_entropy(scores, of_shown), _masked(scores, of_shown, own)), strict=True):
                kind[of_lesions, shown - some[0]] = found.double().cpu()
        changes = losses[:, 1:] - losses[:, :1]
        sums.index_add_(3, targets[some], torch.stack([changes, changes.abs()]))
        took = limit.clock() - began
        if state is not None and (limit.clock() - kept >= save_every or limit.near(took)):
            with replacing(state) as temporary:
                torch.save({"sums": sums, "done": int(some[-1]) + 1}, temporary)
            kept = limit.clock()
            limit.stop_if_near(took)
    return sums / torch.bincount(targets, minlength=n_classes)


def _masked(scores: torch.Tensor, targets: torch.Tensor, own: list[slice]) -> torch.Tensor:
    """Return the cross-entropy of each image among the classes of its own task, (n,)."""
    losses = scores.new_zeros(len(targets))
    for classes in own:
        here = (targets >= classes.start) & (targets < classes.stop)
        losses[here] = cross_entropy(scores[here][:, classes], targets[here] - classes.start)
    return losses
