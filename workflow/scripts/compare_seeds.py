"""What the networks of the main kind, one a seed, differ in, and whether their index goes with it."""

import pandas as pd

from segregation.statistics import seeds as of_seeds
from segregation.statistics.responses import read
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def compare_seeds(
    responses: list[str],
    scores: list[str],
    histories: list[str],
    shared: str,
    tasks: list[str],
    seeds: list[int],
    layer: str,
    severity: float,
    floor: float,
    table: str,
    correlations: str,
) -> None:
    """Write what networks differ in, a row a seed and quantity, and how that goes with their index.

    responses, scores and histories hold a file a seed, of one layer; networks that were not trained here have no histories.
    """
    answered = {task: read(responses, task, layers=[layer, "none"]) for task in tasks}
    gradients = {seed: read_table(path).query("method == 'gradient'") for seed, path in zip(seeds, scores, strict=True)}
    shares = read_table(shared).query("layer == @layer").set_index("seed").share
    parts = [
        of_seeds.lesioned(answered, layer, severity, floor, seeds),
        of_seeds.of_networks("shared_filters", shares[seeds].to_dict()),
        of_seeds.silent(gradients),
        of_seeds.trained(dict(zip(seeds, map(read_table, histories), strict=False))),
    ]
    quantities = pd.concat(parts, ignore_index=True)
    write_table(table, quantities)
    write_table(correlations, of_seeds.correlations(quantities))


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "compare seeds"):
        compare_seeds(
            responses=list(snakemake.input.responses),
            scores=list(snakemake.input.scores),
            histories=list(snakemake.input.histories),
            shared=snakemake.input.shared,
            tasks=snakemake.params.tasks,
            seeds=snakemake.params.seeds,
            layer=snakemake.params.layer,
            severity=snakemake.params.severity,
            floor=snakemake.params.floor,
            table=snakemake.output.table,
            correlations=snakemake.output.correlations,
        )
