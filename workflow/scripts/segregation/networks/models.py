"""torchvision's models for classification by name, with torchvision's initial weights or without any."""

import inspect
from collections import OrderedDict

import torch
from torch import nn

from segregation.networks.architectures import unknown
from segregation.steps.reporting import InputError


def fresh(architecture: dict, image_size: int, n_classes: int, seed: int) -> nn.Module:
    """Return a model with initial weights that belong to the seed; the global random state is neither read nor changed.

    architecture holds name and, where it is given, dropout. Raises InputError as empty does.
    """
    empty(architecture, image_size, n_classes)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return _build(architecture, image_size, n_classes)


def empty(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    """Return a model in evaluation mode, without memory for its weights; architecture as for fresh.

    Raises InputError for a name that there is not, and for a model that cannot take images of this size (pixels).
    """
    name = architecture["name"]
    if complaint := unknown(name):
        raise InputError(f"architecture.name: {complaint}")
    try:
        network = _on_meta(architecture, image_size, n_classes).eval()
        network(torch.empty(1, 3, image_size, image_size, device="meta"))
    except (RuntimeError, ValueError, AssertionError) as error:
        raise InputError(
            f"{name} cannot take images of {image_size} pixels ({error}). Change image_size, or the architecture."
        ) from error
    return network


def fill(network: nn.Module, weights: dict[str, torch.Tensor]) -> None:
    """Give an empty network its weights, which are not copied. Raises RuntimeError where they are not of this network."""
    state = OrderedDict(weights)
    state._metadata = network.state_dict()._metadata  # the versions of the modules, without which some refuse
    network.load_state_dict(state, assign=True)


def last(network: nn.Module) -> tuple[str, nn.Module]:
    """Return name and module of the last linear or convolutional layer: of the models here, what puts out scores."""
    return [(name, m) for name, m in network.named_modules() if isinstance(m, (nn.Linear, nn.Conv2d))][-1]


def _on_meta(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        try:
            with torch.device("meta"):
                return _build(architecture, image_size, n_classes)
        except NotImplementedError:  # RegNet computes its widths with tensors
            return _build(architecture, image_size, n_classes).to("meta")


def _build(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    """Return a model with scores as its one output in training too, made for the size of the images where it has one."""
    from torchvision import models  # takes seconds to import

    builder = models.get_model_builder(architecture["name"])
    taken = inspect.signature(inspect.signature(builder).return_annotation).parameters
    wanted = {"aux_logits": False, "init_weights": True, "image_size": image_size, "input_size": (image_size, image_size)}
    if "dropout" in architecture:
        wanted["dropout"] = architecture["dropout"]
    return builder(weights=None, num_classes=n_classes, **{key: wanted[key] for key in wanted if key in taken})
