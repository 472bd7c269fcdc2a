"""Silence each filter of a layer alone: how the loss of each class changes on its test images."""

from segregation.lesions.alone_step import lesion_single_filters
from segregation.steps import limits
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "lesion single filters {network} seed {seed} {layer}".format(**snakemake.wildcards)):
        lesion_single_filters(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.wildcards.layer,
            seed=int(snakemake.wildcards.seed),
            lesion=snakemake.params.lesion,
            most=snakemake.params.most,
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            table=snakemake.output.table,
            limit=limits.of_job(snakemake.resources.get("runtime")),
        )
