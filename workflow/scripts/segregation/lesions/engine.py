"""What is left of a network's answers under lesions of one layer, at the cost of what lies behind this layer.

The maps of the layer are computed once. The linear operation that reads them is not computed again for every candidate of
the greedy search: what one unit contributes is taken away from what it puts out. Pairs of an image and a candidate fill the
processor, whatever the number of either; a pair whose unit is silent for its image has a loss that is known already.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from segregation.lesions.cut import cut
from segregation.lesions.memory import plan
from segregation.lesions.processor import accelerated
from segregation.steps.reporting import InputError

MEMORY = 4_000_000_000  # bytes
LARGEST = 30  # of a pixel that was scaled for a network, generously
PRECISIONS = ("float32", "tf32", "bfloat16")
Prepare = Callable[[torch.Tensor], torch.Tensor]


@dataclass
class Block:
    """Some images on their way through a network: which they are, their pooled maps, and what is read behind beside these.

    silent is what silenced units put out instead, (1 or n, units, ...), or None for nothing. In maps and silent the units
    are the second dimension.
    """

    at: torch.Tensor
    maps: torch.Tensor
    silent: torch.Tensor | None
    skips: list[torch.Tensor]

    def lesioned(self, units: Sequence[int]) -> torch.Tensor:
        """Return the maps with some units silenced."""
        maps = self.maps.clone()
        maps[:, list(units)] = 0 if self.silent is None else self.silent[:, list(units)]
        return maps


class Engine:
    """A network, cut behind a layer, and the images that it is shown.

    images (n, ...) are what prepare turns, some at a time, into what the network takes. baseline is what a silenced unit
    puts out instead of its map: nothing (None), its value of a tensor (units,), or its map for another image (the position
    of the other for each, (n,), int64). memory, in bytes, bounds what is kept and what is computed at a time. precision is
    that of what lies behind the layer: float32, or on a GPU tf32 or bfloat16, which are faster and less exact.

    Raises InputError as cut does, and for weights that are not finite.
    """

    def __init__(
        self,
        network: nn.Module,
        layer: str,
        images: torch.Tensor,
        prepare: Prepare | None = None,
        baseline: torch.Tensor | None = None,
        memory: int = MEMORY,
        precision: str = "float32",
    ):
        _check(network, len(images), precision, baseline)
        self.images, self.prepare = images, prepare or (lambda part: part)
        self.baseline, self.precision = None if baseline is None else baseline.cpu(), precision
        weights = next(network.parameters(), torch.empty(0))
        self.device, self.dtype = weights.device, weights.dtype
        with _precision("float32"):
            self.parts = cut(network, layer, self._shown(slice(0, 2)))
        self.plan = plan(self.parts, self._shown(slice(0, 1)), len(images), memory)
        fast = self.device.type == "cpu" and precision == "float32" and self.dtype == torch.float32
        self._tail, self._behind = (accelerated(p) if fast else p for p in (self.parts.tail, self.parts.behind))
        self._buffers: dict[int, torch.Tensor] = {}
        self._kept: list[torch.Tensor] | None = None

    def check_targets(self, targets: torch.Tensor) -> None:
        """Raise InputError unless there is a target, an output of the network, for each image."""
        n_outputs = self.parts.n_outputs
        if len(targets) != len(self.images):
            raise InputError(f"{len(self.images)} images and {len(targets)} targets were given; as many of both are needed.")
        if int(targets.min()) < 0 or int(targets.max()) >= n_outputs:
            low, high = int(targets.min()), int(targets.max())
            raise InputError(f"The targets run from {low} to {high}; the network has outputs 0 to {n_outputs - 1}.")

    def check_units(self, units: Iterable[int]) -> None:
        """Raise InputError unless the layer has all these units."""
        unknown = sorted({unit for unit in units if not 0 <= unit < self.parts.n_units})
        if unknown:
            raise InputError(
                f"Layer '{self.parts.layer}' has units 0 to {self.parts.n_units - 1}, not {', '.join(map(str, unknown))}."
            )

    @torch.no_grad()
    def losses(self, targets: torch.Tensor, taken: Sequence[int], candidates: Sequence[int], at: torch.Tensor) -> "Losses":
        """Return the cross-entropy (nats) of some images with the units taken and one candidate silenced.

        targets (n,) are the outputs of the classes of all images, at (m,) are positions of images. Raises InputError where a
        loss is not finite, and as check_targets does.
        """
        self.check_targets(targets)
        losses = torch.zeros(len(candidates), len(at), dtype=self.dtype)
        without, pairs = torch.zeros(len(at), dtype=self.dtype), 0
        start = 0
        for block in self._blocks(at):
            found = self._candidates(block, targets[block.at.to(targets.device)].to(self.device), taken, candidates)
            of_block = slice(start, start + len(block.at))
            losses[:, of_block], without[of_block] = found.losses, found.without
            start, pairs = start + len(block.at), pairs + found.pairs
        if not torch.isfinite(losses).all():
            raise InputError("A loss is not finite: the network puts out NaN or infinite scores for some image.")
        return Losses(losses, without, pairs)

    @torch.no_grad()
    def scores(self, lesions: Sequence[Sequence[int]]) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """Yield (lesions, images, scores) by pass: numbers of lesions (p,), positions of images (p,), scores (p, n_outputs).

        lesions are sets of units. Raises InputError where a score is not finite.
        """
        for block in self.blocks():
            every = torch.ones(len(lesions), len(block.at), dtype=torch.bool)
            for of_lesions, images, runs in _passes(every, self.plan.lesioned):
                maps = block.maps.index_select(0, images.to(self.device))
                for some, lesion in runs:
                    units = list(lesions[lesion])
                    maps[some, units] = 0.0 if block.silent is None else _of(block.silent, images[some])[:, units]
                skips = [skip.index_select(0, images.to(self.device)) for skip in block.skips]
                scores = self._run(self._behind, self.as_put_out(maps), *skips)
                if not torch.isfinite(scores).all():
                    raise InputError("A score is not finite: the network puts out NaN or infinity for some image.")
                yield of_lesions, block.at[images], scores

    def run_behind(self, maps: torch.Tensor, *skips: torch.Tensor) -> torch.Tensor:
        """Return the class scores for pooled maps, as the layer puts them out, and what else is read behind it."""
        return self._run(self.parts.behind, maps, *skips)

    def blocks(self) -> Iterator[Block]:
        """Yield all images in blocks, as pooled maps."""
        yield from self._blocks(torch.arange(len(self.images)))

    def _candidates(self, block: Block, targets: torch.Tensor, taken: Sequence[int], candidates: Sequence[int]) -> "Losses":
        maps = block.lesioned(taken)
        change = maps if block.silent is None else maps - block.silent  # by silencing a unit
        active = [change[:, unit].reshape(len(change), -1).any(1)[None] for unit in candidates]
        # A last row stands for no candidate at all: its loss is that of all pairs whose unit is silent anyway.
        active = torch.cat([*active, torch.ones(1, len(maps), dtype=torch.bool, device=maps.device)]).cpu()
        outputs = [step.rows(self.as_put_out(maps)) for step in self.parts.steps]
        losses = torch.zeros(active.shape, dtype=self.dtype, device=self.device)
        for of_candidates, images, runs in _passes(active, self.plan.pairs):
            images = images.to(self.device)
            rows = [self._gathered(number, output, images) for number, output in enumerate(outputs)]
            whole = [maps.index_select(0, images)] if self.parts.reads_maps else []
            for some, candidate in runs:
                if candidate == len(candidates):
                    continue
                unit = candidates[candidate]
                for step, of_step in zip(self.parts.steps, rows, strict=True):
                    step.subtract(of_step[some], change[images[some], unit], unit)
                for of_layer in whole:
                    of_layer[some, unit] = 0.0 if block.silent is None else _of(block.silent, images[some])[:, unit]
            read = [step.shaped(of_step) for step, of_step in zip(self.parts.steps, rows, strict=True)]
            skips = [skip.index_select(0, images) for skip in block.skips]
            scores = self._run(self._tail, *read, *map(self.as_put_out, whole), *skips)
            losses[of_candidates.to(self.device), images] = F.cross_entropy(scores, targets[images], reduction="none")
        losses = losses.cpu()
        return Losses(torch.where(active[:-1], losses[:-1], losses[-1:]), losses[-1], int(active.sum()))

    @torch.no_grad()
    def _blocks(self, at: torch.Tensor) -> Iterator[Block]:
        if self.plan.keeps_maps and self._kept is None:
            self._kept = self._before(torch.arange(len(self.images)))
        silent = self._constant()
        for part in at.split(self.plan.block):
            maps, *skips = [kept[part] for kept in self._kept] if self._kept else self._before(part)
            if silent is None and self.baseline is not None:  # the maps of other images
                others = self.baseline[part]
                replaced = self._kept[0][others] if self._kept else self._before(others)[0]
            else:
                replaced = silent
            yield Block(part, maps, replaced, skips)

    def _before(self, at: torch.Tensor) -> list[torch.Tensor]:
        """Return the pooled maps of some images, units second, and what else is read behind the layer."""
        kept: list[torch.Tensor] = []
        for first in range(0, len(at), self.plan.before):
            some = at[first : first + self.plan.before]
            with _precision("float32"):
                found = self.parts.before(self._shown(some))
            maps, *skips = found if isinstance(found, tuple) else (found,)
            values = [self.parts.pool(maps).movedim(self.parts.axis, 1), *skips]
            kept = kept or [value.new_empty(len(at), *value.shape[1:]) for value in values]
            for whole, value in zip(kept, values, strict=True):
                whole[first : first + len(some)] = value
        return kept

    def _constant(self) -> torch.Tensor | None:
        """Return what silenced units put out, the same for all images, as pooled maps (1, units, ...); None for nothing."""
        if self.baseline is None or not self.baseline.is_floating_point():
            return None
        if len(self.baseline) != self.parts.n_units:
            raise InputError(
                f"The baseline has {len(self.baseline)} values; layer '{self.parts.layer}' has {self.parts.n_units} units."
            )
        maps = self.baseline.to(self.device, self.dtype).view(-1, *[1] * (len(self.parts.map_shape) - 1))
        maps = maps.expand(self.parts.map_shape)[None]
        return self.parts.pool(self.as_put_out(maps)).movedim(self.parts.axis, 1)

    def _gathered(self, step: int, rows: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
        """Return the rows of some images in memory that the next pass uses again: fresh memory takes longer than a copy."""
        size = len(images) * rows[0].numel()
        buffer = self._buffers.get(step)
        if buffer is None or buffer.numel() < size:
            buffer = self._buffers[step] = rows.new_empty(size)
        return torch.index_select(rows, 0, images, out=buffer[:size].view(len(images), *rows.shape[1:]))

    def _shown(self, at: slice | torch.Tensor) -> torch.Tensor:
        shown = self.prepare(self.images[at].to(self.device))
        _check_range(shown)
        return shown

    def as_put_out(self, maps: torch.Tensor) -> torch.Tensor:
        """Return maps (n, units, ...) with the axis of the units where the layer has it."""
        return maps.movedim(1, self.parts.axis)

    def _run(self, part: nn.Module, *inputs: torch.Tensor) -> torch.Tensor:
        with (
            _precision(self.precision),
            torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"),
        ):
            return part(*inputs).to(self.dtype)


@dataclass
class Losses:
    """Cross-entropies (nats): of candidates and images, (n_candidates, n_images), and of the images without a candidate.

    pairs is the number of those that were computed, with a candidate or without.
    """

    losses: torch.Tensor
    without: torch.Tensor
    pairs: int


def _passes(active: torch.Tensor, at_once: int) -> Iterator[tuple[torch.Tensor, torch.Tensor, list[tuple[slice, int]]]]:
    """Yield (rows, columns, runs) of the pairs that are active (n_rows, n_columns), some at once, row by row.

    runs tells which of these pairs belong to which row.
    """
    for pairs in active.nonzero().split(at_once):
        rows, columns = pairs.T
        runs, start = [], 0
        for row, count in zip(*(v.tolist() for v in torch.unique_consecutive(rows, return_counts=True)), strict=True):
            runs.append((slice(start, start + count), row))
            start += count
        yield rows, columns, runs


def _of(silent: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    return silent if len(silent) == 1 else silent[images]


def _check(network: nn.Module, n_images: int, precision: str, baseline: torch.Tensor | None) -> None:
    if precision not in PRECISIONS:
        raise InputError(f"There is no precision '{precision}'; there are {', '.join(PRECISIONS)}.")
    if not n_images:
        raise InputError("No image was given.")
    if baseline is not None and not baseline.is_floating_point() and len(baseline) != n_images:
        raise InputError(f"The baseline names {len(baseline)} other images for {n_images} images; as many are needed.")
    for name, weights in network.state_dict().items():
        if not torch.isfinite(weights).all():
            raise InputError(f"The weights '{name}' of the network are not all finite (NaN or infinite).")


def _check_range(images: torch.Tensor) -> None:
    low, high = float(images.min()), float(images.max())
    if not (low >= -LARGEST and high <= LARGEST):
        raise InputError(
            f"The images run from {low:g} to {high:g}, but networks take pixels of mean 0 and standard deviation 1, about:"
            " scale them, or give prepare."
        )


@contextmanager
def _precision(name: str) -> Iterator[None]:
    """Let a GPU multiply in full float32, unless tf32 was asked for."""
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32
    matmul.allow_tf32 = cudnn.allow_tf32 = name == "tf32"
    try:
        yield
    finally:
        matmul.allow_tf32, cudnn.allow_tf32 = before
