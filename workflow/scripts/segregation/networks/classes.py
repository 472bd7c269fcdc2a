"""The classes of a network's outputs, by a file that lists them, and which output is which class of the study."""

import ast
import json
import re
from collections import Counter
from difflib import get_close_matches
from pathlib import Path

from segregation.steps.reporting import InputError, some
from segregation.steps.text import lines_of, normal, read_text

EXPECTED = "the class of each output of the network, one a line (networks.*.classes)"
SHOWN = 5  # of the names in a message
NUMBERED = re.compile(r"(\d+)(?:\s*[,:;]\s*|\s+)(?=\S)")
WNID = re.compile(r"(n\d{8})(?:\s*[,:;]\s*|\s+)(?:(\d+)\s+)?(?=\S)")  # of WordNet; some lists have a number behind it
Names = tuple[str, ...]  # of one output: as the file has it, then what else it may be called


def read_classes(path: str | Path) -> list[Names]:
    """Return the names of each output: as its line has it, then the others by which it may be asked for.

    Beside one name a line, ImageNet's usual lists are understood: lines such as "n01440764 tench, Tinca tinca" or
    "0 n01440764", a JSON object such as {"0": ["n01440764", "tench"]}, and lists or dictionaries of Python. Names are in
    Unicode's composed form. Raises InputError for a file that cannot be read, for a line without a name, for numbers that
    are not in the order of the outputs, and for a class that is there twice.
    """
    text = normal(read_text(path, EXPECTED))
    outputs = _of_json(path, text) if text.lstrip()[:1] in ("{", "[") else None
    if outputs is None:
        outputs = _of_lines(path, text)
    twice = sorted(name for name, n in Counter(names[0] for names in outputs).items() if n > 1)
    if twice:
        raise InputError(f"{path}: {some(twice)} more than once; each output is a class of its own.")
    return outputs


def output_order(outputs: list[Names] | list[str], tasks: dict[str, list[str]], path: str | Path = "classes") -> list[int]:
    """Return for each output that a network should have where it is among those it has, (n_outputs,).

    outputs are the names of each output it has, tasks the classes of each task; path is the file to name in messages.
    Raises InputError for classes that are not among the names, with the nearest ones, for a name that two outputs have, and
    for an output of two classes.
    """
    named = [(names,) if isinstance(names, str) else names for names in outputs]
    known = _positions([tuple(map(normal, names)) for names in named])
    wanted = [(task, name) for task, classes in tasks.items() for name in classes]
    missing = [name for _, name in wanted if normal(name) not in known]
    if missing:
        near = {name: get_close_matches(normal(name), known, 1) for name in missing[:SHOWN]}
        hints = [f"'{name}'" + (f" (nearest: '{near[name][0]}')" if near[name] else "") for name in near]
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        raise InputError(
            f"{path}: lacks {len(missing)} of the {len(wanted)} classes of {' and '.join(tasks)}: {', '.join(hints)}{more}."
            " A class has the name of its folder of images; leave classes out with networks.*.without."
        )
    if unclear := sorted({name for _, name in wanted if len(known[normal(name)]) > 1}):
        raise InputError(
            f"{path}: {some(unclear)} is the name of several outputs; give the folder of images the whole name that the list"
            " has, such as the number in WordNet."
        )
    order = [known[normal(name)][0] for _, name in wanted]
    both = sorted({name for _, name in wanted if order.count(known[normal(name)][0]) > 1})
    if both:
        raise InputError(
            f"{path}: {some(both)} in both {' and '.join(tasks)}, but the network has one output for it. Rename the folder"
            " of images of one, or leave the class out of a task (networks.*.without)."
        )
    return [*order, *(i for i in range(len(named)) if i not in set(order))]


def _positions(named: list[Names]) -> dict[str, list[int]]:
    """Return the outputs that have a name; as its whole line, a name is that of one output alone."""
    known = {names[0]: [i] for i, names in enumerate(named)}
    whole = set(known)
    for i, names in enumerate(named):
        for name in dict.fromkeys(names[1:]):
            if name not in whole:
                known.setdefault(name, []).append(i)
    return known


def _of_lines(path: str | Path, text: str) -> list[Names]:
    lines = [line.strip() for line in lines_of(text.rstrip())]
    if lines == [""]:
        raise InputError(f"{path}: the file is empty; expected {EXPECTED}.")
    if not all(lines):
        raise InputError(f"{path}: line {lines.index('') + 1} is empty; expected the class of each output, one a line.")
    numbers = [match and int(match[1]) for match in map(NUMBERED.match, lines)]
    if None in numbers or sorted(numbers) not in (list(range(len(lines))), list(range(1, len(lines) + 1))):
        return [_synonyms(line) for line in lines]
    if numbers != sorted(numbers):
        raise InputError(
            f"{path}: its lines are numbered as outputs are, but not in their order; sort them by number, or take the"
            " numbers away where they mean something else."
        )
    return [(line, *_synonyms(NUMBERED.sub("", line, count=1))) for line in lines]


def _synonyms(line: str) -> Names:
    """Return what a line may be asked for by: itself, its number in WordNet, the words behind it, each of these."""
    names, words = [line], line
    if match := WNID.match(line):
        words = line[match.end() :]
        names += [match[1], words]
    if match or ", " in line:
        names += [word.strip() for word in words.split(",") if word.strip()]
    return tuple(dict.fromkeys(names))


def _of_json(path: str | Path, text: str) -> list[Names] | None:
    """Return the outputs of a list or dictionary in JSON, or written as Python has it; None for what is neither."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        try:
            content = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            if Path(path).suffix.lower() == ".json":
                raise InputError(f"{path}: cannot be read as JSON; expected {EXPECTED}.") from None
            return None
    if isinstance(content, dict):
        content = _by_number(path, content)
    rows = [[name] if isinstance(name, str) else name for name in content] if isinstance(content, list | tuple) else []
    fit = all(isinstance(row, list | tuple) and row and all(isinstance(name, str) for name in row) for row in rows)
    if not rows or not fit or not all(name.strip() for row in rows for name in row):
        raise InputError(
            f'{path}: expected a list of names, or a dictionary such as {{"0": ["n01440764", "tench"]}}, a name an output.'
        )
    return [tuple(dict.fromkeys([*map(str.strip, row), *_synonyms(" ".join(row).strip())])) for row in rows]


def _by_number(path: str | Path, content: dict) -> list:
    """Return the names in a dictionary from outputs to names, or from names to outputs, in the order of the outputs."""
    values = list(content.values())
    if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        content = {number: name for name, number in content.items()} if len(set(values)) == len(values) else {}
    numbers = {int(key): name for key, name in content.items() if re.fullmatch(r"\d{1,9}", str(key), re.ASCII)}
    if not numbers or len(numbers) < len(content) or sorted(numbers) != list(range(len(numbers))):
        raise InputError(f"{path}: expected a name for each output, numbered 0, 1, 2, ... without a gap.")
    return [numbers[i] for i in range(len(numbers))]
