"""What the last hidden layer of a network answers to images of classes that no network was trained on."""

import numpy as np
import torch
from torch import nn

from segregation.images import batches
from segregation.images.store import Store
from segregation.networks import graph, parts
from segregation.steps.reporting import InputError


def penultimate(network: nn.Module) -> nn.Module:
    """Return the part of a network up to what its last layer with weights reads; in a VGG this is FC2, behind its ReLU.

    A network that cannot be traced is run as a whole. Raises InputError for one that has no such layer.
    """
    try:
        traced = graph.trace(network)
    except InputError:
        return _ReadByLast(network)
    layers = [n for n in traced.module.graph.nodes if isinstance(traced.kind(n), (nn.Linear, nn.Conv2d))]
    if not layers:
        raise InputError("The network has no layer with weights; decoding reads what the last of them reads.")
    return parts.part(traced, [graph.images_of(traced)], [layers[-1].all_input_nodes[0]])


class _ReadByLast(nn.Module):
    """Returns what the last layer with weights reads, of those that a network runs for images."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return what the last layer with weights reads for images."""
        read: list[torch.Tensor] = []
        layers = [module for module in self.network.modules() if isinstance(module, (nn.Linear, nn.Conv2d))]
        handles = [layer.register_forward_pre_hook(lambda _layer, given: read.append(given[0])) for layer in layers]
        try:
            self.network(images)
        finally:
            for handle in handles:
                handle.remove()
        if not read:
            raise InputError("The network has no layer with weights; decoding reads what the last of them reads.")
        return read[-1]


def heldout_rows(store: Store) -> np.ndarray:
    """Return the row numbers of the held-out images of a store. Raises InputError for one held-out class or none."""
    if len(store.heldout_classes) < 2:
        raise InputError(
            f"{store.path} has {len(store.heldout_classes)} held-out classes, but decoding tells apart at least 2:"
            " raise heldout_classes of this dataset."
        )
    return store.rows("heldout")


def activations(network: nn.Module, store: Store, rows: np.ndarray, size: int) -> np.ndarray:
    """Return what the last hidden layer of a network answers to images, (n_images, n_units)."""
    images = batches.load_images(store, rows).to(next(network.parameters()).device)
    return batches.scores(penultimate(network), images, size).flatten(1).cpu().numpy()
