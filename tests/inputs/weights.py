"""Files of weights as users have them: kind, member, how the file is written, and what is expected of it.

Expected is the state dict as it was (RIGHT), or a part of the one message. STATE is a small network's.
"""

import gzip
import pickle
import tarfile
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

RIGHT = None


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 4, 3), norm=nn.BatchNorm2d(4), flat=nn.Flatten(), fc=nn.Linear(4, 2)))


STATE = network().state_dict()


class Foreign:
    """What no file of weights holds."""


def saved(content):
    return lambda path: torch.save(content, path)


def prefixed(before, **beside):
    return saved({before + name: tensor for name, tensor in STATE.items()} | beside)


def changed(**tensors):
    return saved({**STATE, **{name.replace("__", "."): tensor for name, tensor in tensors.items()}})


def later(how):
    """With a last layer that torch warns of when it is made."""
    return lambda path: changed(fc__weight=how(STATE["fc.weight"]))(path)


def cut(write, n_bytes):
    def write_part(path):
        write(path)
        content = path.read_bytes()
        path.write_bytes(content[: len(content) * n_bytes // 100])

    return write_part


def tensors(path):
    save_file({name: tensor.contiguous() for name, tensor in STATE.items()}, path)


def script(path):
    torch.jit.save(torch.jit.script(network().eval()), path)


def inside_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights.pt", b"1")


def inside_tar(path):
    other = path.with_name("other")
    torch.save(STATE, other)
    with tarfile.open(path, "w") as archive:
        archive.add(other, "w.pt")


def middle(state):
    return {
        name.replace("conv.", "conv._orig_mod.").replace("fc.", "fc._orig_mod."): tensor for name, tensor in state.items()
    }


AVERAGE = torch.optim.swa_utils.AveragedModel(network())
COMPILED = {f"_orig_mod.{name}": tensor for name, tensor in STATE.items()}
CASES = {
    "prefixes": {
        "module.": (prefixed("module."), RIGHT),
        "_orig_mod.": (prefixed("_orig_mod."), RIGHT),
        "_orig_mod.module.": (prefixed("_orig_mod.module."), RIGHT),
        "module._orig_mod.": (prefixed("module._orig_mod."), RIGHT),
        "module.module.": (prefixed("module.module."), RIGHT),
        "module.module._orig_mod.module.": (prefixed("module.module._orig_mod.module."), RIGHT),
        "_fsdp_wrapped_module.": (prefixed("_fsdp_wrapped_module."), RIGHT),
        "of a module that holds it": (prefixed("model."), RIGHT),
        "of two modules that hold it": (prefixed("backbone.net."), RIGHT),
        "compiled layers": (saved(middle(STATE)), RIGHT),
        "of a module beside another": (prefixed("model.", **{"loss.weight": torch.ones(2)}), "lacks conv.weight"),
        "with and without": (saved({**STATE, **COMPILED}), "several entries are conv.bias, conv.weight"),
    },
    "averaged": {
        "AveragedModel": (saved(AVERAGE.state_dict()), RIGHT),
        "of a compiled network": (prefixed("module._orig_mod.", n_averaged=torch.tensor(3)), RIGHT),
        "without the prefix": (prefixed("", n_averaged=torch.tensor(3)), RIGHT),
    },
    "counters": {
        "missing": (saved({name: tensor for name, tensor in STATE.items() if "num_batches" not in name}), RIGHT),
        "missing, module.": (saved({f"module.{n}": t for n, t in STATE.items() if "num_batches" not in n}), RIGHT),
        "of 32 bits": (changed(norm__num_batches_tracked=torch.tensor(0, dtype=torch.int32)), RIGHT),
        "missing with the means": (
            saved({name: tensor for name, tensor in STATE.items() if "running" not in name}),
            "lacks norm.running_mean, norm.running_var",
        ),
    },
    "beside other things": {
        "state_dict": (saved({"state_dict": STATE, "epoch": 3}), RIGHT),
        "model_state_dict and an optimiser": (
            saved({"model_state_dict": STATE, "optimizer": {"state": {}, "param_groups": [{"lr": 0.1}]}, "loss": 0.3}),
            RIGHT,
        ),
        "model within module": (saved({"model": {"state_dict": STATE}, "args": {"lr": 1.0}}), RIGHT),
        "net, prefixed": (saved({"net": COMPILED, "acc": 91.2, "epoch": 3}), RIGHT),
        "a tensor beside": (saved({"state_dict": STATE, "class_weights": torch.ones(2)}), RIGHT),
        "two networks": (saved({"model": STATE, "model_ema": STATE}), "holds several, model, model_ema, and which"),
        "under another key": (saved({"resnet": STATE, "epoch": 3}), "torch.save(saved['resnet'], 'weights.pt')"),
        "epoch among the weights": (saved({**STATE, "epoch": 3}), "it holds epoch (int) beside tensors"),
        "a number of numpy": (
            saved({"state_dict": STATE, "best": np.float64(0.7)}),
            "torch.load('w.pt', weights_only=False)",
        ),
        "an optimiser alone": (saved({"state": {0: {"step": torch.ones(1)}}, "param_groups": []}), "param_groups (list)"),
        "keys that are no text": (saved(dict(enumerate(STATE.values()))), "no state dict of a network"),
        "nothing": (saved({}), "it holds nothing"),
        "a list": (saved(list(STATE.values())), "it is of type list"),
        "one tensor": (saved(torch.zeros(3)), "it is of type Tensor"),
        "a whole network": (saved(network()), "torch.nn.modules.container.Sequential"),
        "an object of one's own": (saved({"state_dict": STATE, "args": Foreign()}), "Foreign: anything but tensors"),
        "arrays of numpy": (
            saved({name: tensor.numpy() for name, tensor in STATE.items()}),
            "could run code and is not read",
        ),
    },
    "something else": {
        "a pointer of Git LFS": (
            lambda path: path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 46827520\n"),
            "a pointer of Git LFS",
        ),
        "a web page": (lambda path: path.write_text("<!DOCTYPE html><html><body>404</body></html>"), "a web page"),
        "a web page behind blank lines": (lambda path: path.write_text("\n\n <HTML><p>quota exceeded"), "a web page"),
        "an answer in XML": (lambda path: path.write_text("<?xml version='1.0'?><Error>AccessDenied</Error>"), "a web page"),
        "an answer in JSON": (lambda path: path.write_text('{"error": "not found"}'), "text (JSON)"),
        "text": (lambda path: path.write_text("no weights"), "not a file of weights alone"),
        "nothing": (lambda path: path.write_bytes(b""), "the file is empty; fetch it again"),
        "a folder": (Path.mkdir, "is a folder"),
        "gzip": (lambda path: path.write_bytes(gzip.compress(b"weights")), "a gzip archive; unpack it first"),
        "zip": (inside_zip, "an archive of weights.pt; unpack it first"),
        "tar": (inside_tar, "a tar archive; unpack it first"),
        "HDF5": (lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(99)), "an HDF5 file"),
        "numpy": (lambda path: np.save(path.open("wb"), np.zeros(3)), "an array of numpy"),
        "a program": (script, "torch.jit.load('w.pt')"),
        "any pickle": (lambda path: path.write_bytes(pickle.dumps({"a": [1]})), "not a file of weights alone"),
        "a pickle that runs": (lambda path: path.write_bytes(b"cos\nsystem\n(S'touch ran'\ntR."), "not a file of weights"),
    },
    "cut off": {
        "torch.save, by half": (cut(saved(STATE), 50), "cut off or something else; fetch it again"),
        "torch.save, by a hundredth": (cut(saved(STATE), 99), "cut off or something else; fetch it again"),
        "safetensors, by half": (cut(tensors, 50), "cut off or damaged; fetch it again"),
        "safetensors, its head": (lambda path: path.write_bytes(bytes([200, 0, 0, 0, 0, 0, 0, 0, 123])), "fetch it again"),
        "an old file, by half": (
            cut(lambda path: torch.save(STATE, path, _use_new_zipfile_serialization=False), 50),
            "cut off or damaged: fetch it again",
        ),
    },
    "formats": {
        "safetensors called .pt": (tensors, RIGHT),
        "an old file of torch.save": (lambda path: torch.save(STATE, path, _use_new_zipfile_serialization=False), RIGHT),
        "parameters that want gradients": (
            saved(dict(network().named_parameters()) | dict(network().named_buffers())),
            RIGHT,
        ),
    },
    "no plain numbers": {
        "without values": (
            saved({n: t.to("meta") for n, t in STATE.items()}),
            "conv.weight (without values, on the meta device)",
        ),
        "sparse": (changed(fc__weight=STATE["fc.weight"].to_sparse()), "fc.weight (sparse, sparse_coo)"),
        "sparse rows": (later(lambda weight: weight.to_sparse_csr()), "fc.weight (sparse, sparse_csr)"),
        "quantised": (later(lambda weight: torch.quantize_per_tensor(weight, 0.1, 0, torch.qint8)), "quantised, qint8"),
        "complex": (changed(fc__bias=STATE["fc.bias"].to(torch.complex64)), "fc.bias (complex, complex64)"),
        "nan": (changed(fc__bias=torch.tensor([1, np.nan])), "nan or infinite weights in fc.bias"),
        "infinite in half": (changed(fc__bias=torch.tensor([1, np.inf]).half()), "nan or infinite weights in fc.bias"),
        "int8": (changed(fc__weight=(STATE["fc.weight"] * 100).to(torch.int8)), "of another type fc.weight (int8)"),
        "boolean": (changed(fc__bias=torch.tensor([True, False])), "of another type fc.bias (bool)"),
    },
    "of another network": {
        "a layer less": (saved({n: t for n, t in STATE.items() if "fc" not in n}), "it lacks fc.weight, fc.bias"),
        "a layer more": (changed(head__weight=torch.zeros(2)), "it holds beside head.weight"),
        "another shape": (changed(conv__bias=torch.zeros(5)), "conv.bias (5,), not (4,)"),
    },
}
