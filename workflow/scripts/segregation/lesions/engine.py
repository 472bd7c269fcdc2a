"""What is left of a network's answers under lesions of one layer, for whatever network torch can run.

Where the network can be cut behind the layer, a lesion costs what lies behind it; everywhere else, a full pass. Either way,
what comes out is what full passes of the network itself give, to the rounding of its numbers: this is checked at the start.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO
from typing import Any

import torch
from torch import nn

from segregation.lesions import checks, given, groups
from segregation.lesions.cut import Cut, cut
from segregation.lesions.full import Changed, FullPasses
from segregation.lesions.memory import batch_of, budget
from segregation.lesions.places import Place, find, path_of, seen_by
from segregation.lesions.seen import PRECISIONS, Losses, Metric, Prepare, Shown, computing, cross_entropy
from segregation.lesions.tails import Tails
from segregation.networks import graph
from segregation.steps.reporting import InputError

LOG = logging.getLogger("segregation")
WAYS = ("cut", "full passes")
WRAPPERS = ("_orig_mod.", "module.")


class Engine:
    """A network, one of its layers, and the images that it is shown.

    images (n, ...) are what prepare turns, some at a time, into what the network takes. baseline is what a silenced unit
    puts out instead of its map: nothing (None), its value of a tensor (n_channels,), or its map for another image (the
    position of the other for each, (n,), int64). memory, in bytes, bounds what is kept and what is computed at a time; None
    is 4 GB on a processor, and 0.6 of what is free on a GPU. precision is that of all passes: float32, or on a GPU tf32 or
    bfloat16, which are faster and less exact. Losses, and sums of them, are float32 at least.

    units says what a unit is: a channel of the layer ("channels"), so many channels that follow each other (an integer), a
    group of a grouped convolution ("groups"), or a head of attention ("heads"). axis is that of the channels, where the
    network does not tell it. metric gives the loss of each image, (n,), of scores (n, n_outputs) and targets; the higher,
    the worse.

    kind says which way lesions are computed, "cut" or "full passes"; way asks for one of them, or None for the first where
    it is right. A layer that is run several times for an image is silenced each time.

    Raises InputError for a network in training mode, a layer that does not exist, has no units or is the last, images that
    the network cannot take, weights that are not finite, scores that depend on other images, and for a way that was asked
    for and is not right.
    """

    def __init__(
        self,
        network: nn.Module,
        layer: str,
        images: torch.Tensor,
        prepare: Prepare | None = None,
        baseline: torch.Tensor | None = None,
        memory: int | None = None,
        precision: str = "float32",
        *,
        units: str | int = "channels",
        axis: int | None = None,
        metric: Metric = cross_entropy,
        way: str | None = None,
    ):
        network, self.layer = unwrapped(network, layer)
        images = given.images_of(images)
        _check(network, images, precision, baseline, way, memory)
        self.metric = metric
        device = next((tensor.device for tensor in (*network.parameters(), *network.buffers())), images.device)
        self._shown = Shown(images, prepare, device)
        own, network, name, size = groups.of(network, self.layer, units)
        shown = self._shown(checks.sample(self._shown))
        seen, result = seen_by(network, shown)
        checks.check_scores(result)
        self._probabilities = given.like_probabilities(result)
        place = find(network, name, seen, result, axis=axis)
        if place.n_channels % size:
            raise InputError(f"Layer '{layer}' has {place.n_channels} channels; they cannot be units of {size} each.")
        place = replace(place, size=size)
        memory = budget(device) if memory is None else memory
        self.n_units, self.n_outputs = place.n_units, result.shape[-1]
        baseline = None if baseline is None else baseline.cpu()
        _check_baseline(baseline, layer, place.n_channels)
        rounding = checks.Rounding(network, shown, result)
        batch = batch_of(seen.bytes // len(shown), memory, device)
        full = FullPasses(Changed(network, place), self._shown, baseline, precision, batch)
        if own is not None:
            checks.check_projection(own, path_of(own, layer), full, rounding)
        self._way = full
        if way != "full passes":
            try:
                self._way = _cut(network, place, shown, full, memory, rounding)
            except Exception as error:  # whatever tracing and the parts of a network stumble over; full passes do not
                why = str(error).partition("\n")[0]
                if not isinstance(error, InputError):
                    why = f"The network cannot be cut at '{layer}': its graph fails ({type(error).__name__}: {why})."
                if way == "cut":
                    raise InputError(f"{why} Full passes are right whatever the network: leave out way='cut'.") from error
                LOG.warning("layer '%s' is lesioned by full passes, which take longer: %s", layer, why)

    @property
    def kind(self) -> str:
        """Which way lesions are computed: "cut", from the layer on, or "full passes"."""
        return self._way.kind

    @property
    def n_images(self) -> int:
        """The number of images."""
        return len(self._shown)

    @property
    def parts(self) -> Cut | Place:
        """The two parts of a network that is cut; otherwise where the layer puts out its units. Both have n_units."""
        return self._way.parts

    def check_targets(self, targets: Any) -> torch.Tensor:
        """Return targets as a tensor: for cross-entropy, the number of an output for each image, (n_images,), int64.

        Raises InputError for what is no such thing, and, for cross-entropy, where the network puts out probabilities.
        """
        ours = self.metric is cross_entropy
        found = given.targets_of(targets, len(self._shown), self.n_outputs if ours else None)
        if ours and self._probabilities:
            raise InputError(given.PROBABILITIES)
        return found

    def check_lesions(self, lesions: Iterable) -> list[list[int]]:
        """Return lesions as numbers of units. Raises InputError for masks, other things, and units that there are not."""
        return given.lesions_of(lesions, self.n_units, self.layer)

    @torch.no_grad()
    def losses(
        self,
        targets: torch.Tensor,
        taken: Sequence[int],
        candidates: Sequence[int],
        at: torch.Tensor,
        without: torch.Tensor | None = None,
    ) -> Losses:
        """Return the losses of some images with the units taken and one candidate silenced.

        targets (n, ...) are those of all images, for cross-entropy (n,), the outputs of their classes; at (m,) are positions
        of images; without (m,) are their losses with the units taken alone, which are not computed again, NaN where they are
        not known. Raises InputError where a loss is not finite or without is of another length, and as check_targets does.
        """
        targets, at = self.check_targets(targets), given.positions_of(at, len(self._shown))
        taken, candidates = self.check_lesions([taken, candidates])
        found = self._way.losses(self._losses_of, targets, taken, candidates, at, given.known_of(without, len(at)))
        if not (torch.isfinite(found.losses).all() and torch.isfinite(found.without).all()):
            raise InputError("A loss is not finite: the network puts out NaN or infinite scores for some image.")
        return found

    @torch.no_grad()
    def scores(
        self, lesions: Sequence[Sequence[int]], at: torch.Tensor | None = None
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """Yield (lesions, images, scores) by pass: numbers of lesions (p,), positions of images (p,), scores (p, n_outputs).

        lesions are sets of units; at (m,) are positions of images, or all are meant. Raises InputError where a score is not
        finite.
        """
        at = torch.arange(len(self._shown)) if at is None else given.positions_of(at, len(self._shown))
        lesions = self.check_lesions(lesions)
        for of_lesions, images, scores in self._way.scores(lesions, at):
            if not torch.isfinite(scores).all():
                raise InputError("A score is not finite: the network puts out NaN or infinity for some image.")
            yield of_lesions, images, scores

    def rise(self, targets: torch.Tensor) -> torch.Tensor:
        """Return the first-order estimate of how silencing each unit raises the mean loss, (n_units,), float64.

        Raises InputError as check_targets does, and for a metric that has no gradient.
        """
        rise = torch.zeros(self.n_units, dtype=torch.float64)
        for _, changes in self._rises(targets, torch.arange(len(self._shown))):
            rise += changes.transpose(0, 1).flatten(1).sum(1).cpu()
        return rise / len(self._shown)

    def rises(self, targets: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """Return the same estimate for the loss of each of some images, at positions (n,): (n_units, n), float64."""
        found = [changes.reshape(*changes.shape[:2], -1).sum(2).cpu() for _, changes in self._rises(targets, at)]
        return torch.cat(found).T.contiguous()

    def _rises(self, targets: torch.Tensor, at: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        return self._way.rises(self._losses_of, self.check_targets(targets), given.positions_of(at, len(self._shown)))

    def _losses_of(self, scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        losses = self.metric(scores, targets)
        if not isinstance(losses, torch.Tensor) or losses.shape != scores.shape[:1]:
            got = tuple(losses.shape) if isinstance(losses, torch.Tensor) else type(losses).__name__
            raise InputError(f"The metric puts out {got} for {len(scores)} images; expected one number an image.")
        return losses if losses.is_floating_point() else losses.float()


def unwrapped(network: nn.Module, layer: str) -> tuple[nn.Module, str]:
    """Return a network without what wraps it or parts of it, and the path of a layer in it; any other as it is.

    Wrappers are those of torch.compile and of several GPUs. Raises InputError for a network that TorchScript compiled, whose
    layers cannot be watched.
    """
    while (own := _wrapped(network)) is not None:
        network = own
        layer = next((layer.removeprefix(prefix) for prefix in WRAPPERS if layer.startswith(prefix)), layer)
    if isinstance(network, torch.jit.ScriptModule):
        raise InputError(
            "The network is compiled by TorchScript; what its layers put out cannot be changed. Give the network that was"
            " compiled."
        )
    for path, module in list(network.named_modules()):
        if path and "_orig_mod" not in path.split(".") and _wrapped(module) is not None:
            network = groups.with_module(network, path, unwrapped(module, "")[0])
    return network, ".".join(name for name in layer.split(".") if name != "_orig_mod")


def _wrapped(module: nn.Module) -> nn.Module | None:
    """Return the module that another wraps, if it does nothing else."""
    if isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel):
        return module.module
    own = getattr(module, "_orig_mod", None)
    return own if isinstance(own, nn.Module) else None


@torch.no_grad()
def _cut(
    network: nn.Module,
    place: Place,
    images: torch.Tensor,
    full: FullPasses,
    memory: int,
    rounding: checks.Rounding,
) -> Tails:
    """Return a network cut behind a layer. Raises InputError where its lesions are not those of full passes."""
    with computing("float32", images.device), redirect_stderr(StringIO()):  # torch.fx prints where a graph fails
        parts = cut(graph.trace(network), network, place, checks.different(images))
    tails = Tails(parts, full.shown, full.baseline, memory, full.precision)
    with tails.exact():
        checks.check_lesions(tails, full, rounding)
    return tails


def _check(
    network: nn.Module, images: torch.Tensor, precision: str, baseline: torch.Tensor | None, way: Any, memory: Any
) -> None:
    n_images = len(images) if images.ndim else 0
    if any(module.training for module in network.modules()):
        raise InputError("The network is in training mode; lesions are of one in evaluation mode: call its eval() first.")
    if precision not in PRECISIONS:
        raise InputError(f"There is no precision '{precision}'; there are {', '.join(PRECISIONS)}.")
    if way is not None and way not in WAYS:
        raise InputError(f"There is no way '{way}'; there are {', '.join(WAYS)}, or None for the first that is right.")
    if memory is not None and not memory > 0:
        raise InputError(f"memory is {memory}; expected a number of bytes above 0, or None.")
    if not n_images:
        raise InputError("No image was given.")
    if baseline is not None and not baseline.is_floating_point() and len(baseline) != n_images:
        raise InputError(f"The baseline names {len(baseline)} other images for {n_images} images; as many are needed.")
    for name, weights in network.named_parameters():
        if weights.is_floating_point() and not torch.isfinite(weights).all():
            raise InputError(f"The weights '{name}' of the network are not all finite (NaN or infinite).")
    for name, values in network.named_buffers():  # a mask may be infinite
        if values.is_floating_point() and torch.isnan(values).any():
            raise InputError(f"The buffer '{name}' of the network holds NaN.")


def _check_baseline(baseline: torch.Tensor | None, layer: str, n_channels: int) -> None:
    if baseline is not None and baseline.is_floating_point() and len(baseline) != n_channels:
        raise InputError(f"The baseline has {len(baseline)} values; layer '{layer}' has {n_channels} units.")
