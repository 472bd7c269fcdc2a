"""Pack a set of images from folders."""

from segregation.folders import read_folder
from segregation.reporting import logging_to
from segregation.store import write_manifest, write_store


def pack_images(parameters: dict, threads: int, store: str, manifest: str) -> None:
    """Pack the images that the parameters of a set ask for, from the class subfolders of parameters["root"]."""
    packed = write_store(store, read_folder(parameters["root"], parameters, threads))
    write_manifest(manifest, parameters, parameters.get("licence", "not stated"), packed)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"pack {snakemake.wildcards.dataset}"):
        pack_images(
            parameters=snakemake.params.dataset,
            threads=snakemake.threads,
            store=snakemake.output.store,
            manifest=snakemake.output.manifest,
        )
