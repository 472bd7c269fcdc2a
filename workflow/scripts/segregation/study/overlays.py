"""The files of a configuration as they were written, before they are merged: what YAML would read otherwise, or drop."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from segregation.steps.reporting import InputError

EXAMPLE = "such as study: mine"


def check_files(paths: list[str | Path]) -> None:
    """Raise InputError with every fault of some files, config.yaml and its overlays: each with file, line and key.

    Faults are files that are absent, empty, no mapping, not in UTF-8 or no YAML; keys that are there twice, of which YAML
    keeps the last; and names that YAML reads as something else than text (no, null, 1).
    """
    faults = [f"{path}: {fault}" for path in paths for fault in _faults(Path(path))]
    if faults:
        raise InputError("The configuration cannot be used:\n" + "\n".join(f"  - {fault}" for fault in faults))


def _faults(path: Path) -> Iterator[str]:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        yield f"cannot be read ({error.strerror}); expected an overlay of config.yaml"
        return
    except UnicodeDecodeError as error:
        yield f"not in UTF-8 ({error.reason} at byte {error.start}); save it in UTF-8"
        return
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).partition("\n")[0]
        yield f"no YAML{f', line {mark.line + 1}' if mark else ''}: {what}"
        return
    if root is None:
        yield f"is empty; expected at least a key, {EXAMPLE}"
    elif not isinstance(root, yaml.MappingNode):
        yield f"holds no keys; expected keys and values, {EXAMPLE}"
    else:
        yield from _of(root, "", set())


def _of(node: yaml.Node, before: str, above: set[yaml.Node]) -> Iterator[str]:
    """Yield the faults of what is below a node; what was named elsewhere in the file (&, *) is looked at where it stands."""
    if node in above:
        yield f"line {node.start_mark.line + 1}: {before.rstrip('.')} holds itself"
        return
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _of(item, before, above | {node})
    if not isinstance(node, yaml.MappingNode):
        return
    first: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            yield f"line {line}: a key of {before.rstrip('.') or 'the file'} is no name"
            continue
        if key.tag == "tag:yaml.org,2002:merge":
            yield from _of(value, before, above | {node})
            continue
        if key.tag != "tag:yaml.org,2002:str":
            what = f"is read as {yaml.safe_load(key.value)!r}, not as a name"
            yield f'line {line}: {before}{key.value} {what}; choose another, or write "{key.value}"'
        if key.value in first:
            earlier = f"(before in line {first[key.value]})"
            yield f"line {line}: {before}{key.value} is there twice {earlier}; only one would count"
        first[key.value] = line
        yield from _of(value, f"{before}{key.value}.", above | {node})
