"""Networks that a function of others builds: in a user's own file of Python, or in timm.

The file is the user's own code, and is run as such, with the modules beside it that it imports. Its function takes
n_classes, the number of outputs, image_size (pixels) if it has such a parameter, and the arguments that the configuration
gives; it returns a module from images (n, 3, image_size, image_size) to scores (n, n_classes). Initial weights are to be
drawn by torch.
"""

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from torch import nn

from segregation.networks.architectures import TIMM, called
from segregation.steps.meaning import digest, with_beside
from segregation.steps.reporting import InputError


def make(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    """Return a network; the errors of a user's code are one InputError each, with the line where they arose.

    Raises InputError too for a file that has changed since its source was taken down, and for a name that timm has not.
    """
    return (_of_file if "file" in architecture else _of_timm)(architecture, image_size, n_classes)


def _of_file(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    path, name = Path(architecture["file"]), called(architecture)
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected one of Python that builds a network (architecture.file).")
    beside = with_beside(path)
    source = digest(*beside)
    if source != architecture.get("source", source):
        raise InputError(f"{path}: is not the code that this network was built by. Take back its edits, or train it anew.")
    _prefer(path.resolve().parent, beside)
    function = _function(path.resolve(), architecture["function"], source)
    taken = inspect.signature(function).parameters
    if "n_classes" not in taken:
        raise InputError(f"{name}: takes no n_classes; the number of outputs is given to it by this name.")
    given = {"n_classes": n_classes} | ({"image_size": image_size} if "image_size" in taken else {})
    network = _tried(name, path.resolve(), lambda: function(**given, **architecture.get("arguments", {})))
    if not isinstance(network, nn.Module):
        raise InputError(f"{name}: returned a {type(network).__name__}; expected a torch.nn.Module.")
    return network


def _prefer(folder: Path, files: list[Path]) -> None:
    """Let imports find the modules of a folder as they are now, whatever else has had their names."""
    sys.path[:] = [str(folder), *(entry for entry in sys.path if entry != str(folder))]
    tops = {file.resolve().relative_to(folder).parts[0].removesuffix(".py") for file in files[1:]}
    for name in [name for name in sys.modules if name.partition(".")[0] in tops]:
        del sys.modules[name]


@cache
def _function(path: Path, name: str, _source: str) -> Callable[..., nn.Module]:
    spec = importlib.util.spec_from_file_location(f"own_{path.stem}", path)
    found = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    _tried(path.name, path, lambda: spec.loader.exec_module(found))
    function = getattr(found, name, None)
    if not callable(function):
        there = [key for key, value in vars(found).items() if callable(value) and not key.startswith("_")]
        raise InputError(f"{path.name}: has no function '{name}' (it has {', '.join(there) or 'none'}).")
    return function


def _tried(name: str, path: Path, run: Callable[[], Any]) -> Any:
    try:
        return run()
    except NotImplementedError:  # something that cannot be done without memory for weights; tried again with some
        raise
    except Exception as error:
        own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
        line = f", line {own[-1]} of {path.name}" if own else ""
        raise InputError(f"{name}: {type(error).__name__}: {error}{line}.") from error


def _of_timm(architecture: dict, image_size: int, n_classes: int) -> nn.Module:
    name, more = architecture["name"].removeprefix(TIMM), {}
    try:
        import timm  # takes seconds to import, and not every installation has it
    except ImportError as error:
        raise InputError(f"{TIMM}{name}: timm is not installed here; install it, as by pip install timm.") from error
    if not timm.is_model(name):
        near = get_close_matches(name, timm.list_models(), 3, 0.4)
        raise InputError(f"{TIMM}{name}: timm has no such model; the nearest are {', '.join(near)}.")
    if "dropout" in architecture:
        more["drop_rate"] = architecture["dropout"]
    try:
        return timm.create_model(name, num_classes=n_classes, img_size=image_size, **more)
    except TypeError:  # it takes images of any size
        return timm.create_model(name, num_classes=n_classes, **more)
