"""Sets that torchvision reads: it fetches and checks them, and says which image is of which class.

What it loads may be pickles (CIFAR): torchvision opens these only where their MD5 is that of the makers' files, which nobody
knows how to imitate; a file that differs is refused before it is opened. Of all other sets images and lists are read.
"""

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image
from torchvision import datasets

from segregation.sources.fetching import need
from segregation.sources.library_sets import SETS, LibrarySet
from segregation.sources.offers import Listing, Offer
from segregation.sources.people import apart
from segregation.steps.reporting import InputError
from segregation.steps.text import normal

NO_LOADER = {"CelebA", "Caltech101", "Caltech256", "OxfordIIITPet"}  # readers that cannot be told to open no image


def offer(root: Path, parameters: dict) -> Offer:
    """Return all images of the set parameters["name"] by class, its official parts pooled; no image is opened.

    With parameters["download"] it is fetched to the root where it is not there yet. Classes have torchvision's names,
    identities of CelebA their numbers; a slash in a name becomes a hyphen. Raises InputError where the set is not there, or
    not as torchvision expects it.
    """
    listing: Listing = {}
    names: dict[str, str] = {}
    for path, called in _listed(root, parameters):
        name = normal(called.strip().replace("/", "-"))
        if names.setdefault(name, called) != called:
            raise InputError(f"{root}: two classes are called {name}: {names[name]} and {called}.")
        listing.setdefault(name, []).append(path)
    for paths in listing.values():
        paths.sort(key=normal)
    return Offer(apart(listing, parameters))


def reader(parameters: dict) -> Callable[[Path], Image.Image] | None:
    """Return what opens an image of a set of arrays by its path, as offer names it; None where images are files."""
    if not SETS[parameters["name"]].arrays:
        return None
    parts = _opened(Path(parameters["root"]), parameters)

    def read(path: Path) -> Image.Image:
        part, number = path.name.rsplit("_", 1)
        return parts[part][int(number)][0]

    return read


def _listed(root: Path, parameters: dict) -> list[tuple[str, str]]:
    """Return the path and the class of each image of a set."""
    name, parts = parameters["name"], _opened(root, parameters)
    try:
        return [image for part in parts for image in _images(name, part, parts[part], root.absolute())]
    except Exception as error:  # lists and labels that do not fit each other show when they are read
        raise InputError(_unreadable(root, name, SETS[name], error)) from error


def _opened(root: Path, parameters: dict) -> dict[str, datasets.VisionDataset]:
    """Return torchvision's readers of all parts of a set, which is fetched if need be and may be."""
    name = parameters["name"]
    of, kind = SETS[name], getattr(datasets, name)

    def fetch(folder: Path) -> None:
        for arguments in of.parts.values():
            kind(folder, download=True, **arguments)

    need(root, f"torchvision's {name}", of, parameters.get("download", False), fetch)
    how = {} if of.arrays or name in NO_LOADER else {"loader": str}  # instead of an image its path
    try:
        return {part: kind(root.absolute(), **how, **arguments) for part, arguments in of.parts.items()}
    except Exception as error:  # readers of broken files raise whatever happens to them
        raise InputError(_unreadable(root, name, of, error)) from error


def _unreadable(root: Path, name: str, of: LibrarySet, error: Exception) -> str:
    said = " ".join(str(error).split()).replace(" You can use download=True to download it", "")
    again = "Remove the folder and set datasets.*.download to have it fetched" if of.megabytes else "Unpack it anew"
    return (
        f"{root / of.folder}: torchvision cannot read {name} there ({type(error).__name__}: {said[:200]}). {again}; it comes"
        f" from {of.origin}. {of.hint}"
    )


def _images(name: str, part: str, dataset: datasets.VisionDataset, root: Path) -> Iterator[tuple[str, str]]:
    """Yield the path of each image of a part, relative to the root, and the name of its class."""
    names = _classes(name, dataset)
    if SETS[name].arrays:
        labels = dataset.labels if name == "STL10" else dataset.targets
        yield from ((f"{part}_{i:06d}", names[label]) for i, label in enumerate(labels))
        return
    for path, label in _without_loader(name, dataset) if name in NO_LOADER else (dataset[i] for i in range(len(dataset))):
        yield posixpath.relpath(Path(path).as_posix(), root.as_posix()), names[label] if names else str(label)


def _without_loader(name: str, dataset: datasets.VisionDataset) -> Iterator[tuple[Path, int]]:
    """Yield paths and labels where torchvision keeps them, as its readers put them together."""
    folder = Path(dataset.root)
    if name == "CelebA":
        folder = folder / dataset.base_folder / "img_align_celeba"
        yield from zip((folder / file for file in dataset.filename), dataset.identity.flatten().tolist(), strict=True)
    elif name == "OxfordIIITPet":
        yield from zip(dataset._images, dataset._labels, strict=True)
    else:
        within, file = {
            "Caltech101": ("101_ObjectCategories", "image_{1:04d}.jpg"),
            "Caltech256": ("256_ObjectCategories", "{0:03d}_{1:04d}.jpg"),
        }[name]
        for label, number in zip(dataset.y, dataset.index, strict=True):
            yield folder / within / dataset.categories[label] / file.format(label + 1, number), label


def _classes(name: str, dataset: datasets.VisionDataset) -> list[str]:
    """Return the names of classes in the order of their labels; none where a label is its own name."""
    if name == "CelebA":
        return []
    if name == "LFWPeople":
        return list(dataset.class_to_idx)
    if name.startswith("Caltech"):
        return dataset.categories
    return dataset.wnids if name == "Imagenette" else dataset.classes
