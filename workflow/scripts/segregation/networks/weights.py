"""Networks that were trained elsewhere: their weights, and their outputs in the order of the study's classes."""

from collections import Counter
from difflib import get_close_matches
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from segregation.networks import models
from segregation.networks.architectures import called
from segregation.steps.reporting import InputError

AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")  # classifiers that serve in training alone (GoogLeNet, Inception)
WRAPPER = "module."  # what training on several GPUs puts before every name
SHOWN = 5  # of the names in a message


def given_network(
    weights: str | Path, classes: str | Path, architecture: dict, image_size: int, tasks: dict[str, list[str]]
) -> nn.Module:
    """Return a network with weights from a file, its outputs in the order of the classes of the tasks.

    weights is a state dict, as safetensors or as torch.save writes it; classes a text file that names the class of each
    output, one a line. Outputs that are no class of a task come last, in their order. Raises InputError for a file that is
    not what it should be, for weights that are not those of the architecture, and for a class without an output.
    """
    names = read_classes(classes)
    order = output_order(names, tasks, classes)
    network = models.empty(architecture, image_size, len(names))
    state = read_weights(weights)
    last, _ = models.last(network, image_size)
    outputs = len(state.get(f"{last}.weight", names))
    if outputs != len(names):
        raise InputError(
            f"{classes}: names {len(names)} classes, but the network of {weights} has {outputs} outputs; expected the class"
            " of each output, one a line."
        )
    _check_names_and_shapes(weights, state, network, called(architecture))
    for key in (f"{last}.weight", f"{last}.bias"):
        if key in state:
            state[key] = state[key][order]
    models.fill(network, state)
    return network


def read_weights(path: str | Path) -> dict[str, torch.Tensor]:
    """Return the tensors of a state dict by name, floating ones as float32; no code in the file is run.

    Raises InputError for a file that is absent, holds anything but tensors, or holds nan or infinity.
    """
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file; expected the weights of a network (networks.*.weights).")
    try:
        if Path(path).suffix == ".safetensors":
            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # broken files and foreign pickles raise whatever happens to them
        raise InputError(
            f"{path}: not a file of weights alone ({type(error).__name__}). Expected .safetensors, or what"
            " torch.save(network.state_dict(), path) writes; anything else could run code and is not read."
        ) from error
    if not isinstance(state, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in state.values()):
        holds = f"holds {_some(list(state))}" if isinstance(state, dict) else f"is of type {type(state).__name__}"
        raise InputError(f"{path}: no state dict of a network, it {holds}. Save network.state_dict() alone.")
    if all(name.startswith(WRAPPER) for name in state):
        state = {name.removeprefix(WRAPPER): tensor for name, tensor in state.items()}
    # Copies, for tensors in one block of memory are not written.
    state = {n: t.to(torch.float32 if t.is_floating_point() else t.dtype, copy=True) for n, t in state.items()}
    broken = [name for name, tensor in state.items() if not tensor.isfinite().all()]
    if broken:
        raise InputError(f"{path}: nan or infinite weights in {_some(broken)}. Take the weights of an earlier epoch.")
    return state


def read_classes(path: str | Path) -> list[str]:
    """Return the names in a file of one a line. Raises InputError for a file that is none, or names a class twice."""
    try:
        names = [line.strip() for line in Path(path).read_text(encoding="utf-8-sig").rstrip().splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: not a readable text file ({error}); expected the class of each output of the network, one a line"
            " (networks.*.classes)."
        ) from error
    if not all(names):
        raise InputError(f"{path}: line {names.index('') + 1} is empty; expected the class of each output, one a line.")
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if twice:
        raise InputError(f"{path}: {_some(twice)} more than once; each output is a class of its own.")
    return names


def output_order(names: list[str], tasks: dict[str, list[str]], path: str | Path = "classes") -> list[int]:
    """Return for each output that a network should have where it is among those it has, (n_outputs,).

    names are the classes of the outputs it has, tasks the classes of each task; path is the file to name in messages.
    Raises InputError for classes that are not among the names, with the nearest ones, and for a class of two tasks.
    """
    wanted = [name for classes in tasks.values() for name in classes]
    missing = [name for name in wanted if name not in names]
    if missing:
        near = {name: get_close_matches(name, names, 1) for name in missing[:SHOWN]}
        hints = [f"'{name}'" + (f" (nearest: '{near[name][0]}')" if near[name] else "") for name in near]
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        raise InputError(
            f"{path}: lacks {len(missing)} of the {len(wanted)} classes of {' and '.join(tasks)}: {', '.join(hints)}{more}."
            " A class has the name of its folder of images; leave classes out with networks.*.without."
        )
    both = sorted(name for name, n in Counter(wanted).items() if n > 1)
    if both:
        raise InputError(
            f"{path}: {_some(both)} in both {' and '.join(tasks)}, but the network has one output for it. Rename the folder"
            " of images of one, or leave the class out of a task (networks.*.without)."
        )
    position = {name: i for i, name in enumerate(names)}
    return [position[name] for name in dict.fromkeys(wanted + names)]


def _check_names_and_shapes(path: str | Path, state: dict[str, torch.Tensor], network: nn.Module, name: str) -> None:
    """Remove what serves in training alone; raise InputError with all that the network lacks or does not know."""
    expected = {key: tuple(tensor.shape) for key, tensor in network.state_dict().items()}
    for key in [key for key in state if key.startswith(AUXILIARY) and key not in expected]:
        del state[key]
    found = {key: tuple(tensor.shape) for key, tensor in state.items()}
    wrong = [f"{k} {found[k]}, not {shape}" for k, shape in expected.items() if found.get(k, shape) != shape]
    faults = {
        "lacks": [key for key in expected if key not in state],
        "holds beside": [key for key in state if key not in expected],
        "has of another shape": wrong,
    }
    told = [f"it {what} {_some(of)}" for what, of in faults.items() if of]
    if told:
        raise InputError(
            f"{path}: not the weights of {name}: {'; '.join(told)}. Check networks.*.architecture.name and image_size."
        )


def _some(names: list) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(str, names[:SHOWN])) + more
