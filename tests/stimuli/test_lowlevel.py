"""Low-level statistics: hand-computed images, and matching."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.stimuli import lowlevel


def test_grey_and_stripes_by_hand():
    """A grey image has its level and no contrast; half black, half white has mean and standard deviation 0.5."""
    grey = np.full((1, 32, 32, 3), 51, np.uint8)
    halves = np.zeros((1, 32, 32, 3), np.uint8)
    halves[:, :, 16:] = 255
    measured = lowlevel.measure(np.concatenate([grey, halves]))
    assert measured["luminance"] == pytest.approx([0.2, 0.5])
    assert measured["contrast"] == pytest.approx([0, 0.5])


def test_slope_of_noise_with_a_known_spectrum():
    """Noise whose amplitude falls as 1 / f has power that falls as f to the -2; white noise is flat."""
    rng = np.random.default_rng(0)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(128), np.fft.fftfreq(128)))
    frequency[0, 0] = 1
    slopes = {}
    for power in (0, 1):
        fields = [np.fft.ifft2(np.fft.fft2(rng.normal(size=(128, 128))) / frequency**power).real for _ in range(20)]
        slopes[power] = lowlevel.spectral_slopes(np.array(fields)).mean()
    assert slopes[0] == pytest.approx(0, abs=0.15)
    assert slopes[1] == pytest.approx(-2, abs=0.15)


@given(seed=st.integers(0, 10_000), level=st.floats(0.1, 0.9), contrast=st.floats(0.02, 0.3))
def test_matching_reaches_its_targets_whatever_the_image(seed, level, contrast):
    image = np.clip(level + contrast * np.random.default_rng(seed).normal(size=(24, 24, 3)), 0, 1)
    matched = lowlevel.match(image, np.random.default_rng(seed))
    target = np.random.default_rng(seed)
    mean = lowlevel.MEAN + lowlevel.MEAN_SPREAD * target.normal()
    spread = lowlevel.CONTRAST * np.exp(lowlevel.CONTRAST_SPREAD * target.normal())
    grey = lowlevel.luminance(matched)
    assert (matched.min() >= 0) and (matched.max() <= 1)
    assert grey.mean() == pytest.approx(mean, abs=0.02)
    assert grey.std() == pytest.approx(spread, abs=0.02)
