"""The images that a set takes from its source."""

from collections import Counter
from pathlib import Path
from pkgutil import resolve_name

from segregation.sources.offers import Listing, Offer, counting_others, lines_that_say
from segregation.sources.register import SOURCES
from segregation.sources.selection import Chosen, select
from segregation.steps.reporting import InputError, some

NAMED = 10  # classes in a message


def choose(parameters: dict, passed_over: Counter[str] | None = None) -> list[Chosen]:
    """Return the images that a set, by its section of the configuration, takes from its source; no image is opened.

    parameters holds source and root, what the source asks for, what select asks for, and perhaps only: a list file of the
    classes that may be taken, the first word of each line. passed_over is given the number of files of each suffix that lie
    in folders of images and are none. Raises InputError where the source or the list cannot be used.
    """
    root = Path(parameters["root"])
    with counting_others() as others:
        offered = resolve_name(SOURCES[parameters["source"]])(root, parameters)
    if passed_over is not None:
        passed_over.update(others)
    if parameters.get("only"):
        offered = _restricted(offered, Path(parameters["only"]), root)
    try:
        return select(offered, parameters)
    except InputError as error:
        counts = some(f"{n} {suffix or 'without a suffix'}" for suffix, n in others.most_common())
        raise InputError(f"{root}: {error}" + (f"\nPassed over by their suffixes: {counts}." if counts else "")) from error


def _restricted(offered: Offer, path: Path, root: Path) -> Offer:
    known = set(offered.train) | set(offered.test or ()) | set(offered.heldout or ())
    lines = lines_that_say(path, "a class a line, its first word (datasets.*.only)", known)
    # A line that is a class as a whole is one whose name has spaces.
    classes = {line if line in known else line.split()[0] for line in lines}
    if missing := sorted(classes - known):
        shown = ", ".join(missing[:NAMED]) + (" ..." if len(missing) > NAMED else "")
        raise InputError(f"{path}: {len(missing)} of {len(classes)} classes are not in {root}: {shown}")
    if not classes:
        raise InputError(f"{path}: names no class; expected a class a line, its first word (datasets.*.only).")

    def kept(listing: Listing | None) -> Listing | None:
        return None if listing is None else {name: paths for name, paths in listing.items() if name in classes}

    return Offer(kept(offered.train) or {}, kept(offered.test), kept(offered.heldout))
