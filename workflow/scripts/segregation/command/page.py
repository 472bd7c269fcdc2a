"""The figure and the page that a run ends with."""

import json
from itertools import combinations
from pathlib import Path

import pandas as pd

import segregation
from segregation.command.findings import indices, lesions, matrix, readable
from segregation.command.kept import versions_of
from segregation.command.settings import Settings
from segregation.figures import given, style
from segregation.report import explorer, page, pictures
from segregation.report.tables import shown
from segregation.steps.files import replacing
from segregation.steps.tables import read_table

PACKAGES = ("torch", "torchvision", "numpy", "pandas", "scipy")
SHOWN = ("segregation", "effects", "comparisons", "accuracy", "rankings")


def write(asked: Settings, folder: Path, files: dict[str, Path], warnings: list[str]) -> None:
    """Write page.html, figure.png, figure.pdf and settings.json from the tables of a run, files."""
    tables = {name: read_table(path) for name, path in files.items()}
    groups, layers = list(asked.groups), asked.layers
    of_full = {name: table[table.readout == "full"] for name, table in tables.items() if "readout" in table}
    figure = given.draw(of_full["effects"], of_full["segregation"], groups, layers, asked.evaluation["headline"])
    style.export(figure, folder / "figure.pdf", folder / "figure.png")
    settings = asked.as_dict() | {"version": segregation.__version__, "packages": versions_of(*PACKAGES)}
    with replacing(folder / "settings.json") as temporary:
        temporary.write_text(json.dumps(settings, indent=1) + "\n")
    content = {
        "name": asked.name,
        "groups": [readable(group) for group in groups],
        "layer": layers[-1],
        "findings": indices(asked, tables["segregation"])
        + ([lesions(asked, tables["effects"])] if len(groups) == 2 else []),
        "matrix": shown(matrix(asked, tables["effects"])),
        "warnings": warnings,
        "confidence": asked.statistics["confidence"],
        "severity": asked.evaluation["headline"],
        "explored": _explored(asked, of_full),
        "picture_of": pictures.of_file(folder / "figure.png"),
        "tables": [{"name": files[name].name, **shown(tables[name])} for name in SHOWN],
        "images": [f"images_{group}.csv" for group in groups],
        "settings": settings,
        "text": json.dumps(settings, indent=1),
    }
    with replacing(folder / "page.html") as temporary:
        template = Path(__file__).with_name("page.html.j2")
        temporary.write_text(page.render(template, page.STYLE, page.PROGRAM, content), encoding="utf-8")


def _explored(asked: Settings, tables: dict[str, pd.DataFrame]) -> dict:
    """Return what the explorer draws: every pair of groups as a network of two tasks."""
    pairs = []
    for first, second in combinations(asked.groups, 2):
        index = tables["segregation_by_severity"]
        index = index[(index["first"] == first) & (index.second == second)]
        effects = tables["effects"][tables["effects"].task.isin((first, second))]
        of_pair = {"effects": effects, "by_severity": index, "accuracy": tables["accuracy"].assign(readout="full")}
        pairs.append(explorer.explored(f"{first} and {second}", [first, second], asked.layers, of_pair))
        pairs[-1]["colours"] = [style.colour(group, list(asked.groups)) for group in (first, second)]
    return {"kind": "images", "networks": pairs, "severity": asked.evaluation["headline"], "layer": asked.layers[-1]}
