"""The step that makes a figure: from tables in files to a PDF, a PNG and the tables of what was drawn."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from segregation.figures import style
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table

Drawn = tuple[Figure, dict[str, pd.DataFrame]]  # a figure, and the tables drawn by the names of their outputs


def make_figure(
    draw: Callable[..., Drawn],
    label: str,
    log: str,
    tables: Mapping[str, str | Sequence[str]],
    outputs: Mapping[str, str],
    **given: object,
) -> None:
    """Read tables from files, draw a figure of them, and write the tables drawn and the figure.

    draw takes the tables by their names, a list where a name has several files, and what else is given; it returns the
    figure and the tables drawn, by the names of their outputs. outputs holds the paths of these, of pdf and of png. What is
    logged goes to the file log, and under label to a terminal. An InputError ends the process with its message.
    """
    with logging_to(log, label):
        read = {name: read_table(of) if isinstance(of, str) else list(map(read_table, of)) for name, of in tables.items()}
        figure, drawn = draw(**read, **given)
        for name, table in drawn.items():
            write_table(outputs[name], table)
        style.export(figure, outputs["pdf"], outputs["png"])
