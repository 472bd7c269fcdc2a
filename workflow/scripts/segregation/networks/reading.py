"""Files of weights from elsewhere: what they are is told from their bytes, and no code in them is ever run."""

import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from segregation.steps.reporting import InputError, some

# Where training scripts put the weights of a network beside an epoch, an optimiser and the like.
USUAL = ("state_dict", "model_state_dict", "model_state", "model", "network", "net", "module", "weights", "params")
AVERAGED = ("state_dict_ema", "model_ema", "ema_state_dict", "ema", "params_ema")
HEAD = 512  # bytes by which a file is told
ZIP, SAFETENSORS, PICKLE = "an archive of torch.save", "safetensors", "an old file of torch.save"
# How files begin that are no weights of torch, and what they are.
OTHERS = [
    (rb"\x1f\x8b", "a gzip archive; unpack it first"),
    (rb"(?s).{257}ustar", "a tar archive; unpack it first"),
    (rb"BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!", "a compressed archive; unpack it first"),
    (rb"\x89HDF", "an HDF5 file, as Keras writes them; it holds no network of torch"),
    (rb"\x93NUMPY", "an array of numpy; it holds no network of torch"),
    (rb"version https://git-lfs", "a pointer of Git LFS, not the file that it points to; run git lfs pull where it is"),
    (rb"(?is)\s*<(!doctype|html|\?xml|head|body)", "a web page, not weights; fetch the file itself, not the page about it"),
    (rb"(?s)\s*[\[{]", "text (JSON), not weights"),
]


def read_weights(path: str | Path) -> dict[str, torch.Tensor]:
    """Return the tensors of a state dict by name, floating ones as float32; no code in the file is run.

    The file is safetensors or what torch.save writes, which its bytes tell, whatever its suffix; of a dictionary that holds
    a state dict beside other entries, as checkpoints do, the state dict. Raises InputError for a file that is absent or
    something else, for one with several state dicts or none, and for weights that are no plain numbers (quantised, sparse,
    complex, without values, nan, infinite).
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected a file with the weights of a network (networks.*.weights).")
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected the weights of a network (networks.*.weights).")
    state = _state_dict(path, _read(path, _kind(path)))
    if faults := [f"{name} ({fault})" for name, tensor in state.items() if (fault := _fault(tensor))]:
        raise InputError(
            f"{path}: weights that are no plain numbers in {some(faults)}. Save the network as it was trained, with dense"
            " weights in float32."
        )
    # Copies, for tensors in one block of memory are not written.
    state = {n: t.detach().to(torch.float32 if t.is_floating_point() else t.dtype, copy=True) for n, t in state.items()}
    broken = [name for name, tensor in state.items() if not tensor.isfinite().all()]
    if broken:
        raise InputError(f"{path}: nan or infinite weights in {some(broken)}. Take the weights of an earlier epoch.")
    return state


def _kind(path: Path) -> str:
    """Return which of the formats a file is in; raise InputError for one that is in none."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from error
    if not head:
        raise InputError(f"{path}: the file is empty; fetch it again.")
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    if head[8:9] == b"{":
        return SAFETENSORS
    if what := next((what for begin, what in OTHERS if re.match(begin, head)), None):
        raise InputError(f"{path}: not a file of weights alone but {what}.")
    return PICKLE if head.startswith(b"\x80") else SAFETENSORS if path.suffix == ".safetensors" else ZIP


def _read(path: Path, kind: str) -> object:
    if kind == SAFETENSORS:
        try:
            return load_file(path)
        except (SafetensorError, OSError, ValueError, TypeError, RuntimeError) as error:
            raise InputError(
                f"{path}: not a file of weights alone ({type(error).__name__}): {_short(error)}. It begins as safetensors"
                " do, but is cut off or damaged; fetch it again."
            ) from error
    if kind == ZIP:
        _check_archive(path)
    try:
        with warnings.catch_warnings(action="ignore"):  # of kinds of tensors that are refused anyway
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # broken files and foreign pickles raise whatever happens to them
        if foreign := re.search(r"GLOBAL (\S+)", str(error)):
            raise InputError(
                f"{path}: not a file of weights alone, it holds {foreign[1]}: anything but tensors, numbers and text could"
                f" run code and is not read. {_anew(path)}"
            ) from error
        raise InputError(
            f"{path}: not a file of weights alone ({type(error).__name__}). Expected safetensors, or what"
            " torch.save(network.state_dict(), path) writes, whole; anything else could run code and is not read. If it is"
            " that, it is cut off or damaged: fetch it again."
        ) from error


def _check_archive(path: Path) -> None:
    """Raise InputError for an archive that is cut off, or that torch.save has not written."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(
            f"{path}: not a file of weights alone ({type(error).__name__}): what torch.save writes has an end that this file"
            " lacks. It is cut off or something else; fetch it again."
        ) from error
    inside = {name.partition("/")[2] for name in names}
    if "constants.pkl" in inside:
        raise InputError(
            f"{path}: not a file of weights alone but a program (torch.jit.save), which could run code and is not read."
            f" Save its weights anew, in Python:\n  program = torch.jit.load('{path.name}')  # only of makers you trust\n"
            "  torch.save(program.state_dict(), 'weights.pt')"
        )
    if "data.pkl" not in inside:
        raise InputError(f"{path}: not a file of weights alone but an archive of {some(names)}; unpack it first.")


def _state_dict(path: Path, content: object) -> dict[str, torch.Tensor]:
    """Return the one state dict of what a file holds."""
    if _is_state(content):
        return dict(content)
    found = dict(_within(content, USUAL + AVERAGED))
    if len(found) == 1:
        return dict(*found.values())
    if found:
        said = f"it holds several, {some(list(found))}, and which is meant only you can say"
        raise InputError(f"{path}: no state dict of a network: {said}. {_anew(path, _access(next(iter(found))))}")
    if not isinstance(content, Mapping):
        raise InputError(
            f"{path}: no state dict of a network, it is of type {type(content).__name__}. Save network.state_dict() alone."
        )
    if not content:
        raise InputError(f"{path}: no state dict of a network, it holds nothing. Save network.state_dict() alone.")
    others = [f"{key} ({type(value).__name__})" for key, value in content.items() if not isinstance(value, torch.Tensor)]
    beside = " beside tensors" if len(others) < len(content) else ""
    other_keys = dict(_within(content, [key for key in content if isinstance(key, str)]))
    how = "{name: value for name, value in saved.items() if isinstance(value, torch.Tensor)}" if beside else None
    how = _access(next(iter(other_keys))) if len(other_keys) == 1 else how
    raise InputError(f"{path}: no state dict of a network, it holds {some(others)}{beside}. {_anew(path, how)}")


def _within(content: object, keys, before: str = "", depth: int = 3):
    """Yield the state dicts of a dictionary of dictionaries under some keys, with the way to each."""
    if not isinstance(content, Mapping) or not depth:
        return
    for key in keys:
        if key in content:
            if _is_state(content[key]):
                yield f"{before}{key}", content[key]
            else:
                yield from _within(content[key], USUAL + AVERAGED, f"{before}{key}.", depth - 1)


def _is_state(content: object) -> bool:
    if not isinstance(content, Mapping) or not content:
        return False
    return all(isinstance(name, str) and isinstance(tensor, torch.Tensor) for name, tensor in content.items())


def _fault(tensor: torch.Tensor) -> str:
    """Return why a tensor cannot be taken as weights; nothing where it can."""
    if tensor.is_meta:
        return "without values, on the meta device"
    if tensor.is_quantized:
        return f"quantised, {_dtype(tensor)}"
    if tensor.layout != torch.strided or tensor.is_nested:
        return f"sparse, {str(tensor.layout).removeprefix('torch.')}" if not tensor.is_nested else "nested"
    if tensor.is_complex():
        return f"complex, {_dtype(tensor)}"
    return ""


def _dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _access(way: str) -> str:
    return "saved" + "".join(f"['{key}']" for key in way.split("."))


def _anew(path: Path, how: str | None = None) -> str:
    """Return the two lines of Python that save weights anew."""
    how = how or "saved.state_dict() if hasattr(saved, 'state_dict') else saved['state_dict']"
    return (
        "Save its weights anew, in Python:\n"
        f"  saved = torch.load('{path.name}', weights_only=False)  # runs the file's code: only of makers you trust\n"
        f"  torch.save({how}, 'weights.pt')"
    )


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
