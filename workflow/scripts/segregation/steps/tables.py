"""Tables that people read."""

from pathlib import Path

import pandas as pd

from segregation.steps.files import replacing


def write_table(path: str | Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, numbers with six significant digits; the file is whole or absent."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g")
