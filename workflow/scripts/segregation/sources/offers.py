"""What a source of images offers: the files of its images by class."""

import os
import posixpath
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from segregation.steps.reporting import InputError

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"}
Listing = dict[str, list[str]]  # the paths of each class's images, relative to the root of the source, with slashes, sorted


@dataclass
class Offer:
    """The images of every class of a source.

    Where the source keeps test images of the same classes apart, they are in test, else all images are in train. Where it
    keeps classes apart too, as held out, its splits are taken as they are.
    """

    train: Listing
    test: Listing | None = None
    heldout: Listing | None = None


def find_classes(root: Path, folders: tuple[str, ...], layout: str, pattern: str = ".+") -> tuple[str, Listing]:
    """Return the first of some folders of the root that has class folders, and what class_folders returns of it.

    Raises InputError, with the layout that is expected, where there is no root or no such folder.
    """
    need_root(root, layout)
    for folder in folders:
        if (root / folder).is_dir() and (listing := class_folders(root, folder, pattern)):
            return folder, listing
    raise wrong_layout(root, layout)


def need_root(root: Path, layout: str) -> None:
    """Raise InputError, with the layout that is expected, where there is no such folder."""
    if not root.is_dir():
        raise InputError(f"{root}: no such folder; expected {layout} (datasets.*.root).")


def wrong_layout(root: Path, layout: str) -> InputError:
    """Return the error that a root is not laid out as a source expects it."""
    return InputError(
        f"{root}: not laid out as this source is; expected {layout}. Check datasets.*.root, or list the images in a table"
        " (source: table)."
    )


def class_folders(root: Path, folder: str = ".", pattern: str = ".+") -> Listing:
    """Return the images in each subfolder of a folder of the root that is named after a pattern; its name is the class.

    Names are brought to one Unicode form, since file systems differ in it. Raises InputError where there is no such folder,
    or where two subfolders have the same name but for that form.
    """
    if not (root / folder).is_dir():
        raise InputError(f"{root / folder}: no such folder; expected subfolders of images, one a class (datasets.*.root).")
    listing: Listing = {}
    for name in subfolders(root, folder, pattern):
        if normal(name) in listing:
            raise InputError(
                f"{root / folder}: two folders are called {normal(name)}, in different forms of Unicode; rename one of them."
            )
        listing[normal(name)] = images_in(root, joined(folder, name))
    return listing


def subfolders(root: Path, folder: str, pattern: str = ".+") -> list[str]:
    """Return the names of a folder's subfolders that match a pattern; what begins with a dot is none."""
    with os.scandir(root / folder) as entries:
        names = [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
    return sorted((name for name in names if re.fullmatch(pattern, name)), key=normal)


def images_in(root: Path, folder: str) -> list[str]:
    """Return the images in a folder, by their suffixes; what begins with a dot is none."""
    with os.scandir(root / folder) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith(".")]
    if wrong := [name for name in names if not name.isprintable()]:
        raise InputError(
            f"{root / folder}: the name {wrong[0]!r} is no text in UTF-8 or cannot be printed; rename the file."
        )
    return [joined(folder, name) for name in sorted(names, key=normal) if posixpath.splitext(name)[1].lower() in SUFFIXES]


def joined(folder: str, name: str) -> str:
    """Return the path of what is in a folder of the root."""
    return name if folder == "." else f"{folder}/{name}"


def normal(name: str) -> str:
    """Return a name in Unicode's composed form."""
    return unicodedata.normalize("NFC", name)


def lines_of(path: Path, purpose: str) -> list[str]:
    """Return the lines of a list file that say something. Raises InputError, with the purpose, where it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); expected {purpose}.") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
