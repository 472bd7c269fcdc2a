"""Images in grey."""

import numpy as np

LUMINANCE = (0.2126, 0.7152, 0.0722)  # of red, green and blue, Rec. ITU-R BT.709, on gamma-encoded pixels as everywhere here


def grey(image: np.ndarray) -> np.ndarray:
    """Return an image (height, width, 3; uint8) in grey, its luminance in all three channels, so that this stays."""
    luminance = np.rint(image @ np.array(LUMINANCE)).astype(np.uint8)
    return np.repeat(luminance[..., None], 3, axis=2)
