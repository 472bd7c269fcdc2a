"""Take a network that was trained elsewhere into the study."""

from segregation.networks.given import import_weights
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], "import {network}".format(**snakemake.wildcards)):
        import_weights(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            given=snakemake.params.given,
            appearance=snakemake.params.appearance,
            weights=snakemake.output.weights,
        )
