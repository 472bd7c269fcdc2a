"""Images in grey: by their luminance, which stays what it was, of packed and of rendered sets alike."""

import numpy as np
import pytest
from PIL import Image

from segregation.images.batches import LUMINANCE as IN_TRAINING
from segregation.images.grey import LUMINANCE, grey
from segregation.images.store import decode
from segregation.sources.packing import encoded
from segregation.stimuli.lowlevel import WEIGHTS, measure
from segregation.stimuli.rendering import render


def test_by_hand():
    """Red, green, blue, white and a mixture: 255 times 0.2126, 0.7152, 0.0722 and 1; 100, 50 and 200 give 71.46."""
    image = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [100, 50, 200]]], np.uint8)
    assert grey(image)[0].tolist() == [[value] * 3 for value in (54, 182, 18, 255, 71)]


def test_luminance_has_the_same_weights_everywhere():
    assert LUMINANCE == IN_TRAINING == tuple(WEIGHTS)


def test_what_is_grey_stays_as_it_is(noise):
    image = np.repeat(noise(1, 16)[0][..., :1], 3, axis=2)
    assert np.array_equal(grey(image), image)


@pytest.mark.parametrize(("encoding", "within"), [("png", 0.002), ("jpeg", 0.01)])
def test_a_packed_set_in_grey_has_the_low_level_statistics_of_the_coloured_one(tmp_path, noise, encoding, within):
    """JPEG keeps colours at half the resolution, which costs contrast where they change from pixel to pixel."""
    Image.fromarray(noise(1, 24)[0]).resize((96, 96), Image.Resampling.BICUBIC).save(tmp_path / "x.png")
    coloured, shown = (decode(encoded(tmp_path / "x.png", 48, encoding, of)) for of in (False, True))
    assert np.ptp(shown, axis=2).max() == 0 and np.ptp(coloured, axis=2).max() > 50
    before, after = (measure(image[None]) for image in (coloured, shown))
    for name, limit in (("luminance", within), ("contrast", within), ("spectral_slope", 25 * within)):
        assert abs(before[name] - after[name]).item() < limit, name


def test_a_rendered_set_in_grey_is_the_coloured_one_made_grey():
    wanted = {"source": "food", "seed": 1, "size": 32, "classes": 2, "heldout_classes": 0}
    wanted |= {"train_images": 1, "test_images": 1, "heldout_images": 1}
    coloured, shown = ([r.image for part in render(wanted | more) for r in part] for more in ({}, {"grey": True}))
    assert len(coloured) == len(shown) == 4
    for a, b in zip(coloured, shown, strict=True):
        assert np.array_equal(grey(decode(a)), decode(b)) and np.ptp(decode(a), axis=2).max() > 0
