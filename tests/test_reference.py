"""The reference run: complete, and what the README says of it is what its tables say."""

import json
import re

import pandas as pd
import pytest
import yaml
from conftest import ROOT

REFERENCE = ROOT / "results/reference/default"
README = (ROOT / "README.md").read_text()
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))


def said(row, column, decimals=2) -> str:
    """Return a value with its interval as the README writes it."""
    return f"{row[column]:.{decimals}f} [{row.low:.{decimals}f}, {row.high:.{decimals}f}]"


@pytest.fixture(scope="module")
def table():
    """Read a table of the reference run."""
    return lambda name: pd.read_csv(REFERENCE / f"{name}.csv")


@pytest.fixture(scope="module")
def segregation(table):
    return table("statistics/dual/full/segregation").set_index(["task", "variant", "layer"])


def test_files_that_others_read_are_there(table):
    run = json.loads((REFERENCE / "run.json").read_text())
    assert {"cores", "minutes_total", "minutes_by_rule", "versions", "seeds"} <= run.keys()
    assert run["seeds"] == yaml.safe_load((ROOT / "studies/reference.yaml").read_text())["seeds"]
    assert len(run["seeds"]) >= 3
    for name in re.findall(r"(?m)^rule draw_(\w+):", RULES):
        assert (REFERENCE / f"figures/{name}.png").stat().st_size > 10_000
        assert list((REFERENCE / "figures").glob(f"{name}*.csv")), name
    accuracy = table("statistics/accuracy").set_index("network").n_seeds
    assert (accuracy[["dual", "face", "object", "faces_faces", "food_object", "car_object"]] == len(run["seeds"])).all()


def test_the_reference_is_of_the_default_study():
    """But for what studies/reference.yaml changes."""
    config, default = (yaml.safe_load(path.read_text()) for path in (REFERENCE / "config.yaml", ROOT / "config.yaml"))
    for key, value in yaml.safe_load((ROOT / "studies/reference.yaml").read_text()).items():
        default[key] = default[key] | value if isinstance(value, dict) else value
    assert config == default


def test_every_network_learns_its_tasks(table):
    """No network is far below the single-task one of the same task and classes."""
    compared = table("statistics/accuracy_comparison").query("readout == 'full' and network != 'untrained'")
    assert set(compared.task) == {"face", "object", "portrait", "face_shape", "food", "car"}
    assert (compared.difference > -0.12).all(), compared[compared.difference <= -0.12]


def test_the_readme_says_what_the_tables_say(table, segregation):
    text = " ".join(README.split())
    last = segregation.loc["combined", "contrast", "conv5_3"]
    assert f"{said(last, 'index')} over {last.n_seeds} seeds" in text
    compared = table("statistics/dual/full/comparisons").set_index("comparison")
    for name in ("last_minus_early", "own_minus_random"):
        for _, row in compared.loc[[name]].iterrows():
            assert said(row, "estimate") in text, (name, row.task)
    top1 = table("statistics/accuracy").query("readout == 'full'").set_index(["network", "task"]).accuracy
    top1 = {key: f"{100 * value:.0f}%" for key, value in top1.items()}
    assert f"names {top1['dual', 'face']} of the faces and {top1['dual', 'object']} of the objects" in text
    assert f"trained on one task {top1['face', 'face']} and {top1['object', 'object']}." in text
    left = table("figures/figure_2a").set_index(["lesion", "task"]).normalised
    left = {key: f"{100 * value:.0f}%" for key, value in left.items()}
    assert f"leaves {left['face', 'face']} of face and {left['face', 'object']} of object performance" in text
    assert f"leave {left['object', 'object']} of object and {left['object', 'face']} of face performance" in text
    assert f"random filters leave {left['random', 'face']} and {left['random', 'object']}." in text


def test_the_readme_shows_the_claims_as_they_were_judged():
    assert (REFERENCE / "claims.md").read_text().strip() in README


def test_the_minutes_in_the_readme_are_those_of_the_record():
    run = json.loads((REFERENCE / "run_make.json").read_text())
    assert run["cores"] == 2 and f"took {run['minutes_total'] + 1e-9:.1f} minutes on two" in " ".join(README.split())
    minutes = dict(re.findall(r"`(\w+)` \| `workflow/scripts/\w+\.py` \| ([\d.]+) \|", README))
    assert {rule: float(m) for rule, m in minutes.items()} == {rule: run["minutes_by_rule"][rule] for rule in minutes}
    assert {"train", "rank_filters", *re.findall(r"(?m)^rule (draw_\w+):", RULES)} <= minutes.keys()


def test_every_interval_in_the_readme_is_in_a_table(table):
    numbers = set(re.findall(r"-?\d\.\d\d \[-?\d\.\d\d, -?\d\.\d\d\]", README))
    known, columns = set(), ("index", "estimate", "normalised", "accuracy", "difference", "rho", "here", "null_mean")
    for path in REFERENCE.rglob("*.csv"):
        frame = pd.read_csv(path)
        frame = frame.rename(columns={"null_low": "low", "null_high": "high"})
        for column in {*columns} & {*frame.columns} if {"low", "high"} <= {*frame.columns} else ():
            known |= {said(row, column) for _, row in frame.dropna(subset=["low", "high", column]).iterrows()}
    assert numbers and numbers <= known, numbers - known


def test_the_readme_names_every_figure_and_rule_that_there_is():
    for rule in re.findall(r"(?m)^rule (draw_\w+|\w+):", RULES):
        assert f"`{rule}`" in README, rule
        assert not rule.startswith("draw_") or f"`workflow/scripts/{rule}.py`" in README, rule


def test_the_readme_says_what_the_benchmarks_say():
    text, folder = " ".join(README.split()), ROOT / "results/reference/benchmarks"
    lesions, racing, memory = (pd.read_csv(folder / f"{name}.csv") for name in ("lesions", "racing", "memory"))
    assert set(lesions.layer) == set(racing.layer) and len(set(lesions.layer)) == 13 and lesions.same_order.all()
    default, wide = (lesions[lesions.network == name] for name in ("default", "vgg16"))
    total = default.naive_s.sum() / default.engine_s.sum()
    assert (
        f"take full passes {total:.1f} times as long, {default.ratio.min():.1f} to {default.ratio.max():.1f} times" in text
    )
    allowed = wide.set_index("layer").limit["conv5_3"]
    assert f"in groups of 8, {wide.ratio.min():.1f} to {wide.ratio.max():.0f} times, of {allowed:.0f} that" in text
    share = 100 * racing.racing_pairs.sum() / racing.exact_pairs.sum()
    assert f"computes {share:.0f}% of the pairs" in text
    assert f"names {100 * racing.shared_top20.mean():.0f}% of its top 20%" in text
    assert f"takes {memory.peak_bytes[0] / 1e9:.1f} GB at most" in text and memory.peak_bytes[0] < memory.budget_bytes[0]
    loading, training = (pd.read_csv(folder / f"{name}.csv") for name in ("loading", "training"))
    large, finished, _, small, *_ = loading.itertuples()
    assert f"{large.ours_images_per_s:,.0f} images per second" in text and f"gives {large.peer_images_per_s:.0f}, " in text
    assert f"the ratio is {finished.ratio:.1f}, and {small.ratio:.1f} where the files have 256 pixels" in text
    decoded = training[(training.image_size == 48) & (training.images == "decoded")].iloc[0]
    assert f"trains at {decoded.ratio:.2f} of its speed on a batch that stays" in text
