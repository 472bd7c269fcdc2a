"""Pictures that lie in the page itself."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from segregation.figures.style import DPI, FULL_WIDTH

QUALITY = 88  # of photographs; drawings are kept as they are
EFFORT = 25  # of 100, to pack a drawing: all of it takes twice the time, for a fiftieth of the bytes
COLUMN = 950  # pixels of the page that the widest figure takes; others are as much smaller as they are in print


def of_file(path: str | Path, lossless: bool = True) -> dict:
    """Return the picture of a file of DPI dots an inch: uri, and width and height on the page, in its pixels."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    return {"uri": _webp(picture, lossless), **_on_page(picture.width / DPI, picture.height / DPI)}


def of_array(pixels: np.ndarray) -> str:
    """Return the uri of an image (height, width, 3), uint8."""
    return _webp(Image.fromarray(pixels), lossless=False)


def of_drawing(figure: Figure) -> dict:
    """Return the picture of a figure of matplotlib, in vectors, as of_file() does."""
    written = BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return {"uri": _uri("svg+xml", written.getvalue()), **_on_page(*figure.get_size_inches())}


def _on_page(*inches: float) -> dict:
    width, height = (round(COLUMN * length / FULL_WIDTH) for length in inches)
    return {"width": width, "height": height}


def _webp(picture: Image.Image, lossless: bool) -> str:
    written = BytesIO()
    picture.save(written, "WEBP", lossless=lossless, quality=EFFORT if lossless else QUALITY)
    return _uri("webp", written.getvalue())


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
