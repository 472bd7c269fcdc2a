"""Labeled Faces in the Wild, funneled, from the copy that scikit-learn fetches."""

import shutil
from pathlib import Path

from segregation.sources.fetching import need
from segregation.sources.library_sets import LFW
from segregation.sources.offers import Offer, find_classes
from segregation.sources.people import apart

LAYOUT = "lfw_home/lfw_funneled/Aaron_Eckhart/Aaron_Eckhart_0001.jpg, as scikit-learn keeps it"


def offer(root: Path, parameters: dict) -> Offer:
    """Return the images of each person.

    With parameters["download"] the set is fetched to the root where it is not there yet; with parameters["apart_from"], a
    list of people, those that are in the list are left out, by name. Raises InputError where the set is not there.
    """
    need(root, "Labeled Faces in the Wild", LFW, parameters.get("download", False), _fetch)
    return Offer(apart(find_classes(root, (LFW.folder,), LAYOUT)[1], parameters))


def _fetch(folder: Path) -> None:
    from sklearn.datasets import fetch_lfw_people  # slow to import, and seldom needed

    fetch_lfw_people(data_home=folder, resize=0.1)
    # It keeps its arrays as a pickle, which nothing here shall ever load.
    shutil.rmtree(folder / "lfw_home" / "joblib", ignore_errors=True)
    (folder / "lfw_home" / ".gitignore").unlink(missing_ok=True)
