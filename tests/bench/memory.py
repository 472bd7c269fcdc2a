"""Rank some filters of conv1_2 of VGG16 at 224 pixels; print the largest memory of this process, in bytes."""

import resource

import torch

from segregation.lesions.engine import Engine
from segregation.networks import building

# The maps of so many are just kept; candidates are tried on some, since memory does not grow with them.
IMAGES, SHOWN = 300, 30

if __name__ == "__main__":
    torch.set_num_threads(2)
    wide = {"name": "vgg16", "width": 1, "batch_norm": False, "dropout": 0.5, "linear_init": "he"}
    network = building.build(wide, 224, 1000, seed=1).eval().requires_grad_(False)
    pixels = torch.randint(0, 256, (IMAGES, 3, 224, 224), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    engine = Engine(network, "conv1_2", pixels, lambda some: (some / 255 - 0.5) / 0.5)
    engine.losses(torch.arange(IMAGES) % 1000, [0], [1, 2], torch.arange(SHOWN))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
