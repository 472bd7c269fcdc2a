"""Lesion a layer for tasks that are none: all classes assigned at random to as many pseudo-tasks as there are tasks."""

from segregation.lesions.pseudo_step import lesion_pseudo_tasks
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "pseudo-tasks {network} seed {seed}".format(**snakemake.wildcards)):
        lesion_pseudo_tasks(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.params.layer,
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.ranking,
            lesion=snakemake.params.lesion,
            assignments=snakemake.params.assignments,
            severity=snakemake.params.severity,
            threads=snakemake.threads,
            table=snakemake.output.table,
        )
