"""Show images of every class, and compare the low-level statistics of the datasets."""

from segregation.steps.reporting import logging_to
from segregation.stimuli.description_step import describe_stimuli

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "describe stimuli"):
        describe_stimuli(
            stores=dict(zip(snakemake.params.datasets, snakemake.input.stores, strict=True)),
            sheet=snakemake.output.sheet,
            lowlevel=snakemake.output.lowlevel,
        )
