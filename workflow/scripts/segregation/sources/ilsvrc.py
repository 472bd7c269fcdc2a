"""ILSVRC-2012, classification: the training images, and the official validation images to test with."""

import csv
import re
from pathlib import Path

from segregation.sources.offers import Listing, Offer, find_classes, images_in, lines_that_say, subfolders
from segregation.steps.reporting import InputError

CLASS = r"n\d{8}"  # WordNet id
PLACES = ("train", "ILSVRC/Data/CLS-LOC/train", "Data/CLS-LOC/train")
LAYOUT = (
    "train/n01440764/*.JPEG and val/ beside it (both may lie in ILSVRC/Data/CLS-LOC; the archive of each class has to be"
    " unpacked into a folder of its name)"
)
LABELS = "LOC_val_solution.csv"
TRUTH, META = "ILSVRC2012_validation_ground_truth.txt", "meta.mat"
KITS = ("ILSVRC2012_devkit_t12/data", "devkit/data", "data")
NAMED = 10  # images in a message


def offer(root: Path, parameters: dict) -> Offer:
    """Return the images of the training set, and as test images those of the validation set, by WordNet id.

    Validation images may be sorted into folders of classes, or lie side by side with their labels in LOC_val_solution.csv or
    in the development kit. Raises InputError where the root is not laid out so, or labels are missing.
    """
    folder, train = find_classes(root, PLACES, LAYOUT, CLASS)
    val = f"{folder.removesuffix('train')}val"
    if not (root / val).is_dir():
        raise InputError(f"{root / val}: no such folder; expected the official validation images, to test with.")
    sorted_in, loose = subfolders(root, val, CLASS), images_in(root, val)
    if sorted_in and loose:
        raise InputError(
            f"{root / val}: {len(sorted_in)} folders of classes and {len(loose)} images beside them; expected either. Finish"
            " sorting the images into folders, or unpack them anew."
        )
    test = find_classes(root, (val,), LAYOUT, CLASS)[1] if sorted_in else _labelled(root, val, loose)
    return Offer(train, test)


def _labelled(root: Path, val: str, paths: list[str]) -> Listing:
    """Sort validation images that lie side by side by their labels."""
    if not paths:
        raise InputError(f"{root / val}: no images; expected the official validation images, in folders of classes or not.")
    labels, source = _labels(root, (root / val).parent)
    unknown = [path for path in paths if Path(path).stem not in labels]
    if unknown:
        shown = ", ".join(Path(path).name for path in unknown[:NAMED])
        raise InputError(f"{source}: no label for {len(unknown)} of the {len(paths)} images in {root / val}: {shown}")
    listing: Listing = {}
    for path in paths:
        listing.setdefault(labels[Path(path).stem], []).append(path)
    return listing


def _labels(root: Path, beside: Path) -> tuple[dict[str, str], Path]:
    """Return the WordNet id of each validation image by its name, and the file that says so."""
    for folder in (root, beside):
        if (folder / LABELS).is_file():
            return _solution(folder / LABELS), folder / LABELS
    for kit in (folder / kit for folder in (root, beside) for kit in KITS):
        if (kit / TRUTH).is_file():
            return _ground_truth(kit), kit / TRUTH
    raise InputError(
        f"{root}: the validation images are not sorted into folders of classes, and there is neither {LABELS} nor"
        f" {KITS[0]}/{TRUTH} with {META}; add either (the development kit unpacked), or sort the images."
    )


def _solution(path: Path) -> dict[str, str]:
    """Read lines such as ILSVRC2012_val_00048981,n03995372 85 1 499 272."""
    purpose = "ImageId,PredictionString with a WordNet id at the start of each prediction"
    rows = list(csv.reader(lines_that_say(path, purpose)))[1:]
    wrong = [row for row in rows if len(row) < 2 or not re.match(rf"{CLASS}\b", row[1])]
    if wrong or not rows:
        raise InputError(f"{path}: expected {purpose}; found {','.join(wrong[0]) if wrong else 'nothing'}")
    return {row[0].strip(): row[1].split()[0] for row in rows}


def _ground_truth(kit: Path) -> dict[str, str]:
    """Read the development kit: line n of the ground truth is the number, by meta.mat, of the class of image n."""
    from scipy.io import loadmat  # slow to import, and seldom needed

    try:
        synsets = loadmat(kit / META)["synsets"].ravel()
        ids = {int(synset["ILSVRC2012_ID"].item()): str(synset["WNID"].item()) for synset in synsets}
    except Exception as error:  # what reading a broken file raises is manifold
        raise InputError(
            f"{kit / META}: cannot be read ({error}); expected the classes, as the development kit of 2012 has them."
        ) from error
    numbers = lines_that_say(kit / TRUTH, "a class number a line")
    wrong = [number for number in numbers if not number.isdigit() or int(number) not in ids]
    if wrong:
        raise InputError(f"{kit / TRUTH}: class {wrong[0]} is not in {META}; take both from the same development kit.")
    return {f"ILSVRC2012_val_{n:08d}": ids[int(number)] for n, number in enumerate(numbers, 1)}
