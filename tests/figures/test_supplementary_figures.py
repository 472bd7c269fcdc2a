"""Figures S1 to S3: what is drawn is what the tables say, and the tables written hold what is drawn."""

import pandas as pd
import pytest

from draw_figure_s1 import draw_figure_s1
from draw_figure_s2 import draw_figure_s2
from draw_figure_s3 import draw_figure_s3
from drawings import bars, drawn_twice, effects_of, indices_of, line, make, outputs_of, points, tick_labels


@pytest.fixture
def figure_s1(write, tmp_path):
    """Draw figure S1 of three ranked filters of two seeds."""
    selectivity = {"face": [0.6, 0.2, -0.4, 0.5, None, 0.0], "object": [0.1] * 6}
    rows = [
        {"task": task, "seed": i // 3, "rank": i % 3 + 1, "filter": 9 - i, "selectivity": value}
        for task, values in selectivity.items()
        for i, value in enumerate(values)
    ]
    correlation = [
        {"task": "face", "rho": -0.4, "low": -0.61, "high": 0.02, "p": 1e-12, "n_filters": 3},
        {"task": "object", "rho": 0.1, "low": -0.3, "high": 0.5, "p": 0.0312, "n_filters": 3},
    ]
    by_selectivity = ("object_by_selectivity", "face_by_selectivity")
    outputs = outputs_of(tmp_path, "table_a", "table_b")

    def draw():
        tables = {
            "points": write("points", rows),
            "correlation": write("correlation", correlation),
            "effects": write("effects", effects_of("dual", ["face", "object"], "conv2", by_selectivity)),
        }
        make(draw_figure_s1, outputs, tables, tasks=["face", "object"], layer="conv2", severity=0.3)

    return draw, outputs


def test_figure_s1_shows_selectivity_by_rank(figure_s1, drawn):
    draw, outputs = figure_s1
    draw()
    face, other = drawn[0].axes[:2]
    assert points(face.lines[0]) == [(1, 0.6), (2, 0.2), (3, -0.4), (1, 0.5), (3, 0)], "the undefined one is left out"
    assert {y for _, y in points(other.lines[0])} == {0.1}
    assert [text.get_text() for text in face.texts] == ["ρ = −0.40 [−0.61, 0.02]\np < 0.001"]
    assert [text.get_text() for text in other.texts] == ["ρ = 0.10 [−0.30, 0.50]\np = 0.031"]
    assert face.get_ylim() == other.get_ylim()
    words = face.texts[0].get_window_extent(drawn[0].canvas.get_renderer())
    assert words.y0 > face.transData.transform((0, 0.6))[1], "above the highest point"
    table = pd.read_csv(outputs["table_a"])
    assert len(table) == 11 and set(table.p[table.task == "object"]) == {0.0312}


def test_figure_s1_compares_lesions(figure_s1, drawn):
    draw, outputs = figure_s1
    draw()
    axes = drawn[0].axes[2]
    words = ["needed\nfor face", "selective\nfor face", "needed\nfor object", "selective\nfor object"]
    assert tick_labels(axes) == [*(f"most\n{word}" for word in words), "random"]
    assert [height for _, height, _ in bars(axes)] == pytest.approx([30, 60, 90, 90, 60, 30, 90, 90, 90, 90])
    assert len(pd.read_csv(outputs["table_b"])) == 10
    assert drawn_twice(draw, outputs)


def test_figure_s2_shows_shares_over_chance(write, tmp_path, drawn):
    rows = [
        {"layer": layer, "n_filters": 10, "share": share, "expected": 0.2, "low": 0.1, "high": 0.4, "p": q, "q": q}
        for layer, share, q in (("conv1_1", 0.8, 0.01), ("conv5_3", 0.25, 0.7))
    ]
    seeds = [
        {"layer": row["layer"], "seed": seed, "share": row["share"] + d} for row in rows for seed, d in ((1, -0.1), (2, 0.1))
    ]
    outputs = outputs_of(tmp_path, "table")

    def draw():
        tables = {"shared": write("shared", rows), "by_seed": write("by_seed", seeds)}
        make(draw_figure_s2, outputs, tables, layers=["conv1_1", "conv5_3"], severity=0.3)

    assert drawn_twice(draw, outputs)
    (axes,) = drawn[0].axes
    assert tick_labels(axes) == ["1.1", "5.3"] and "30%" in axes.get_ylabel()
    assert points(line(axes, "observed")) == [(0, 80), (1, 25)]
    assert points(line(axes, "chance, expected")) == [(0, 20), (1, 20)]
    assert sum(points(line(axes, "single seeds")), ()) == pytest.approx([0, 70, 0, 90, 1, 15, 1, 35])
    assert [x for x, _ in points(line(axes, "differs from chance"))] == [0]
    band = axes.collections[0].get_paths()[0].get_extents()
    assert (band.x0, band.x1, band.y0, band.y1) == pytest.approx((0, 1, 10, 40))
    table = pd.read_csv(outputs["table"])
    assert len(table) == 6 and table.q.notna().sum() == 2


def test_figure_s3_sets_two_networks_side_by_side(write, tmp_path, drawn):
    networks, layers = {"dual": ["face", "object"], "faces": ["face", "old_face"]}, {"dual": "conv2", "faces": "conv5"}
    tables = [indices_of(name, tasks, layers[name]) for name, tasks in networks.items()]
    pair = {"first": "dual", "second": "faces", "difference": 0.3, "low": -0.1, "high": 0.6}
    pair |= {"p": 0.02, "variant": "contrast"}
    turned = {"first": "faces", "second": "dual", "difference": -0.3, "low": -0.6, "high": 0.1}
    in_turn = iter([pair, pair | turned])
    outputs = outputs_of(tmp_path, "table_a", "table_b")

    def draw():
        pair = next(in_turn)
        files = {
            "effects": write("effects", effects_of("faces", networks["faces"], "conv5")),
            "segregation": [write(f"segregation_{k}", means) for k, (means, _) in enumerate(tables)],
            "by_seed": [write(f"by_seed_{k}", seeds) for k, (_, seeds) in enumerate(tables)],
            "pairs": write("pairs", [pair | {"variant": "pooled", "difference": 9}, pair]),
        }
        make(draw_figure_s3, outputs, files, networks=networks, layers=layers, severity=0.3)

    assert drawn_twice(draw, outputs), "in whichever order the networks are compared"
    left, right = drawn[0].axes
    assert tick_labels(left) == ["face\nfilters", "old face\nfilters", "random\nfilters"]
    assert [height for _, height, _ in bars(left)] == pytest.approx([30, 60, 60, 30, 90, 90])
    assert tick_labels(right) == ["combined", "face", "object", "combined", "face", "old face"]
    assert tick_labels(right, minor=True) == ["face + object", "face + old face"]
    means = sorted(point for line in right.lines if line.get_markersize() == 4 for point in points(line))
    assert means == list(zip(right.get_xticks(), [0.3, 0.1, 0.2] * 2, strict=True))
    assert [text.get_text() for text in right.texts] == ["difference 0.30 [−0.10, 0.60], p = 0.020"]
    assert len(pd.read_csv(outputs["table_a"])) == 6
    table = pd.read_csv(outputs["table_b"])
    assert len(table) == 6 + 12 + 1
    row = table.iloc[-1]
    assert [row.network, row["index"], row.low, row.high, row.p] == ["dual minus faces", 0.3, -0.1, 0.6, 0.02]
