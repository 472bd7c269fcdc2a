"""The dual network of the default study, and what it is shown."""

import sys
from pathlib import Path

import torch

from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.shown import ranking_images
from segregation.networks import checkpoints

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "results/default"
TASKS, IMAGES = ("face", "object"), 128


def trained() -> tuple[torch.nn.Module, int]:
    """Return the dual network of the default study, and the size of what it sees."""
    weights = STUDY / "networks/dual/1/weights.safetensors"
    if not weights.exists():
        sys.exit(f"{weights.relative_to(ROOT)}: not there; run make first.")
    network, description = checkpoints.load(weights)
    return network, description["image_size"]


def default_network() -> tuple:
    """Return the dual network of the default study, and for each task the ranking images, ready for it, and targets."""
    network, size = trained()
    shown = {"tasks": TASKS}
    stores = open_stores(shown, [str(STUDY / f"datasets/{task}.arrow") for task in TASKS])
    images = {task: ranking_images(shown, stores, task, IMAGES, 1) for task in TASKS}
    return network, {task: (batches.centre(of.pixels, size), of.targets) for task, of in images.items()}
