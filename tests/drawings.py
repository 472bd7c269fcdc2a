"""Tables that tests of figures draw, with decoys, and what is to be seen in a drawn figure."""

from pathlib import Path

import pandas as pd
from matplotlib.colors import to_hex

from segregation.figures.making import make_figure


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


def make(draw, outputs, tables, **given):
    """Make a figure as its script does, from tables in files, and see that drawing leaves the tables as they were."""

    def watched(**of):
        frames = [frame for table in of.values() for frame in (table if isinstance(table, list) else [table])]
        frames = [(frame, frame.copy()) for frame in frames if isinstance(frame, pd.DataFrame)]
        made = draw(**of)
        for frame, before in frames:
            pd.testing.assert_frame_equal(frame, before)
        return made

    make_figure(watched, "figure", f"{outputs['pdf']}.log", tables, outputs, **given)


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
