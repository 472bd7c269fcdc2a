"""Tables come back as they were written: names as text, whatever they look like."""

import numpy as np
import pandas as pd

from segregation.steps.tables import NAMES, read_table, write_table


def test_names_that_look_like_numbers_or_nothing_are_names(tmp_path):
    names = ["0.10", "0.1", "1", "nan", "null", "NA", "None", "true", "01", "1e5"]
    table = pd.DataFrame(dict.fromkeys(NAMES, names) | {"index": np.arange(10) / 4, "seed": range(10)})
    write_table(tmp_path / "t.csv", table)
    read = read_table(tmp_path / "t.csv")
    assert all(read[name].tolist() == names for name in NAMES) and read["index"].tolist() == (np.arange(10) / 4).tolist()
    assert read.seed.dtype == int


def test_an_empty_cell_is_what_is_undefined(tmp_path):
    write_table(tmp_path / "t.csv", pd.DataFrame({"task": ["a", None], "index": [np.nan, 0.5], "n": [1, 2]}))
    read = read_table(tmp_path / "t.csv")
    assert read.task.isna().tolist() == [False, True] and read["index"].isna().tolist() == [True, False]
