"""Train a network of one or more tasks."""

from segregation.steps import limits
from segregation.steps.reporting import logging_to
from segregation.training.training_step import train

if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"train {snakemake.wildcards.network} seed {snakemake.wildcards.seed}"):
        train(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            appearance=snakemake.params.appearance,
            settings=snakemake.params.training,
            seed=int(snakemake.wildcards.seed),
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            weights=snakemake.output.weights,
            history=snakemake.output.history,
            limit=limits.of_job(snakemake.resources.get("runtime")),
        )
