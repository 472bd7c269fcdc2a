"""Render a set of images and pack it."""

from segregation.steps.reporting import logging_to
from segregation.stimuli.rendering_step import render_images

if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"render {snakemake.wildcards.dataset}"):
        render_images(
            parameters=snakemake.params.dataset,
            workers=snakemake.threads,
            store=snakemake.output.store,
            manifest=snakemake.output.manifest,
        )
