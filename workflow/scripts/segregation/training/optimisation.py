"""What moves the weights of a network in training: optimiser, schedule of the learning rate, precision of the passes."""

from contextlib import AbstractContextManager

import torch
from torch import nn

from segregation.networks.convolutions import behind_the_first
from segregation.steps.reporting import InputError
from segregation.training.muon import Muon

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
        self.optimizers = _optimizers(network, settings, self.device)
        self.schedules = [_schedule(optimizer, settings, steps_an_epoch) for optimizer in self.optimizers]
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision is torch.float16)

    def passes(self) -> AbstractContextManager:
        """Return the context in which the network runs at its precision."""
        return torch.autocast(self.device.type, self.precision, enabled=self.precision is not torch.float32)

    def step(self, loss: torch.Tensor) -> None:
        """Change the weights by the gradient of a loss."""
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        if self.settings["clip_norm"]:
            for optimizer in self.optimizers:
                self.scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(self.network.parameters(), self.settings["clip_norm"])
        for optimizer in self.optimizers:
            self.scaler.step(optimizer)
        self.scaler.update()
        for schedule in self.schedules:
            if isinstance(schedule, torch.optim.lr_scheduler.OneCycleLR):
                schedule.step()

    def end_epoch(self, validation_loss: float) -> None:
        """Divide the learning rate where the validation loss has stalled, if that is the schedule."""
        for schedule in self.schedules:
            if isinstance(schedule, torch.optim.lr_scheduler.ReduceLROnPlateau):
                schedule.step(validation_loss)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step; with muon that of AdamW."""
        return self.optimizers[0].param_groups[0]["lr"]

    def state(self) -> dict:
        """Return all that a training must take up to go on, the weights included."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def load(self, state: dict) -> None:
        """Take up a state."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])

    def _parts(self) -> dict:
        parts = {"network": self.network, "scaler": self.scaler}
        for number, (optimizer, schedule) in enumerate(zip(self.optimizers, self.schedules, strict=True)):
            parts |= {f"optimizer {number}": optimizer, f"schedule {number}": schedule}
        return parts


def _optimizers(network: nn.Module, settings: dict, device: torch.device) -> list[torch.optim.Optimizer]:
    name, rate, decay = settings["optimizer"], settings["learning_rate"], settings["weight_decay"]
    if name == "sgd":
        fused, momentum = device.type == "cuda", settings["momentum"]
        return [torch.optim.SGD(network.parameters(), lr=rate, weight_decay=decay, momentum=momentum, fused=fused)]
    matrices = behind_the_first(network) if name == "muon" else []
    if name == "muon" and settings["epochs"] and not matrices:
        raise InputError(
            "training.optimizer muon: it moves the weights of convolutions behind the first, and this network has none;"
            " set training.optimizer to adamw."
        )
    known = {id(weight) for weight in matrices}
    others = [weight for weight in network.parameters() if id(weight) not in known]
    adamw = torch.optim.AdamW(others, lr=rate, weight_decay=decay, fused=True)
    return [adamw, Muon(matrices, settings["muon_learning_rate"], weight_decay=decay)] if matrices else [adamw]


def _schedule(optimizer: torch.optim.Optimizer, settings: dict, steps_an_epoch: int) -> torch.optim.lr_scheduler.LRScheduler:
    if settings["schedule"] == "one_cycle":
        steps, peak = max(1, steps_an_epoch * settings["epochs"]), optimizer.param_groups[0]["lr"]
        momentum = settings["optimizer"] != "muon"  # whose authors hold it where it is
        return torch.optim.lr_scheduler.OneCycleLR(
            optimizer, peak, total_steps=steps, pct_start=0.2, cycle_momentum=momentum
        )
    return torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=settings["plateau_factor"], patience=settings["plateau_patience"]
    )
