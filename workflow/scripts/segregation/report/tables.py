"""Tables as the page shows them."""

import numpy as np
import pandas as pd


def shown(frame: pd.DataFrame, form: str = ".4g") -> dict:
    """Return columns (name, whether numbers) and rows of cells (text, and what to sort by) of a table."""
    numeric = [pd.api.types.is_numeric_dtype(frame[name]) and frame[name].dtype != bool for name in frame.columns]
    columns = [{"name": str(name), "numeric": number} for name, number in zip(frame.columns, numeric, strict=True)]
    rows = [[_cell(value, form) for value in row] for row in frame.itertuples(index=False, name=None)]
    return {"columns": columns, "rows": rows}


def _cell(value: object, form: str) -> dict:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return {"text": "", "value": ""}
    if isinstance(value, (float, np.floating)):
        return {"text": f"{value:{form}}".replace("-", "\N{MINUS SIGN}"), "value": f"{value:.9g}"}
    return {"text": str(value), "value": str(value)}
