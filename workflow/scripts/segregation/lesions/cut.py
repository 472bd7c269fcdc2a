"""A network in two parts: from the images to the maps of a layer, and from there to the class scores.

A layer is named by the path of its module, as named_modules() tells it; those of our VGGs also by block and number
(conv5_3). A convolution or linear layer stands for what it puts out behind its normalisation and non-linearity, any other
module (a residual stage, say) for what it puts out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import torch
from torch import fx, nn

from segregation.lesions.steps import Step, steps_of
from segregation.networks import graph
from segregation.networks.architectures import CONVOLUTIONS
from segregation.networks.graph import Traced
from segregation.steps.reporting import InputError

WEIGHTED = (nn.modules.conv._ConvNd, nn.Linear)
NORMS = (nn.modules.batchnorm._BatchNorm, nn.modules.instancenorm._InstanceNorm, nn.GroupNorm, nn.LayerNorm)
ACTIVATIONS = tuple(
    getattr(nn, name)
    for name in """ReLU ReLU6 LeakyReLU PReLU ELU CELU SELU GELU SiLU Mish Hardswish Sigmoid Tanh Hardsigmoid Hardtanh
    Softplus""".split()  # noqa: SIM905, one a line these are a page
)
FUNCTIONS = tuple(
    """relu relu6 leaky_relu prelu elu celu selu gelu silu mish hardswish sigmoid tanh hardsigmoid hardtanh
    softplus""".split()  # noqa: SIM905
)
# Of one image and channel at a time: silencing a channel behind them is silencing it in front of them.
POOLINGS = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
UNITS_SECOND = (nn.modules.conv._ConvNd, *NORMS[:3], *POOLINGS)
UNITS_LAST = (nn.Linear, nn.LayerNorm)
JOINING = ("add", "sub", "mul", "cat", "stochastic_depth")  # of values at the same place


@dataclass
class Cut:
    """A network cut behind a layer.

    before maps images to the layer's maps (n, ...) and whatever else is read behind the layer (skips); pool these maps to
    what the next operations read: any pooling that follows has been done. behind(pooled, *skips) gives the class scores.
    steps are the linear operations that read nothing but the pooled maps: tail(*outputs of the steps, *([pooled] if
    reads_maps), *skips) gives the class scores too. axis is that of the units, 1 or -1; map_shape is (n_units, ...), the
    shape of the maps of one image with the units first.
    """

    layer: str
    axis: int
    map_shape: torch.Size
    n_outputs: int
    before: nn.Module
    pool: nn.Module
    behind: nn.Module
    steps: list[Step]
    tail: nn.Module
    reads_maps: bool

    @property
    def n_units(self) -> int:
        """The number of units of the layer."""
        return self.map_shape[0]


@torch.no_grad()
def cut(network: nn.Module, name: str, images: torch.Tensor) -> Cut:
    """Cut a network behind a layer; some images (n, ...) show that what was cut computes what the network does.

    Raises InputError for a network that cannot be traced or is in training mode, for a layer that does not exist, has no
    units, is run more than once or is the last, and for images that the network cannot take.
    """
    traced = graph.trace(network)
    start, scores, maps = graph.images_of(traced), graph.scores_of(traced), node_of(traced, network, name)
    read_behind = graph.downstream([maps]) - {maps}
    if scores not in read_behind:
        raise InputError(f"Nothing lies between layer '{name}' and the class scores of the network; choose one before it.")
    of_images, skips = graph.downstream([start]) - read_behind - {maps}, []
    for node in traced.module.graph.nodes:
        skips += [n for n in node.all_input_nodes if node in read_behind and n in of_images and n not in skips]
    pooled = maps
    while len(pooled.users) == 1 and _is_pooling(traced.kind(next(iter(pooled.users)))):
        pooled = next(iter(pooled.users))
    before = graph.part(traced, [start], [maps, *skips])
    whole, shown, *others = _try(network, before, images, skips)
    axis = axis_of(traced, maps, shown, name)
    steps, reads_maps = steps_of(traced, pooled, axis, shown.shape[axis])
    found = Cut(
        name,
        axis,
        shown.movedim(axis, 1).shape[1:],
        whole.shape[-1],
        before,
        graph.part(traced, [maps], [pooled]),
        graph.part(traced, [pooled, *skips], [scores]),
        list(steps.values()),
        graph.part(traced, [*steps, *([pooled] if reads_maps else []), *skips], [scores]),
        reads_maps,
    )
    parts = found.behind(found.pool(shown), *others)
    if not torch.allclose(whole, parts, rtol=1e-3, atol=1e-3 * float(whole.abs().max())):
        raise InputError(f"The network cannot be cut at '{name}': its graph computes other scores than the network itself.")
    return found


def _is_pooling(module: nn.Module | None) -> bool:
    return isinstance(module, POOLINGS) and not getattr(module, "return_indices", False)


def head_of(network: nn.Module, name: str, activated: bool = True) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the function from images to the maps of a layer (n, units, ...), if not activated before the non-linearity.

    Raises InputError as cut does.
    """
    traced = graph.trace(network)
    node = node_of(traced, network, name, activated)
    head = graph.part(traced, [graph.images_of(traced)], [node])

    def maps_of(images: torch.Tensor) -> torch.Tensor:
        maps = head(images)
        return maps.movedim(axis_of(traced, node, maps, name), 1)

    return maps_of


def node_of(traced: Traced, network: nn.Module, name: str, activated: bool = True) -> fx.Node:
    """Return the node of what a layer puts out, behind its normalisation and, if activated, its non-linearity.

    Raises InputError, with the nearest names, where there is no such layer, and where it is run never or more than once.
    """
    path = _path(network, name)
    nodes = traced.outputs.get(path, [])
    if len(nodes) != 1:
        raise InputError(
            f"Layer '{name}' is run {len(nodes)} times for an image; only one that is run once can be lesioned."
        )
    node = nodes[0]
    while isinstance(network.get_submodule(path), WEIGHTED) and len(node.users) == 1:
        (reader,) = node.users
        function = getattr(reader.target, "__name__", str(reader.target)).strip("_")
        norm = isinstance(traced.kind(reader), NORMS)
        if not (norm or (activated and (isinstance(traced.kind(reader), ACTIVATIONS) or function in FUNCTIONS))):
            break
        node = reader
    return node


def layer(network: nn.Module, name: str) -> nn.Module:
    """Return the module of a network whose output is what a layer puts out, to watch or silence in full passes.

    Raises InputError as cut does, and where no module puts out just this: its last operation is a function, say, or a
    module that is run more than once.
    """
    traced = graph.trace(network)
    node = node_of(traced, network, name)
    paths = [path for path, nodes in traced.outputs.items() if nodes == [node]]
    leaves = [path for path in paths if not list(network.get_submodule(path).children())]
    called = node.target if node.op == "call_module" else None
    if not paths or (called is not None and called not in paths):
        raise InputError(f"No module of the network puts out layer '{name}' and nothing else.")
    return network.get_submodule((leaves or paths)[-1])


def layers(network: nn.Module) -> dict[str, str]:
    """Return the paths of the convolutions of one of our VGGs by block and number; none for another network."""
    features = getattr(network, "features", None)
    named = features.named_modules() if isinstance(features, nn.Module) else ()
    paths = [f"features.{name}" for name, module in named if type(module) is nn.Conv2d]
    names = CONVOLUTIONS["vgg16"]
    return dict(zip(names, paths, strict=True)) if len(paths) == len(names) else {}


def axis_of(traced: Traced, node: fx.Node, maps: torch.Tensor, name: str) -> int:
    """Return the axis of the units of a layer's maps, 1 or -1.

    It is that of the nearest layer that has an axis of its own, with nothing between but operations on single values: the
    second of convolutions, batch normalisation and pooling, the last of linear layers and layer normalisation. Where there
    is none, maps of four dimensions are images of channels. Raises InputError for maps that have no units, or may have them
    in either dimension.
    """
    if maps.ndim < 2 or not maps.is_floating_point():
        raise InputError(f"Layer '{name}' has no units: it puts out {maps.dtype} of shape {tuple(maps.shape)}.")
    if maps.ndim == 2:
        return -1
    near, seen = [node], {node}
    for at in near:  # it grows
        module = traced.kind(at)
        if isinstance(module, UNITS_SECOND + UNITS_LAST):
            return 1 if isinstance(module, UNITS_SECOND) else -1
        if _is_pointwise(traced, at) or at is node:
            beside = [*(at.all_input_nodes if _is_pointwise(traced, at) else []), *at.users]
            near += [other for other in beside if other not in seen]
            seen.update(beside)
    if maps.ndim == 4:
        return 1
    raise InputError(f"Layer '{name}' puts out {tuple(maps.shape)}; no layer beside it tells which dimension its units are.")


def _is_pointwise(traced: Traced, node: fx.Node) -> bool:
    name = getattr(node.target, "__name__", str(node.target)).strip("_")
    return isinstance(traced.kind(node), ACTIVATIONS) or (node.op.startswith("call_") and name in FUNCTIONS + JOINING)


def _path(network: nn.Module, name: str) -> str:
    own, paths = layers(network), [path for path, _ in network.named_modules() if path]
    if name in own or name in paths:
        return own.get(name, name)
    if own:
        raise InputError(f"The network has no layer '{name}'; its layers are {', '.join(own)}.")
    near = get_close_matches(name, paths, 5, 0) or paths[:5]
    raise InputError(f"The network has no layer '{name}'; the nearest are {', '.join(near)}.")


def _try(network: nn.Module, before: nn.Module, images: torch.Tensor, skips: list[fx.Node]) -> list[torch.Tensor]:
    """Return the class scores of a network, then what its first part puts out: the maps, and what is read beside them."""
    try:
        whole = network(images.clone())
        found = before(images.clone())
    except Exception as error:  # whatever the network raises for images that are not its own
        raise InputError(f"The network cannot take images of shape {tuple(images.shape[1:])}: {error}") from error
    if not isinstance(whole, torch.Tensor) or whole.ndim != 2:
        shape = f"of shape {tuple(whole.shape)}" if isinstance(whole, torch.Tensor) else f"a {type(whole).__name__}"
        raise InputError(f"The network puts out {shape}; expected class scores (n_images, n_classes).")
    found = found if skips else (found,)
    names = ["the layer", *(f"'{node.name}' ({node.target})" for node in skips)]
    for name, value in zip(names, found, strict=True):
        if not isinstance(value, torch.Tensor):
            raise InputError(f"The network cannot be cut there: {name} puts out {type(value).__name__}, not a tensor.")
        if len(value) != len(images):
            raise InputError(f"The network cannot be cut there: {name} puts out {len(value)} rows for {len(images)} images.")
    return [whole, *found]
