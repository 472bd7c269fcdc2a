"""Preferred stimuli of filters (figure 3): images synthesised to drive them, and the images of a set that drive them most.

The activation of a filter is the mean of its map, behind norm and non-linearity and before any pooling.
"""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from segregation.images import batches
from segregation.images.batches import Images
from segregation.lesions.maps import head_of
from segregation.steps.randomness import seed_of

ASSESSED = 20  # images whose task says what a filter is for
STEPS, RATE = 256, 0.1  # of gradient ascent; the rate falls to 0
LEAK = 0.1  # of the last ReLU during ascent: a filter that is silent at the start has a gradient too
SHIFT, NOISE = 1 / 16, 0.07  # in each step: shift as a part of the image's size, noise on the scale of the input
CONTRAST = 0.18  # standard deviation of a typical image of the model, on a scale of 0 to 1
CUTOFF = 0.2  # cycles per pixel; finer patterns drive convolutions well, but mean nothing to an eye
FLAT = 1.5  # cycles per image; with more below it, early filters get one colour throughout
# Square root of the covariance of red, green and blue in photographs, from the code (lucid) of Olah et al. (2017).
COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))


@torch.inference_mode()
def activations(network: nn.Module, name: str, images: np.ndarray | Images, size: int, batch_size: int = 256) -> np.ndarray:
    """Return the activation of every filter of a layer for images, or arrays (n, height, width, 3), as (n, n_filters)."""
    head = head_of(network, name)
    if isinstance(images, np.ndarray):
        images = Images(torch.from_numpy(images).permute(0, 3, 1, 2), torch.zeros(len(images)))
    images = images.to(next(network.parameters()).device)
    return batches.scores(lambda shown: _means(head(shown)), images, size, batch_size).cpu().numpy()


def strongest(activation: np.ndarray, classes: np.ndarray, n: int) -> np.ndarray:
    """Return the positions of the n images of highest activation (n_images,), highest first, no two of one class."""
    order = np.argsort(-activation, kind="stable")
    _, firsts = np.unique(classes[order], return_index=True)
    return order[np.sort(firsts)[:n]]


def share_own(activation: np.ndarray, own: np.ndarray) -> float:
    """Return the share of own (n_images,), bool, among the 20 images that drive a filter most; nan if none drives it."""
    order = np.argsort(-activation, kind="stable")[:ASSESSED]
    driving = order[activation[order] > 0]
    return float(own[driving].mean()) if len(driving) else math.nan


def synthesise(network: nn.Module, name: str, filters: list[int], size: int, seed: int) -> np.ndarray:
    """Return an image for each of some filters of a layer that maximises its activation, (n_filters, size, size, 3), uint8.

    Gradient ascent on Fourier coefficients as in Olah et al. (2017, Feature visualization, doi:10.23915/distill.00007). All
    images that a Gaussian model of photographs holds equally likely compete, so that activation is not had for contrast, nor
    for patterns too fine to see; under random shifts and noise, so that it is not had for what only these pixels do. Each
    start belongs to the seed, the layer and the filter, and all filters meet the same shifts and noise: an image does not
    depend on which others are made.
    """
    head, index = head_of(network, name, activated=False), torch.arange(len(filters))
    device = next(network.parameters()).device
    starts = [torch.Generator().manual_seed(seed_of(seed, "preferred stimulus", name, f)) for f in filters]
    shape = (3, size, size // 2 + 1)
    coefficients = torch.stack([torch.randn(shape, dtype=torch.cfloat, generator=start) for start in starts]).to(device)
    rng = torch.Generator().manual_seed(seed_of(seed, "preferred stimulus", name, "shifts and noise"))
    limit = round(SHIFT * size)
    for step in range(STEPS):
        coefficients = _typical(coefficients).requires_grad_()
        shift = torch.randint(-limit, limit + 1, (2,), generator=rng).tolist()
        noise = NOISE * torch.randn((1, 3, size, size), generator=rng).to(device)
        pixels = (_image(coefficients, size) - batches.MEAN) / batches.STD
        maps = F.leaky_relu(head(pixels.roll(shift, (2, 3)) + noise), LEAK)
        (gradient,) = torch.autograd.grad(_means(maps)[index, filters].sum(), coefficients)
        coefficients = coefficients.detach() + RATE * (1 - step / STEPS) * _typical(gradient)
    images = _image(_typical(coefficients), size).mul(255).round().to(torch.uint8)
    return images.permute(0, 2, 3, 1).cpu().numpy()


def _means(maps: torch.Tensor) -> torch.Tensor:
    """Return the mean of the map of each filter, (n_images, n_filters), of maps (n_images, n_filters, ...)."""
    return maps.reshape(*maps.shape[:2], -1).mean(2)


def _typical(coefficients: torch.Tensor) -> torch.Tensor:
    """Scale coefficients (n, ...) to the length that standard normal ones have; zeros stay zeros."""
    lengths = torch.linalg.vector_norm(coefficients, dim=(1, 2, 3), keepdim=True)
    return coefficients * (math.sqrt(coefficients[0].numel()) / lengths.clamp(min=1e-12))


def _image(coefficients: torch.Tensor, size: int) -> torch.Tensor:
    """Return images (n, 3, size, size) between 0 and 1 of the model's coefficients (n, 3, size, size // 2 + 1), complex.

    Amplitudes fall as 1 / frequency, but for the lowest and the highest ones; colours vary together as in photographs.
    """
    device = coefficients.device
    frequency = torch.hypot(torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size))
    amplitude = torch.exp(-((frequency / CUTOFF) ** 2) / 2) / frequency.clamp(min=FLAT / size)
    amplitude = amplitude / amplitude.square().mean().sqrt()
    colours = torch.tensor(COLOURS) * math.sqrt(3) / torch.tensor(COLOURS).norm()
    pattern = torch.fft.irfft2(coefficients * amplitude.to(device), s=(size, size), norm="ortho")
    pattern = torch.einsum("nchw,dc->ndhw", pattern, colours.to(device))
    return torch.sigmoid(4 * CONTRAST * pattern)  # of slope 1 for small values
