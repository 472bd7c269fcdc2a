"""People that are in two sets, by their names."""

import re
from pathlib import Path

from segregation.sources import vggface2
from segregation.sources.casia import person
from segregation.sources.offers import Listing, lines_that_say
from segregation.steps.reporting import InputError

OF_CELEBA = r"\d{6}\.jpg"
PURPOSE = "names of people, as list_identity_celeba.txt (000001.jpg A_Name) or VGGFace2's identity_meta.csv has them"


def apart(listing: Listing, parameters: dict) -> Listing:
    """Return the classes, which are people's names, that are not in the list parameters["apart_from"]; all without one."""
    if not parameters.get("apart_from"):
        return listing
    others = names_in(Path(parameters["apart_from"]))
    return {name: paths for name, paths in listing.items() if person(name) not in others}


def names_in(path: Path) -> set[str]:
    """Return the names of people in a list, as casia.person compares them.

    The list is that of CelebA, a line an image below a count and the names of its columns, or VGGFace2's. Raises InputError
    where it is neither.
    """
    rows = [line.split(maxsplit=1) for line in lines_that_say(path, PURPOSE)]
    first = next((number for number, row in enumerate(rows[:3]) if re.fullmatch(OF_CELEBA, row[0])), None)
    if first is None:
        return {person(name) for name in vggface2.identities(path).values()}
    nameless = [row[0] for row in rows[first:] if len(row) < 2 or not person(row[1])]
    if nameless:
        raise InputError(f"{path}: no name for {len(nameless)} images, the first {nameless[0]}; expected {PURPOSE}.")
    numbers = [row[1] for row in rows[first:] if row[1].strip().isdigit()]
    if numbers:
        raise InputError(f"{path}: numbers, such as {numbers[0]}, instead of names; expected {PURPOSE}.")
    return {person(row[1]) for row in rows[first:]}
