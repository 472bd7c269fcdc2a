"""Keep what the last hidden layer of a network answers to images of classes that no network was trained on."""

from segregation.readout.new_classes_step import show_new_classes
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "new classes {network} seed {seed}".format(**snakemake.wildcards)):
        show_new_classes(
            stores=dict(zip(snakemake.params.tasks, snakemake.input.stores, strict=True)),
            weights=snakemake.input.weights,
            threads=snakemake.threads,
            answers=snakemake.output.answers,
        )
