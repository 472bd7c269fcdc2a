"""Training with images decoded while it trains, against the same steps on one batch that stays where it is."""

import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from loading import STORED, packed, photographs
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from segregation.images import batches
from segregation.images.loading import Encoded
from segregation.images.store import Record, Store, encode, write_store
from segregation.networks import building
from segregation.training import loop
from segregation.training.optimisation import Optimisation
from segregation.training.pace import Pace
from segregation.training.progress import Keeper, Progress

REPEATS, BATCH = 7, 128
MATRIX = {"cpu": 4096, "cuda": 8192}
SETTINGS = {"optimizer": "sgd", "learning_rate": 1e-3, "momentum": 0.9, "weight_decay": 1e-4, "clip_norm": 0.0, "epochs": 1}
SETTINGS |= {"schedule": "plateau", "plateau_factor": 0.1, "plateau_patience": 5, "flip": 0.0, "greyscale": 0.2}
SETTINGS |= {"contrast": 0.0, "brightness": 0.0}
NARROW = {"name": "vgg16", "width": 0.125, "batch_norm": True, "dropout": 0.0, "linear_init": "he"}
WIDE = {"name": "vgg16", "width": 1, "batch_norm": False, "dropout": 0.5, "linear_init": "normal"}


class Fixed(batches.Images):
    """Images of which a step is always shown the first ones, which are on the device already."""

    def read(self, steps, places=None):
        """Yield as many of the first images as each step has."""
        yield from (self.pixels[: len(step)] for step in steps)


def small(where: Path, n: int) -> Store:
    """Return a store of square PNGs of 54 pixels, as the default study renders them; smooth noise."""
    rng = torch.Generator().manual_seed(0)
    coarse = torch.rand(n, 3, 14, 14, generator=rng)
    pixels = (F.interpolate(coarse, size=54, mode="bicubic").clamp(0, 1) * 255).byte().permute(0, 2, 3, 1).numpy()
    write_store(
        where / "small.arrow", (Record(f"{i % 8}/{i}", "train", str(i % 8), encode(p)) for i, p in enumerate(pixels))
    )
    return Store(where / "small.arrow")


def matrix_rate(device: torch.device, precision: torch.dtype) -> float:
    """Return the multiply-adds times two a second of a product of two large matrices, the best of some."""
    n = MATRIX[device.type]
    a = torch.randn(n, n, device=device, dtype=precision)
    return 2 * n**3 / min(seconds(lambda: a @ a, device) for _ in range(5))


def seconds(function, device: torch.device) -> float:
    """Return how long a call took, to the end of its work on the device."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    started = time.perf_counter()
    function()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


def operations(network: torch.nn.Module, size: int, device: torch.device) -> float:
    """Return the multiply-adds times two that a training step takes for an image."""
    with FlopCounterMode(display=False) as counter:
        network(torch.randn(2, 3, size, size, device=device)).sum().backward()
    return counter.get_total_flops() / 2


def opened(store: Store, n: int, memory: int = 0) -> batches.Images:
    """Return n images of a store, which begin anew at its end, read by all threads but one."""
    threads = 1 if batches.device().type == "cpu" else max(1, os.cpu_count() - 1)
    return batches.open_images([(store, np.arange(n) % len(store.ids), 0)], threads, varied=True, memory=memory)


def case(
    name: str, architecture: dict, size: int, batch: int, images: batches.Images, precision: str, compiled: bool = False
) -> dict:
    """Return images per second of an epoch over some images, and of the same steps on one batch.

    The images are held in memory, as the workflow does with small sets, or decoded while it trains.
    """
    device, n, held = batches.device(), len(images), not isinstance(images.pixels, Encoded)
    settings = SETTINGS | {"batch_size": batch, "precision": precision, "compile": compiled}
    network = building.build(architecture, size, 8).to(device)
    optimisation = Optimisation(network, settings, n // batch)
    images = images.to(device)
    fixed = Fixed(images.pixels[torch.arange(batch)].to(device), images.targets)

    def epoch(shown: batches.Images) -> float:
        parts = Progress(), Keeper(None, optimisation), Pace(n, 1)
        return n / seconds(lambda: loop._epoch(optimisation, shown, size, 1, *parts), device)

    for shown in (images, fixed):
        epoch(shown)
    rates = [(epoch(images), epoch(fixed)) for _ in range(REPEATS)]
    ours, peer = (statistics.median(of) for of in zip(*rates, strict=True))
    row = {"device": "processor" if device.type == "cpu" else torch.cuda.get_device_name(), "network": name}
    row |= {"image_size": size, "images": "in memory" if held else "decoded", "precision": precision}
    row |= {"images_per_s": ours, "fixed_batch_images_per_s": peer, "ratio": statistics.median(a / b for a, b in rates)}
    share = ours * operations(network, size, device) / matrix_rate(device, optimisation.precision)
    return row | {"matrix_rate_fraction": share}


def compare() -> pd.DataFrame:
    """Return a row a network: on a processor one thread trains and one decodes, on a GPU all cores decode."""
    torch.set_num_threads(1)
    gpu, rows = torch.cuda.is_available(), []
    with tempfile.TemporaryDirectory() as temporary:
        where = Path(temporary)
        squares, large = small(where, 2048), packed(photographs(where / "originals"), where)
        for memory in (10**10, 0):
            rows.append(case("vgg16, width 0.125", NARROW, 48, 64, opened(squares, 2048, memory), "float32"))
            print(rows[-1], flush=True)
        n, batch, precision = (len(large.ids), BATCH, "bfloat16") if gpu else (8, 8, "float32")
        rows.append(case("vgg16", WIDE, STORED - 32, batch, opened(large, n), precision))
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)
