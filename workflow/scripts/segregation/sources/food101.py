"""Food-101: all images of each dish; its official training and test images are pooled, as the study splits otherwise."""

from pathlib import Path

from segregation.sources.offers import Offer, find_classes, lines_that_say
from segregation.steps.reporting import InputError

PLACES = ("images", "food-101/images")
LAYOUT = "images/apple_pie/1005649.jpg and meta/classes.txt (images and meta may lie in food-101)"
NAMED = 10  # classes in a message


def offer(root: Path, parameters: dict) -> Offer:
    """Return the images of each dish; where there is meta/classes.txt, of the dishes that it lists.

    Raises InputError where the root is not laid out as the set is distributed, or a listed dish has no folder.
    """
    folder, listing = find_classes(root, PLACES, LAYOUT)
    path = (root / folder).parent / "meta" / "classes.txt"
    if path.is_file():
        classes = lines_that_say(path, "a dish a line, such as apple_pie")
        if missing := [name for name in classes if name not in listing]:
            raise InputError(
                f"{root / folder}: no folder for {len(missing)} of the {len(classes)} dishes in {path}:"
                f" {', '.join(missing[:NAMED])}. Unpack the archive anew, or mend the list."
            )
        listing = {name: listing[name] for name in classes}
    return Offer(listing)
