"""The maps of a layer, for whatever network torch can run."""

from collections.abc import Callable

import torch
from torch import nn

from segregation.lesions.checks import different
from segregation.lesions.cut import node_of
from segregation.lesions.full import Changed
from segregation.lesions.layouts import layout_of
from segregation.lesions.places import Place, place_of
from segregation.networks import graph, parts
from segregation.steps.reporting import InputError

Head = Callable[[torch.Tensor], torch.Tensor]


def head_of(network: nn.Module, name: str, activated: bool = True) -> Head:
    """Return the function from images to the maps of a layer (n, units, ...), if not activated before the non-linearity.

    Of a layer that is run several times for an image, all maps are put out as (n, units, places). The function raises
    InputError as Engine does for a layer that has no units and for images that the network cannot take.
    """
    found: list[Head] = []

    def maps_of(images: torch.Tensor) -> torch.Tensor:
        if not found:
            found.append(_head(network, name, different(images[:3]), activated))
        return found[0](images)

    return maps_of


@torch.no_grad()
def _head(network: nn.Module, name: str, images: torch.Tensor, activated: bool) -> Head:
    """Return the function for a network as its first images, (3, ...), show it."""
    place = place_of(network, name, images, activated)
    whole = Changed(network, place)
    runs = list(zip(*(whole.maps(images[:n]) for n in (1, 2, 3)), strict=True))
    layouts = [layout_of(run) for run in runs]
    orders = [(layout, layout and layout.moved(place.axis % run[0].ndim)) for layout, run in zip(layouts, runs, strict=True)]
    if any(units is None for _, units in orders):
        raise InputError(f"Layer '{name}' puts out {tuple(runs[0][0].shape)} for an image; this does not tell images apart.")

    def ordered(maps: list[torch.Tensor]) -> torch.Tensor:
        several = [layout.images_first(m).movedim(units, 1) for m, (layout, units) in zip(maps, orders, strict=True)]
        return several[0] if len(several) == 1 else torch.cat([one.reshape(*one.shape[:2], -1) for one in several], 2)

    try:
        part = _part(network, place)
        same = torch.allclose(part(images), runs[0][2], rtol=1e-4, atol=1e-4 * float(runs[0][2].abs().max()))
    except Exception:  # whatever tracing stumbles over; a full pass does not
        same = False
    return (lambda shown: ordered([part(shown)])) if same else lambda shown: ordered(whole.maps(shown))


def _part(network: nn.Module, place: Place) -> nn.Module:
    """Return the part of a network from the images to what a layer puts out."""
    traced = graph.trace(network)
    return parts.part(traced, [graph.images_of(traced)], [node_of(traced, network, place)])
