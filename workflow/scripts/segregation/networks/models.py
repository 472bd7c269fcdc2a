"""Models by name, torchvision's and timm's, and of a file of Python, with their initial weights or without any."""

import copy
import inspect
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from segregation.networks import own
from segregation.networks.architectures import called, is_own, unknown
from segregation.networks.operations import ACTIVATIONS, PASSING, POOLINGS, SHAPING
from segregation.networks.watching import watch
from segregation.steps.reporting import InputError

KEEPING_ORDER = {*SHAPING, *PASSING, *ACTIVATIONS, *POOLINGS, "mean"}  # of classes, behind the layer that puts them out


def fresh(architecture: dict, image_size: int, n_classes: int, seed: int) -> nn.Module:
    """Return a model with initial weights that belong to the seed; the global random state is neither read nor changed.

    architecture holds name and, where it is given, dropout; or file, function and arguments. Raises InputError as empty
    does, and where code of others does not build the same for the same seed.
    """
    empty(architecture, image_size, n_classes)
    network = _seeded(architecture, image_size, n_classes, seed)
    if is_own(architecture):
        first, second = (of.state_dict() for of in (network, _seeded(architecture, image_size, n_classes, seed)))
        differ = [name for name, value in first.items() if not torch.equal(value, second[name])]
        if differ:
            raise InputError(
                f"{called(architecture)}: {differ[0]} starts otherwise each time; its initial weights must be drawn by"
                " torch, for the seed of the study to tell them."
            )
    return network


def _seeded(architecture: dict, image_size: int, n_classes: int, seed: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return _build(architecture, image_size, n_classes)


def empty(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    """Return a model in evaluation mode, without memory for its weights; architecture as for fresh.

    Raises InputError for a name that there is not, for a model that cannot take images of this size (pixels), and for one
    of others that does not put out scores of the classes.
    """
    name = called(architecture)
    if "file" not in architecture and (complaint := unknown(name)):
        raise InputError(f"architecture.name: {complaint}")
    try:
        network = _on_meta(architecture, image_size, n_classes).eval()
        images = torch.empty(1, 3, image_size, image_size, device="meta")
        scores = run_empty(network, images, lambda network, images: network(images))
    except InputError:
        raise
    except (RuntimeError, ValueError, AssertionError) as error:
        raise InputError(
            f"{name} cannot take images of {image_size} pixels ({error}). Change image_size, or the architecture."
        ) from error
    if is_own(architecture) and (not isinstance(scores, torch.Tensor) or scores.shape != (1, n_classes)):
        got = tuple(scores.shape) if isinstance(scores, torch.Tensor) else f"a {type(scores).__name__}"
        raise InputError(f"{name}: puts out {got} for an image; expected scores (1, {n_classes}).")
    return network


def fill(network: nn.Module, weights: dict[str, torch.Tensor]) -> None:
    """Give an empty network its weights, which are not copied. Raises RuntimeError where they are not of this network."""
    state = OrderedDict(weights)
    state._metadata = network.state_dict()._metadata  # the versions of the modules, without which some refuse
    network.load_state_dict(state, assign=True)


def last(network: nn.Module, image_size: int) -> tuple[str, nn.Module]:
    """Return path and module of the linear or convolutional layer that puts out the scores of a network without weights.

    Raises InputError where none does, with nothing behind it but other shapes.
    """
    images = torch.empty(1, 3, image_size, image_size, device="meta")
    seen, scores = run_empty(network, images, watch)
    makers, (value, *_) = seen.makers(), seen.values(scores)
    while value in makers and makers[value].name in KEEPING_ORDER:
        value = makers[value].inputs[0]
    layers = [call for call in seen.modules if value in call.outputs and isinstance(call.of, (nn.Linear, nn.Conv2d))]
    if not layers:
        raise InputError("No linear or convolutional layer puts out the scores of the network; its outputs have no order.")
    return layers[0].path, layers[0].of


def order(architecture: dict, image_size: int, n_classes: int) -> tuple[dict[str, int], list[str]]:
    """Return when each module first puts out something in a pass, by its path, and the paths of all modules.

    Raises InputError as empty does.
    """
    network = empty(architecture, image_size, n_classes)
    seen, _ = run_empty(network, torch.empty(1, 3, image_size, image_size, device="meta"), watch)
    ended: dict[str, int] = {}
    for call in seen.modules:
        ended.setdefault(call.path, call.ended)
    return ended, [path for path, _ in network.named_modules() if path]


def _on_meta(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        try:
            with torch.device("meta"):
                return _build(architecture, image_size, n_classes)
        except (NotImplementedError, InputError):  # what reads its weights while it is built, as RegNet its widths
            return _build(architecture, image_size, n_classes).to("meta")


def run_empty(network: nn.Module, images: torch.Tensor, run: Callable[[nn.Module, torch.Tensor], Any]) -> Any:
    """Return what comes of a run of a network without weights; one that decides by numbers is shown zeros, with zeros."""
    try:
        return run(network, images)
    except (NotImplementedError, RuntimeError, ValueError):
        real = copy.deepcopy(network).to_empty(device="cpu")
        with torch.no_grad():
            for tensor in (*real.parameters(), *real.buffers()):
                tensor.zero_()
            return run(real, torch.zeros(images.shape))


def _build(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    """Return a model with scores as its one output in training too, made for the size of the images where it has one."""
    if is_own(architecture):
        return own.make(architecture, image_size, n_classes)
    from torchvision import models  # takes seconds to import

    builder = models.get_model_builder(architecture["name"])
    taken = inspect.signature(inspect.signature(builder).return_annotation).parameters
    wanted = {"aux_logits": False, "init_weights": True, "image_size": image_size, "input_size": (image_size, image_size)}
    if "dropout" in architecture:
        wanted["dropout"] = architecture["dropout"]
    return builder(weights=None, num_classes=n_classes, **{key: wanted[key] for key in wanted if key in taken})
