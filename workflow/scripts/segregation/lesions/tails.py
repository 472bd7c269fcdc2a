"""Lesions by what lies behind the layer, for a network that can be cut there.

The maps of the layer are computed once. The linear operation that reads them is not computed again for every candidate of
the greedy search: what one unit contributes is taken away from what it puts out. Pairs of an image and a candidate fill the
processor, whatever the number of either; a pair whose unit is silent for its image has a loss that is known already.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import nn

from segregation.lesions.acceleration import accelerated
from segregation.lesions.cut import Cut
from segregation.lesions.memory import plan
from segregation.lesions.seen import Losses, Metric, Shown, Way, computing, gradient_of

FEW = 32


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


class Tails(Way):
    """A network cut behind a layer, and the images that it is shown; baseline, memory and precision are those of Engine."""

    kind = "cut"

    def __init__(self, parts: Cut, shown: Shown, baseline: torch.Tensor | None, memory: int, precision: str):
        self.parts, self.shown, self.baseline, self.precision = parts, shown, baseline, precision
        self.plan = plan(parts, shown(slice(0, 1)), len(shown), memory)
        # Of so few images, a unit's part is gathered with that of others: a GPU waits for what is called unit by unit.
        self._few = 0 if shown.device.type == "cpu" else FEW
        self._fast: dict[tuple[str, str], nn.Module] = {}
        self._buffers: dict[tuple[int, torch.dtype], torch.Tensor] = {}
        self._kept: list[torch.Tensor] | None = None
        self._seen: dict[tuple[int, ...], list[torch.Tensor]] | None = None

    @contextmanager
    def exact(self) -> Iterator[None]:
        """Compute in float32 within the block, of no more images than asked for, and what is in front once for the same."""
        kept, self.plan, self._seen = self.plan, replace(self.plan, keeps_maps=False), {}
        try:
            with super().exact():
                yield
        finally:
            self.plan, self._seen = kept, None

    def losses(
        self,
        metric: Metric,
        targets: torch.Tensor,
        taken: Sequence[int],
        candidates: Sequence[int],
        at: torch.Tensor,
        without: torch.Tensor,
    ) -> Losses:
        """Return the losses of some images with the units taken and one candidate silenced; arguments as Engine.losses."""
        parts = []
        for block, known in zip(self.blocks(at), without.split(self.plan.block), strict=True):
            of_block = targets[block.at.to(targets.device)].to(self.shown.device)
            parts.append(self._candidates(block, metric, of_block, taken, candidates, known))
        return Losses(
            torch.cat([of.losses for of in parts], 1), torch.cat([of.without for of in parts]), sum(of.pairs for of in parts)
        )

    def scores(
        self, lesions: Sequence[Sequence[int]], at: torch.Tensor
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """Yield the scores of some images as Engine.scores does."""
        for block in self.blocks(at):
            every = torch.ones(len(lesions), len(block.at), dtype=torch.bool)
            for of_lesions, images, runs in _passes(every, self.plan.lesioned):
                maps = block.maps.index_select(0, images.to(self.shown.device))
                for some, lesion in runs:
                    units = list(lesions[lesion])
                    maps[some, units] = 0.0 if block.silent is None else _of(block.silent, images[some])[:, units]
                skips = [skip.index_select(0, images.to(self.shown.device)) for skip in block.skips]
                yield of_lesions, block.at[images], self._run(self._part("behind"), [self.parts.as_put_out(maps)], skips)

    def rises(self, metric: Metric, targets: torch.Tensor, at: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield positions of some images (n,) and the first-order rise of each loss by each unit, (n, n_units, ...).

        The rise is the sum over what follows the units, float64.
        """
        for block in self.blocks(at):
            with torch.enable_grad():
                maps = self.parts.as_put_out(block.maps).clone().requires_grad_()
                scores = self._run(self.parts.behind, [maps], block.skips)
                loss = metric(scores, targets[block.at.to(targets.device)].to(maps.device)).sum()
                (slope,) = gradient_of(loss, maps)
            taken = block.maps if block.silent is None else block.maps - block.silent
            changes = taken.to(loss.dtype) * self.parts.units_second(slope).to(loss.dtype)
            yield block.at, -changes.double()

    def _candidates(
        self,
        block: Block,
        metric: Metric,
        targets: torch.Tensor,
        taken: Sequence[int],
        candidates: Sequence[int],
        without: torch.Tensor,
    ) -> Losses:
        maps = block.lesioned(taken)
        change = maps if block.silent is None else maps - block.silent  # by silencing a unit
        active = (change != 0).reshape(*change.shape[:2], -1).any(2).T[list(candidates)]
        # A last row stands for no candidate at all: its loss is that of all pairs whose unit is silent anyway.
        active = torch.cat([active.cpu(), without.isnan()[None]])
        with computing(self.precision, self.shown.device):
            outputs = [step.rows(self.parts.as_put_out(maps), len(maps)) for step in self.parts.steps]
        losses = torch.zeros(active.shape, dtype=without.dtype) if not active.any() else None
        for of_candidates, images, runs in _passes(active, self.plan.pairs):
            images = images.to(self.shown.device)
            rows = [self._gathered(number, output, images) for number, output in enumerate(outputs)]
            whole = [maps.index_select(0, images)] if self.parts.reads_maps else []
            if len(images) < self._few * len(runs):
                some = of_candidates[of_candidates < len(candidates)]  # the first ones
                units = torch.tensor(candidates, dtype=torch.long)[some]
                self._silence(block, change, rows, whole, images[: len(some)], units)
            else:
                for some, candidate in runs:
                    if candidate < len(candidates):
                        parts = ([of[some] for of in values] for values in (rows, whole))
                        self._silence(block, change, *parts, images[some], candidates[candidate])
            read = [step.shaped(of_step) for step, of_step in zip(self.parts.steps, rows, strict=True)]
            skips = [skip.index_select(0, images) for skip in block.skips]
            scores = self._run(self._part("tail"), [*read, *map(self.parts.as_put_out, whole)], skips)
            found = metric(scores, targets[images])
            if losses is None:
                losses = torch.zeros(active.shape, dtype=found.dtype, device=found.device)
            losses[of_candidates.to(losses.device), images.to(losses.device)] = found
        losses = losses.cpu()
        losses[-1] = torch.where(active[-1], losses[-1], without.to(losses.dtype))
        return Losses(torch.where(active[:-1], losses[:-1], losses[-1:]), losses[-1], int(active.sum()))

    def _silence(
        self,
        block: Block,
        change: torch.Tensor,
        rows: list[torch.Tensor],
        whole: list[torch.Tensor],
        images: torch.Tensor,
        units: torch.Tensor | int,
    ) -> None:
        """Take a unit, or for each of some images (n,) one of units (n,), out of the outputs of steps and out of maps."""
        each, silent, at = isinstance(units, torch.Tensor), 0.0, slice(None)
        if each:
            units, at = units.to(images.device), torch.arange(len(images), device=images.device)
        for step, of_step in zip(self.parts.steps, rows, strict=True):
            (step.subtract_each if each else step.subtract)(of_step[: len(images)], change[images, units], units)
        for of_layer in whole:
            if block.silent is not None:
                silent = block.silent[images if len(block.silent) > 1 else 0, units].to(of_layer.dtype)
            of_layer[at, units] = silent

    def _part(self, name: str) -> nn.Module:
        """Return the tail, or all that is behind, as fast as it gets at the precision."""
        made = self._fast.get((name, self.precision))
        if made is None:
            made = accelerated(getattr(self.parts, name), self.shown.device, self.precision)
            self._fast[name, self.precision] = made
        return made

    @torch.no_grad()
    def blocks(self, at: torch.Tensor) -> Iterator[Block]:
        """Yield some images in blocks, as pooled maps."""
        if self.plan.keeps_maps and self._kept is None:
            self._kept = self._before(torch.arange(len(self.shown)))
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
        if self._seen is None:
            return self._computed(at)
        if (images := tuple(at.tolist())) not in self._seen:
            self._seen[images] = self._computed(at)
        return self._seen[images]

    def _computed(self, at: torch.Tensor) -> list[torch.Tensor]:
        kept: list[torch.Tensor] = []
        for first in range(0, len(at), self.plan.before):
            some = at[first : first + self.plan.before]
            with computing(self.precision, self.shown.device):
                values = self.parts.run_before(self.shown(some))
            kept = kept or [value.new_empty(len(at), *value.shape[1:]) for value in values]
            for whole, value in zip(kept, values, strict=True):
                whole[first : first + len(some)] = value
        return kept

    def _constant(self) -> torch.Tensor | None:
        """Return what silenced units put out, the same for all images, as pooled maps (1, units, ...); None for nothing."""
        if self.baseline is None or not self.baseline.is_floating_point():
            return None
        _, *places = self.parts.map_shape
        size = self.parts.size  # channels of a unit
        maps = self.baseline.to(self.shown.device, self.parts.dtype).view(-1, *[size] * (size > 1))
        maps = maps.view(*maps.shape, *[1] * (len(places) - (size > 1)))
        maps = maps.expand(self.parts.map_shape)[None]
        return self.parts.units_second(self.parts.pool(self.parts.as_put_out(maps)))

    def _gathered(self, step: int, rows: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
        """Return the rows of some images in memory that the next pass uses again: fresh memory takes longer than a copy."""
        size = len(images) * rows[0].numel()
        buffer = self._buffers.get((step, rows.dtype))
        if buffer is None or buffer.numel() < size:
            buffer = self._buffers[step, rows.dtype] = rows.new_empty(size)
        return torch.index_select(rows, 0, images, out=buffer[:size].view(len(images), *rows.shape[1:]))

    def _run(self, part: nn.Module, values: list[torch.Tensor], skips: list[torch.Tensor]) -> torch.Tensor:
        with computing(self.precision, self.shown.device):
            scores = part(*values, *self.parts.read(skips))
        return scores.to(self.parts.scores_dtype)


def _passes(active: torch.Tensor, at_once: int) -> Iterator[tuple[torch.Tensor, torch.Tensor, list[tuple[slice, int]]]]:
    """Yield (rows, columns, runs) of the pairs that are active (n_rows, n_columns), some at once, row by row.

    runs tells which of these pairs belong to which row.
    """
    for pairs in active.nonzero().split(at_once) if active.any() else ():  # nothing is split into one part of nothing
        rows, columns = pairs.T
        runs, start = [], 0
        for row, count in zip(*(v.tolist() for v in torch.unique_consecutive(rows, return_counts=True)), strict=True):
            runs.append((slice(start, start + count), row))
            start += count
        yield rows, columns, runs


def _of(silent: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    return silent if len(silent) == 1 else silent[images]
