"""Any folder of images, with a subfolder a class, or with subfolders of these for train, test and heldout."""

from pathlib import Path

from segregation.sources.offers import Offer, class_folders, find_classes

LAYOUT = "CLASS/*.jpg, or train/CLASS/*.jpg with test/CLASS/*.jpg and perhaps heldout/CLASS/*.jpg"


def offer(root: Path, parameters: dict) -> Offer:
    """Return the splits that the root's subfolders are named after if train and test are there, else all images in one.

    Raises InputError where there is no such folder, or no class in it.
    """
    if not all((root / split).is_dir() for split in ("train", "test")):
        return Offer(find_classes(root, (".",), LAYOUT)[1])
    heldout = class_folders(root, "heldout") if (root / "heldout").is_dir() else {}
    train, test = (find_classes(root, (split,), LAYOUT)[1] for split in ("train", "test"))
    return Offer(train, test, heldout)
