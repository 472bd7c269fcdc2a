"""One pass through a network, watched: which functions it calls, inside which modules, and what they hand on to each other.

A pass is what the network does, hooks and Python included, whether it could be traced or not. What happens inside compiled
modules (TorchScript) is not seen: of these only what goes in and comes out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

Value = tuple[int, int]  # a tensor and its version: one that was changed in place is another value


@dataclass(eq=False)
class Call:
    """A call of a function or module: what it was called with and what it returned, when it began and ended.

    inputs and outputs are the tensors among its arguments and results; output is the result itself, name that of a function
    without underscores at its ends.
    """

    of: Callable | nn.Module
    path: str
    inputs: list[Value]
    began: int
    outputs: list[Value] = field(default_factory=list)
    ended: int = -1
    name: str = ""
    output: Any = None
    arguments: tuple = ()


class Pass(TorchFunctionMode):
    """The calls of one pass, in the order in which they ended."""

    def __init__(self):
        super().__init__()
        self.functions: list[Call] = []
        self.modules: list[Call] = []
        self.bytes = 0  # the largest sum of what a function reads and returns
        self.tensors: dict[Value, torch.Tensor] = {}  # while they live, no other tensor takes their number
        self._clock = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Call a function, and keep the call if it returns tensors or changes one."""
        kwargs = kwargs or {}
        tensors, began = tensors_in((args, kwargs)), self.tick()
        inputs = self.values(tensors)
        result = func(*args, **kwargs)
        returned = tensors_in(result)
        changed = [tensor for tensor, value in zip(tensors, inputs, strict=True) if value_of(tensor) != value]
        if returned or changed:
            outputs = self.values(returned + changed)
            self.functions.append(Call(func, "", inputs, began, outputs, self.tick(), name_of(func), result, tuple(tensors)))
            held = {id(tensor): tensor for tensor in tensors + returned}.values()
            self.bytes = max(self.bytes, sum(tensor.numel() * tensor.element_size() for tensor in held))
        return result

    def values(self, of: Any) -> list[Value]:
        """Return what identifies the tensors in nested arguments or results."""
        tensors = [(value_of(tensor), tensor) for tensor in tensors_in(of)]
        self.tensors.update(tensors)
        return [value for value, _ in tensors]

    def tick(self) -> int:
        """Return the time: how often it was asked for."""
        self._clock += 1
        return self._clock

    def ran(self, module: nn.Module) -> list[Call]:
        """Return the calls of a module."""
        return [call for call in self.modules if call.of is module]

    def readers(self, value: Value) -> list[Call]:
        """Return the functions that read a value."""
        return [call for call in self.functions if value in call.inputs]

    def makers(self) -> dict[Value, Call]:
        """Return the function that made each value."""
        return {value: call for call in self.functions for value in call.outputs if value not in call.inputs}

    def inside(self, outer: Call) -> list[Call]:
        """Return the functions that a module called."""
        return [call for call in self.functions if outer.began < call.began and call.ended < outer.ended]

    def live(self, result: Any) -> set[Call]:
        """Return the functions that a result depends on."""
        makers = self.makers()
        opaque = {value: call for call in self.modules for value in call.outputs if value not in makers}
        open_, seen, found = self.values(result), set(), set()
        while open_:
            value = open_.pop()
            if value in seen:
                continue
            seen.add(value)
            call = makers.get(value) or opaque.get(value)
            if call is not None:
                found.add(call)
                open_ += call.inputs
        return found


def tensors_in(nested: Any) -> list[torch.Tensor]:
    """Return the tensors in arguments or results, in their order."""
    if isinstance(nested, torch.Tensor):
        return [nested]
    if isinstance(nested, dict):
        nested = list(nested.values())
    if isinstance(nested, (tuple, list)):
        return [tensor for item in nested for tensor in tensors_in(item)]
    return []


def value_of(tensor: torch.Tensor) -> Value:
    """Return what identifies a tensor as it is now. Tensors of inference mode have no versions."""
    return id(tensor), 0 if tensor.is_inference() else tensor._version


def name_of(function: Callable | str) -> str:
    """Return the name of an operation of torch, the same for function, method, operator, and what works in place."""
    name = getattr(function, "__name__", str(function)).strip("_")
    operator = name[1:] if name[:1] in ("i", "r") and name[1:] in ("add", "sub", "mul", "truediv", "pow") else name
    return "div" if operator in ("truediv", "true_divide") else operator


def watch(network: nn.Module, images: torch.Tensor) -> tuple[Pass, Any]:
    """Return one pass through a network for some images (n, ...), and what the network put out."""
    seen = Pass()
    with torch.inference_mode(False), torch.no_grad():  # what is computed in inference mode has no versions
        images = images.clone()
        with _watched(network, seen), seen:
            result = network(images)
    return seen, result


@contextmanager
def _watched(network: nn.Module, seen: Pass) -> Iterator[None]:
    """Keep the calls of all modules of a network within the block."""
    open_: list[Call] = []
    compiled = [
        (parent, name, child)
        for parent in network.modules()
        if not isinstance(parent, torch.jit.ScriptModule)
        for name, child in parent.named_children()
        if isinstance(child, torch.jit.ScriptModule)
    ]

    def before(path: str):
        def hook(module: nn.Module, args: tuple, kwargs: dict) -> None:
            open_.append(Call(module, path, seen.values([args, kwargs]), seen.tick()))

        return hook

    def after(_module: nn.Module, _args: tuple, output: Any) -> None:
        call = open_.pop()
        call.outputs, call.output, call.ended = seen.values(output), output, seen.tick()
        seen.modules.append(call)

    handles = []
    try:
        for parent, name, child in compiled:
            parent._modules[name] = Compiled(child)
        for path, module in network.named_modules():
            handles.append(module.register_forward_pre_hook(before(path), with_kwargs=True))
            handles.append(module.register_forward_hook(after))
        yield
    finally:
        for parent, name, child in compiled:
            parent._modules[name] = child
        for handle in handles:
            handle.remove()


class Compiled(nn.Module):
    """Stands for a module that TorchScript compiled, on which there can be no hooks, while a pass is watched."""

    def __init__(self, module: torch.jit.ScriptModule):
        super().__init__()
        self.__dict__["module"] = module  # not among the modules of this one

    def forward(self, *args, **kwargs):
        """Return what the module does."""
        return self.module(*args, **kwargs)

    def __getattr__(self, name: str):
        """Return what is asked of the module itself."""
        return getattr(self.__dict__["module"], name)
