"""CompCars, images from the web: a class is a model of a make, over all years."""

from pathlib import Path

from segregation.sources.offers import Listing, Offer, images_in, joined, need_root, subfolders, wrong_layout

PLACES = ("image", "data/image")
LAYOUT = "image/MAKE/MODEL/YEAR/*.jpg, such as image/78/1/2014/3ac218c0c6c378.jpg (image may lie in data)"


def offer(root: Path, parameters: dict) -> Offer:
    """Return the images of each car model, by the numbers of make and model, such as 78_1.

    Raises InputError where the root is not laid out as the set was distributed.
    """
    need_root(root, LAYOUT)
    for place in PLACES:
        if (root / place).is_dir() and (listing := _models(root, place)):
            return Offer(listing)
    raise wrong_layout(root, LAYOUT)


def _models(root: Path, place: str) -> Listing:
    listing: Listing = {}
    for make in subfolders(root, place, r"\d+"):
        for model in subfolders(root, joined(place, make), r"\d+"):
            folder = f"{place}/{make}/{model}"
            years = subfolders(root, folder)  # one of them is called unknown
            listing[f"{make}_{model}"] = [path for year in years for path in images_in(root, f"{folder}/{year}")]
    return listing
