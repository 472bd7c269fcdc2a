"""Rank the filters of a layer by how much a task needs them."""

from segregation.lesions.ranking_step import rank_filters
from segregation.steps import limits
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "rank {network} seed {seed} {layer} {task}".format(**snakemake.wildcards)):
        rank_filters(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.wildcards.layer,
            task=snakemake.wildcards.task,
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.ranking,
            lesion=snakemake.params.lesion,
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            ranking=snakemake.output.ranking,
            limit=limits.of_job(snakemake.resources.get("runtime")),
        )
