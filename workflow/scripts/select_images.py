"""Choose the images of a set from its source."""

from dataclasses import asdict

import pandas as pd

from segregation.sources.choosing import choose
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def select_images(parameters: dict, selection: str) -> None:
    """Write id, split, class and path of the images that the parameters of a set ask for; no image is opened."""
    rows = pd.DataFrame(map(asdict, choose(parameters))).rename(columns={"class_name": "class"})
    write_table(selection, rows)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"select {snakemake.wildcards.dataset}"):
        select_images(parameters=snakemake.params.dataset, selection=snakemake.output.selection)
