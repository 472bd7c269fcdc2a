"""Pack the selected images of a set."""

from segregation.sources.packing_step import pack_images
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"pack {snakemake.wildcards.dataset}"):
        pack_images(
            selection=snakemake.input.selection,
            parameters=snakemake.params.dataset,
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            store=snakemake.output.store,
            report=snakemake.output.report,
        )
