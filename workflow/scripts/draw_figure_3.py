"""Draw figure 3: what the top-ranked filters of an early, a middle and a late layer prefer to see."""

import numpy as np

from segregation.figures import style
from segregation.figures.grids import preferred_stimuli
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def draw_figure_3(images: str, table: str, tasks: list[str], outputs: dict[str, str]) -> None:
    """Draw synthesised images and strongest test images, in the order of the rows of table; outputs: pdf, png, table."""
    drawn = read_table(table)
    write_table(outputs["table"], drawn)
    with np.load(images, allow_pickle=False) as arrays:
        figure = preferred_stimuli(drawn, arrays["synthesised"], arrays["strongest"], tasks)
    style.export(figure, outputs["pdf"], outputs["png"])


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "figure 3"):
        draw_figure_3(
            images=snakemake.input.images,
            table=snakemake.input.preferred,
            tasks=snakemake.params.tasks,
            outputs=dict(snakemake.output.items()),
        )
