"""The step that makes a figure: what a function that draws is given, and where what it returns is written."""

from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from drawings import drawn_twice, outputs_of
from segregation.figures.making import make_figure
from segregation.steps.reporting import InputError


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_a_figure_and_the_tables_drawn_are_written_under_their_names(write, tmp_path):
    outputs = outputs_of(tmp_path, "table_a", "table_b")
    tables = {"one": write("one", [{"layer": "0.10", "index": 1 / 3}])}

    def draw(one, tasks):
        figure = plt.figure(figsize=(1, 1))
        figure.text(0.5, 0.5, " ".join(tasks))
        return figure, {"table_b": one.assign(drawn=2), "table_a": one}

    log = str(tmp_path / "log")
    assert drawn_twice(lambda: make_figure(draw, "a figure", log, tables, outputs, tasks=["face", "object"]), outputs)
    assert plt.gcf().texts[0].get_text() == "face object", "what is no table is given as it is"
    written = {name: Path(path).read_bytes() for name, path in outputs.items()}
    assert written["table_a"] == b"layer,index\n0.10,0.333333\n", "names are text"
    assert written["table_b"] == b"layer,index,drawn\n0.10,0.333333,2\n"
    assert written["pdf"].startswith(b"%PDF") and written["png"].startswith(b"\x89PNG")


@pytest.mark.parametrize("n", [1, 2])
def test_several_files_of_one_name_come_as_a_list(n, write, tmp_path):
    outputs = outputs_of(tmp_path, "table")
    tables = {"several": [write(f"file_{k}", [{"seed": k}]) for k in range(n)], "one": write("one", [{"seed": 9}])}

    def draw(several, one):
        assert isinstance(several, list) and isinstance(one, pd.DataFrame)
        return plt.figure(figsize=(1, 1)), {"table": pd.concat([one, *several])}

    make_figure(draw, "a figure", str(tmp_path / "log"), tables, outputs)
    assert pd.read_csv(outputs["table"]).seed.tolist() == [9, *range(n)]


def test_what_cannot_be_drawn_is_said_and_nothing_is_written(write, tmp_path):
    outputs = outputs_of(tmp_path, "table")

    def draw(one):
        raise InputError(f"{len(one)} row of conv5; two were expected.")

    with pytest.raises(SystemExit, match=r"^a figure: 1 row of conv5; two were expected\.$"):
        make_figure(draw, "a figure", str(tmp_path / "log"), {"one": write("one", [{"layer": "conv5"}])}, outputs)
    assert "1 row of conv5; two were expected." in (tmp_path / "log").read_text()
    assert not any(Path(path).exists() for path in outputs.values())
