"""The report: what it says is what the tables say, and its page works as its reader uses it."""

import numpy as np
import pandas as pd
import pytest
from jinja2 import UndefinedError

from segregation.report import explorer, finding, pictures
from segregation.report.page import render
from segregation.report.tables import shown

MAIN = finding.Main("dual", ["face", "object"], "conv5_3", 0.2)
PAGE = "results/tiny/report.html"


def table(columns: str, *rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


@pytest.fixture
def tables():
    effects = [
        ("conv5_3", "face", 0.2, "face", 0.216),
        ("conv5_3", "face", 0.2, "object", 0.759),
        ("conv5_3", "object", 0.2, "face", 0.81),
        ("conv5_3", "object", 0.2, "object", 0.38),
        ("conv5_3", "random", 0.2, "face", 0.5),
        ("conv5_3", "face", 0.4, "face", 0.01),
        ("conv1_1", "face", 0.2, "face", 0.02),
    ]
    return {
        "segregation": table(
            "layer task variant index low high n_seeds",
            ("conv1_1", "combined", "contrast", 0.1, 0.0, 0.2, 3),
            ("conv5_3", "face", "contrast", 0.9, 0.8, 1.0, 3),
            ("conv5_3", "combined", "pooled", 0.8, 0.7, 0.9, 3),
            ("conv5_3", "combined", "contrast", 0.543, 0.286, 0.764, 3),
        ),
        "comparisons": table(
            "comparison task estimate low high",
            ("own_minus_random", "face", 0.7, 0.6, 0.8),
            ("last_minus_early", "combined", 0.476, -0.197, 0.705),
        ),
        "effects": table("layer lesion severity task normalised", *effects),
        "networks": table(
            "network variant index low high",
            ("faces_faces", "pooled", 0.9, 0.8, 1.0),
            ("faces_faces", "contrast", 0.25, 0.14, 0.4),
        ),
        "claims": pd.DataFrame({"verdict": ["reproduced", "reproduced", "not reproduced", "direction only"]}),
    }


def test_the_finding_by_hand(tables):
    first, second, third = finding.sentences(MAIN, tables, ("faces_faces", ["face", "portrait"]))
    assert "trained on both face and object" in first and "layer conv5_3 is 0.54 [0.29, 0.76] over 3 seeds" in first
    assert "first layers by 0.48 [\N{MINUS SIGN}0.20, 0.70]" in first
    assert "the 20% of that layer's filters that face needs most leaves 22% of face performance and 76% of object" in second
    assert "object needs most leave 81% of face performance and 38% of object performance" in second
    assert "random ones 50% of face performance and an unknown share of object performance." in second
    assert third.startswith("Two tasks of one kind, face and portrait, have an index of 0.25 [0.14, 0.40]; of 4 claims")
    assert third.endswith("2 are reproduced, 1 in direction only and 1 are not.")


def test_the_finding_where_there_is_less_to_say(tables):
    tables["segregation"].loc[3, ["index", "low", "high", "n_seeds"]] = [np.nan, np.nan, np.nan, 1]
    tables["comparisons"] = tables["comparisons"][:1]
    first, _, third = finding.sentences(MAIN, tables, None)
    assert "conv5_3 is undefined (too little is lost under the lesions) over 1 seed (0:" in first and "exceeds" not in first
    assert third.startswith("Of 4 claims")


def test_the_finding_of_three_tasks_by_hand(tables):
    main = finding.Main("many", ["face", "object", "car"], "conv5_3", 0.2)
    left = {"face": (0.2, 0.9, 0.8), "object": (1, 0.4, 0.6), "car": (0.7, 0.7, 0.1), "random": (0.9, 0.8, 1)}
    rows = [("conv5_3", of, 0.2, task, n) for of, ns in left.items() for task, n in zip(main.tasks, ns, strict=True)]
    rows += [("conv5_3", of, 0.4, task, 0.0) for of in left for task in main.tasks]
    tables["effects"] = table("layer lesion severity task normalised", *rows)
    pairs = [
        ("conv5_3", "face", "object", "combined", "contrast", 0.5, 0.4, 0.6),
        ("conv5_3", "face", "car", "combined", "contrast", 0.9, 0.8, 1.0),
        ("conv5_3", "object", "car", "combined", "contrast", -0.1, -0.2, 0.1),
        ("conv5_3", "object", "car", "car", "contrast", 1.0, 1.0, 1.0),
        ("conv1_1", "object", "car", "combined", "contrast", 1.0, 1.0, 1.0),
        ("conv5_3", "object", "car", "combined", "pooled", 1.0, 1.0, 1.0),
    ]
    of = {name: tables[name] for name in ("segregation", "comparisons", "effects")}
    of["pairs"] = table("layer first second task variant index low high", *pairs)
    first, second, third = finding.sentences(main, of, None)
    assert "trained on face, object and car, the combined segregation index of layer conv5_3 is 0.54 [0.29, 0.76]" in first
    assert "hurt it and the others alike" in first
    assert "leaves 20% of face and 85% of the others' performance; 40% of object and 80% of" in second
    assert "10% of car and 70% of the others' performance. As many random ones leave 90% of all." in second
    assert third.startswith(
        "Of the pairs of its tasks, face and car (0.90 [0.80, 1.00]) are kept apart most, object and car ("
    )
    of["pairs"] = of["pairs"].assign(index=np.nan)
    assert "Of no pair" in finding.sentences(main, of, None)[2]


def test_tables_are_shown_as_they_are():
    made = shown(pd.DataFrame({"a": ["x", None], "b": [-0.123456, np.nan], "c": [3, 4]}))
    assert [(c["name"], c["numeric"]) for c in made["columns"]] == [("a", False), ("b", True), ("c", True)]
    assert [[cell["text"] for cell in row] for row in made["rows"]] == [["x", "\N{MINUS SIGN}0.1235", "3"], ["", "", "4"]]
    assert made["rows"][0][1]["value"] == "-0.123456", "sorted by what it is, not by what is shown"


def test_pictures_keep_their_pixels_and_the_proportions_of_print(tmp_path):
    from io import BytesIO
    from urllib.request import urlopen

    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 256, (300, 600, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "two_inches.png")
    picture = pictures.of_file(tmp_path / "two_inches.png")
    assert (picture["width"], picture["height"]) == (262, 131), "two inches of 18.4 cm in 950 pixels"
    with urlopen(picture["uri"]) as answer, Image.open(BytesIO(answer.read())) as read:
        assert (np.asarray(read) == pixels).all()


def test_the_template_lets_no_text_become_markup_and_misses_nothing(tmp_path):
    texts = "<style>{{ css }}</style>{{ said }}<script>{{ data | tojson }}{{ js }}</script>", "a > b {}", "1 < 2"
    paths = [tmp_path / name for name in ("template", "style", "program")]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    made = render(*paths, {"said": "<b>", "data": {"x": "</script>"}})
    assert made == '<style>a > b {}</style>&lt;b&gt;<script>{"x": "\\u003c/script\\u003e"}1 < 2</script>'
    with pytest.raises(UndefinedError, match="said"):
        render(*paths, {"data": {}})


def test_the_explorer_has_what_was_measured():
    effects = table(
        "layer lesion severity task normalised low high",
        ("l1", "face", 0.2, "face", 0.25, 0.123456, np.nan),
    )
    by_severity = table(
        "layer ranking severity task variant index low high",
        ("l1", "greedy", 0.2, "combined", "contrast", np.nan, np.nan, np.nan),
        ("l1", "gradient", 0.4, "combined", "pooled", 0.1, 0.0, 0.2),
    )
    accuracy = table("task readout accuracy", ("face", "full", 0.5), ("face", "masked", 0.6), ("object", "full", 0.7))
    made = explorer.explored(
        "dual", ["face", "object"], ["l1"], {"effects": effects, "by_severity": by_severity, "accuracy": accuracy}
    )
    assert made["effects"] == [["l1", "face", 0.2, "face", 0.25, 0.1235, None]]
    assert made["index"] == [["l1", "greedy", 0.2, "combined", None, None, None]], "the contrast index alone"
    assert made["layers"] == [{"name": "l1", "rankings": ["greedy", "random"]}] and made["severities"] == [0.2]
    assert made["intact"] == {"face": 0.5, "object": 0.7}
