"""Many tests at once."""

import pandas as pd
from scipy.stats import false_discovery_control


def false_discovery(p: pd.Series) -> pd.Series:
    """Return q, which controls the false discovery rate over the defined p (Benjamini and Hochberg, 1995); nan elsewhere."""
    defined = p.dropna().astype(float)  # scipy divides whole numbers in place, and fails
    return pd.Series(false_discovery_control(defined) if len(defined) else [], defined.index, float).reindex(p.index)
