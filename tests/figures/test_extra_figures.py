"""Extra figures: what is drawn is what the tables say, and the tables written hold it all."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import same_color

from draw_extra_nulls import draw_extra_nulls
from draw_extra_rankings import draw_extra_rankings
from draw_extra_severity import draw_extra_severity
from draw_extra_variants import draw_extra_variants
from drawings import make
from segregation.figures import extras, style

TASKS = ["face", "object"]
METHODS = ["greedy", "one-shot", "gradient", "selectivity", "random"]
LAST = "conv5_3"


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def paths(folder, *tables):
    return {"pdf": folder / "f.pdf", "png": folder / "f.png"} | {name: folder / f"drawn_{name}.csv" for name in tables}


def effects():
    """Lesions by every method at two severities of two layers: each effect its own value."""
    by_score = [f"{task}_by_{method}" for task in TASKS for method in ("gradient", "selectivity", "one_shot")]
    keys = list(product(["conv1_1", LAST], ["random", *by_score, "object", "face"], [0.2, 0.4], TASKS[::-1]))
    table = pd.DataFrame(keys, columns=["layer", "lesion", "severity", "task"]).assign(network="dual", n_seeds=3)
    normalised = 1.1 - 0.01 * np.arange(len(table))
    return table.assign(normalised=normalised, low=normalised - 0.02, high=normalised + 0.03)


def by_layer(shift):
    keys = list(product(["contrast", "difference", "pooled"], ["face", "combined"], ["conv1_1", "conv3_1", LAST]))
    table = pd.DataFrame(keys, columns=["variant", "task", "layer"]).assign(network="dual", n_seeds=3, p=0.01, q=0.02)
    index = shift + 0.03 * np.arange(len(table))
    return table.assign(index=index, low=index - 0.3, high=index + 0.1)


def by_severity():
    keys = list(product([0.4, 0.2], ["contrast", "pooled"], ["face", "combined"]))
    table = pd.DataFrame(keys, columns=["severity", "variant", "task"]).assign(network="dual", layer=LAST, p=0.01, n_seeds=3)
    index = 0.1 * np.arange(len(table))
    table = table.assign(index=index, low=index - 0.2, high=index + 0.1, ranking="greedy")
    return pd.concat([table, table.assign(layer="conv1_1", index=9.0), table.assign(ranking="gradient", index=9.0)])


def nulls(few=(0.01, 0.02, 0.03, -0.5), many=200):
    """Members, the last of them of another variant, and their summary."""
    values = {"pseudo_tasks": [*few, 9.0], "random_filters": [*np.linspace(-0.99, 0.99, many), 9.0]}
    frames = [
        pd.DataFrame({"null": null, "variant": ["contrast"] * (len(v) - 1) + ["pooled"], "seed": 1, "index": v})
        for null, v in values.items()
    ]
    members = pd.concat(frames).rename_axis("member").reset_index()
    names = ["null", "variant", "observed", "null_mean", "null_low", "null_high", "p", "n", "n_seeds", "n_members"]
    rows = [
        (null, variant, 0.7, 0.05, -0.1, 0.3, 2 / len(v), len(v) - 1, 2, len(v) - 1)
        for null, v in values.items()
        for variant in ("pooled", "contrast")
    ]
    return members[["null", "variant", "seed", "member", "index"]], pd.DataFrame(rows, columns=names)


def draw_rankings(folder, table=None):
    (effects() if table is None else table).to_csv(folder / "effects.csv", index=False)
    outputs = paths(folder, "table")
    make(draw_extra_rankings, outputs, {"effects": f"{folder}/effects.csv"}, tasks=TASKS, layer=LAST, severity=0.2)
    return outputs


def draw_severity(folder, table=None):
    (effects() if table is None else table).to_csv(folder / "effects.csv", index=False)
    by_severity().to_csv(folder / "by_severity.csv", index=False)
    outputs = paths(folder, "table_a", "table_b")
    tables = {name: f"{folder}/{name}.csv" for name in ("effects", "by_severity")}
    make(draw_extra_severity, outputs, tables, tasks=TASKS, layer=LAST, severity=0.2)
    return outputs


def draw_variants(folder):
    by_layer(0.1).to_csv(folder / "full.csv", index=False)
    by_layer(0.3).to_csv(folder / "masked.csv", index=False)
    outputs = paths(folder, "table")
    tables = {name: f"{folder}/{name}.csv" for name in ("full", "masked")}
    make(draw_extra_variants, outputs, tables, layers=["conv1_1", "conv3_1", LAST])
    return outputs


def draw_nulls(folder, tables=None):
    for table, name in zip(tables or nulls(), ("members", "summary"), strict=True):
        table.to_csv(folder / f"{name}.csv", index=False)
    outputs = paths(folder, "table")
    make(draw_extra_nulls, outputs, {name: f"{folder}/{name}.csv" for name in ("members", "summary")}, layer=LAST)
    return outputs


def labels(axes):
    return [text.get_text() for text in axes.get_xticklabels()]


def legend():
    return [text.get_text() for text in plt.gcf().legends[0].get_texts()]


def lines(axes):
    """Return the lines of axes that have a label, by label."""
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


def test_rankings(tmp_path):
    drawn = pd.read_csv(draw_rankings(tmp_path)["table"])
    assert len(drawn) == 20 and set(drawn.layer) == {LAST} and set(drawn.severity) == {0.2}
    source = effects().set_index(["layer", "lesion", "severity", "task"])
    for axes, lesioned in zip(plt.gcf().axes, TASKS, strict=True):
        assert axes.get_title() == f"{lesioned} filters lesioned (20% of conv5_3)" and labels(axes) == METHODS
        for row in drawn[drawn.lesioned == lesioned].itertuples():
            name = {"greedy": lesioned, "random": "random"}.get(row.method, f"{lesioned}_by_{row.method.replace('-', '_')}")
            effect = source.loc[(LAST, name, 0.2, row.task)]
            expected = [1 - effect.normalised, 1 - effect.high, 1 - effect.low]
            assert [row.drop, row.low, row.high] == pytest.approx(expected), name
            x = METHODS.index(row.method)
            bars = [b for b in axes.patches if b.get_height() == pytest.approx(100 * row.drop)]
            assert len(bars) == 1 and same_color(bars[0].get_facecolor(), style.TASKS[row.task])
            middle = bars[0].get_x() + bars[0].get_width() / 2
            assert x - 0.4 < middle < x if row.task == "face" else x < middle < x + 0.4
        intervals = np.array([s for c in axes.collections for s in c.get_segments()])[..., 1]
        rows = drawn[drawn.lesioned == lesioned].sort_values("task", kind="stable")
        assert intervals == pytest.approx(100 * rows[["low", "high"]].to_numpy())
    assert legend() == ["drop in the face task", "drop in the object task"]


def test_a_lesion_that_helps_stays_in_sight(tmp_path):
    """Performance above intact is a bar below zero, in whichever panel it is."""
    table = effects()
    table.loc[(table.lesion == "face") & (table.layer == LAST), ["normalised", "low", "high"]] = [1.3, 1.2, 1.5]
    draw_rankings(tmp_path, table)
    assert all(axes.get_ylim()[0] < -50 and axes.get_ylim()[1] == 100 for axes in plt.gcf().axes)


def test_severity(tmp_path):
    outputs = draw_severity(tmp_path)
    effect, index = pd.read_csv(outputs["table_a"]), pd.read_csv(outputs["table_b"])
    assert len(effect) == 3 * 2 * 3 and set(effect.layer) == {LAST} and set(effect.lesion) == {*TASKS, "random"}
    assert (effect[effect.severity == 0][["normalised", "low", "high"]] == 1).all(axis=None)
    *panels, last = plt.gcf().axes
    for axes, lesioned in zip(panels, TASKS, strict=True):
        drawn = lines(axes)
        for task, (lesion, name) in product(TASKS, ((lesioned, "top-ranked"), ("random", "random"))):
            line = drawn[f"{task} task, {name} filters lesioned"]
            rows = effect[(effect.task == task) & (effect.lesion == lesion)]
            assert line.get_xydata() == pytest.approx(100 * rows[["severity", "normalised"]].to_numpy())
            assert line.get_xydata()[0] == pytest.approx([0, 100]) and line.get_xydata()[:, 0] == pytest.approx([0, 20, 40])
            assert same_color(line.get_color(), style.TASKS[task]) and line.is_dashed() == (lesion == "random")
        bands = [set(band.get_paths()[0].vertices[:, 1].round(4)) for band in axes.collections]
        own = [effect[(effect.task == task) & (effect.lesion == lesioned)] for task in TASKS]
        assert bands == [set((100 * rows[["low", "high"]]).to_numpy().ravel().round(4)) for rows in own]
        assert axes.get_ylim()[1] > 100 * effect.high.max()
    assert (index.task + index.variant).tolist() == ["combinedcontrast"] * 2
    rows = index.sort_values("severity")
    assert last.lines[0].get_xydata() == pytest.approx(np.column_stack([100 * rows.severity, rows["index"]]))
    for axes in plt.gcf().axes:
        assert lines(axes)["20%, the severity of the other figures"].get_xdata() == pytest.approx([20, 20])
        assert axes.get_xlabel() == "lesioned filters (%)"


def test_a_task_without_intact_performance_has_no_point(tmp_path):
    table = effects()
    table.loc[table.task == "face", ["normalised", "low", "high"]] = np.nan
    drawn = pd.read_csv(draw_severity(tmp_path, table)["table_a"])
    assert set(drawn[drawn.severity == 0].task) == {"object"}


def test_variants(tmp_path):
    drawn = pd.read_csv(draw_variants(tmp_path)["table"])
    assert len(drawn) == 3 * 2 * 3 and set(drawn.task) == {"combined"}
    for axes, variant in zip(plt.gcf().axes, ("contrast", "difference", "pooled"), strict=True):
        assert axes.get_title().startswith(f"{variant}\n") and labels(axes) == ["1.1", "3.1", "5.3"]
        assert axes.get_xlabel() == "convolutional layer"
        for readout, band in zip(("full", "masked"), axes.collections, strict=True):
            rows = drawn[(drawn.variant == variant) & (drawn.readout == readout)]
            line = lines(axes)[extras.READOUTS[readout][0]]
            assert line.get_xydata() == pytest.approx(np.column_stack([range(3), rows["index"]]))
            ends = band.get_paths()[0].vertices[:, 1]
            assert set(ends.round(6)) == set(rows[["low", "high"]].to_numpy().ravel().round(6))
        assert any(set(line.get_ydata()) == {0} for line in axes.lines), "zero line"
        assert axes.get_ylim()[0] < drawn.low.min() and axes.get_ylim()[1] > drawn.high.max()
    assert legend() == [label for label, *_ in extras.READOUTS.values()]


def test_nulls(tmp_path):
    drawn = pd.read_csv(draw_nulls(tmp_path)["table"])
    assert set(drawn.variant) == {"contrast"} and drawn.kind.value_counts().to_dict() == {"member": 204, "summary": 2}
    few, many = plt.gcf().axes
    dots = next(line for line in few.lines if line.get_marker() == "o")
    assert dots.get_xydata() == pytest.approx(np.array([[-0.5, 1], [0.01, 1], [0.02, 2], [0.03, 3]]))
    stairs = many.patches[0].get_data()
    assert stairs.values.tolist() == np.histogram(np.linspace(-0.99, 0.99, 200), stairs.edges)[0].tolist()
    for axes, title in (
        (few, "p = 0.4 (n = 4, smallest possible p = 0.4)"),
        (many, "p = 0.01 (n = 200, smallest possible p"),
    ):
        assert lines(axes)["observed"].get_xdata() == pytest.approx([0.7, 0.7])
        assert title in axes.get_title() and axes.get_xlabel() == "combined segregation index of conv5_3"
        interval = axes.collections[0].get_segments()[0]
        assert interval[:, 0] == pytest.approx([-0.1, 0.3])
        highest = 3 if axes is few else stairs.values.max()
        assert highest < interval[0, 1] < axes.get_ylim()[1], "beside the members, not on them"
    assert legend() == ["observed", "null: mean and 95% range of the average over 2 seeds"]


def test_a_null_without_members_says_so(tmp_path):
    members, summary = nulls()
    numbers = ["observed", "null_mean", "null_low", "null_high", "p"]
    drawn = draw_nulls(tmp_path, (members[:0], summary.assign(n=0, n_seeds=0).assign(**dict.fromkeys(numbers, np.nan))))
    assert pd.read_csv(drawn["table"]).kind.tolist() == ["summary"] * 2
    assert all("p undefined" in axes.get_title() for axes in plt.gcf().axes)


def test_the_edges_of_the_index_are_counted():
    axes = plt.figure().subplots()
    extras.null_distribution(axes, pd.Series([-1.0, 1.0, 1.0]), nulls()[1].iloc[0])
    assert axes.lines[0].get_xydata().tolist() == [[-1, 1], [1, 1], [1, 2]]


@pytest.mark.parametrize("draw", [draw_rankings, draw_severity, draw_variants, draw_nulls])
def test_two_runs_give_the_same_bytes_within_the_page(draw, tmp_path):
    runs = [tmp_path / "a", tmp_path / "b"]
    for folder in runs:
        folder.mkdir()
    first, second = ({name: path.read_bytes() for name, path in draw(folder).items()} for folder in runs)
    assert first == second and first["pdf"].startswith(b"%PDF") and first["png"].startswith(b"\x89PNG")
    figure = plt.gcf()
    assert figure.get_size_inches()[0] <= 18.4 / 2.54 + 1e-9
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, "nothing is cut off"
    texts = [text for text in figure.findobj(plt.Text) if text.get_text()]
    assert min(text.get_fontsize() for text in texts) >= 6
