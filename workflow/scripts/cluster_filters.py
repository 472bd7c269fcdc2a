"""Cluster the filters and classes of some layers by what silencing each filter alone does to each class."""

from itertools import product

import numpy as np
import pandas as pd

from segregation.statistics import agreement
from segregation.statistics.clusters import places as places_of
from segregation.statistics.clusters import wide
from segregation.steps.randomness import generator
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table

MEASURES = {"change": np.sqrt, "rise": np.asarray}  # what is clustered, and how it is scaled; the first is drawn
READOUTS = {"full": "", "masked": "_masked"}  # a readout of the network, and what its columns end in
MOST = 1000  # members of a null


def cluster_filters(
    lesions: dict[tuple[str, int], str], draws: int, confidence: float, places: str, agreements: str
) -> None:
    """Write the place of every filter and class in its tree, and how well clusters agree with the tasks.

    lesions holds the file of each (layer, seed) of one network. Places are by the change among all classes, agreements by
    each measure and readout. draws: members of the null, at most MOST.
    """
    tables = {key: pd.read_parquet(path) for key, path in lesions.items()}
    placed, rows = [], []
    for (layer, seed), table in tables.items():
        of_seed = places_of(wide(table, "change"), wide(table, "rise"))
        placed.append(of_seed.assign(layer=layer, seed=seed))
    for layer, (measure, scaled), (readout, end) in product(
        dict.fromkeys(layer for layer, _ in tables), MEASURES.items(), READOUTS.items()
    ):
        by_seed = []
        for seed in (seed for of, seed in tables if of == layer):
            effects, rises = (wide(tables[layer, seed], name + end) for name in (measure, "rise"))
            tasks = effects.columns.get_level_values("task").to_numpy(str)
            rng = generator("permutations", "classes", seed, layer)
            values = scaled(effects.to_numpy()), rises.to_numpy(), tasks
            by_seed.append(agreement.agreements(*values, min(MOST, draws), rng))
        for of in ("filters", "classes"):
            row = {"layer": layer, "measure": measure, "readout": readout, "of": of}
            rows.append(row | agreement.summary([of_seed[of] for of_seed in by_seed], confidence))
    columns = ["layer", "seed", "of", "place", "name", "task", "cluster"]
    for path, frame in ((places, pd.concat(placed)[columns]), (agreements, pd.DataFrame(rows))):
        write_table(path, frame)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "cluster filters"):
        cluster_filters(
            lesions=dict(zip(map(tuple, snakemake.params.lesioned), snakemake.input.lesions, strict=True)),
            draws=snakemake.params.draws,
            confidence=snakemake.params.confidence,
            places=snakemake.output.places,
            agreements=snakemake.output.agreements,
        )
