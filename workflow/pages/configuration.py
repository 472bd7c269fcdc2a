"""docs/config.md: the manual of config.yaml, from its schema."""

from collections.abc import Iterator

import yaml

BOUNDS = {"minimum": "at least {}", "exclusiveMinimum": "above {}"}
BOUNDS |= {"maximum": "at most {}", "exclusiveMaximum": "below {}"}
KINDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false"}
HEAD = """# Every key of config.yaml

Written by `make manual` from [the schema](../workflow/schemas/config.schema.yaml), by which a configuration is also checked:
keys that are not there are refused, with the nearest that is. NAME stands for a name of your choice. Optional keys are in
italics; the default is that of [config.yaml](../config.yaml), where it has one.
"""


def manual(schema: dict, config: dict) -> str:
    """Return the page: a section a top-level key, with a table of the keys below it."""
    parts = [HEAD]
    for key, about in schema["properties"].items():
        about = _resolved(about, schema)
        nested = "properties" in about or "properties" in _each(about)
        kind = "" if nested else f" ({_kind(about, schema)}{_default(config.get(key))})"
        title = f"`{key}`" + ("" if key in schema["required"] else ", optional")
        parts.append(f"## {title}\n\n{_line(about['description'])}{kind}\n")
        if nested:
            rows = ["| key | what it takes | default | |", "|---|---|---|---|", *_rows(key, about, schema, config.get(key))]
            parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _rows(path: str, about: dict, schema: dict, config: object) -> Iterator[str]:
    """Yield a row for each key below a path."""
    if "properties" not in about:
        path, about, config = f"{path}.NAME", _each(about), None
    for key, below in about["properties"].items():
        below, own = _resolved(below, schema), config.get(key) if isinstance(config, dict) else None
        name = f"`{path}.{key}`" if key in about.get("required", ()) else f"*`{path}.{key}`*"
        if "properties" in below:
            yield f"| {name} | keys as below | | {_line(below['description'])} |"
            yield from _rows(f"{path}.{key}", below, schema, own)
        else:
            yield f"| {name} | {_kind(below, schema)} | {_shown(own)} | {_line(below.get('description', ''))} |"


def _kind(about: dict, schema: dict) -> str:
    """Return what a value may be, in words."""
    if "enum" in about:
        return ", ".join(f"`{value}`" for value in about["enum"])
    if "type" not in about:
        return ", or ".join(_kind(one, schema) for one in about["anyOf"]) if "anyOf" in about else "anything"
    if about["type"] == "array":
        return f"list: {_kind(_resolved(about['items'], schema), schema)}"
    if about["type"] == "object":
        return f"NAME: {_kind(_each(about), schema)}"
    bounds = [text.format(about[name]) for name, text in BOUNDS.items() if name in about]
    return ", ".join([KINDS[about["type"]], *bounds])


def _resolved(about: dict, schema: dict) -> dict:
    """Return a part of the schema with what it refers to; its own description comes first."""
    if "$ref" not in about:
        return about
    return schema["$defs"][about["$ref"].rsplit("/", 1)[1]] | {k: v for k, v in about.items() if k != "$ref"}


def _each(about: dict) -> dict:
    """Return what the values of an object with free names are."""
    each = about.get("additionalProperties")
    return each if isinstance(each, dict) else {}


def _default(value: object) -> str:
    return f"; default {_shown(value)}" if value is not None else ""


def _shown(value: object) -> str:
    written = yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("...\n").strip()
    return "" if value is None else f"`{written}`"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
