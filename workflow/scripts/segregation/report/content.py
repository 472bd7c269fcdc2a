"""What the template of the page is filled with, read from the files of a study."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from segregation.figures import curves
from segregation.report import explorer, pictures
from segregation.report.finding import Main, sentences
from segregation.report.tables import shown
from segregation.statistics.claims import VERDICTS
from segregation.steps.tables import read_table

CLAIMS = ["claim", "source", "paper", "here", "low", "high", "power", "verdict"]
SIGNS = dict(zip(VERDICTS, "\N{BLACK CIRCLE}\N{CIRCLE WITH LEFT HALF BLACK}\N{WHITE CIRCLE}\N{EN DASH}", strict=True))
TABLES = ("claims", "networks", "lowlevel", "compute", "accuracy", "segregation", "comparisons")


def gather(
    main: Main,
    same_kind: tuple[str, list[str]] | None,
    networks: list[dict],
    trained: list[tuple[str, int]],
    figures: list[dict],
    files: dict[str, str | list[str]],
    limits: str = "limits",
) -> dict:
    """Return what the template asks for.

    networks: name, tasks and layers of each lesioned network; trained: network and seed of each history; figures: name,
    title, caption, png, tables, rule and script of each. files: the TABLES (segregation and comparisons are of the main
    network), effects, by_severity and accuracies (a file a network), pairs (a file a network of more than two tasks),
    histories, listed (the claims as they are listed), sheet, preferred, images, run and config. There may be no claims and
    no networks: where the main network has more than two tasks. limits: the part of listed that says
    what cannot be concluded.
    """
    read = {name: read_table(files[name]) for name in TABLES if len(files[name])}
    config, explored, pairs = Path(files["config"]).read_text(encoding="utf-8"), [], iter(files["pairs"])
    for about, *paths in zip(networks, files["effects"], files["by_severity"], files["accuracies"], strict=True):
        of_network = dict(zip(("effects", "by_severity", "accuracy"), map(read_table, paths), strict=True))
        if len(about["tasks"]) > 2:
            of_network["pairs"] = read_table(next(pairs))
        explored.append(explorer.explored(about["name"], about["tasks"], about["layers"], of_network))
        if about["name"] == main.network:
            read |= {name: of_network[name] for name in ("effects", "pairs") if name in of_network}
    return {
        "finding": sentences(main, read, same_kind),
        "n_tasks": len(main.tasks),
        "many": len(files["pairs"]) > 0,
        "claims": shown(_judged(read["claims"]), ".2f") if "claims" in read else None,
        "limits": yaml.safe_load(Path(files["listed"]).read_text(encoding="utf-8"))[limits],
        "explored": {
            "networks": explored,
            "stimuli": {"network": main.network, "filters": _stimuli(files)},
            "severity": main.severity,
            "layer": main.layer,
        },
        "figures": [_figure(about) for about in figures],
        "sheet": pictures.of_file(files["sheet"], lossless=False),
        "curves": _curves(trained, files["histories"]) if trained else None,
        "run": json.loads(Path(files["run"]).read_text(encoding="utf-8")),
        "config": config,
        "confidence": yaml.safe_load(config)["statistics"]["confidence"],
        **{name: shown(read[name]) for name in ("lowlevel", "accuracy", "compute")},
    }


def _judged(claims: pd.DataFrame) -> pd.DataFrame:
    return claims[CLAIMS].assign(verdict=[f"{SIGNS[verdict]} {verdict}" for verdict in claims.verdict])


def _stimuli(files: dict) -> list[dict]:
    with np.load(files["images"], allow_pickle=False) as arrays:
        return explorer.stimuli(read_table(files["preferred"]), arrays["synthesised"], arrays["strongest"])


def _figure(about: dict) -> dict:
    tables = [{"path": path, **shown(read_table(path))} for path in about["tables"]]
    caption = Path(about["caption"]).read_text(encoding="utf-8").strip()
    return about | {"tables": tables, "picture": pictures.of_file(about["png"]), "caption": caption}


def _curves(trained: list[tuple[str, int]], paths: list[str]) -> dict:
    frames = [read_table(path).assign(network=name, seed=seed) for (name, seed), path in zip(trained, paths, strict=True)]
    return pictures.of_drawing(curves.draw(pd.concat(frames)))
