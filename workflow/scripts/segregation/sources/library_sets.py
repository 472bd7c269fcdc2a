"""What is known of the sets that libraries read: their parts, their folders, what is fetched and from where, their terms.

docs/data.md has a card of each. Nothing is loaded or asked for here, so that a study can be looked at before it begins.
"""

from dataclasses import dataclass
from pathlib import Path

from segregation.sources.register import LIBRARIES

IMAGENET = "ImageNet's terms of access: research and teaching, not for profit; not to be passed on"


@dataclass(frozen=True)
class LibrarySet:
    """A set as a library reads it.

    folder is what the library expects below the root, and parts are the arguments of its reader for each part of the set, by
    a name; the parts are pooled. megabytes is about how much is fetched, 0 where nothing can be; hint says how to have the
    set otherwise. The images of a set of arrays are in no files of their own.
    """

    folder: str
    parts: dict[str, dict]
    megabytes: int
    origin: str
    terms: str
    hint: str
    arrays: bool = False


def _splits(*names: str) -> dict[str, dict]:
    return {name: {"split": name} for name in names}


LFW_TERMS = "no licence; photographs from the news and their owners', in use for research"
UNPACKED = "Or fetch the archive by another way and unpack it there."
SETS = {
    "CIFAR10": LibrarySet(
        "cifar-10-batches-py",
        {"train": {"train": True}, "test": {"train": False}},
        170,
        "cs.toronto.edu/~kriz/cifar.html",
        "no licence; from Tiny Images, images of the web and their owners'",
        UNPACKED,
        arrays=True,
    ),
    "CIFAR100": LibrarySet(
        "cifar-100-python",
        {"train": {"train": True}, "test": {"train": False}},
        169,
        "cs.toronto.edu/~kriz/cifar.html",
        "no licence; from Tiny Images, images of the web and their owners'",
        UNPACKED,
        arrays=True,
    ),
    "Caltech101": LibrarySet(
        "caltech101",
        {"all": {}},
        137,
        "data.caltech.edu, record mzrjq-6wc02",
        "CC BY 4.0, as its repository says; images of the web",
        "Or unpack 101_ObjectCategories there.",
    ),
    "Caltech256": LibrarySet(
        "caltech256",
        {"all": {}},
        1_200,
        "data.caltech.edu, record nyy15-4j048",
        "CC BY 4.0, as its repository says; images of the web",
        "Or unpack 256_ObjectCategories.tar there.",
    ),
    "CelebA": LibrarySet(
        "celeba",
        {"all": {"split": "all", "target_type": "identity"}},
        1_500,
        "mmlab.ie.cuhk.edu.hk/projects/CelebA.html, by Google Drive",
        "research that is not commercial; images of the web, not to be passed on",
        "Google Drive often refuses (quota): then fetch img_align_celeba.zip, identity_CelebA.txt, list_attr_celeba.txt,"
        " list_bbox_celeba.txt, list_landmarks_align_celeba.txt and list_eval_partition.txt in a browser, put them there and"
        " unpack the archive.",
    ),
    "FGVCAircraft": LibrarySet(
        "fgvc-aircraft-2013b",
        _splits("trainval", "test"),
        2_750,
        "robots.ox.ac.uk/~vgg/data/fgvc-aircraft",
        "research that is not commercial; photographs by members of Airliners.net and theirs",
        UNPACKED,
    ),
    "Flowers102": LibrarySet(
        "flowers-102",
        _splits("train", "val", "test"),
        345,
        "robots.ox.ac.uk/~vgg/data/flowers/102",
        "not stated; images of the web and their owners'",
        UNPACKED,
    ),
    "Food101": LibrarySet(
        "food-101",
        _splits("train", "test"),
        5_000,
        "data.vision.ee.ethz.ch/cvl/datasets_extra/food-101",
        "images from Foodspotting, beyond scientific fair use with their owners",
        UNPACKED,
    ),
    "Imagenette": LibrarySet(
        "imagenette2", _splits("train", "val"), 1_560, "github.com/fastai/imagenette", IMAGENET, UNPACKED
    ),
    "LFWPeople": LibrarySet(
        "lfw-py",
        {"all": {"split": "10fold"}},
        0,
        "the University of Massachusetts, whose page is often gone; mirrors",
        LFW_TERMS,
        "torchvision does not fetch it any more: source sklearn_lfw does. Or put lfw-funneled.tgz, people.txt and"
        " lfw-names.txt there, and unpack the archive.",
    ),
    "OxfordIIITPet": LibrarySet(
        "oxford-iiit-pet",
        _splits("trainval", "test"),
        811,
        "robots.ox.ac.uk/~vgg/data/pets",
        "CC BY-SA 4.0; photographs of the web and their owners'",
        UNPACKED,
    ),
    "STL10": LibrarySet(
        "stl10_binary", _splits("train", "test"), 2_640, "cs.stanford.edu/~acoates/stl10", IMAGENET, UNPACKED, arrays=True
    ),
    "StanfordCars": LibrarySet(
        "stanford_cars",
        _splits("train", "test"),
        0,
        "a page of Stanford's that is gone; mirrors",
        "research that is not commercial, as is commonly said",
        "torchvision does not fetch it any more. Put cars_train, cars_test, devkit and cars_test_annos_withlabels.mat there,"
        " from a copy.",
    ),
}
LFW = LibrarySet(
    "lfw_home/lfw_funneled",
    {},
    243,
    "figshare, by scikit-learn",
    LFW_TERMS,
    "Or unpack lfw-funneled.tgz in the folder lfw_home.",
)


def known(parameters: dict) -> LibrarySet | None:
    """Return what is known of a set that a library reads, by its section of the configuration; None of any other."""
    if parameters["source"] not in LIBRARIES:
        return None
    return SETS[parameters["name"]] if parameters["source"] == "torchvision" else LFW


def to_fetch(parameters: dict, root: Path) -> LibrarySet | None:
    """Return what is known of a set that the step that chooses its images will fetch to a root; None where it is there."""
    of_library = known(parameters)
    if of_library is None or not parameters.get("download") or any_in(root / of_library.folder):
        return None
    return of_library


def any_in(folder: Path) -> bool:
    """Return whether there is anything in a folder."""
    return folder.is_dir() and any(folder.iterdir())
