"""Pictures that lie in the page itself."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

QUALITY = 88  # of photographs; drawings are kept as they are


def of_file(path: str | Path, lossless: bool = True, widest: int = 2200) -> dict:
    """Return the picture of a file, not wider than so many pixels: uri, width and height."""
    with Image.open(path) as picture:
        picture = picture.convert("RGB")
    if picture.width > widest:
        picture = picture.resize((widest, round(picture.height * widest / picture.width)), Image.Resampling.LANCZOS)
    return _webp(picture, lossless)


def of_array(pixels: np.ndarray) -> str:
    """Return the uri of an image (height, width, 3), uint8."""
    return _webp(Image.fromarray(pixels), lossless=False)["uri"]


def of_drawing(figure: Figure) -> dict:
    """Return the picture of a figure of matplotlib, in vectors: uri, and width and height in pixels of 1/96 inch."""
    written = BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    return {"uri": _uri("svg+xml", written.getvalue()), "width": width, "height": height}


def _webp(picture: Image.Image, lossless: bool) -> dict:
    written = BytesIO()
    picture.save(written, "WEBP", lossless=lossless, quality=QUALITY)
    return {"uri": _uri("webp", written.getvalue()), "width": picture.width, "height": picture.height}


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
