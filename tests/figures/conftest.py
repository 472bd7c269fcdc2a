"""What tests of figures share: the figures that are drawn, and the tables that they are drawn from."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from segregation.figures import style


@pytest.fixture
def drawn(monkeypatch):
    """Keep the figures that are exported; they are still written, coarsely."""
    monkeypatch.setitem(plt.rcParams, "savefig.dpi", 40)
    figures, export = [], style.export
    monkeypatch.setattr(style, "export", lambda figure, *paths: (figures.append(figure), export(figure, *paths)))
    yield figures
    plt.close("all")


@pytest.fixture
def write(tmp_path):
    """Write rows as a table and return its path."""

    def write(name, rows):
        path = tmp_path / f"{name}.csv"
        pd.DataFrame(rows).to_csv(path, index=False)
        return str(path)

    return write
