"""What moves the weights of a network in training: optimiser, schedule of the learning rate, precision of the passes."""

from contextlib import AbstractContextManager

import torch
from torch import nn

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class Optimisation:
    """Optimiser, schedule and gradient scaling for a network; settings is the section training of the configuration.

    At a precision under float32 the passes run in it where that is safe (autocast), the weights stay in float32, and with
    float16 losses are scaled up before the gradient is taken, for its smallest numbers are not that small.
    """

    def __init__(self, network: nn.Module, settings: dict, steps_an_epoch: int):
        self.network, self.settings = network, settings
        # The last step of an epoch is smaller: compiled for each of these two sizes, it is faster than for any size.
        self.forward = torch.compile(network, dynamic=False) if settings.get("compile") else network
        self.device = next(network.parameters()).device
        torch.backends.cudnn.benchmark = self.device.type == "cuda"  # the fastest convolutions for these sizes, by trying
        self.precision = PRECISIONS[settings.get("precision", "float32")]
        self.optimizer, self.schedule = _optimizer(network, settings, steps_an_epoch, self.device)
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision is torch.float16)

    def passes(self) -> AbstractContextManager:
        """Return the context in which the network runs at its precision."""
        return torch.autocast(self.device.type, self.precision, enabled=self.precision is not torch.float32)

    def step(self, loss: torch.Tensor) -> None:
        """Change the weights by the gradient of a loss."""
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        if self.settings["clip_norm"]:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.network.parameters(), self.settings["clip_norm"])
        self.scaler.step(self.optimizer)
        self.scaler.update()
        if isinstance(self.schedule, torch.optim.lr_scheduler.OneCycleLR):
            self.schedule.step()

    def end_epoch(self, validation_loss: float) -> None:
        """Divide the learning rate where the validation loss has stalled, if that is the schedule."""
        if isinstance(self.schedule, torch.optim.lr_scheduler.ReduceLROnPlateau):
            self.schedule.step(validation_loss)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step."""
        return self.optimizer.param_groups[0]["lr"]

    def state(self) -> dict:
        """Return all that a training must take up to go on, the weights included."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def load(self, state: dict) -> None:
        """Take up a state."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])

    def _parts(self) -> dict:
        return {"network": self.network, "optimizer": self.optimizer, "schedule": self.schedule, "scaler": self.scaler}


def _optimizer(network: nn.Module, settings: dict, steps_an_epoch: int, device: torch.device):
    parameters, rate, decay = network.parameters(), settings["learning_rate"], settings["weight_decay"]
    if settings["optimizer"] == "adamw":
        optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=decay, fused=True)
    else:
        fused, momentum = device.type == "cuda", settings["momentum"]
        optimizer = torch.optim.SGD(parameters, lr=rate, weight_decay=decay, momentum=momentum, fused=fused)
    if settings["schedule"] == "one_cycle":
        steps = max(1, steps_an_epoch * settings["epochs"])
        return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.2)
    return optimizer, torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=settings["plateau_factor"], patience=settings["plateau_patience"]
    )
