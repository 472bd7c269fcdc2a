"""Say what a packed set of images holds, what it was made from, and under which terms its images may be used."""

from segregation.images.store import Store, write_manifest
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"describe {snakemake.wildcards.dataset}"):
        write_manifest(
            path=snakemake.output.manifest,
            parameters=snakemake.params.dataset,
            licence=snakemake.params.dataset.get("licence", "not stated"),
            contents=Store(snakemake.input.store).contents(),
        )
