"""The images of each group: which of a folder's are used, and the packed set of these."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from segregation.command.kept import Kept, code_of, stamp, versions_of
from segregation.command.settings import Settings
from segregation.images.store import write_store
from segregation.sources.choosing import choose
from segregation.sources.findings import as_table
from segregation.sources.folder import offer
from segregation.sources.offers import Listing, Offer
from segregation.sources.packing import pack
from segregation.steps.reporting import InputError
from segregation.steps.states import remove_states, state_file
from segregation.steps.tables import write_table

NAMED = 10  # classes in a message
CODE = ("steps", "images", "sources")
PACKAGES = ("numpy", "pillow", "pyarrow", "simplejpeg")


def parameters_of(group: str, asked: Settings) -> dict:
    """Return what a group's set is made of, as a section of datasets in the configuration says it.

    Where it is not said how many images a class has, they are half of what the smallest class has to rank and the other half
    to test, or in folders train/ and test/ all. Raises InputError where there is no such folder, or a class without images.
    """
    root = asked.groups[group]
    parameters = {"source": "folder", "root": root, "seed": asked.seed, "heldout_classes": 0, "heldout_images": 1}
    offered = offer(Path(root), parameters)
    train, test = _usual(offered, asked, root)
    n_classes = len(offered.train) if asked.n_classes is None else asked.n_classes
    return parameters | {"classes": n_classes, "train_images": train, "test_images": test}


def _usual(offered: Offer, asked: Settings, root: str) -> tuple[int, int]:
    """Return how many images a class are to rank and to test."""
    train, test = asked.train_images, asked.test_images
    if train is not None and test is not None:
        return train, test
    if offered.test is not None:
        least = (_least(offered.train, f"{root}/train", 1), _least(offered.test, f"{root}/test", 1))
        return least[0] if train is None else train, least[1] if test is None else test
    least = _least(offered.train, root, 2)
    if train is None and test is None:
        return least // 2, least - least // 2
    given = test if train is None else train
    if given >= least:
        raise InputError(
            f"{root}: of the {least} images of the smallest class {given} are asked for, which leaves none for the rest."
            " Say both --train-images and --test-images, or fewer."
        )
    return (least - given, given) if train is None else (given, least - given)


def _least(listing: Listing, place: str, needed: int) -> int:
    """Return how many images the smallest class has. Raises InputError where that is too few."""
    few = [f"{name}: {len(paths)}" for name, paths in listing.items() if len(paths) < needed]
    if few:
        more = f" and {len(few) - NAMED} more" if len(few) > NAMED else ""
        raise InputError(
            f"{place}: classes of fewer than {needed} image{'s' if needed > 1 else ''}: {', '.join(few[:NAMED])}{more}. Add"
            " images, take the folders away, or say --n-classes with --train-images and --test-images."
        )
    return min(map(len, listing.values()))


def pack_group(group: str, parameters: dict, asked: Settings, kept: Kept, cores: int) -> bool:
    """Pack the images of a group where that is not done: store, list of images, list of bad ones. Return whether it was."""
    chosen, root = choose(parameters), Path(parameters["root"])
    store, listed, report = files_of(group, kept.folder)
    states = [[image.path, stamp(root / image.path)] for image in chosen]
    how = (asked.stored_size, "png", asked.bad_images)
    needs = (str(root.resolve()), parameters, how, states, code_of(*CODE), versions_of(*PACKAGES))
    wanted = kept.key_of(f"images of {group}", needs, (store, listed, report))
    if wanted is None:
        return False
    state = state_file(store, wanted)
    remove_states(store, but=state)
    records, findings = pack(chosen, root, *how, cores, state)
    write_table(listed, pd.DataFrame(map(asdict, chosen)).rename(columns={"class_name": "class"}))
    write_table(report, as_table(findings))
    write_store(store, records)
    remove_states(store)
    kept.done(f"images of {group}", wanted, (store, listed, report))
    return True


def files_of(group: str, folder: Path) -> tuple[Path, Path, Path]:
    """Return where a group's packed set lies, the list of its images, and that of images that are not as they should be."""
    return folder / f"work/images/{group}.arrow", folder / f"images_{group}.csv", folder / f"work/images/{group}.report.csv"
