"""Effects of lesions and segregation indices of a network, with intervals."""

import numpy as np
import pandas as pd

from segregation.files import replacing
from segregation.reporting import logging_to
from segregation.responses import READOUTS, read
from segregation.statistics import segregation


def bootstrap_segregation(
    responses: list[str],
    tasks: dict[str, list[str]],
    seeds: list[int],
    layers: list[str],
    severity: float,
    column: str,
    settings: dict,
    outputs: dict[str, str],
) -> None:
    """Write effects, segregation, by_seed and comparisons; outputs maps each of these to its file.

    responses holds the file of each network of tasks, in their order, and seed.
    """
    floor, confidence = settings["floor"], settings["confidence"]
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in outputs}
    for network, paths in zip(tasks, np.array_split(responses, len(tasks)), strict=True):
        answered = {task: read(paths, task, column) for task in tasks[network]}
        drops = segregation.measure_drops(answered, network, settings["draws"])
        frames = {
            "effects": segregation.effects(drops, confidence),
            "segregation": segregation.segregation(drops, layers, severity, floor, confidence),
            "comparisons": segregation.comparisons(drops, layers, severity, floor, confidence),
        }
        frames = {name: frame.assign(n_seeds=frame.get("n_seeds", len(seeds))) for name, frame in frames.items()}
        frames["by_seed"] = segregation.by_seed(drops, layers, severity, floor, seeds)
        for name, frame in frames.items():
            frame.insert(0, "network", network)
            tables[name].append(frame)
    for name, path in outputs.items():
        with replacing(path) as temporary:
            pd.concat(tables[name]).to_csv(temporary, index=False, float_format="%.6g")


if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"bootstrap segregation, {snakemake.wildcards.readout}"):
        bootstrap_segregation(
            responses=list(snakemake.input.responses),
            tasks=snakemake.params.tasks,
            seeds=snakemake.params.seeds,
            layers=snakemake.params.layers,
            severity=snakemake.params.severity,
            column=READOUTS[snakemake.wildcards.readout],
            settings=snakemake.params.statistics,
            outputs=dict(snakemake.output.items()),
        )
