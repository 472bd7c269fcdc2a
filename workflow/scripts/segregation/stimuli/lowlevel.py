"""Low-level statistics of images: measured, and matched in luminance and contrast.

Matching follows the idea of Willenbockel et al. (2010), Behavior Research Methods 42, 671-684 (the SHINE toolbox): mean and
standard deviation of luminance are set. Here they are set to values drawn for each image from one distribution that all sets
share, so that an image depends on no other image.
"""

import numpy as np

WEIGHTS = np.array([0.2126, 0.7152, 0.0722])  # luminance of RGB, Rec. ITU-R BT.709
MEAN, MEAN_SPREAD = 0.45, 0.06
CONTRAST, CONTRAST_SPREAD = 0.15, 0.15  # the latter of the logarithm
ROUNDS = 4  # clipping to [0, 1] shifts both, hence more than one


def luminance(images: np.ndarray) -> np.ndarray:
    """Return luminance (..., height, width) of images (..., height, width, 3), both in [0, 1]."""
    return images @ WEIGHTS


def match(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give an image (height, width, 3) in [0, 1] a mean luminance and contrast drawn from the shared distribution."""
    mean = MEAN + MEAN_SPREAD * rng.normal()
    contrast = CONTRAST * np.exp(CONTRAST_SPREAD * rng.normal())
    for _ in range(ROUNDS):
        current = luminance(image)
        image = np.clip((image - current.mean()) * (contrast / max(current.std(), 1e-6)) + mean, 0, 1)
    return image


def spectral_slopes(images: np.ndarray) -> np.ndarray:
    """Return the slopes (m,) of log power over log frequency of luminance images (m, n, n), averaged over orientations.

    Frequencies from 2 cycles an image to half the Nyquist frequency, under a Hann window against the edges.
    """
    n = images.shape[-1]
    window = np.hanning(n)[:, None] * np.hanning(n)
    power = np.abs(np.fft.fft2((images - images.mean((1, 2), keepdims=True)) * window)) ** 2
    radius = np.rint(np.hypot(*np.meshgrid(np.fft.fftfreq(n, 1 / n), np.fft.fftfreq(n, 1 / n))))
    at = np.arange(2, n // 4 + 1)
    radial = np.stack([power[:, radius == of].mean(1) for of in at])
    return np.polyfit(np.log(at), np.log(radial + 1e-12), 1)[0]


def measure(images: np.ndarray) -> dict[str, np.ndarray]:
    """Return per image (n,) luminance (mean), contrast (standard deviation of luminance) and spectral slope.

    images is (n, size, size, 3), uint8.
    """
    grey = luminance(images / 255.0)
    return {"luminance": grey.mean((1, 2)), "contrast": grey.std((1, 2)), "spectral_slope": spectral_slopes(grey)}
