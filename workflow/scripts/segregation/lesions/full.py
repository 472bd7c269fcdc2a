"""Lesions by full passes: slow, for whatever network torch can run, and what every faster way is held to.

Hooks on the network itself silence units where the layer puts them out, each time that the layer is run for an image. The
network's weights and modules stay as they are, and nothing stays on it when a pass ends.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from segregation.lesions.places import Place, Reader
from segregation.lesions.seen import Losses, Metric, Shown, Way, computing, gradient_of
from segregation.networks.watching import name_of, tensors_in
from segregation.steps.reporting import InputError

Change = Callable[[int, torch.Tensor], torch.Tensor]  # of the maps of a run, as the layer puts them out


class Changed:
    """A network whose layer puts out something else than it does.

    Called with images (n, ...) and a change of maps it returns what the network puts out. Raises InputError where the layer
    is run otherwise than for the images that it was found with.
    """

    def __init__(self, network: nn.Module, place: Place):
        self.network, self.place = network, place

    def __call__(self, images: torch.Tensor, change: Change) -> Any:
        """Return what the network puts out."""
        following = _Following(self.place, change)
        with following.hooks():
            result = self.network(images)
        following.check_end()
        return result

    def maps(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Return what the layer puts out, run by run."""
        found: list[torch.Tensor] = []

        def keep(_run: int, maps: torch.Tensor) -> torch.Tensor:
            found.append(maps.clone())
            return maps

        self(images, keep)
        return found


class FullPasses(Way):
    """A network and the images that it is shown, lesioned by full passes.

    baseline and precision are those of Engine; batch is how many images pass at a time.
    """

    kind = "full passes"

    def __init__(self, changed: Changed, shown: Shown, baseline: torch.Tensor | None, precision: str, batch: int):
        self.changed, self.shown, self.baseline = changed, shown, baseline
        self.precision, self.batch, self.parts = precision, batch, changed.place

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
        place = {int(image): column for column, image in enumerate(at)}
        losses, pairs = without.repeat(len(candidates) + 1, 1), 0
        of_candidates, unknown = [[*taken, candidate] for candidate in candidates], at[without.isnan()]
        for first, lesions, some in ((0, of_candidates, at), (len(candidates), [list(taken)], unknown)):
            for of_lesions, images, scores in self.scores(lesions, some) if len(some) else ():
                found = metric(scores, targets[images.to(targets.device)].to(scores.device)).cpu()
                losses, pairs = losses.to(found.dtype), pairs + len(found)
                losses[first + of_lesions, [place[int(image)] for image in images]] = found
        losses = losses[:, [place[int(image)] for image in at]]  # an image that is given twice has two columns
        return Losses(losses[:-1], losses[-1], pairs)

    @torch.no_grad()
    def scores(
        self, lesions: Sequence[Sequence[int]], at: torch.Tensor
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """Yield the scores of some images as Engine.scores does."""
        for part in at.split(self.batch):
            images, instead = self.shown(part), self._instead(part)
            for number, units in enumerate(lesions):
                with computing(self.precision, self.shown.device):
                    scores = self.changed(images.clone(), self._silence(units, instead))
                yield torch.full((len(part),), number), part, scores.float() if scores.itemsize < 4 else scores

    @torch.enable_grad()
    def rises(self, metric: Metric, targets: torch.Tensor, at: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield what Tails.rises does, image by image."""
        axis, n_channels = self.parts.axis, self.parts.n_channels
        for part in at.split(1):
            images, instead = self.shown(part), self._instead(part)
            gates = torch.ones(n_channels, dtype=torch.float64, device=images.device, requires_grad=True)
            everything = self._silence(range(self.parts.n_units), instead)

            def gate(run: int, maps: torch.Tensor, gates=gates, everything=everything) -> torch.Tensor:
                silent, shape = everything(run, maps.detach()), [1] * maps.ndim
                shape[axis] = n_channels
                return silent + gates.to(maps.dtype).view(shape) * (maps - silent)

            with computing(self.precision, self.shown.device):
                scores = self.changed(images.clone(), gate)
            own = targets[part.to(targets.device)].to(scores.device)
            loss = metric(scores.float() if scores.itemsize < 4 else scores, own).sum()
            (slope,) = gradient_of(loss, gates)
            yield part, -slope.view(1, -1, self.parts.size)

    def _instead(self, at: torch.Tensor) -> torch.Tensor | list[torch.Tensor] | None:
        """Return what silenced channels put out: nothing, the same (n_channels,) always, or maps, run by run."""
        if self.baseline is None or self.baseline.is_floating_point():
            return self.baseline
        with torch.no_grad():
            return self.changed.maps(self.shown(self.baseline[at]))

    def _silence(self, units: Sequence[int], instead: torch.Tensor | list[torch.Tensor] | None) -> Change:
        """Return the change of maps that silences some units."""
        channels = [unit * self.parts.size + i for unit in units for i in range(self.parts.size)]

        def silence(run: int, maps: torch.Tensor) -> torch.Tensor:
            index, axis = torch.tensor(channels, dtype=torch.long, device=maps.device), self.parts.axis
            if instead is None:
                return maps.index_fill(axis, index, 0)
            changed = maps.clone()
            if isinstance(instead, list):
                values = instead[run].movedim(axis, 0)[index]
            else:
                values = instead.to(maps.device, maps.dtype)[index].view(-1, *[1] * (maps.ndim - 1))
            changed.movedim(axis, 0)[index] = values
            return changed

        return silence


class _Following:
    """One pass in which the layer's output is followed to where it is changed."""

    def __init__(self, place: Place, change: Change):
        self.place, self.change = place, change
        self.runs, self.left, self.value, self.in_place = 0, (), None, False

    @contextmanager
    def hooks(self) -> Iterator[None]:
        """Follow what passes through the modules and functions of the layer's chains within the block."""
        readers = {reader for chain in self.place.chains for reader in chain}
        with ExitStack() as stack:
            for reader in readers:
                if isinstance(reader.of, nn.Module):
                    handle = reader.of.register_forward_hook(self._through, with_kwargs=True)
                    stack.callback(handle.remove)
            stack.callback(self.place.module.register_forward_hook(self._begin).remove)
            if any(isinstance(reader.of, str) for reader in readers):
                stack.enter_context(_Functions(self))
            yield

    def check_end(self) -> None:
        """Raise InputError unless the layer was run as often as it should, and its output passed through its chains."""
        if self.left or self.runs != len(self.place.chains):
            raise InputError(
                f"Layer '{self.place.name}' is run otherwise for some images than for others"
                f" ({len(self.place.chains)} times for the first, {self.runs} times here); it cannot be lesioned."
            )

    def step(self, reader: nn.Module | str, given: Any, output: Any) -> Any:
        """Return what is to stand for what a module or function returned."""
        if not self.left or self.left[0] != Reader(reader) or not any(v is self.value for v in tensors_in(given)):
            return output
        self.left, self.in_place = self.left[1:], self.in_place or output is self.value
        return self._arrived(output)

    def _begin(self, _module: nn.Module, _args: tuple, output: torch.Tensor) -> torch.Tensor:
        if self.left or self.runs >= len(self.place.chains):
            self.runs += 1
            self.check_end()
        self.left, self.in_place = self.place.chains[self.runs], False
        self.runs += 1
        return self._arrived(output)

    def _through(self, module: nn.Module, args: tuple, kwargs: dict, output: Any) -> Any:
        return self.step(module, [args, kwargs], output)

    def _arrived(self, output: torch.Tensor) -> torch.Tensor:
        self.value = output
        if self.left:
            return output
        changed = self.change(self.runs - 1, output)
        # What was changed in place on its way is also read under its former name.
        return output.copy_(changed) if self.in_place and changed is not output else changed


class _Functions(TorchFunctionMode):
    """Shows functions of torch to what follows a layer's output."""

    def __init__(self, following: _Following):
        super().__init__()
        self.following = following

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Call a function; return what is to stand for its result."""
        result = func(*args, **(kwargs or {}))
        return self.following.step(name_of(func), [args, kwargs], result)
