"""Parts of a network's graph, which compute some of its values from others.

What a part needs beside its inputs it computes itself, but for what is known: sizes, which follow from the number of images,
and tables, which are the same for all images.
"""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from segregation.networks.graph import Traced, images_of, is_metadata


@dataclass(frozen=True)
class Known:
    """What a node computes, as it is known without computing it: a value, or integers that count images.

    per_image stands for a value that is so many times the number of images. Of a tuple each item is a Known.
    """

    value: Any = None
    per_image: int | None = None

    def counts(self) -> bool:
        """Tell whether the value depends on the number of images."""
        items = self.value if isinstance(self.value, tuple) else ()
        return self.per_image is not None or any(isinstance(item, Known) and item.counts() for item in items)

    def written(self, graph: fx.Graph, n_images: fx.Node | None) -> Any:
        """Return the value, or nodes that compute it, for the arguments of other nodes."""
        if self.per_image is not None:
            return n_images if self.per_image == 1 else graph.call_function(operator.mul, (n_images, self.per_image))
        if isinstance(self.value, tuple):
            return tuple(item.written(graph, n_images) for item in self.value)
        return self.value


def computed(traced: Traced, wanted: Sequence[fx.Node], images: Sequence[torch.Tensor]) -> list[tuple]:
    """Return for each of some nodes what it computes for each of some batches of images."""
    runs = part(traced, [images_of(traced)], [*wanted, wanted[0]])  # two outputs at least: a tuple
    return list(zip(*(runs(batch)[:-1] for batch in images), strict=True))


def sizes_of(traced: Traced) -> list[fx.Node]:
    """Return the nodes that follow from the shapes and types of values alone, and are no tensors."""
    found: dict[fx.Node, None] = {}
    for node in traced.module.graph.nodes:
        plain = node.op == "call_function" and getattr(node.target, "__module__", "") in ("_operator", "builtins", "math")
        if is_metadata(node) or (plain and node.all_input_nodes and all(of in found for of in node.all_input_nodes)):
            found[node] = None
    return list(found)


def known_of(values: Sequence[Any]) -> Known | None:
    """Return what a node computes, from what it did for one, two and three images; None where this is unclear."""
    one, two, three = values
    if isinstance(one, torch.Tensor):
        return Known(one) if all(v.shape == one.shape and torch.equal(v, one) for v in values) else None
    if isinstance(one, (tuple, list)):
        items = [known_of(item) for item in zip(one, two, three, strict=True)]
        return None if None in items else Known(tuple(items))
    if type(one) is int and (two, three) == (2 * one, 3 * one) and one != 0:
        return Known(per_image=one)
    return Known(one) if one == two == three else None


def part(
    traced: Traced,
    inputs: Sequence[fx.Node],
    outputs: Sequence[fx.Node],
    known: Mapping[fx.Node, Known] | None = None,
    rows: tuple[int, int] = (0, 1),
) -> fx.GraphModule:
    """Return the part of a network that computes some nodes from others.

    It takes the inputs in their order, and returns one output as it is, several as a tuple. known are nodes that need not
    be computed; rows says along which dimension of the first input the images are, and how many entries each has there.
    """
    known = {node: value for node, value in (known or {}).items() if node not in inputs}
    needed, open_ = set(inputs), [node for node in outputs if node not in inputs]
    while open_:
        node = open_.pop()
        if node not in needed:
            needed.add(node)
            open_ += [] if node in known else node.all_input_nodes
    graph, n_images = fx.Graph(), None
    copies: dict[fx.Node, Any] = {node: graph.placeholder(node.name) for node in inputs}
    for node in traced.module.graph.nodes:
        if node not in needed or node in copies:
            continue
        if node not in known:
            copies[node] = graph.node_copy(node, copies.__getitem__)
        elif isinstance(known[node].value, torch.Tensor):
            traced.module.register_buffer(f"known_{node.name}", known[node].value, persistent=False)
            copies[node] = graph.get_attr(f"known_{node.name}")
        else:
            if n_images is None and known[node].counts():
                size = graph.call_method("size", (copies[inputs[0]], rows[0]))
                n_images = graph.call_function(operator.floordiv, (size, rows[1])) if rows[1] > 1 else size
            copies[node] = known[node].written(graph, n_images)
    results = tuple(copies[node] for node in outputs)
    graph.output(results[0] if len(results) == 1 else results)
    return fx.GraphModule(traced.module, graph)
