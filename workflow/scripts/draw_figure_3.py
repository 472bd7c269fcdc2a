"""Draw figure 3: what the top-ranked filters of an early, a middle and a late layer prefer to see."""

import numpy as np
import pandas as pd

from segregation.figures.grids import preferred_stimuli
from segregation.figures.making import Drawn, make_figure


def draw_figure_3(table: pd.DataFrame, images: str, tasks: list[str]) -> Drawn:
    """Draw synthesised images and strongest test images, in the order of the rows of table; tables drawn: table."""
    with np.load(images, allow_pickle=False) as arrays:
        figure = preferred_stimuli(table, arrays["synthesised"], arrays["strongest"], tasks)
    return figure, {"table": table}


if __name__ == "__main__":
    make_figure(
        draw_figure_3,
        "figure 3",
        snakemake.log[0],
        tables={"table": snakemake.input.preferred},
        outputs=dict(snakemake.output.items()),
        images=snakemake.input.images,
        tasks=snakemake.params.tasks,
    )
