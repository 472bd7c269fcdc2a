"""Choose the images of a set from its source."""

import logging
from collections import Counter
from dataclasses import asdict

import pandas as pd

from segregation.sources.choosing import choose
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def select_images(parameters: dict, selection: str, passed_over: str) -> None:
    """Write id, split, class and path of the images that the parameters of a set ask for; no image is opened.

    Of the files beside images write how many there are of each suffix.
    """
    others: Counter[str] = Counter()
    rows = pd.DataFrame(map(asdict, choose(parameters, others))).rename(columns={"class_name": "class"})
    write_table(selection, rows)
    counts = pd.DataFrame(sorted(others.items()), columns=["suffix", "files"])
    write_table(passed_over, counts)
    for suffix, n in sorted(others.items()):
        logging.info("passed over: %d files %s", n, suffix or "without a suffix")


if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"select {snakemake.wildcards.dataset}"):
        select_images(
            parameters=snakemake.params.dataset,
            selection=snakemake.output.selection,
            passed_over=snakemake.output.passed_over,
        )
