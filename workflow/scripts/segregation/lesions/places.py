"""What a layer puts out: where in a network it is found, and which of its dimensions are the units.

A convolution or linear layer stands for what it puts out behind its normalisation and non-linearity, as long as nothing else
reads what lies between; any other module (a residual stage, say) for what it puts out. What a module or function behind a
layer is, its own calls tell and not its name: a normalisation shifts and scales its units by constants or by means over
them, and a non-linearity is a function of single values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import torch
from torch import nn

from segregation.networks import operations as ops
from segregation.networks.architectures import CONVOLUTIONS
from segregation.networks.watching import Call, Pass, Value, watch
from segregation.steps.reporting import InputError

WEIGHTED = (nn.modules.conv._ConvNd, nn.Linear, nn.Bilinear)
NORM, ACTIVATION = "normalisation", "non-linearity"
UNITS_SECOND = {*ops.CONVOLVING, "batch_norm", "instance_norm", "group_norm", "local_response_norm", *ops.POOLINGS}
UNITS_LAST = {*ops.MULTIPLYING, *ops.ATTENDING, "layer_norm", "rms_norm"}


@dataclass(frozen=True)
class Reader:
    """What reads a value and hands it on: a module, or a function by its name."""

    of: nn.Module | str


@dataclass(frozen=True)
class Place:
    """Where a layer puts out its units.

    A unit is size channels. chains holds for each time that the module of the layer is run for an image what it passes
    through, from the module's own output on, until it is what the layer puts out. axis is that of the channels, shape that
    of what is put out for the images that were watched.
    """

    name: str
    module: nn.Module
    chains: tuple[tuple[Reader, ...], ...]
    axis: int
    shape: torch.Size
    size: int = 1

    @property
    def n_channels(self) -> int:
        """The number of channels of the layer."""
        return self.shape[self.axis]

    @property
    def n_units(self) -> int:
        """The number of units of the layer."""
        return self.n_channels // self.size


def path_of(network: nn.Module, name: str) -> str:
    """Return the path of a layer's module. Raises InputError, with the nearest names, where there is no such layer."""
    own, paths = layers(network), [path for path, _ in network.named_modules(remove_duplicate=False) if path]
    if name in own or name in paths:
        return own.get(name, name)
    if own:
        raise InputError(f"The network has no layer '{name}'; its layers are {', '.join(own)}.")
    near = get_close_matches(name, paths, 5, 0) or paths[:5]
    raise InputError(f"The network has no layer '{name}'; the nearest are {', '.join(near)}.")


def layers(network: nn.Module) -> dict[str, str]:
    """Return the paths of the convolutions of one of our VGGs by block and number; none for another network."""
    features = getattr(network, "features", None)
    named = features.named_modules() if isinstance(features, nn.Module) else ()
    paths = [f"features.{name}" for name, module in named if type(module) is nn.Conv2d]
    names = CONVOLUTIONS["vgg16"]
    return dict(zip(names, paths, strict=True)) if len(paths) == len(names) else {}


def find(network: nn.Module, name: str, seen: Pass, result: Any, activated: bool = True, axis: int | None = None) -> Place:
    """Return where a layer puts out its units, in a pass that was watched; if not activated, in front of the non-linearity.

    result is what the network put out. axis is that of the units, where the network does not tell. Raises InputError for
    a layer that does not exist, is not run or has no units, and where nothing lies between it and the result.
    """
    module = network.get_submodule(path_of(network, name))
    runs = seen.ran(module)
    if not runs:
        raise InputError(
            f"Layer '{name}' is not run for an image: the network does not call it, or calls it inside a compiled module"
            " (TorchScript). Take another layer, or the network that was compiled."
        )
    live, ends, chains = seen.live(result), [], []
    for run in runs:
        _check_units(name, run.output)
        value, chain = _follow(seen, live, run, activated)
        ends.append(value)
        chains.append(tuple(chain))
    if set(seen.values(result)) & set(ends):
        raise InputError(f"Nothing lies between layer '{name}' and the class scores of the network; choose one before it.")
    shape = _shape(seen, ends[0])
    found = _axis(seen, runs[0], ends[0], shape, name) if axis is None else axis
    return Place(name, module, tuple(chains), found, shape)


def seen_by(network: nn.Module, images: torch.Tensor) -> tuple[Pass, Any]:
    """Return a pass that was watched, and what the network put out. Raises InputError for images that it cannot take."""
    try:
        return watch(network, images)
    except InputError:
        raise
    except Exception as error:  # whatever the network raises for images that are not its own
        raise InputError(f"The network cannot take images of shape {tuple(images.shape[1:])}: {error}") from error


def place_of(network: nn.Module, name: str, images: torch.Tensor, activated: bool = True, axis: int | None = None) -> Place:
    """Return where a layer puts out its units, as some images (n, ...) show it.

    Raises InputError as find does, and for images that the network cannot take.
    """
    return find(network, name, *seen_by(network, images), activated, axis)


def is_weighted(call: Call, seen: Pass) -> bool:
    """Tell whether a module is a layer with weights: a convolution or a linear layer, also one of another make."""
    if isinstance(call.of, WEIGHTED):
        return True
    last = seen.makers().get(call.outputs[0]) if call.outputs else None
    return not list(call.of.children()) and last is not None and last.name in (*ops.CONVOLVING, *ops.MULTIPLYING)


def _follow(seen: Pass, live: set[Call], run: Call, activated: bool) -> tuple[Value, list[Reader]]:
    """Return what a run of a layer puts out, and what it passes through until then.

    This is one normalisation and one non-linearity at most; a second one belongs to what comes next.
    """
    value, chain = run.outputs[0], []
    if not is_weighted(run, seen):
        return value, chain
    axis, wanted = _own_axis(seen, run), {NORM, ACTIVATION} if activated else {NORM}
    passed: list[Reader] = []  # what changes no value is part of a chain only if a norm or a non-linearity follows
    at = value
    while (step := _next(seen, live, at, axis, wanted)) and step[1] != at:
        reader, at, does = step
        passed.append(reader)
        if does:
            value, chain, passed, wanted = at, chain + passed, [], wanted - does
    return value, chain


def _next(
    seen: Pass, live: set[Call], value: Value, axis: int, wanted: set[str]
) -> tuple[Reader, Value, frozenset[str]] | None:
    """Return what alone reads a value and does what is wanted or nothing: what it is, what it returns, and what it does."""
    readers = [call for call in seen.readers(value) if call in live or not live]
    if not readers:
        return None
    shape = _shape(seen, value)
    first, last = min(r.began for r in readers), max(r.ended for r in readers)
    outer = [call for call in seen.modules if call.inputs == [value] and call.began < first and last < call.ended]
    for module in sorted(outer, key=lambda call: call.began):
        functions = [f for f in seen.inside(module) if f in live or not live]
        does = _does(functions, value, shape[axis]) if _keeps(module, shape) else None
        if does is not None and does <= wanted:
            return Reader(module.of), module.outputs[0], does
    (call, *others) = readers
    if not others and call.inputs[0] == value and _keeps(call, shape):
        does = _does([call], value, shape[axis])
        if does is not None and does <= wanted and call.name not in ops.AVERAGING | ops.ARITHMETIC:
            return Reader(call.name), call.outputs[-1], does
    return None


def _keeps(call: Call, shape: torch.Size) -> bool:
    return isinstance(call.output, torch.Tensor) and call.output.shape == shape


def _does(functions: Sequence[Call], value: Value, channels: int) -> frozenset[str] | None:
    """Tell what some functions do together with a value: normalise it, a non-linearity, both, or nothing; None if more."""
    made = {value}
    for call in functions:
        made.update(call.outputs if made & set(call.inputs) else ())
    functions = [call for call in functions if made & set(call.inputs)]  # the others are about weights
    names, shifting = {call.name for call in functions}, ops.AVERAGING | ops.ARITHMETIC
    if not functions or not names <= {*ops.NORMS} | ops.ACTIVATIONS | ops.PASSING | ops.SHAPING | shifting:
        return None
    if names <= ops.PASSING:
        return frozenset()
    does = frozenset([ACTIVATION]) if names & ops.ACTIVATIONS else frozenset()
    norms = [call for call in functions if call.name in ops.NORMS]
    if norms or names & ops.AVERAGING:
        return does | {NORM} if len(norms) <= 1 else None
    if names <= ops.ACTIVATIONS | ops.PASSING:
        return does if len(names & ops.ACTIVATIONS) == 1 else None
    # Shifted and scaled by constants: those of units, not of places.
    constants = [t for c in functions for v, t in zip(c.inputs, c.arguments, strict=True) if v not in made]
    of_units = all(t.numel() == 1 or (t.numel() == channels and channels in t.shape) for t in constants)
    if not of_units or not names & (ops.ACTIVATIONS | shifting):
        return None
    return does or frozenset([NORM])


def _check_units(name: str, output: Any) -> None:
    if not isinstance(output, torch.Tensor):
        raise InputError(
            f"Layer '{name}' has no units: it puts out {type(output).__name__}, not a tensor. Take a module inside it."
        )
    if output.ndim < 2 or not output.is_floating_point():
        raise InputError(f"Layer '{name}' has no units: it puts out {output.dtype} of shape {tuple(output.shape)}.")


def _axis(seen: Pass, run: Call, end: Value, shape: torch.Size, name: str) -> int:
    """Return the axis of the units, 1 or -1.

    That of a layer with weights is its own. Otherwise it is that of the nearest function that has one, with nothing between
    but operations on single values. Where there is none, maps of four dimensions are images of channels.
    """
    if is_weighted(run, seen):
        return _own_axis(seen, run)
    if len(shape) == 2:
        return -1
    near, visited = [end], {end}
    makers = seen.makers()
    for value in near:  # it grows
        beside = [*([makers[value]] if value in makers else []), *seen.readers(value)]
        for call in beside:
            if call.name in UNITS_SECOND or (call.name == "layer_norm" and call.output.ndim > 3 and _whole(call)):
                return 1
            if call.name in UNITS_LAST:
                return -1
            if call.name in (*ops.ACTIVATIONS, *ops.PASSING, *ops.JOINING):
                new = [v for v in (*call.inputs, *call.outputs) if v not in visited and _shape(seen, v)[:1] == shape[:1]]
                near += new
                visited.update(new)
    if len(shape) == 4:
        return 1
    raise InputError(
        f"Layer '{name}' puts out {tuple(shape)}; no layer beside it tells which dimension its units are. Say it (axis)."
    )


def _own_axis(seen: Pass, run: Call) -> int:
    """Return the axis of the units of a layer with weights: the second of a convolution, the last of a linear layer."""
    last = seen.makers().get(run.outputs[0])
    convolves = isinstance(run.of, nn.modules.conv._ConvNd) or (last is not None and last.name in ops.CONVOLVING)
    return 1 if convolves and not isinstance(run.of, (nn.Linear, nn.Bilinear)) else -1


def _whole(norm: Call) -> bool:
    """Tell whether a layer normalisation is over units and places, [C, H, W]."""
    return any(t.ndim > 1 for t in norm.arguments[1:])


def _shape(seen: Pass, value: Value) -> torch.Size:
    return seen.tensors[value].shape
