"""Extra figures of networks that differ in seed, width or number of classes: what is drawn is what the tables say."""

import pandas as pd
import pytest

from draw_extra_capacity import draw_extra_capacity
from draw_extra_seeds import draw_extra_seeds
from drawings import drawn_twice, intervals, line, make, outputs_of, points, tick_labels
from segregation.figures import style
from segregation.statistics.seeds import correlations, of_networks

TASKS = ["face", "object"]


@pytest.fixture
def seeds(tmp_path, write):
    """Draw three seeds; return how, and where."""
    parts = [of_networks("index", {4: 0.5, 5: 0.3, 6: 0.7}), of_networks("silent_filters", {4: 0, 5: 0, 6: 0})]
    parts += [of_networks("train_loss", {4: 1.0, 5: 2.0, 6: 3.0})]
    parts += [of_networks("top1", {4: 0.1, 5: 0.2, 6: 0.0}).assign(task="face")]
    parts += [of_networks("top1", {4: 0.5, 5: 0.4, 6: 0.6}).assign(task="object")]
    table, outputs = pd.concat(parts, ignore_index=True), outputs_of(tmp_path, "table_a", "table_b")
    tables = {"quantities": write("quantities", table), "correlations": write("correlations", correlations(table))}
    return lambda: make(draw_extra_seeds, outputs, tables, tasks=TASKS, layer="conv5"), outputs


def test_seeds_in_the_order_of_their_index_and_beside_what_they_differ_in(seeds, drawn):
    seeds[0]()
    first, top1, never, loss = drawn[0].axes
    assert drawn[0].get_size_inches()[0] == pytest.approx(style.FULL_WIDTH)
    assert tick_labels(first) == ["5", "4", "6"] and first.get_title() == "mean 0.50, SD 0.20"
    assert [y for _, y in points(first.lines[-1])] == [0.3, 0.5, 0.7]
    assert points(line(top1, "face")) == [(0.1, 0.5), (0.2, 0.3), (0.0, 0.7)]
    assert top1.get_title() == "ρ −1.00, 1.00", "of either task, in the legend's order"
    assert loss.get_title() == "ρ 0.50" and points(loss.lines[0]) == [(1, 0.5), (2, 0.3), (3, 0.7)]
    assert never.get_title() == "ρ none" and never.get_xlabel() == "share of filters that never fire"


def test_the_tables_of_seeds_hold_what_is_drawn(seeds):
    draw, outputs = seeds
    assert drawn_twice(draw, outputs)
    assert len(pd.read_csv(outputs["table_a"])) == 15 and len(pd.read_csv(outputs["table_b"])) == 5


NETWORKS = {
    "wide": {"tasks": TASKS, "layer": "b", "width": 0.25, "classes": 32},
    "main": {"tasks": TASKS, "layer": "b", "width": 0.125, "classes": 32},
    "few": {"tasks": ["face_few", "object_few"], "layer": "c", "width": 0.125, "classes": 8},
}
INDEX = {"wide": 0.6, "main": 0.5, "few": 0.4, "other": 0.9}


@pytest.fixture
def capacity(tmp_path, write):
    """Draw three networks, one of them wider and one of fewer classes than the main one; return how, and where."""
    rows = [
        {"network": name, "variant": variant, "index": index + shift, "low": index - 0.1, "high": index + 0.2}
        for name, index in INDEX.items()
        for variant, shift in (("contrast", 0), ("pooled", 0.07))
    ]
    accuracy = [
        {
            "network": name,
            "task": task,
            "readout": readout,
            "accuracy": index + k / 10,
            "low": index,
            "high": index + 0.3,
            "classes": 99,
        }
        for name, index in INDEX.items()
        for k, task in enumerate(NETWORKS.get(name, NETWORKS["main"])["tasks"], 1)
        for readout in ("full", "masked")
    ]
    by_seed = [
        [
            {"network": name, "seed": s, "layer": at, "index": INDEX[name] + s / 100, "task": task, "variant": "contrast"}
            for at in ("a", about["layer"])
            for task in ("combined", about["tasks"][0])
            for s in (1, 2)
        ]
        for name, about in NETWORKS.items()
    ]
    tables = {"indices": write("networks", rows), "accuracy": write("accuracy", accuracy)}
    tables["by_seed"] = [write(f"by_seed_{k}", of) for k, of in enumerate(by_seed)]
    outputs = outputs_of(tmp_path, "table_a", "table_b")
    return lambda: make(draw_extra_capacity, outputs, tables, networks=NETWORKS, main="main"), outputs


def test_networks_by_width_and_by_classes(capacity, drawn):
    capacity[0]()
    by_width, by_classes, accuracy_by_width, accuracy_by_classes = drawn[0].axes
    assert tick_labels(by_width) == ["1/8", "1/4"] and tick_labels(by_classes) == ["8", "32"]
    assert points(line(by_width, "index")) == [(0, 0.5), (1, 0.6)]
    assert points(line(by_classes, "index")) == [(0, 0.4), (1, 0.5)]
    assert [y for _, y in points(line(by_width, "single"))] == pytest.approx([0.61, 0.62, 0.51, 0.52])
    assert intervals(by_width) == [(0, pytest.approx(0.4), pytest.approx(0.7)), (1, pytest.approx(0.5), pytest.approx(0.8))]
    assert [y for _, y in points(line(accuracy_by_width, "face task"))] == pytest.approx([60, 70])
    of_few = [y for _, y in points(line(accuracy_by_classes, "object task"))]
    assert of_few == pytest.approx([60, 70]), "tasks in their order"
    assert points(line(accuracy_by_classes, "face task, chance")) == [(0, 100 / 16), (1, 100 / 64)]
    assert tick_labels(accuracy_by_classes) == ["8", "32"] and by_classes.get_xlabel() == "classes of each task"


def test_the_tables_of_capacity_hold_what_is_drawn(capacity):
    draw, outputs = capacity
    assert drawn_twice(draw, outputs)
    a, b = (pd.read_csv(outputs[f"table_{name}"]) for name in "ab")
    assert len(a) == 3 * (1 + 2) and set(a.network) == set(NETWORKS) and a.seed.notna().sum() == 6 and len(b) == 6
