"""Training of a network: the loop, its schedule, and its state between epochs."""

import copy
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from segregation.batches import Images, augment, loss_and_accuracy, scores
from segregation.files import replacing
from segregation.randomness import seed_of

HISTORY = ["epoch", "learning_rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"]


@dataclass
class Progress:
    """Where training stands: finished epochs, their history, and the weights to keep (schedule and optimiser apart)."""

    history: list[dict] = field(default_factory=list)
    best: dict | None = None


def train(
    network: nn.Module,
    images: Images,
    validation: Images,
    size: int,
    settings: dict,
    seed: int,
    state: Path | None = None,
) -> list[dict]:
    """Train a network in place; return its history, one mapping an epoch.

    settings is the section training of the configuration; with no epochs the network stays as it is. With state, a file,
    training goes on where a killed run stopped after an epoch; it ends with the same weights as one that ran through, since
    every draw belongs to (seed, epoch).
    """
    optimizer, schedule = _optimizer(network, settings, len(_batches(torch.arange(len(images)), settings["batch_size"])))
    progress = _resume(state, network, optimizer, schedule)
    for epoch in range(len(progress.history), settings["epochs"]):
        started = time.perf_counter()
        with torch.random.fork_rng():
            torch.manual_seed(seed_of(seed, "dropout", epoch))
            loss, accuracy = _epoch(network, images, size, settings, optimizer, schedule, seed, epoch)
        network.eval()
        held = loss_and_accuracy(scores(network, validation, size), validation.targets)
        row = dict(zip(HISTORY, (epoch + 1, optimizer.param_groups[0]["lr"], loss, accuracy, *held), strict=True))
        if isinstance(schedule, torch.optim.lr_scheduler.ReduceLROnPlateau):
            schedule.step(row["validation_loss"])
        progress.history.append(row)
        if settings["keep"] == "best" and row["validation_loss"] == min(r["validation_loss"] for r in progress.history):
            progress.best = copy.deepcopy(network.state_dict())
        _report(row, settings["epochs"], len(images), time.perf_counter() - started)
        _keep(state, network, optimizer, schedule, progress)
    if progress.best is not None:
        network.load_state_dict(progress.best)
    network.eval()
    return progress.history


def _epoch(network, images, size, settings, optimizer, schedule, seed, epoch) -> tuple[float, float]:
    """Pass once over the images; return mean loss and accuracy during the pass."""
    network.train()
    draw, vary = (torch.Generator().manual_seed(seed_of(seed, name, epoch)) for name in ("order", "augmentation"))
    order = torch.randperm(len(images), generator=draw)
    total = torch.zeros(2, dtype=torch.float64)
    for batch in _batches(order, settings["batch_size"]):
        batch = batch.to(images.targets.device)
        targets = images.targets[batch]
        output = network(augment(images.pixels[batch], size, settings, vary))
        loss = F.cross_entropy(output, targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if settings["clip_norm"]:
            nn.utils.clip_grad_norm_(network.parameters(), settings["clip_norm"])
        optimizer.step()
        if isinstance(schedule, torch.optim.lr_scheduler.OneCycleLR):
            schedule.step()
        right = (output.argmax(1) == targets).sum()
        total += torch.stack([loss.detach() * len(batch), right]).cpu()
    return tuple((total / len(images)).tolist())


def _batches(order: torch.Tensor, size: int) -> list[torch.Tensor]:
    """Split images into steps. One left over goes with the step before: no batch normalisation takes a single number."""
    *steps, final = order.split(size)
    return [*steps[:-1], torch.cat([steps[-1], final])] if steps and len(final) == 1 else [*steps, final]


def _optimizer(network: nn.Module, settings: dict, steps_an_epoch: int):
    parameters, rate, decay = network.parameters(), settings["learning_rate"], settings["weight_decay"]
    if settings["optimizer"] == "adamw":
        optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=decay, fused=True)
    else:
        optimizer = torch.optim.SGD(parameters, lr=rate, weight_decay=decay, momentum=settings["momentum"])
    if settings["schedule"] == "one_cycle":
        steps = max(1, steps_an_epoch * settings["epochs"])
        return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.2)
    return optimizer, torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=settings["plateau_factor"], patience=settings["plateau_patience"]
    )


def _keep(state: Path | None, network, optimizer, schedule, progress: Progress) -> None:
    if state is None:
        return
    parts = {"network": network, "optimizer": optimizer, "schedule": schedule}
    kept = {name: part.state_dict() for name, part in parts.items()}
    with replacing(state) as temporary:
        torch.save(kept | {"history": progress.history, "best": progress.best}, temporary)


def _resume(state: Path | None, network, optimizer, schedule) -> Progress:
    if state is None or not state.exists():
        return Progress()
    kept = torch.load(state, weights_only=True, map_location=next(network.parameters()).device)
    for name, part in (("network", network), ("optimizer", optimizer), ("schedule", schedule)):
        part.load_state_dict(kept[name])
    logging.info("going on after epoch %d", len(kept["history"]))
    return Progress(kept["history"], kept["best"])


def _report(row: dict, epochs: int, n_images: int, seconds: float) -> None:
    logging.info(
        "epoch %d of %d: loss %.3f, top-1 %.3f; validation %.3f, %.3f; %.0f images/s, %.1f min left",
        row["epoch"],
        epochs,
        row["train_loss"],
        row["train_accuracy"],
        row["validation_loss"],
        row["validation_accuracy"],
        n_images / seconds,
        (epochs - row["epoch"]) * seconds / 60,
    )
