"""Tables that people read."""

from pathlib import Path

import pandas as pd

from segregation.steps.files import replacing

# Columns that hold names: text, even where a layer is called 0.10 or a class nan.
NAMES = ("class", "dataset", "first", "layer", "lesion", "lesioned", "name", "network", "second", "single", "task")


def read_table(path: str | Path) -> pd.DataFrame:
    """Return a table as write_table wrote it; nothing but an empty cell is a missing value, and names are text."""
    return pd.read_csv(path, dtype=dict.fromkeys(NAMES, str), keep_default_na=False, na_values=[""])


def write_table(path: str | Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, numbers with six significant digits; the file is whole or absent."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g")
