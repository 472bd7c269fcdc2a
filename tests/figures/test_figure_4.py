"""Figure 4: what is drawn is what the tables say, and the tables written hold what is drawn; words of all figures."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from draw_figure_4 import draw_figure_4
from drawings import bars, drawn_twice, effects_of, indices_of, intervals, line, make, outputs_of, points, tick_labels
from segregation.figures import style
from segregation.figures.comparison import interval_text, network_labels, p_text

NETWORKS = {"food_object": ["food", "object"], "dual": ["face", "object"], "small": ["face", "object"]}
LAYERS = {"food_object": "conv5", "dual": "conv2", "small": "conv5"}


def test_words():
    assert network_labels(NETWORKS) == {
        "food_object": "food + object",
        "dual": "face + object\n(dual)",
        "small": "face + object\n(small)",
    }
    assert network_labels({"a_b": ["face_shape", "car"], "c": ["car"]}) == {"a_b": "face shape + car", "c": "car"}
    assert (p_text(0.0004), p_text(0.001), p_text(0.2)) == ("p < 0.001", "p = 0.001", "p = 0.200")
    assert interval_text(-0.4, -0.512, 0.1) == "−0.40 [−0.51, 0.10]"


@pytest.fixture
def figure_4(write, tmp_path):
    """Draw figure 4 of three networks, the second of them the main one; the index of a network is its place over 10."""
    rows = [
        {
            "network": name,
            "variant": variant,
            "index": k / 10 + shift,
            "low": k / 10 + shift - 0.1,
            "high": k / 10 + shift + 0.3,
        }
        for variant, shift in (("difference", 0.5), ("contrast", 0))
        for k, name in enumerate(NETWORKS, 1)
    ]
    pairs = [
        {"first": first, "second": second, "variant": variant, "difference": 0, "low": 0, "high": 0, "p": 0, "q": q}
        for variant, factor in (("difference", 0), ("contrast", 1))
        for first, second, q in (
            ("food_object", "dual", 0.04 * factor),
            ("food_object", "small", 0.9),
            ("dual", "small", 0.06 * factor),
        )
    ]
    of_networks = {name: indices_of(name, tasks, LAYERS[name])[1] for name, tasks in NETWORKS.items()}
    effects = {name: effects_of(name, tasks, LAYERS[name]) for name, tasks in NETWORKS.items()}
    outputs = outputs_of(tmp_path, "table_a", "table_b")

    def draw(rows=rows):
        tables = {
            "indices": write("networks", rows),
            "pairs": write("pairs", pairs),
            "by_seed": [write(f"by_seed_{name}", table) for name, table in of_networks.items()],
            "effects": [write(f"effects_{name}", table) for name, table in effects.items()],
        }
        make(draw_figure_4, outputs, tables, networks=NETWORKS, main="dual", layers=LAYERS, severity=0.3)

    return draw, outputs, rows


def test_figure_4_compares_indices_with_the_main_network(figure_4, drawn):
    draw, outputs, _ = figure_4
    assert drawn_twice(draw, outputs)
    axes = drawn[0].axes[0]
    assert tick_labels(axes, minor=True) == ["face + object\n(dual)", "food + object", "face + object\n(small)"]
    dual, food, small = axes.get_xticks(minor=True)
    assert sorted(points(line(axes, "index"))) == [(dual, 0.2), (food, 0.1), (small, 0.3)]
    ends = [end for triple in ((dual, 0.1, 0.5), (food, 0, 0.4), (small, 0.2, 0.6)) for end in triple]
    assert sum(intervals(axes), ()) == pytest.approx(ends)
    singles = points(line(axes, "single seeds"))
    assert sorted(y for _, y in singles) == pytest.approx([0.28] * 3 + [0.32] * 3), "combined, contrast, of the own layer"
    assert all(min(abs(x - at) for at in (dual, food, small)) < 0.3 for x, _ in singles)
    marked = line(axes, "differs from face + object (dual), q < 0.05")
    assert points(marked)[0][0] == food and points(marked)[0][1] > 0.4 and len(points(marked)) == 1
    table = pd.read_csv(outputs["table_a"]).fillna(-1)
    assert len(table) == 9 and sorted(table.seed) == [-1] * 3 + [1] * 3 + [7] * 3
    assert table[table.seed == -1].set_index("network").q.to_dict() == {"food_object": 0.04, "dual": -1, "small": 0.06}


def test_figure_4_shows_what_is_behind_the_indices(figure_4, drawn):
    draw, outputs, _ = figure_4
    draw()
    axes = drawn[0].axes[1]
    own, other = to_hex(style.GREY), to_hex(style.LIGHT)
    assert [height for _, height, _ in bars(axes)] == pytest.approx([30, 60] * 6)
    assert [shade for _, _, shade in bars(axes)] == [own, other] * 6
    assert sum((row[1:] for row in intervals(axes)), ()) == pytest.approx([20, 35, 50, 65] * 6)
    words = ["face", "object", "food", "object", "face", "object"]
    assert tick_labels(axes) == words
    assert [label.get_text() for label in axes.get_legend().get_texts()] == ["task of the lesioned filters", "other task"]
    pairs = [x for x, _, _ in bars(axes)]
    assert [(left + right) / 2 for left, right in zip(pairs[::2], pairs[1::2], strict=True)] == pytest.approx(
        axes.get_xticks()
    )
    assert "30%" in axes.get_xlabel()
    table = pd.read_csv(outputs["table_b"])
    assert len(table) == 12 and set(table.layer[table.network == "dual"]) == {"conv2"}


def test_an_undefined_index_is_left_out(figure_4, drawn):
    draw, outputs, rows = figure_4
    draw([row | ({"index": None, "low": None, "high": None} if row["network"] == "small" else {}) for row in rows])
    assert len(points(line(drawn[0].axes[0], "index"))) == 2
    assert len(tick_labels(drawn[0].axes[0], minor=True)) == 3, "its place stays"
    assert len(pd.read_csv(outputs["table_a"])) == 8
