"""The step that shows images of every class of the sets, and compares their low-level statistics."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from segregation.images.store import Store
from segregation.steps.files import replacing
from segregation.stimuli.lowlevel import measure

COLUMNS = 6  # images of a class on the sheet: training, then test
CLASSES, SIDE = (32, 16), 64  # at most so many classes, trained and held out, and pixels an image
MEASURED = 2000  # images of a split, at most
CAPTION, GAP = 14, 20  # pixels
A_ROW = 3  # datasets


def describe_stimuli(stores: dict[str, str], sheet: str, lowlevel: str) -> None:
    """Write a sheet of some images of each class, and mean and spread of luminance, contrast and spectral slope.

    Of large sets some classes are shown, and some images measured, both spread evenly over the set.
    """
    opened = {name: Store(path) for name, path in stores.items()}
    with replacing(sheet) as temporary:
        _in_rows([_sheet(name, store) for name, store in opened.items()]).save(temporary, "PNG")
    rows = []
    for name, store in opened.items():
        for split in ("train", "test", "heldout"):
            of_split = _spread(store.rows(split), MEASURED)
            if len(of_split):
                measured = pd.concat([pd.DataFrame(measure(store.images(part))) for part in _parts(of_split)])
                spread = measured.std().add_suffix("_sd")
                rows.append({"dataset": name, "split": split, "images": len(measured), **measured.mean(), **spread})
    with replacing(lowlevel) as temporary:
        pd.DataFrame(rows).to_csv(temporary, index=False, float_format="%.4f")


def _sheet(name: str, store: Store) -> Image.Image:
    """Return a picture with a row a class, held-out classes last, two classes side by side."""
    classes = [*_spread(store.classes, CLASSES[0]), *_spread(store.heldout_classes, CLASSES[1])]
    size = min(SIDE, len(store.images(store.rows("train")[:1])[0]))
    width, lines = COLUMNS * size, -(-len(classes) // 2)
    canvas = Image.new("RGB", (2 * width + size // 4, lines * (size + CAPTION) + 2 * CAPTION), "white")
    draw = ImageDraw.Draw(canvas)
    draw.text((2, 2), f"{name}: {len(store.classes)} classes, {len(store.heldout_classes)} held out", "black")
    for place, class_name in enumerate(classes):
        left, top = place // lines * (width + size // 4), 2 * CAPTION + place % lines * (size + CAPTION)
        rows = np.flatnonzero(store.labels == class_name)
        splits = store.splits[rows]
        half = COLUMNS // 2
        shown = rows[:COLUMNS] if "heldout" in splits else [*rows[splits == "train"][:half], *rows[splits == "test"][:half]]
        held = ", held out" if "heldout" in splits else ""
        number = [*store.classes, *store.heldout_classes].index(class_name)
        label, font = _label(class_name.replace("_", " "), held, number, width - 4)
        draw.text((left + 2, top - CAPTION + 1), label, "black", font)
        for column, image in enumerate(store.images(np.array(shown))):
            canvas.paste(_small(image, size), (left + column * size, top))
    return canvas


def _label(name: str, behind: str, number: int, width: float) -> tuple[str, ImageFont.FreeTypeFont]:
    """Return a class's name, not wider than so many pixels, and a font that has its letters; its number, where none has."""
    wide = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    usual = ImageFont.load_default()
    fonts = (usual, ImageFont.truetype(wide, usual.size))
    font = next((font for font in fonts if _has(font, name)), None)
    if font is None:
        name, font = f"class {number}", usual
    while font.getlength(name + behind) > width:
        name = name.removesuffix("...")[:-1].rstrip() + "..."
    return name + behind, font


def _has(font: ImageFont.FreeTypeFont, name: str) -> bool:
    """Whether a font has the letters of a name: what it lacks, it shows as it shows what is no letter."""
    nothing = bytes(font.getmask(chr(0xFFFF)))
    return all(bytes(font.getmask(letter)) != nothing for letter in name)


def _parts(rows: np.ndarray) -> list[np.ndarray]:
    """Return rows some at a time, for measuring takes much memory."""
    return np.array_split(rows, -(-len(rows) // 100))


def _spread(things: Sequence, n: int) -> Sequence:
    """Return n of some things, or all where there are no more, from the first to the last."""
    return things if len(things) <= n else [things[i] for i in np.linspace(0, len(things) - 1, n).astype(int)]


def _small(image: np.ndarray, size: int) -> Image.Image:
    picture = Image.fromarray(image)
    return picture if picture.width == size else picture.resize((size, size), Image.Resampling.LANCZOS)


def _in_rows(pictures: list[Image.Image]) -> Image.Image:
    """Return pictures side by side, A_ROW of them in a row."""
    rows = [pictures[i : i + A_ROW] for i in range(0, len(pictures), A_ROW)]
    widths = [sum(p.width for p in row) + GAP * (len(row) - 1) for row in rows]
    heights = [max(p.height for p in row) for row in rows]
    canvas = Image.new("RGB", (max(widths), sum(heights) + GAP * (len(rows) - 1)), "white")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for picture in row:
            canvas.paste(picture, (left, top))
            left += picture.width + GAP
        top += height + GAP
    return canvas
