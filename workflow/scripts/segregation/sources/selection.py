"""Which images of a source a study uses: drawn with a seed, or as the source splits them."""

import posixpath
from collections import Counter
from dataclasses import dataclass

from segregation.images.store import SPLITS
from segregation.sources.offers import Listing, Offer
from segregation.steps.randomness import generator
from segregation.steps.reporting import InputError, some
from segregation.steps.text import normal

NAMED = 10  # classes in a message


@dataclass(frozen=True)
class Chosen:
    """An image to pack: its id (class/name), split and class, and its path, relative to the root of the source."""

    id: str
    split: str
    class_name: str
    path: str


def select(offer: Offer, parameters: dict) -> list[Chosen]:
    """Return the images that a set asks for, ordered by split, class and path.

    parameters holds classes, heldout_classes, train_images, test_images, heldout_images and seed. The same names and numbers
    give the same images on every machine. Raises InputError, with what there is and what is needed, where an offer has too
    few classes or images.
    """
    chosen = _drawn(offer, parameters) if offer.heldout is None else _given(offer, parameters)
    ids = Counter((image.split, image.id) for image in chosen)
    if twice := [f"{n} {split} images are called {id_}" for (split, id_), n in ids.items() if n > 1]:
        raise InputError("Images need names of their own:" + _listed(twice))
    return sorted(chosen, key=lambda image: (SPLITS.index(image.split), image.class_name, normal(image.path)))


def _drawn(offer: Offer, parameters: dict) -> list[Chosen]:
    """Draw classes among those with enough images, then images of each; each class's draw is its own."""
    trained, held = parameters["classes"], parameters["heldout_classes"]
    names = [sorted(offer.train)[i] for i in generator("classes", parameters["seed"]).permutation(len(offer.train))]
    fit = [name for name in names if not _lacking(offer, name, parameters)]
    if len(fit) < trained:
        lacking = [f"{name}: {why}" for name in sorted(names) if (why := _lacking(offer, name, parameters))]
        raise InputError(
            f"{len(fit)} of {len(names)} classes have {parameters['train_images']} training and {parameters['test_images']}"
            f" test images, but {trained} such classes are asked for (datasets.*.classes, train_images, test_images)."
            + _listed(lacking)
        )
    others = set(names) - set(fit[:trained])
    unseen = [name for name in names if name in others and len(offer.train[name]) >= parameters["heldout_images"]][:held]
    if len(unseen) < held:
        raise InputError(
            f"Beside the {trained} classes to train on, {len(unseen)} of {len(others)} have {parameters['heldout_images']}"
            f" images, but {held} such classes are asked for (datasets.*.heldout_classes, heldout_images)."
        )
    chosen = []
    for name in fit[:trained]:
        chosen += _draw(name, offer.train, parameters, {"train": "train_images"} | _test_from(offer.test is None))
        if offer.test is not None:
            chosen += _draw(name, offer.test, parameters, _test_from(True), "test")
    for name in unseen:
        chosen += _draw(name, offer.train, parameters, {"heldout": "heldout_images"})
    return chosen


def _test_from(here: bool) -> dict[str, str]:
    return {"test": "test_images"} if here else {}


def _draw(name: str, listing: Listing, parameters: dict, splits: dict[str, str], *purpose: str) -> list[Chosen]:
    """Draw some images of a class for each split, none of them twice."""
    order = iter(generator("images", parameters["seed"], *purpose, name).permutation(len(listing[name])))
    ids = _ids(name, listing[name])
    paths = [(split, listing[name][next(order)]) for split in splits for _ in range(parameters[splits[split]])]
    return [Chosen(ids[path], split, name, path) for split, path in paths]


def _lacking(offer: Offer, name: str, parameters: dict) -> str:
    """Return what a class lacks for being trained on; nothing where it has all."""
    have, need = len(offer.train[name]), parameters["train_images"]
    if offer.test is None:
        need += parameters["test_images"]
    elif len(offer.test.get(name, ())) < parameters["test_images"]:
        return f"{len(offer.test.get(name, ()))} test images, but {parameters['test_images']} are needed"
    if not have:
        return "no images"
    return f"{have} images, but {need} are needed" if have < need else ""


def _given(offer: Offer, parameters: dict) -> list[Chosen]:
    """Take the splits of the source: the first classes of either kind, of each the first images."""
    chosen, faults = [], []
    splits = {"train": offer.train, "test": offer.test or {}, "heldout": offer.heldout or {}}
    for split, listing in splits.items():
        wanted, needed = parameters["heldout_classes" if split == "heldout" else "classes"], parameters[f"{split}_images"]
        if len(listing) < wanted:
            faults.append(f"{split} has {len(listing)} classes, but {wanted} are asked for")
        for name in sorted(listing)[:wanted]:
            if len(listing[name]) < needed:
                faults.append(f"{split}/{name}: {len(listing[name])} images, but {needed} are needed")
            ids = _ids(name, listing[name])
            chosen += [Chosen(ids[path], split, name, path) for path in listing[name][:needed]]
    both = splits["heldout"].keys() & (splits["train"].keys() | splits["test"].keys())
    faults += [f"class '{name}' is held out, but also among the classes to train" for name in sorted(both)]
    train, test = (sorted(splits[split])[: parameters["classes"]] for split in ("train", "test"))
    if train != test:
        apart = sorted(set(train) ^ set(test))
        faults.append(f"train and test do not hold the same classes ({some(apart)} in one of them alone)")
    if faults:
        raise InputError("The splits cannot be used:" + _listed(faults))
    return chosen


def _ids(name: str, paths: list[str]) -> dict[str, str]:
    """Return the id of each image of a class: class and name of the file, with its folders where names of files repeat."""
    ids = {path: posixpath.splitext(posixpath.basename(path))[0] for path in paths}
    if len(set(map(normal, ids.values()))) < len(ids):
        common = posixpath.commonpath([posixpath.dirname(path) for path in paths])
        inside = {path: posixpath.relpath(path, common) if common else path for path in paths}
        ids = {path: posixpath.splitext(rest)[0].replace("/", "-") for path, rest in inside.items()}
        often = Counter(map(normal, ids.values()))  # 1.jpg beside 1.png
        ids = {p: id_ if often[normal(id_)] == 1 else inside[p].replace("/", "-") for p, id_ in ids.items()}
    return {path: normal(f"{name}/{id_}") for path, id_ in ids.items()}


def _listed(faults: list[str]) -> str:
    more = [f"and {len(faults) - NAMED} more"] if len(faults) > NAMED else []
    return "".join(f"\n  - {fault}" for fault in [*faults[:NAMED], *more])
