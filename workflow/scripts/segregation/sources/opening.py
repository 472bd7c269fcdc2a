"""What opens the images of a set, where these are in no files of their own."""

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name

from PIL import Image

from segregation.sources.register import READERS


def opener(parameters: dict) -> Callable[[Path], Image.Image] | None:
    """Return what opens an image of a set by its path, from the set's section of the configuration; None for files."""
    chosen = READERS.get(parameters.get("source"))
    return resolve_name(chosen)(parameters) if chosen else None
