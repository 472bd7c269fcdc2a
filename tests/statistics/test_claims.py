"""Claims: verdicts by their criteria, each by hand; the repository's own list."""

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from segregation.statistics.claims import CRITERIA, VERDICTS, judge, markdown
from studies import ROOT

CLAIMS = yaml.safe_load((ROOT / "workflow/claims.yaml").read_text())


def judged_by(claims, tables, names):
    return judge(claims, tables, names, effect=0.1, confidence=0.95)


def verdict(value, low, high, **claim):
    table = pd.DataFrame({"value": [value], "low": [low], "high": [high]})
    given = {"claim": "c", "source": "S", "paper": "> 0", "table": "t", "where": {}, "value": "value", **claim}
    return judged_by([given], {"t": table}, {}).verdict[0]


@pytest.mark.parametrize(
    ("value", "low", "high", "criterion", "expected"),
    [
        (0.5, 0.1, 0.9, "positive", "reproduced"),
        (0.5, -0.1, 0.9, "positive", "direction only"),
        (-0.5, -0.9, 0.1, "positive", "not reproduced"),
        (-0.5, -0.9, -0.1, "negative", "reproduced"),
        (-0.5, -0.9, 0.1, "negative", "direction only"),
        (0.5, 0.1, 0.9, "negative", "not reproduced"),
    ],
)
def test_directions(value, low, high, criterion, expected):
    assert verdict(value, low, high, criterion=criterion) == expected


@pytest.mark.parametrize(
    ("value", "low", "high", "paper", "expected"),
    [
        (0.6, 0.5, 0.8, 0.75, "reproduced"),
        (0.4, 0.3, 0.5, 0.75, "direction only"),
        (0.4, -0.1, 0.5, 0.75, "not reproduced"),
        (0.6, -0.3, 0.9, 0.75, "not reproduced"),
        (-0.2, -0.3, -0.1, -0.4, "direction only"),
        (-0.4, -0.5, -0.3, -0.4, "reproduced"),
        (0.2, 0.1, 0.3, -0.4, "not reproduced"),
    ],
)
def test_numbers(value, low, high, paper, expected):
    assert verdict(value, low, high, paper=paper, criterion="number") == expected


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [(0.01, -0.05, 0.06, "reproduced"), (0.01, -0.2, 0.06, "direction only"), (0.2, 0.1, 0.3, "not reproduced")],
)
def test_alike_within_a_margin(value, low, high, expected):
    assert verdict(value, low, high, criterion="alike", margin=0.1) == expected


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [(0.2, 0.1, 0.3, "reproduced"), (0.0, -0.2, 0.2, "direction only"), (-0.2, -0.3, -0.1, "not reproduced")],
)
def test_no_worse_by_more_than_a_margin(value, low, high, expected):
    assert verdict(value, low, high, criterion="no_worse", margin=0.1) == expected


def test_a_p_instead_of_an_interval():
    table = pd.DataFrame({"rho": [-0.7], "p": [0.01]})
    claim = {"claim": "c", "source": "S", "paper": "< 0", "table": "t", "where": {}, "value": "rho", "p": "p"}
    judged = judged_by([claim | {"criterion": "negative"}], {"t": table}, {})
    assert judged.verdict[0] == "reproduced" and np.isnan(judged.low[0])
    assert judged_by([claim | {"criterion": "negative"}], {"t": table.assign(p=0.2)}, {}).verdict[0] == "direction only"


def test_rows_are_found_by_the_names_of_the_study():
    table = pd.DataFrame({"network": ["dual", "other"], "x": [0.5, -0.5], "low": [0.1, -1], "high": [1, -0.1]})
    claim = {"claim": "c", "source": "S", "paper": "> 0", "table": "t", "value": "x", "criterion": "positive"}
    judged = judged_by(
        [claim | {"where": {"network": "$main"}}, claim | {"where": {"network": "third"}}], {"t": table}, {"main": "dual"}
    )
    assert judged.verdict.tolist() == ["reproduced", "not tested"] and judged.here[0] == 0.5
    with pytest.raises(ValueError, match=r"'c' fits 2 rows"):
        judged_by([claim | {"where": {}}], {"t": table}, {})


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_claim_and_its_opposite_are_never_both_reproduced(value, below, above):
    of = {c: verdict(value, value - below, value + above, criterion=c) for c in ("positive", "negative")}
    assert set(of.values()) <= set(VERDICTS) and list(of.values()).count("reproduced") <= 1


def test_the_page_shows_every_claim_with_data_and_limits():
    judged = judged_by(
        [{"claim": "c", "source": "S", "paper": 0.75, "table": "t", "where": {}, "value": "x", "criterion": "number"}],
        {"t": pd.DataFrame({"x": [0.6], "low": [0.5], "high": [0.8]})},
        {},
    )
    page = markdown(judged, "rendered images.", "much.")
    assert "| c | S | 0.75 | 0.60 [0.50, 0.80] | reproduced | 95% |" in page
    assert page.startswith("Data and scale: rendered images.") and page.endswith("conclude: much.\n")


def test_the_list_of_claims_is_whole():
    claims = CLAIMS["claims"]
    assert len({claim["claim"] for claim in claims}) == len(claims) >= 15
    for claim in claims:
        assert claim["criterion"] in CRITERIA and claim["source"] in ("S", "A", "C1", "K")
        assert isinstance(claim["paper"], float) == (claim["criterion"] == "number")
        assert claim["criterion"] in ("positive", "negative") or "effect" not in claim
        assert ("margin" in claim) == (claim["criterion"] in ("alike", "no_worse"))
