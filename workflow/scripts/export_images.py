"""Write a packed set of images out to folders."""

from segregation.images.export import write_folder
from segregation.images.store import Store
from segregation.steps.reporting import logging_to

if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"export {snakemake.wildcards.dataset}"):
        write_folder(Store(snakemake.input.store), snakemake.output.folder)
