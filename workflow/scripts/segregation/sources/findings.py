"""The table of images that are not as they should be."""

import pandas as pd

from segregation.sources.packing import Finding


def as_table(findings: list[Finding]) -> pd.DataFrame:
    """Return a row an image: path, split, class, problem, and whether it was left out."""
    rows = [(f.image.path, f.image.split, f.image.class_name, f.problem, f.left_out) for f in findings]
    return pd.DataFrame(rows, columns=["path", "split", "class", "problem", "left_out"])
