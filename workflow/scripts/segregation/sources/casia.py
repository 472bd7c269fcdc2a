"""CASIA-WebFace: identities by number of images, without those that are in VGGFace2 too."""

import re
import unicodedata
from pathlib import Path

from segregation.sources import vggface2
from segregation.sources.offers import Offer, find_classes, lines_that_say
from segregation.steps.reporting import InputError

PLACES = (".", "CASIA-WebFace", "CASIA-maxpy-clean")
LAYOUT = "0000045/001.jpg, 0000099/... (in the root or in CASIA-WebFace)"
NAMES = "a line such as '0000045 Person_Name' for each identity"
NAMED = 10  # identities in a message


def offer(root: Path, parameters: dict) -> Offer:
    """Return the images of the identities that parameters leave, all of them in one.

    most: only so many identities, those with the most images, ties by name. apart_from: the path of VGGFace2's
    identity_meta.csv; of those with the most images, identities that are in its training set, by their names in names.txt,
    are dropped. Raises InputError where the root is not laid out as the set was distributed, or an identity has no name.
    """
    folder, listing = find_classes(root, PLACES, LAYOUT, r"\d+")
    ranked = sorted(listing, key=lambda name: (-len(listing[name]), name))[: parameters.get("most")]
    if parameters.get("apart_from"):
        ranked = _apart(ranked, _names(root, folder), Path(parameters["apart_from"]))
    return Offer({name: listing[name] for name in ranked})


def person(name: str) -> str:
    """Return a person's name as it is compared: without accents, case and punctuation, single spaces between its parts."""
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", "".join(letters).casefold()).strip()


def _apart(ranked: list[str], names: dict[str, str], path: Path) -> list[str]:
    nameless = [identity for identity in ranked if not person(names.get(identity, ""))]
    if nameless:
        raise InputError(
            f"{len(nameless)} identities have no name in names.txt, so whether they are in {path} cannot be told:"
            f" {', '.join(nameless[:NAMED])}. Add their names, or leave out datasets.*.apart_from."
        )
    others = {person(name) for name in vggface2.identities(path).values()}
    return [identity for identity in ranked if person(names[identity]) not in others]


def _names(root: Path, folder: str) -> dict[str, str]:
    path = root / "names.txt"
    if not path.is_file() and (root / folder / "names.txt").is_file():
        path = root / folder / "names.txt"
    pairs = [line.split(maxsplit=1) for line in lines_that_say(path, f"{NAMES} (needed for datasets.*.apart_from)")]
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
