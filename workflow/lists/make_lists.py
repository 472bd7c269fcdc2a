"""Write the lists of ILSVRC-2012 classes that may serve as objects, from WordNet's nouns; README.md says why this rule.

Run by hand, once; no step of the workflow needs it. It needs nothing but Python.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOTS = {  # offsets of WordNet 3.0, by a name of this script, whose last word is one of the synset's
    "artifact": "00021939",
    "bus": "02924116",
    "car": "02958343",
    "clothing": "03051540",
    "food": "00021265",
    "food, solid": "07555863",
    "geological_formation": "09287968",
    "instrumentality": "03575240",
    "living_thing": "00004258",
    "motor_vehicle": "03791235",
    "natural_object": "00019128",
    "object": "00002684",
    "self-propelled_vehicle": "04170037",
    "structure": "04341686",
    "vehicle": "04524313",
    "wheeled_vehicle": "04576211",
}
FOOD = ("food", "food, solid")
NO_OBJECTS = ("living_thing", *FOOD, "natural_object", "geological_formation")
CARS = ("self-propelled_vehicle", "bus")
HAS_CAR_PARTS = "motor_vehicle"
INANIMATE = "ilsvrc_inanimate.txt"
NO_CARS = "ilsvrc_inanimate_no_food_no_cars.txt"
HEADERS = {
    INANIMATE: (
        "ILSVRC-2012 classes that are inanimate: of WordNet 3.0's nouns, all but living things, food, natural objects",
        "(fruits, seeds) and geological formations, by every path of hypernyms.",
    ),
    NO_CARS: (
        "ILSVRC-2012 classes that are inanimate, no food and no cars: those of ilsvrc_inanimate.txt, which has no food,",
        "without self-propelled vehicles, buses and parts of motor vehicles, by WordNet 3.0.",
    ),
}


class Noun(NamedTuple):
    """A synset: its words, the offsets of its hypernyms (of instances too), and those of the wholes that it is a part of."""

    words: list[str]
    parents: list[str]
    wholes: list[str]


def read_nouns(path: Path) -> dict[str, Noun]:
    """Return every synset of a data.noun by its offset. Raises ValueError where the file is not that of WordNet 3.0."""
    nouns = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):  # the licence
            continue
        fields = line.split(" | ")[0].split()
        after_words = 4 + 2 * int(fields[3], 16)
        pointers = fields[after_words + 1 : after_words + 1 + 4 * int(fields[after_words])]
        pairs = list(zip(pointers[0::4], pointers[1::4], strict=True))
        nouns[fields[0]] = Noun(
            fields[4:after_words:2],
            [target for symbol, target in pairs if symbol in ("@", "@i")],
            [target for symbol, target in pairs if symbol == "#p"],
        )
    for name, offset in ROOTS.items():
        if offset not in nouns or name.split(",")[0] not in nouns[offset].words:
            raise ValueError(f"{path}: {offset} is not '{name}'; expected the data.noun of WordNet 3.0.")
    return nouns


def read_classes(path: Path, nouns: dict[str, Noun]) -> list[str]:
    """Return the wnids of a file, one a line, sorted. Raises ValueError where one is double or unknown to WordNet."""
    classes = sorted(line.split()[0] for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    if double := sorted({wnid for wnid in classes if classes.count(wnid) > 1}):
        raise ValueError(f"{path}: more than once: {', '.join(double)}; expected every class once.")
    if unknown := [wnid for wnid in classes if wnid[:1] != "n" or wnid[1:] not in nouns]:
        raise ValueError(f"{path}: no nouns of WordNet 3.0: {', '.join(unknown)}; expected lines such as n02690373.")
    return classes


def check_words(path: Path, classes: list[str], nouns: dict[str, Noun]) -> None:
    """Raise ValueError where a file of lines 'wnid, tab, words with commas' has other words for a class than WordNet."""
    words = dict(line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    for wnid in classes:
        expected = ", ".join(nouns[wnid[1:]].words).replace("_", " ")
        if words.get(wnid) != expected:
            raise ValueError(f"{path}: {wnid} is '{words.get(wnid)}'; WordNet has '{expected}'.")


def ancestors(offset: str, nouns: dict[str, Noun]) -> set[str]:
    """Return the offsets of a synset and of all that is above it, by every path."""
    found: set[str] = set()
    waiting = [offset]
    while waiting:
        offset = waiting.pop()
        if offset not in found:
            found.add(offset)
            waiting += nouns[offset].parents
    return found


def below(classes: Iterable[str], nouns: dict[str, Noun], *roots: str) -> set[str]:
    """Return the classes that are or lie below one of the named roots by at least one path."""
    offsets = {ROOTS[root] for root in roots}
    return {wnid for wnid in classes if offsets & ancestors(wnid[1:], nouns)}


def parts(classes: Iterable[str], nouns: dict[str, Noun], root: str) -> set[str]:
    """Return the classes that WordNet lists as parts of a named root or of something below it."""
    return {wnid for wnid in classes if below((f"n{whole}" for whole in nouns[wnid[1:]].wholes), nouns, root)}


def choose(classes: list[str], nouns: dict[str, Noun]) -> dict[str, list[str]]:
    """Return the sorted classes of each list by its file's name."""
    inanimate = set(classes) - below(classes, nouns, *NO_OBJECTS)
    cars = below(classes, nouns, *CARS) | parts(classes, nouns, HAS_CAR_PARTS)
    return {INANIMATE: sorted(inanimate), NO_CARS: sorted(inanimate - cars)}


def count(classes: list[str], nouns: dict[str, Noun]) -> dict[str, int]:
    """Return the number of classes by rule: those that were considered, and the two that the lists follow."""

    def under(*roots: str) -> set[str]:
        return below(classes, nouns, *roots)

    everything, artifacts, lifeless = set(classes), under("artifact"), set(classes) - under("living_thing")
    lists = {name: set(chosen) for name, chosen in choose(classes, nouns).items()}
    inanimate, motor_parts = lists[INANIMATE], parts(classes, nouns, HAS_CAR_PARTS)
    rules = {
        "all": everything,
        "no living thing": lifeless,
        "no living thing, no food": lifeless - under(*FOOD),
        "no living thing, no food, no natural object": lifeless - under(*FOOD, "natural_object"),
        f"also no geological formation: `{INANIMATE}`": inanimate,
        "physical object, no living thing": under("object") & lifeless,
        "artifact or food": artifacts | under(*FOOD),
        "artifact": artifacts,
        "artifact, no clothing": artifacts - under("clothing"),
        "artifact, no structure": artifacts - under("structure"),
        "artifact, no structure, no clothing": artifacts - under("structure", "clothing"),
        "instrumentality": under("instrumentality"),
        "inanimate without cars": inanimate - under("car"),
        "inanimate without motor vehicles": inanimate - under("motor_vehicle"),
        "inanimate without motor vehicles, their parts and buses": inanimate - under("motor_vehicle", "bus") - motor_parts,
        "inanimate without self-propelled vehicles": inanimate - under("self-propelled_vehicle"),
        f"inanimate without self-propelled vehicles, buses and parts of motor vehicles: `{NO_CARS}`": lists[NO_CARS],
        "inanimate without wheeled vehicles": inanimate - under("wheeled_vehicle"),
        "inanimate without vehicles": inanimate - under("vehicle"),
    }
    return {rule: len(chosen) for rule, chosen in rules.items()}


def write(folder: Path, lists: dict[str, list[str]], nouns: dict[str, Noun]) -> None:
    """Write each list to a folder: comments with its rule and the number of classes, then a class and its word a line."""
    for name, chosen in lists.items():
        head = [*HEADERS[name], f"{len(chosen)} classes; written by make_lists.py, explained in README.md."]
        lines = [f"# {line}" for line in head] + [f"{wnid}  {nouns[wnid[1:]].words[0]}" for wnid in chosen]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Write the lists and print the number of classes by rule, as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nouns", type=Path, help="data.noun of WordNet 3.0")
    parser.add_argument("classes", type=Path, help="the classes of ILSVRC-2012, a wnid such as n02690373 a line")
    parser.add_argument("--words", type=Path, help="the words of each class as ImageNet has them, to be checked")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder of the lists (default: the script's)")
    given = parser.parse_args(arguments)
    try:
        nouns = read_nouns(given.nouns)
        classes = read_classes(given.classes, nouns)
        if given.words:
            check_words(given.words, classes, nouns)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    write(given.to, choose(classes, nouns), nouns)
    print("| rule | classes |\n|---|---|")
    for rule, number in count(classes, nouns).items():
        print(f"| {rule} | {number} |")


if __name__ == "__main__":
    main()
