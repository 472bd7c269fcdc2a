"""Score the filters of a layer by simpler means than greedy lesioning: alone, by gradient, by selectivity."""

from segregation.lesions.scores_step import score_filters
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "score {network} seed {seed} {layer}".format(**snakemake.wildcards)):
        score_filters(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.wildcards.layer,
            seed=int(snakemake.wildcards.seed),
            n_images=snakemake.params.images,
            lesion=snakemake.params.lesion,
            threads=snakemake.threads,
            table=snakemake.output.table,
        )
