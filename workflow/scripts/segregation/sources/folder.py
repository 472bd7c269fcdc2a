"""Any folder of images, with a subfolder a class, or with subfolders of these for train, test and heldout."""

from collections.abc import Iterable
from pathlib import Path

from segregation.sources.offers import Listing, Offer, class_folders, find_classes, images_in, need_root, subfolders
from segregation.sources.register import SIGNS
from segregation.steps.reporting import InputError

LAYOUT = "CLASS/*.jpg, or train/CLASS/*.jpg with test/CLASS/*.jpg (or val) and perhaps heldout/CLASS/*.jpg"
# What the folders of splits are called, in any case.
NAMES = {
    "train": ("train", "training"),
    "test": ("test", "testing"),
    "val": ("val", "valid", "validation"),
    "heldout": ("heldout", "held_out", "held-out"),
}


def offer(root: Path, parameters: dict) -> Offer:
    """Return the splits that the root's subfolders are named after if train and test are there, else all images in one.

    Validation images serve as test images where there are none; beside test images they are left alone. A folder that is
    named after a split is one if it holds folders of images and no images. Raises InputError where there is no such folder,
    no class in it, or two folders for a split; with parameters["followed"], by Snakemake, for names that it cannot follow.
    """
    splits = _splits(root)
    test = splits.get("test", splits.get("val"))
    if "train" in splits and test:
        heldout = _classes(root, splits["heldout"]) if "heldout" in splits else {}
        offered = Offer(_classes(root, splits["train"]), _classes(root, test), heldout)
    else:
        # Of a single folder called train, images are drawn as of the root.
        alone = list(splits.values()) if len(splits) == 1 and subfolders(root, ".") == list(splits.values()) else ["."]
        offered = Offer(find_classes(root, tuple(alone), LAYOUT)[1])
    for listing in (offered.train, offered.test or {}, offered.heldout or {}):
        if parameters.get("followed"):
            _check_signs(root, (path for paths in listing.values() for path in paths))
    return offered


def _splits(root: Path) -> dict[str, str]:
    """Return the folders of the root that are splits."""
    need_root(root, LAYOUT)
    found: dict[str, str] = {}
    for folder in subfolders(root, "."):
        split = next((split for split, names in NAMES.items() if folder.lower() in names), None)
        if split is None or images_in(root, folder) or not subfolders(root, folder):
            continue
        if split in found:
            raise InputError(f"{root}: {found[split]} and {folder} are both {split}; expected one folder of each split.")
        found[split] = folder
    return found


def _classes(root: Path, folder: str) -> Listing:
    """Return the images of the classes in the folder of a split; folders without images are no classes of it."""
    return {name: paths for name, paths in class_folders(root, folder).items() if paths}


def _check_signs(root: Path, paths: Iterable[str]) -> None:
    """Raise InputError for a path that Snakemake, which follows each image of such a set, would not take as it stands."""
    if wrong := next((path for path in paths if set(SIGNS) & set(f"{root}/{path}")), None):
        raise InputError(
            f"{root}: the name {wrong} has one of {' '.join(SIGNS)}, by which Snakemake means something else. Rename it, or"
            " list the images in a table (source: table)."
        )
