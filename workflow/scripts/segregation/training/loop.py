"""Training of a network: the loop over epochs and steps."""

import copy
import logging
import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from segregation.images.batches import Images, augment, loss_and_accuracy, scores, sent
from segregation.images.loading import Encoded
from segregation.steps.limits import NEVER, Limit
from segregation.steps.randomness import seed_of
from segregation.steps.reporting import InputError
from segregation.training.optimisation import Optimisation
from segregation.training.pace import Pace
from segregation.training.progress import SAVE_EVERY, Keeper, Progress

HISTORY = ["epoch", "learning_rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"]


def train(
    network: nn.Module,
    images: Images,
    validation: Images,
    size: int,
    settings: dict,
    seed: int,
    state: Path | None = None,
    save_every: float = SAVE_EVERY,
    limit: Limit = NEVER,
) -> list[dict]:
    """Train a network in place; return its history, one mapping an epoch.

    settings is the section training of the configuration; with no epochs the network stays as it is. With state, a file that
    is written after each epoch and every so many seconds, training goes on where a killed run stopped. On a processor it
    ends with the same weights as one that ran through, since every draw belongs to seed, epoch and place in the epoch.
    Near the limit the state is written and the process ends with the status limits.EXIT.
    """
    optimisation = Optimisation(network, settings, len(_batches(torch.arange(len(images)), settings["batch_size"])))
    keeper, pace = Keeper(state, optimisation, save_every, limit), Pace(len(images), settings["epochs"])
    progress = keeper.resume()
    while not _over(progress, optimisation):
        with torch.random.fork_rng():
            loss, accuracy = _epoch(optimisation, images, size, seed, progress, keeper, pace)
        network.eval()
        with optimisation.passes():
            answers = scores(network, validation, size)
        held = loss_and_accuracy(answers.float(), validation.targets)
        epoch = len(progress.history) + 1
        if not math.isfinite(held[0]):
            raise InputError(
                f"Epoch {epoch}: the validation loss is not a number any more; the training diverges. Lower"
                " training.learning_rate, or clip gradients (training.clip_norm)."
            )
        row = dict(zip(HISTORY, (epoch, optimisation.learning_rate, loss, accuracy, *held), strict=True))
        optimisation.end_epoch(row["validation_loss"])
        progress.history.append(row)
        if settings["keep"] == "best" and row["validation_loss"] == min(r["validation_loss"] for r in progress.history):
            progress.best = copy.deepcopy(network.state_dict())
        logging.info("%s; %s", _said(row, settings["epochs"]), pace.said(epoch))
        keeper.keep(progress)
    if progress.best is not None:
        network.load_state_dict(progress.best)
    network.eval()
    return progress.history


def _over(progress: Progress, optimisation: Optimisation) -> bool:
    """Return whether there have been as many epochs as asked for, or a plateau schedule has come down far enough."""
    settings = optimisation.settings
    low = settings["schedule"] == "plateau" and optimisation.learning_rate < settings.get("stop_below", 0)
    return low or len(progress.history) >= settings["epochs"]


def _epoch(optimisation, images, size, seed, progress, keeper, pace) -> tuple[float, float]:
    """Pass once over the images, or over what is left of them; return mean loss and accuracy during the pass."""
    settings, device = optimisation.settings, images.targets.device
    optimisation.network.train()
    epoch = len(progress.history)
    draw, vary, cut = (_generator(seed, purpose, epoch) for purpose in ("order", "augmentation", "squares"))
    if progress.varied is not None:
        vary.set_state(progress.varied.cpu())
    sums = torch.zeros(2, dtype=torch.float64, device=device) if progress.sums is None else progress.sums.to(device)
    order = torch.randperm(len(images), generator=draw)
    places = torch.rand(len(images), generator=cut) if isinstance(images.pixels, Encoded) else None
    steps = _batches(order, settings["batch_size"])[progress.steps :]
    place = progress.steps * settings["batch_size"]
    for step, pixels in zip(steps, images.read(steps, places), strict=True):
        torch.manual_seed(seed_of(seed, "dropout", epoch, progress.steps))
        targets = images.targets[sent(step, device)]
        with optimisation.passes():
            output = optimisation.forward(augment(pixels, size, settings, vary)).float()
            loss = F.cross_entropy(output, targets)
        optimisation.step(loss)
        sums += torch.stack([loss.detach() * len(step), (output.argmax(1) == targets).sum()])
        progress.steps, place = progress.steps + 1, place + len(step)
        pace.step(len(step), epoch, place)
        if keeper.due():
            progress.sums, progress.varied = sums.cpu(), vary.get_state()
            keeper.keep(progress)
            keeper.limit.stop_if_near()
    progress.steps, progress.sums, progress.varied = 0, None, None
    return tuple((sums / len(images)).tolist())


def _generator(*names: str | int) -> torch.Generator:
    return torch.Generator().manual_seed(seed_of(*names))


def _batches(order: torch.Tensor, size: int) -> list[torch.Tensor]:
    """Split images into steps. One left over goes with the step before: no batch normalisation takes a single number."""
    *steps, final = order.split(size)
    return [*steps[:-1], torch.cat([steps[-1], final])] if steps and len(final) == 1 else [*steps, final]


def _said(row: dict, epochs: int) -> str:
    return (
        f"epoch {row['epoch']} of {epochs}: loss {row['train_loss']:.3f}, top-1 {row['train_accuracy']:.3f};"
        f" validation {row['validation_loss']:.3f}, {row['validation_accuracy']:.3f}"
    )
