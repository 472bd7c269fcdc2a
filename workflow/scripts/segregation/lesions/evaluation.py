"""Which images a network still names under the lesions of a study."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from segregation.lesions import given
from segregation.lesions.engine import Engine
from segregation.lesions.seen import Prepare
from segregation.steps.files import replacing
from segregation.steps.limits import NEVER, Limit

LOG = logging.getLogger("segregation")
AT_ONCE = 2048  # images, of all of which the state is kept or of none: these never depend on when a run was killed
SAVE_EVERY = 300.0  # seconds


def right(scores: torch.Tensor, targets: torch.Tensor, own: list[slice]) -> tuple[torch.Tensor, torch.Tensor]:
    """Tell which images are named right among all classes, and among those of their own task only; both (..., n), bool.

    scores is (..., n, n_classes), targets (n,); own holds the class range of each task.
    """
    full = scores.argmax(-1) == targets
    masked = torch.zeros_like(full)
    for classes in own:
        masked |= scores[..., classes].argmax(-1) + classes.start == targets  # never true of another task's image
    return full, masked


def evaluate_lesions(
    network: nn.Module,
    layer: str,
    images: torch.Tensor,
    targets: torch.Tensor,
    lesions: Sequence[Sequence[int]],
    own: list[slice],
    *,
    prepare: Prepare | None = None,
    baseline: torch.Tensor | None = None,
    memory: int | None = None,
    precision: str = "float32",
    units: str | int = "channels",
    axis: int | None = None,
    way: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return which images are right under each lesion of a layer, (n_lesions, n_images), bool: full softmax, own task's.

    lesions are sets of filters, of which equal ones are computed once; own holds the class range of each task; the other
    arguments are those of rank_filters. Raises InputError as Engine does, and for a filter that the layer has not.
    """
    engine = Engine(network, layer, images, prepare, baseline, memory, precision, units=units, axis=axis, way=way)
    return evaluate(engine, targets, lesions, own)


def evaluate(
    engine: Engine,
    targets: torch.Tensor,
    lesions: Sequence[Sequence[int]],
    own: list[slice],
    state: Path | None = None,
    limit: Limit = NEVER,
    save_every: float = SAVE_EVERY,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what evaluate_lesions does, for an engine and the targets (n,) of its images.

    With state, a file that is written every so many seconds, a killed evaluation goes on and ends the same. Near the limit
    the state is written and the process ends with the status limits.EXIT.
    """
    targets = given.targets_of(targets, engine.n_images, engine.n_outputs)
    own = given.ranges_of(own, engine.n_outputs)
    lesions = [tuple(sorted(units)) for units in engine.check_lesions(lesions)]
    sets = sorted(set(lesions))
    outcomes, done, kept = torch.zeros(2, len(sets), len(targets), dtype=torch.bool), 0, limit.clock()
    if state is not None and state.exists():
        earlier = torch.load(state, weights_only=True)
        outcomes, done = earlier["outcomes"], earlier["done"]
        LOG.info("going on after %d of %d images", done, len(targets))
    bar = tqdm(total=len(targets) * len(sets), desc=engine.layer, unit="answer", disable=None, leave=False)
    bar.update(done * len(sets))
    for some in torch.arange(done, len(targets)).split(AT_ONCE):
        began = limit.clock()
        for of_lesions, shown, scores in engine.scores(sets, some):
            for outcome, named in zip(outcomes, right(scores, targets[shown].to(scores.device), own), strict=True):
                outcome[of_lesions, shown] = named.cpu()
            bar.update(len(shown))
        took = limit.clock() - began
        if state is not None and (limit.clock() - kept >= save_every or limit.near(took)):
            with replacing(state) as temporary:
                torch.save({"outcomes": outcomes, "done": int(some[-1]) + 1}, temporary)
            kept = limit.clock()
            limit.stop_if_near(took)
    bar.close()
    row_of = {filters: row for row, filters in enumerate(sets)}
    full, masked = outcomes.numpy()[:, [row_of[lesion] for lesion in lesions]]
    return full, masked
