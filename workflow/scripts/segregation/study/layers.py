"""The layers that a study lesions, held to the networks that have them: are they there, and do they run in this order.

And those that an optimiser needs.
"""

from collections.abc import Iterator

from segregation.networks.architectures import CONVOLUTIONS, called, is_own, resolved
from segregation.steps.reporting import InputError, some


def check_layers(config: dict) -> None:
    """Raise InputError with every fault in the layers of a configuration, of networks other than vgg16.

    So too where a network has none that optimizer muon moves. What these have, and in which order, only they can tell: they
    are built, without weights, which takes seconds.
    """
    faults = sorted({*_faults(config), *_not_for_muon(config)})
    if faults:
        raise InputError("The configuration cannot be used:\n" + "\n".join(f"  - {fault}" for fault in faults))


def asked(config: dict) -> Iterator[tuple[str, dict, list[str]]]:
    """Yield the key, architecture and layers of what check_layers looks at."""
    for name, network in config["networks"].items():
        own = resolved(network.get("architecture", config["architecture"]))
        layers = network.get("layers", config["layers"])
        if len(network["tasks"]) > 1 and layers and (is_own(own) or called(own) not in CONVOLUTIONS):
            yield f"networks.{name}.layers" if "layers" in network else "layers", own, layers


def _faults(config: dict) -> Iterator[str]:
    for key, architecture, layers in asked(config):
        from segregation.networks import models  # takes seconds to import

        name = called(architecture)
        try:
            ran, modules = models.order(architecture, config["image_size"], n_classes=2)
        except InputError as error:
            yield f"{key.rpartition('.')[0] or 'architecture'}: {error}"
            continue
        if unknown := [layer for layer in layers if layer not in modules]:
            yield f"{key}: {name} has no module {some(unknown)}; its modules are {some(modules)}"
            continue
        expected = sorted(layers, key=lambda layer: ran.get(layer, -1))
        if layers != expected:
            yield f"{key}: not in order; expected from the first to the last, as {name} runs them: {some(expected, 20)}"


def _not_for_muon(config: dict) -> Iterator[str]:
    if config["training"]["optimizer"] != "muon":
        return
    for name, network in config["networks"].items():
        own = resolved(network.get("architecture", config["architecture"]))
        if "weights" in network or network.get("epochs") == 0 or (not is_own(own) and called(own) in CONVOLUTIONS):
            continue
        from segregation.networks import convolutions, models  # takes seconds to import

        try:
            moved = convolutions.behind_the_first(models.empty(own, config["image_size"], n_classes=2))
        except InputError as error:
            yield f"networks.{name}: {error}"
            continue
        if not moved:
            yield (
                f"networks.{name}: {called(own)} has no convolution behind the first, whose weights training.optimizer muon"
                " moves; set training.optimizer to adamw"
            )
