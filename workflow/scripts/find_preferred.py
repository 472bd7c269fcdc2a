"""Find what drives the top-ranked filters of some layers: synthesised images and test images."""

from segregation.readout.preferred_step import find_preferred
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "find preferred"):
        find_preferred(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            rankings=dict(zip(map(tuple, snakemake.params.ranked), snakemake.input.rankings, strict=True)),
            filters=snakemake.params.filters,
            strongest=snakemake.params.strongest,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
            images=snakemake.output.images,
            table=snakemake.output.table,
        )
