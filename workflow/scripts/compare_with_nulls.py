"""The combined index of the last layer beside its null distributions: random classes in a task, random lesions."""

import numpy as np
import pandas as pd

from segregation.statistics import nulls
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def compare_with_nulls(
    responses: dict[int, str],
    pseudo_tasks: dict[int, str],
    tasks: list[str],
    layer: str,
    severity: float,
    floor: float,
    outputs: dict[str, str],
) -> None:
    """Write nulls, the index of every member of a null distribution, summary and excess; outputs maps each to its file.

    responses and pseudo_tasks hold the files of each seed of one network of two tasks; top-1 is that of the full softmax.
    """
    observed, members = [], []
    conditions = [[("layer", "==", "none")], [("layer", "==", layer)]]
    for seed in responses:
        rows = pd.read_parquet(responses[seed], filters=conditions)
        drops = nulls.measured_drops(rows[(rows.layer == "none") | np.isclose(rows.severity, severity)], tasks)
        observed.append(nulls.combined_indices(nulls.observed_lesions(drops)[None], floor).assign(seed=seed))
        of_seed = {
            "pseudo_tasks": nulls.pseudo_task_lesions(read_table(pseudo_tasks[seed])),
            "random_filters": nulls.random_pairs(drops),
        }
        members += [nulls.combined_indices(of_null, floor).assign(null=null, seed=seed) for null, of_null in of_seed.items()]
    table, of_seeds = pd.concat(members)[["null", "variant", "seed", "member", "index"]], pd.concat(observed)
    tables = {"nulls": table.dropna(), "summary": nulls.compare(of_seeds, table), "excess": nulls.excess(of_seeds, table)}
    for name, frame in tables.items():
        write_table(outputs[name], frame)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "compare with nulls"):
        compare_with_nulls(
            responses=dict(zip(snakemake.params.seeds, snakemake.input.responses, strict=True)),
            pseudo_tasks=dict(zip(snakemake.params.seeds, snakemake.input.pseudo_tasks, strict=True)),
            tasks=snakemake.params.tasks,
            layer=snakemake.params.layer,
            severity=snakemake.params.severity,
            floor=snakemake.params.floor,
            outputs=dict(snakemake.output.items()),
        )
