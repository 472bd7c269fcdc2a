"""Extra figures of many tasks and of modules without tasks: what is drawn is what the tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color, to_hex

from draw_extra_map import draw_extra_map
from draw_extra_matrix import draw_extra_matrix
from drawings import drawn_twice, make, outputs_of
from segregation.figures import modules, style

TASKS = ["face", "car", "food"]
PAIRS = [("face", "car"), ("face", "food"), ("car", "food")]


def rows_of(network, layer):
    """Tables of a network in a layer, and in another that is not shown: each number its own."""
    matrix, pairs, indices, shared = [], [], [], []
    for at, shift in ((layer, 0.0), ("conv1", 0.05)):
        of = {"network": network, "layer": at}
        for i, lesion in enumerate([*TASKS, "random"]):
            for j, task in enumerate(TASKS):
                value = 0.9 - 0.1 * i - 0.2 * j - shift
                matrix.append(of | {"lesion": lesion, "task": task, "drop": value, "low": value - 0.1, "high": value + 0.05})
        for k, (first, second) in enumerate(PAIRS):
            for variant, task in (("contrast", "combined"), ("contrast", first), ("pooled", "combined")):
                index = 0.2 * (k + 1) if (variant, task) == ("contrast", "combined") else 0.9
                row = {"variant": variant, "task": task, "index": index, "low": index - 0.1, "high": index + 0.1, "p": 0.01}
                pairs.append(of | {"first": first, "second": second} | row | {"n_seeds": 1})
            share = {"share": 0.1 * k, "expected": 0.2, "low": 0.05, "high": 0.3, "q": [0.01, 0.5, 0.04][k]}
            shared.append(of | {"first": first, "second": second} | share)
        for k, task in enumerate([*TASKS, "combined"]):
            row = {
                "variant": "contrast",
                "task": task,
                "index": 0.5 + k / 10,
                "low": 0.4,
                "high": 0.9,
                "p": 0.01,
                "n_seeds": 1,
            }
            indices.append(of | row)
    return [matrix, pairs, indices, shared]


@pytest.fixture
def matrix(tmp_path, write):
    """Draw two networks, each in a layer of its own; return how, and where."""
    layers, outputs = {"one": "conv5", "two": "conv4"}, outputs_of(tmp_path, "table_a", "table_b", "table_c")
    files = [[write(f"{name}_{k}", table) for k, table in enumerate(rows_of(name, at))] for name, at in layers.items()]
    names = ("matrices", "pairs", "segregation", "shared")
    tables = dict(zip(names, map(list, zip(*files, strict=True)), strict=True))
    given = {"networks": dict.fromkeys(layers, TASKS), "layers": layers, "severity": 0.2}
    return lambda: make(draw_extra_matrix, outputs, tables, **given), outputs


def test_the_matrix_of_each_network(matrix, drawn):
    matrix[0]()
    left, middle, right = drawn[0].axes[:3]
    assert drawn[0].get_size_inches()[0] == pytest.approx(style.FULL_WIDTH) and len(drawn[0].axes) == 6
    assert left.get_title() == "one, conv5" and drawn[0].axes[3].get_title() == "two, conv4"
    assert left.images[0].get_array()[:, 1].tolist() == pytest.approx([0.7, 0.6, 0.5, 0.4])
    texts = [text.get_text() for text in left.texts]
    assert texts[:4] == ["90", "[80, 95]", "70", "[60, 75]"] and len(texts) == 2 * 12
    assert [label.get_text() for label in left.get_yticklabels()] == [*TASKS, "random"]
    assert [to_hex(box.get_edgecolor()) for box in left.patches] == [style.colour(task, TASKS) for task in TASKS]
    named = [label.get_text() for label in middle.get_yticklabels()]
    assert named == [*(f"{a} – {b}" for a, b in PAIRS), *(f"{task} – others" for task in TASKS)]
    values = [float(line.get_xdata()[0]) for line in middle.lines if line.get_marker() == "o"]
    assert values == pytest.approx([0.2, 0.4, 0.6, 0.5, 0.6, 0.7])
    stars = next(line for line in right.lines if line.get_marker() == "$*$")
    assert stars.get_ydata().tolist() == [0, 2], "q below 0.05"
    assert [float(line.get_xdata()[0]) for line in right.lines if line.get_marker() == "o"] == pytest.approx([0, 10, 20])


def test_the_tables_of_the_matrix_hold_what_is_drawn(matrix):
    draw, outputs = matrix
    assert drawn_twice(draw, outputs)
    a, b, c = (pd.read_csv(outputs[f"table_{name}"]) for name in "abc")
    assert len(a) == 2 * 12 and set(zip(a.network, a.layer, strict=True)) == {("one", "conv5"), ("two", "conv4")}
    assert len(b) == 2 * 6 and b.second.isna().sum() == 6 and set(b.variant) == {"contrast"} and len(c) == 2 * 3


CHANGES = np.array([[4.0, 5, 1, 1], [1, 1, 6, 7], [3, 4, 1, 2], [2, 2, 2, 2]])


@pytest.fixture
def maps(tmp_path):
    """Write what four filters do to four classes in two layers, the last of them the same to all; return how to draw it."""
    from cluster_filters import cluster_filters

    lesions = {}
    for layer, changes in (("conv1", CHANGES), ("conv5", CHANGES[::-1])):
        names = [("face", "f1"), ("face", "f2"), ("car", "c1"), ("car", "c2")]
        rows = [(f, *name, value) for f, of in enumerate(changes) for name, value in zip(names, of, strict=True)]
        table = pd.DataFrame(rows, columns=["filter", "task", "class", "change"])
        table = table.assign(rise=table.change, change_masked=table.change, rise_masked=table.change)
        lesions[layer] = str(tmp_path / f"{layer}.parquet")
        table.to_parquet(lesions[layer])
    written = {name: str(tmp_path / f"{name}.csv") for name in ("places", "agreements")}
    cluster_filters({(layer, seed): path for layer, path in lesions.items() for seed in (1, 2)}, 50, 0.95, **written)
    outputs = outputs_of(tmp_path, "table_a", "table_b")
    return lambda: make(draw_extra_map, outputs, written, lesions=lesions, tasks=["face", "car"], seed=1), outputs


def test_the_map_of_each_layer(maps, drawn):
    draw, outputs = maps
    draw()
    places, agreed = (pd.read_csv(outputs[name]) for name in ("table_a", "table_b"))
    of_layer = places[(places.layer == "conv1") & (places.of == "filters")].dropna(subset="place")
    assert set(places.seed) == {1} and len(places) == 2 * 8 and of_layer.name.astype(int).sort_values().tolist() == [0, 1, 2]
    axes, *others = drawn[0].axes
    strip, beside = others[0].images[0].get_array(), others[1].images[0].get_array()
    classes = places[(places.layer == "conv1") & (places.of == "classes")]
    assert strip[0].tolist() == [["face", "car"].index(task) for task in classes.task]
    assert beside[:, 0].tolist() == [["face", "car"].index(task) for task in of_layer.task]
    shown = np.asarray(axes.images[0].get_array())
    first = np.sqrt(CHANGES[int(of_layer.name.iloc[0])])
    columns = [["f1", "f2", "c1", "c2"].index(name) for name in classes.name]
    assert shown.shape == (3, 4) and shown[0] == pytest.approx(((first - first.mean()) / first.std())[columns])
    assert same_color(others[0].images[0].cmap(0), style.colour("face", ["face", "car"]))
    texts = [text.get_text() for text in drawn[0].texts]
    row = agreed[(agreed.layer == "conv1") & (agreed.measure == "change") & (agreed.readout == "full")].iloc[0]
    assert any(modules.agreement_text(row) in text and text.startswith("conv1") for text in texts)
    assert "3 filters (1 without an effect left out)" in [of.get_ylabel() for of in others]
    assert drawn_twice(draw, outputs)


def test_agreement_in_words():
    row = pd.Series({"of": "classes", "ami": 0.896, "p": 0.0004, "null_low": -0.02, "null_high": 0.05})
    text = modules.agreement_text(row)
    assert text == "AMI of classes and tasks 0.90, p < 0.001 (permuted \N{MINUS SIGN}0.02 to 0.05)"
    assert modules.agreement_text(row.replace(0.896, np.nan)) == "AMI of classes undefined"


def test_where_no_filter_does_anything_the_map_says_so(tmp_path, write, drawn):
    rows = [{"filter": f, "task": t, "class": f"{t}1", "change": 0.0} for f in (0, 1) for t in ("face", "car")]
    pd.DataFrame(rows).to_parquet(tmp_path / "l.parquet")
    places = [
        {"layer": "conv", "seed": 1, "of": "filters", "place": np.nan, "name": f, "task": "car", "cluster": np.nan}
        for f in (0, 1)
    ]
    row = {"layer": "conv", "measure": "change", "readout": "full", "of": "filters", "ami": np.nan}
    outputs = outputs_of(tmp_path, "table_a", "table_b")
    tables, lesions = {"places": write("places", places), "agreements": write("agreed", [row])}, tmp_path / "l.parquet"
    make(draw_extra_map, outputs, tables, lesions={"conv": str(lesions)}, tasks=["face", "car"], seed=1)
    assert "too few filters change anything" in [text.get_text() for axes in drawn[0].axes for text in axes.texts]


def test_a_class_that_no_filter_touches_more_than_others_is_left_out(tmp_path, write, drawn):
    from segregation.statistics.clusters import places, wide

    effects = {"f1": (9, 1, 4), "f2": (4, 1, 9), "c1": (1, 9, 4), "c2": (14 / 3, 11 / 3, 17 / 3)}
    rows = [(f, {"f": "face", "c": "car"}[name[0]], name, of[f]) for f in range(3) for name, of in effects.items()]
    table = pd.DataFrame(rows, columns=["filter", "task", "class", "change"])
    means = wide(table, "change").drop(columns=("car", "c2")).pow(0.5).mean(axis=1).pow(2)
    table.loc[table["class"] == "c2", "change"] = means.to_numpy()
    table.to_parquet(tmp_path / "l.parquet")
    placed = places(wide(table, "change"), wide(table, "change")).assign(layer="conv", seed=1)
    assert placed[placed.place.isna()].name.tolist() == ["c2"]
    row = {"layer": "conv", "measure": "change", "readout": "full", "of": "classes", "ami": np.nan}
    outputs = outputs_of(tmp_path, "table_a", "table_b")
    tables, lesions = {"places": write("places", placed), "agreements": write("agreed", [row])}, tmp_path / "l.parquet"
    make(draw_extra_map, outputs, tables, lesions={"conv": str(lesions)}, tasks=["face", "car"], seed=1)
    assert drawn[0].axes[0].images[0].get_array().shape == (3, 3)
