"""Figures 4 and S1 to S3: what is drawn is what the tables say, and the tables written hold what is drawn."""

from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from draw_figure_4 import draw_figure_4
from draw_figure_s1 import draw_figure_s1
from draw_figure_s2 import draw_figure_s2
from draw_figure_s3 import draw_figure_s3
from segregation.figures import style
from segregation.figures.comparison import interval_text, network_labels, p_text

NETWORKS = {"food_object": ["food", "object"], "dual": ["face", "object"], "small": ["face", "object"]}
LAYERS = {"food_object": "conv5", "dual": "conv2", "small": "conv5"}


@pytest.fixture
def drawn(monkeypatch):
    """Keep the figures that are exported; they are still written, coarsely."""
    monkeypatch.setitem(plt.rcParams, "savefig.dpi", 40)
    figures, export = [], style.export
    monkeypatch.setattr(style, "export", lambda figure, *paths: (figures.append(figure), export(figure, *paths)))
    yield figures
    plt.close("all")


@pytest.fixture
def write(tmp_path):
    """Write rows as a table and return its path."""

    def write(name, rows):
        path = tmp_path / f"{name}.csv"
        pd.DataFrame(rows).to_csv(path, index=False)
        return str(path)

    return write


def effects_of(network, tasks, layer, lesions=()):
    """Rows of effects.csv with decoys: other layers, severities and methods; own is .3, other .6, else .9."""
    return [
        {
            "network": network,
            "layer": at,
            "lesion": lesion,
            "severity": severity,
            "task": task,
            "normalised": value,
            "low": value - 0.1,
            "high": value + 0.05,
            "n_seeds": 2,
        }
        for at in ("conv1", layer)
        for severity in (0.1 + 0.2, 0.5)
        for lesion in ("random", f"{tasks[0]}_by_one_shot", *lesions, *tasks)
        for task in tasks
        for value in [0.3 if lesion == task else 0.6 if lesion in tasks else 0.9]
    ]


def indices_of(network, tasks, layer):
    """Rows of segregation.csv and of segregation_by_seed.csv, with decoys: the index of a task is its place over 10."""
    means, seeds = [], []
    for at in ("conv1", layer):
        for variant, shift in (("contrast", 0), ("difference", -0.5)):
            for k, task in enumerate([*tasks, "combined"], 1):
                index = k / 10 + shift + (0 if at == layer else 0.05)
                row = {"network": network, "layer": at, "task": task, "variant": variant}
                means.append(row | {"index": index, "low": index - 0.1, "high": index + 0.2, "p": 0.5})
                seeds += [row | {"seed": seed, "index": index + change} for seed, change in ((1, -0.02), (7, 0.02))]
    return means, seeds


def outputs_of(tmp_path, *tables):
    return {name: str(tmp_path / f"out.{name}") for name in ("pdf", "png", *tables)}


def points(line):
    return [tuple(map(float, point)) for point in line.get_xydata()]


def line(axes, label):
    return next(line for line in axes.lines if line.get_label().startswith(label))


def bars(axes):
    """Return (x of the middle, height, colour) of each bar, in their order from left to right."""
    return sorted((bar.get_x() + bar.get_width() / 2, bar.get_height(), to_hex(bar.get_facecolor())) for bar in axes.patches)


def tick_labels(axes, minor=False):
    return [label.get_text() for label in axes.get_xticklabels(minor=minor)]


def intervals(axes):
    """Return (x, low, high) of each interval, from left to right."""
    ends = [path for lines in axes.collections if hasattr(lines, "get_segments") for path in lines.get_segments()]
    return sorted((low[0], low[1], high[1]) for low, high in ends)


def drawn_twice(draw, outputs):
    """Draw, draw again over it, and return whether each file has the same bytes."""
    draw()
    before = {path: Path(path).read_bytes() for path in outputs.values()}
    draw()
    return before == {path: Path(path).read_bytes() for path in outputs.values()}


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
        draw_figure_4(
            indices=write("networks", rows),
            pairs=write("pairs", pairs),
            by_seed=[write(f"by_seed_{name}", table) for name, table in of_networks.items()],
            effects=[write(f"effects_{name}", table) for name, table in effects.items()],
            networks=NETWORKS,
            main="dual",
            layers=LAYERS,
            severity=0.3,
            outputs=outputs,
        )

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
    assert tick_labels(axes) == [f"{task}\nfilters" for task in words]
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
        draw_figure_s1(
            points=write("points", rows),
            correlation=write("correlation", correlation),
            effects=write("effects", effects_of("dual", ["face", "object"], "conv2", by_selectivity)),
            tasks=["face", "object"],
            layer="conv2",
            severity=0.3,
            outputs=outputs,
        )

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
        draw_figure_s2(write("shared", rows), write("by_seed", seeds), ["conv1_1", "conv5_3"], 0.3, outputs)

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
        draw_figure_s3(
            effects=write("effects", effects_of("faces", networks["faces"], "conv5")),
            segregation=[write(f"segregation_{k}", means) for k, (means, _) in enumerate(tables)],
            by_seed=[write(f"by_seed_{k}", seeds) for k, (_, seeds) in enumerate(tables)],
            pairs=write("pairs", [pair | {"variant": "pooled", "difference": 9}, pair]),
            networks=networks,
            layers=layers,
            severity=0.3,
            outputs=outputs,
        )

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
