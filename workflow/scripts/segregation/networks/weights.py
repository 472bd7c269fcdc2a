"""Networks that were trained elsewhere: their weights, and their outputs in the order of the study's classes."""

import re
from pathlib import Path

import torch
from torch import nn

from segregation.networks import models
from segregation.networks.architectures import called
from segregation.networks.classes import output_order, read_classes
from segregation.networks.reading import read_weights
from segregation.steps.reporting import InputError, some

AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")  # classifiers that serve in training alone (GoogLeNet, Inception)
# What torch puts into every name below a module that it compiles, shards or checkpoints; and an average's own entry.
WRAPPERS = {"_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}
AVERAGED = "n_averaged"
COUNTER = "num_batches_tracked"  # of batch normalisation: in training alone, and absent in old files
# How modules of torchvision were called in files that it once offered, and what they are called now.
FORMER = [
    (r"(denselayer\d+)\.(norm|relu|conv)\.(\d)\.", r"\1.\2\3."),  # DenseNet
    (r"\.mlp\.linear_1\.", ".mlp.0."),  # vision transformers
    (r"\.mlp\.linear_2\.", ".mlp.3."),
]


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
    state = fitted(read_weights(weights), network.state_dict(), weights)
    last, _ = models.last(network, image_size)
    outputs = len(state.get(f"{last}.weight", names))
    if outputs != len(names):
        raise InputError(
            f"{classes}: names {len(names)} classes, but the network of {weights} has {outputs} outputs; expected the class"
            " of each output, one a line."
        )
    _check(weights, state, network.state_dict(), called(architecture))
    for key in (f"{last}.weight", f"{last}.bias"):
        if key in state:
            state[key] = state[key][order]
    models.fill(network, state)
    return network


def fitted(
    state: dict[str, torch.Tensor], expected: dict[str, torch.Tensor], path: str | Path = "weights"
) -> dict[str, torch.Tensor]:
    """Return weights by the names that a network has for them; whether all are there and fit is not looked at.

    Taken away are what wrappers put before names (several GPUs, compilation, averages, a module that holds the network),
    and what serves in training alone; former names of torchvision's modules become those of now; counters of batch
    normalisation, which serve in training alone too, are zero where they are missing. Raises InputError for two entries
    that come to have one name.
    """
    names = {name: name for name in state}
    if not expected.keys() & {AVERAGED}:
        names.pop(AVERAGED, None)
    for name in names:
        if name not in expected:
            names[name] = ".".join(part for part in name.split(".") if part not in WRAPPERS)
    while names and not expected.keys() & set(names.values()):
        first = {name.partition(".")[0] for name in names.values()}
        if len(first) > 1 or not all("." in name for name in names.values()):
            break
        names = {old: name.partition(".")[2] for old, name in names.items()}
    for old, name in names.items():
        for pattern, now in FORMER:
            if name not in expected and (renamed := re.sub(pattern, now, name)) in expected:
                names[old] = name = renamed
    if len(set(names.values())) < len(names):
        twice = sorted({name for name in names.values() if list(names.values()).count(name) > 1})
        raise InputError(f"{path}: several entries are {some(twice)} without their prefixes; save the network alone.")
    found = {name: state[old] for old, name in names.items()}
    found = {name: tensor for name, tensor in found.items() if name in expected or not name.startswith(AUXILIARY)}
    counters = [name for name in expected if name.endswith(f".{COUNTER}") and name not in found]
    return found | {name: torch.zeros((), dtype=torch.int64) for name in counters}


def _check(path: str | Path, state: dict[str, torch.Tensor], expected: dict[str, torch.Tensor], name: str) -> None:
    """Raise InputError with all that the network lacks or does not know; whole numbers are brought to its own type."""
    shapes = {key: tuple(tensor.shape) for key, tensor in state.items()}
    shared = [key for key in expected if key in state]
    kinds = {key: (_kind(state[key]), _kind(expected[key])) for key in shared}
    faults = {
        "lacks": [key for key in expected if key not in state],
        "holds beside": [key for key in state if key not in expected],
        "has of another shape": [
            f"{key} {shapes[key]}, not {tuple(expected[key].shape)}" for key in shared if shapes[key] != expected[key].shape
        ],
        "has of another type": [
            f"{key} ({str(state[key].dtype).removeprefix('torch.')})" for key, (has, needs) in kinds.items() if has != needs
        ],
    }
    told = [f"it {what} {some(of)}" for what, of in faults.items() if of]
    if told:
        raise InputError(
            f"{path}: not the weights of {name}: {'; '.join(told)}. Check networks.*.architecture.name and image_size."
        )
    for key in shared:
        state[key] = state[key].to(expected[key].dtype)


def _kind(tensor: torch.Tensor) -> str:
    return "floating" if tensor.is_floating_point() else "boolean" if tensor.dtype == torch.bool else "whole"
