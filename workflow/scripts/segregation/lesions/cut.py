"""A network in two parts: from the images to the maps of a layer, and from there to the class scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import fx, nn

from segregation.lesions.layouts import Layout, layout_of
from segregation.lesions.places import Place, Reader
from segregation.lesions.steps import Step, steps_of
from segregation.networks import graph, parts
from segregation.networks.graph import Traced
from segregation.networks.watching import name_of
from segregation.steps.reporting import InputError

# Of one image and channel at a time: silencing a channel behind them is silencing it in front of them.
POOLINGS = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)


@dataclass
class Cut:
    """A network cut behind a layer.

    before maps images to the layer's maps and whatever else is read behind the layer (skips); pool these maps to what the
    next operations read: any pooling that follows has been done. behind(pooled, *skips) gives the class scores. steps are
    the linear operations that read nothing but the pooled maps: tail(*outputs of the steps, *([pooled] if reads_maps),
    *skips) gives the class scores too.

    Maps are kept as (n, units, ...); as_put_out gives them the order that the network has. A unit is size channels of the
    layer; where these are several, maps are (n, units, size, ...). map_shape is (n_units, ...), the shape of the maps of one
    image, dtype their type, scores_dtype that of the scores, single precision at least.
    """

    map_shape: torch.Size
    dtype: torch.dtype
    scores_dtype: torch.dtype
    size: int
    before: nn.Module
    pool: nn.Module
    behind: nn.Module
    steps: list[Step]
    tail: nn.Module
    reads_maps: bool
    layout: Layout
    units: int
    skips: list[Layout]

    @property
    def n_units(self) -> int:
        """The number of units of the layer."""
        return self.map_shape[0]

    def units_second(self, maps: torch.Tensor) -> torch.Tensor:
        """Return maps as the layer puts them out as (n, units, ...)."""
        maps = self.layout.images_first(maps).movedim(self.units, 1)
        return maps.unflatten(1, (-1, self.size)) if self.size > 1 else maps

    def as_put_out(self, maps: torch.Tensor) -> torch.Tensor:
        """Return maps (n, units, ...) as the layer puts them out."""
        maps = maps.flatten(1, 2) if self.size > 1 else maps
        return self.layout.back(maps.movedim(1, self.units))

    def run_before(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Return the pooled maps of images (n, units, ...), and what else is read behind the layer, images first."""
        found = self.before(images)
        maps, *skips = found if isinstance(found, tuple) else (found,)
        others = [layout.images_first(skip) for layout, skip in zip(self.skips, skips, strict=True)]
        return [self.units_second(self.pool(maps)), *others]

    def read(self, skips: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """Return what else is read behind the layer as the network has it."""
        return [layout.back(skip) for layout, skip in zip(self.skips, skips, strict=True)]


@torch.no_grad()
def cut(traced: Traced, network: nn.Module, place: Place, images: torch.Tensor) -> Cut:
    """Cut a network behind a layer; traced is its graph, images (3, ...) differ.

    Raises InputError where the graph cannot be cut there, with what is in the way.
    """
    start, scores, maps = graph.images_of(traced), graph.scores_of(traced), node_of(traced, network, place)
    read_behind = graph.downstream([maps]) - {maps}
    sizes = [node for node in parts.sizes_of(traced) if node in read_behind or read_behind & set(node.users)]
    of_images, needed = graph.downstream([start]) - read_behind - {maps}, []
    for node in traced.module.graph.nodes:
        if node in read_behind and node not in sizes:
            needed += [n for n in node.all_input_nodes if n in of_images and n not in [*needed, *sizes]]
    pooled = maps
    while len(pooled.users) == 1 and place.axis == 1 and _is_pooling(traced.kind(next(iter(pooled.users))), place.shape):
        pooled = next(iter(pooled.users))
    found = parts.computed(traced, [maps, scores, *needed, *sizes], [images[:1], images[:2], images])
    shown, answers = found[0][0], found[1][0]
    layout, axis = layout_of(found[0]), place.axis % shown.ndim
    units = layout and layout.moved(axis)
    if layout is None or units is None:
        raise InputError(_uncuttable(place, f"its maps {tuple(shown.shape)} do not tell the images apart"))
    known, skips = _beside(place, needed, dict(zip([*needed, *sizes], found[2:], strict=True)))
    inputs, rows = list(skips), (layout.dimension, layout.rows)
    steps, reads_maps = {}, True
    second, last = axis == 1 and shown.ndim > 2 and layout.rows == 1, axis == shown.ndim - 1
    if layout.outer and not layout.dimension and (second or last):
        steps, reads_maps = steps_of(traced, pooled, second, shown.shape[axis], place.size)
    _, n_channels, *places = layout.images_first(shown).movedim(units, 1).shape
    return Cut(
        torch.Size([n_channels // place.size, *[place.size] * (place.size > 1), *places]),
        shown.dtype,
        answers.dtype if answers.itemsize >= 4 else torch.float32,
        place.size,
        parts.part(traced, [start], [maps, *inputs]),
        parts.part(traced, [maps], [pooled]),
        parts.part(traced, [pooled, *inputs], [scores], known, rows),
        list(steps.values()),
        parts.part(traced, [*steps, *([pooled] if reads_maps else []), *inputs], [scores], known, rows),
        reads_maps,
        layout,
        units,
        list(skips.values()),
    )


def node_of(traced: Traced, network: nn.Module, place: Place) -> fx.Node:
    """Return the node of what a layer puts out. Raises InputError where the graph has none, or more than one."""
    if len(place.chains) != 1:
        raise InputError(_uncuttable(place, f"it is run {len(place.chains)} times for an image"))
    paths = {id(module): path for path, module in network.named_modules()}
    nodes = traced.outputs.get(paths[id(place.module)], [])
    for reader in place.chains[0]:
        nodes = [n for node in nodes for n in _through(traced, paths, node, reader)]
    if len(nodes) != 1:
        raise InputError(_uncuttable(place, "its graph does not show what the layer puts out"))
    return nodes[0]


def _beside(
    place: Place, needed: Sequence[fx.Node], found: dict[fx.Node, list]
) -> tuple[dict[fx.Node, parts.Known], dict[fx.Node, Layout]]:
    """Return what is read behind a layer beside its maps: what is known of it, and how images lie in what is not.

    needed are the nodes in front of the layer; found is what nodes put out for one image, for two, and for three.
    """
    known, skips = {}, {}
    for node, values in found.items():
        layout = layout_of(values) if isinstance(values[0], torch.Tensor) else None
        if value := parts.known_of(values):
            known[node] = value
        elif layout is not None and node in needed:
            skips[node] = layout
        else:
            what = f"'{node.name}' ({name_of(node.target)}) puts out a {type(values[0]).__name__}"
            raise InputError(_uncuttable(place, f"{what}, which does not tell the images apart"))
    return known, skips


def _through(traced: Traced, paths: dict[int, str], node: fx.Node, reader: Reader) -> list[fx.Node]:
    """Return the nodes of what a reader of a node puts out: the node itself where the graph has left the reader out."""
    if isinstance(reader.of, nn.Module):
        own = list(dict.fromkeys(traced.outputs.get(paths[id(reader.of)], [])))
        return [node] if node in own else [n for n in own if len(own) == 1 or node in n.all_input_nodes]
    functions = [user for user in node.users if user.op in ("call_function", "call_method")]
    found = [user for user in functions if name_of(user.target) == reader.of]
    return found or ([node] if "dropout" in reader.of else [])


def _is_pooling(module: nn.Module | None, shape: torch.Size) -> bool:
    """Tell whether a module pools maps of this shape unit by unit: a unit that is silent before is silent behind."""
    known = type(module) in POOLINGS and graph.is_plain(module)
    return known and len(shape) == 4 and not getattr(module, "return_indices", False)


def _uncuttable(place: Place, why: str) -> str:
    return f"The network cannot be cut at '{place.name}': {why}."
