"""Draw figure 1: the networks and their tasks; decoding of new classes; accuracy of dual- and single-task networks."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.decoding import decoding as decoding_panel
from segregation.figures.making import Drawn, make_figure
from segregation.figures.panels import dual_and_single
from segregation.figures.schematic import schematic


def draw_figure_1(
    decoding: pd.DataFrame,
    accuracy: list[pd.DataFrame],
    by_seed: list[pd.DataFrame],
    examples: str,
    networks: dict[str, list[str]],
    decoded: list[str],
    untrained: list[str],
    main: str,
    architecture: str,
) -> Drawn:
    """Draw the main network and the single networks of its tasks from the tables of accuracy, one a network, and decoding.

    examples is a file of some images of each task and its number of classes; tables drawn: table_b, table_c.
    """
    tasks = networks[main]
    with np.load(examples, allow_pickle=False) as arrays:
        pictures = {task: arrays[task] for task in tasks}
        classes = {task: int(arrays[f"classes of {task}"]) for task in tasks}
    table, seeds = (_of_kinds(pd.concat(tables), networks, classes) for tables in (accuracy, by_seed))
    drawn_c = pd.concat([table, seeds]).astype({"seed": "Int64"})
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.62 * style.FULL_WIDTH))
    grid = figure.add_gridspec(2, 2, width_ratios=(1.15, 1))
    left, top, bottom = (figure.add_subplot(cell) for cell in (grid[:, 0], grid[0, 1], grid[1, 1]))
    schematic(left, networks, classes, pictures, architecture.upper())
    decoding_panel(top, decoding, tasks, decoded, untrained)
    dual_and_single(bottom, table, seeds)
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.05, top=0.89, wspace=0.16, hspace=0.5)
    left.set_anchor("NW")
    for x, y, text in ((0.005, 0.96, "A"), (0.535, 0.96, "B"), (0.535, 0.46, "C")):
        figure.text(x, y, text, fontsize=10, fontweight="bold")
    return figure, {"table_b": decoding, "table_c": drawn_c}


def _of_kinds(table: pd.DataFrame, networks: dict[str, list[str]], classes: dict[str, int]) -> pd.DataFrame:
    """Return the full-softmax rows with the kind of their network (single, dual) and its chance level."""
    table = table[table.readout == "full"].copy()
    table["kind"] = ["single" if len(networks[name]) == 1 else "dual" for name in table.network]
    table["chance"] = [1 / sum(classes[task] for task in networks[name]) for name in table.network]
    return table


if __name__ == "__main__":
    inputs = snakemake.input
    make_figure(
        draw_figure_1,
        "figure 1",
        snakemake.log[0],
        tables={"decoding": inputs.decoding, "accuracy": inputs.accuracy, "by_seed": inputs.by_seed},
        outputs=dict(snakemake.output.items()),
        examples=inputs.examples,
        networks=snakemake.params.networks,
        decoded=snakemake.params.decoded,
        untrained=snakemake.params.untrained,
        main=snakemake.params.main,
        architecture=snakemake.params.architecture,
    )
