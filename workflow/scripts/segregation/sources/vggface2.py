"""VGGFace2 as it was distributed: the official training identities, and who they are."""

import csv
from pathlib import Path

from segregation.sources.offers import Offer, find_classes
from segregation.steps.reporting import InputError

LAYOUT = "train/n000002/0001_01.jpg, train/n000003/... (train may lie in data)"
META = "VGGFace2's identity_meta.csv (Class_ID, Name, Sample_Num, Flag, Gender; Flag 1 for training)"
NAMED = 10  # lines in a message


def offer(root: Path, parameters: dict) -> Offer:
    """Return the images of the official training identities; those of the official test set are left alone.

    Raises InputError where the root is not laid out as the set was distributed.
    """
    return Offer(find_classes(root, ("train", "data/train"), LAYOUT, r"n\d{6}")[1])


def identities(path: Path) -> dict[str, str]:
    """Return the names of the persons of the official training set by class, such as n000002: A_Fine_Frenzy.

    The file is not quite a table: columns are headed with a space, rows mostly end with a comma, and names with commas are
    mostly, not always, in quotes. Raises InputError where it cannot be read or names no training identity.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); expected {META}.") from error
    names, faults = {}, []
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for row in csv.reader([line.strip()], skipinitialspace=True) for cell in row]
        if not any(cells) or cells[0] == "Class_ID":
            continue
        # A name without quotes may have commas; after it come the number of images and the flag.
        at = next((i for i in range(2, len(cells) - 1) if cells[i].isdigit() and cells[i + 1] in ("0", "1")), None)
        if at is None:
            faults.append(f"line {number}: {line.strip()[:80]}")
        elif cells[at + 1] == "1":
            names[cells[0]] = ", ".join(cells[1:at]).strip('"')
    if faults or not names:
        found = "not as expected:\n" + "\n".join(faults[:NAMED]) if faults else "it has no training identity"
        raise InputError(f"{path}: expected {META}; {found}")
    return names
