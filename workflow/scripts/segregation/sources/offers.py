"""What a source of images offers: the files of its images by class."""

import os
import posixpath
import re
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from segregation.steps.reporting import InputError, some
from segregation.steps.text import lines_of, normal, read_text, unprintable

SUFFIXES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".avif"}
# What systems and programs leave in folders, beside what begins with a dot.
LITTER = {"@eadir", "__macosx", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found"}
LITTER |= {"__pycache__", "@recycle", "@recently-snapshot", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
RECORDS = {".rec": "MXNet", ".tfrecord": "TensorFlow", ".mdb": "LMDB", ".lmdb": "LMDB", ".parquet": "Parquet"}
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".7z", ".rar")
Listing = dict[str, list[str]]  # the paths of each class's images, relative to the root of the source, with slashes, sorted
_others: ContextVar[Counter[str] | None] = ContextVar("others", default=None)


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
    raise wrong_layout(root, layout, folders)


def need_root(root: Path, layout: str) -> None:
    """Raise InputError, with the layout that is expected, where there is no such folder."""
    if not root.is_dir():
        raise InputError(f"{root}: no such folder; expected {layout} (datasets.*.root).")


def wrong_layout(root: Path, layout: str, folders: tuple[str, ...] = ()) -> InputError:
    """Return the error that a root is not laid out as a source expects it, with what is there instead, if that is known."""
    places = [root, *(root / folder for folder in folders if folder != "." and (root / folder).is_dir())]
    names = [entry.name for place in places for entry in _entries(place)]
    records = [
        (name, RECORDS[suffix]) for name in sorted(names) if (suffix := posixpath.splitext(name)[1].lower()) in RECORDS
    ]
    archives = sorted(name for name in names if name.lower().endswith(ARCHIVES))
    instead = ""
    if records:
        name, kind = records[0]
        instead = f" It holds files of records ({kind}: {name}); write their images to a folder a class first."
        if kind == "MXNet":
            instead += " mxnet.recordio reads them, and the label in the head of a record is its class."
    elif archives:
        instead = f" It holds {some(archives)}; unpack this first."
    return InputError(
        f"{root}: not laid out as this source is; expected {layout}.{instead} Check datasets.*.root, or list the images in a"
        " table (source: table)."
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
    """Return the names of a folder's subfolders that match a pattern; litter and what begins with a dot is none.

    Raises InputError for a name that is no text.
    """
    names = [entry.name for entry in _entries(root / folder) if _is_folder(entry)]
    return sorted((_checked(root / folder, n) for n in names if re.fullmatch(pattern, n, re.DOTALL)), key=normal)


def images_in(root: Path, folder: str) -> list[str]:
    """Return the images in a folder, by their suffixes; litter, folders, and what begins with a dot are none.

    Files with other suffixes are counted where counting_others is at work. Raises InputError for a name that is no text.
    """
    names = [_checked(root / folder, entry.name) for entry in _entries(root / folder) if not _is_folder(entry)]
    images = [joined(folder, name) for name in sorted(names, key=normal) if _suffix(name) in SUFFIXES]
    others = _others.get()
    for name in names if len(images) < len(names) and others is not None else ():
        if _suffix(name) not in SUFFIXES:
            others[_suffix(name)] += 1
    return images


@contextmanager
def counting_others() -> Iterator[Counter[str]]:
    """Count, by their suffixes, the files in folders of images that are passed over as they are no images."""
    counted: Counter[str] = Counter()
    token = _others.set(counted)
    try:
        yield counted
    finally:
        _others.reset(token)


def _entries(folder: Path) -> list[os.DirEntry]:
    """Return what is in a folder, without litter."""
    try:
        with os.scandir(folder) as entries:
            return [e for e in entries if not e.name.startswith(".") and e.name.lower() not in LITTER]
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); expected a folder that you may list.") from error


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _checked(folder: Path, name: str) -> str:
    """Return a name; raise InputError for one that no list of images can hold."""
    if unprintable(name):
        where = ascii(str(folder))[1:-1]
        raise InputError(f"{where}: the name {name!a} is no text in UTF-8, or holds a newline or the like; rename it.")
    return name


def _suffix(name: str) -> str:
    return posixpath.splitext(name)[1].lower()


def joined(folder: str, name: str) -> str:
    """Return the path of what is in a folder of the root."""
    return name if folder == "." else f"{folder}/{name}"


def lines_that_say(path: Path, purpose: str, known: Container[str] = ()) -> list[str]:
    """Return the lines of a list file that say something: no comments (#), unless the whole line is a known name.

    Raises InputError, with the purpose, where the file cannot be read.
    """
    lines = [normal(line.strip()) for line in lines_of(read_text(path, purpose))]
    return [line for line in lines if line and (not line.startswith("#") or line in known)]
