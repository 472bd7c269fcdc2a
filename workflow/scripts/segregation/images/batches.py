"""Images on their way into a network: tasks joined, cropped, varied, scaled."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch.nn import functional as F

from segregation.images.loading import Encoded
from segregation.images.store import Store
from segregation.steps.devices import take

IN_MEMORY = 4_000_000_000  # bytes
MEAN = STD = 0.5
LUMINANCE = (0.2126, 0.7152, 0.0722)
Network = Callable[[torch.Tensor], torch.Tensor]


@dataclass
class Images:
    """Images and their targets (n,) among the classes of a network.

    pixels (n, 3, size, size), uint8, are in memory, or as Encoded decoded where they are read.
    """

    pixels: torch.Tensor | Encoded
    targets: torch.Tensor

    def __len__(self) -> int:
        return len(self.targets)

    def to(self, device: torch.device) -> "Images":
        """Return the same images on a device; encoded ones go there when they are read."""
        pixels = self.pixels if isinstance(self.pixels, Encoded) else self.pixels.to(device)
        return Images(pixels, self.targets.to(device))

    def read(self, steps: Sequence[torch.Tensor], places: torch.Tensor | None = None) -> Iterator[torch.Tensor]:
        """Yield the pixels of each step (positions of images), on the device of the targets.

        places (n,) is where squares are cut out of longer images, as Encoded does; images in memory are square.
        """
        device = self.targets.device
        if isinstance(self.pixels, Encoded):
            yield from (pixels.to(device, non_blocking=True) for pixels in self.pixels.read(steps, places))
        else:
            yield from (self.pixels[sent(step, device)] for step in steps)


def sent(values: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Return a tensor on a device; a GPU need not have ended what it does for that."""
    return values.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else values.to(device)


Part = tuple[Store, np.ndarray, int]  # a store, rows of it, and where its class indices begin


def offsets(stores: dict[str, Store]) -> dict[str, int]:
    """Return where the classes of each task begin in the one softmax over the tasks of a network, in their order."""
    sizes = [len(store.classes) for store in stores.values()]
    return dict(zip(stores, np.cumsum([0, *sizes[:-1]]).tolist(), strict=True))


def load_images(store: Store, rows: np.ndarray, offset: int = 0) -> Images:
    """Decode some images of a store; class indices begin at offset. Raises InputError for a corrupt image."""
    pixels = torch.from_numpy(store.images(rows)).permute(0, 3, 1, 2)
    return Images(pixels, torch.from_numpy(store.targets(rows) + offset))


def open_images(parts: Sequence[Part], threads: int = 1, *, varied: bool = False, memory: int = IN_MEMORY) -> Images:
    """Return images of several stores, decoded into memory where they fit into so many bytes, else where they are read.

    If they are varied, another square is cut out of a longer image each time, so that only square images are decoded into
    memory. What is read does not depend on where they are.
    """
    encoded = Encoded([(store, rows) for store, rows, _ in parts], threads)
    targets = torch.from_numpy(np.concatenate([store.targets(rows) + offset for store, rows, offset in parts]))
    if encoded.n_bytes > memory or (varied and not encoded.are_square()):
        return Images(encoded, targets)
    return Images(encoded.in_memory(), targets)


def join(parts: list[Images]) -> Images:
    """Return all images of several sets in memory as one."""
    return Images(torch.cat([part.pixels for part in parts]), torch.cat([part.targets for part in parts]))


def scale(pixels: torch.Tensor) -> torch.Tensor:
    """Scale uint8 pixels to floats of mean and standard deviation 0.5, stored channels-last."""
    return pixels.to(torch.float32).div_(255).sub_(MEAN).div_(STD).contiguous(memory_format=torch.channels_last)


def centre(pixels: torch.Tensor, size: int) -> torch.Tensor:
    """Cut the centre (n, 3, size, size) out of images and scale it: what a network sees in testing."""
    low = (pixels.shape[-1] - size) // 2
    return scale(pixels[:, :, low : low + size, low : low + size])


def augment(pixels: torch.Tensor, size: int, training: dict, rng: torch.Generator) -> torch.Tensor:
    """Cut a random (n, 3, size, size) out of each image, vary it and scale it: what a network sees in training.

    training holds flip and greyscale (probabilities), contrast and brightness (standard deviations). All draws are made on
    the processor, so that they do not depend on the device.
    """
    n, device = len(pixels), pixels.device
    low = torch.randint(pixels.shape[-1] - size + 1, (2, n, 1), generator=rng)
    mirrored = torch.rand((n, 1), generator=rng) < training["flip"]
    where = zip(pixels.permute(0, 2, 3, 1), *low.flatten(1).tolist(), mirrored.flatten().tolist(), strict=True)
    cut = [(image[top : top + size, left : left + size], mirror) for image, top, left, mirror in where]
    images = scale(torch.stack([part.flip(1) if mirror else part for part, mirror in cut]).permute(0, 3, 1, 2))
    grey = (torch.rand((n, 1, 1, 1), generator=rng) < training["greyscale"]).flatten().nonzero().flatten()
    grey, weights = sent(grey, device), sent(torch.tensor(LUMINANCE).view(1, 3, 1, 1), device)
    images[grey] = (images[grey] * weights).sum(1, keepdim=True).expand(-1, 3, -1, -1)
    contrast = 1 + training["contrast"] * torch.randn((n, 1, 1, 1), generator=rng)
    brightness = training["brightness"] / STD * torch.randn((n, 1, 1, 1), generator=rng)
    if training["contrast"] or training["brightness"]:
        images.mul_(sent(contrast, device)).add_(sent(brightness, device))
    return images


@torch.inference_mode()
def scores(network: Network, images: Images, size: int, batch_size: int = 256) -> torch.Tensor:
    """Return what a network, or the first part of one, puts out for images in testing: class scores, or maps, (n, ...)."""
    steps = torch.arange(len(images)).split(batch_size)
    return torch.cat([network(centre(pixels, size)) for pixels in images.read(steps)])


def loss_and_accuracy(scores: torch.Tensor, targets: torch.Tensor) -> tuple[float, float]:
    """Return mean cross-entropy (nats) and top-1 accuracy of scores (n, n_classes)."""
    loss = F.cross_entropy(scores, targets).item()
    return loss, (scores.argmax(1) == targets).float().mean().item()


@cache
def device() -> torch.device:
    """Return a GPU that no other step of this user has here, or the processor where there is none; the same at each call.

    A GPU's float32 is then float32, and no shorter format.
    """
    torch.backends.cudnn.allow_tf32 = False
    if not torch.cuda.is_available():
        return torch.device("cpu")
    known = [torch.cuda.get_device_properties(number) for number in range(torch.cuda.device_count())]
    number = take([str(of.uuid) for of in known])
    torch.cuda.set_device(number)
    logging.info("on GPU %d of %d (%s)", number + 1, len(known), known[number].name)
    return torch.device("cuda", number)
