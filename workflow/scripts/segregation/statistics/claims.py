"""What a study says of the claims of its sources: a number of one of its tables, and a verdict by a stated criterion."""

import math

import pandas as pd

from segregation.statistics.power import power, standard_error

SIGNIFICANT = 0.05  # where a claim has a p instead of an interval
VERDICTS = ("reproduced", "direction only", "not reproduced", "not tested")


def judge(
    claims: list[dict], tables: dict[str, pd.DataFrame], names: dict[str, str], effect: float, confidence: float
) -> pd.DataFrame:
    """Return a row a claim: claim, source, paper, here, low, high, verdict, criterion, margin, effect, power, table.

    claims are as in workflow/claims.yaml, where the criteria are stated; names says what $main and the like stand for;
    effect is that of a claim of a direction that has none of its own, for its power; confidence is that of the tables'
    intervals. Raises KeyError for a table, column or criterion that there is not, and ValueError where a claim fits several
    rows.
    """
    rows = []
    for claim in claims:
        here, low, high, sure = _measured(claim, tables[claim["table"]], names)
        about = {key: claim[key] for key in ("claim", "source", "paper")}
        verdict = CRITERIA[claim["criterion"]](claim, here, low, high, sure)
        found = {"here": here, "low": low, "high": high, "verdict": "not tested" if math.isnan(here) else verdict}
        held = {"criterion": claim["criterion"], "margin": claim.get("margin", math.nan), "effect": _held(claim, effect)}
        error = standard_error(low, high, confidence)
        decided = {"power": power(claim["criterion"], error, confidence, held["effect"], held["margin"])}
        rows.append(about | found | held | decided | {"table": claim["table"]})
    return pd.DataFrame(rows)


def _held(claim: dict, effect: float) -> float:
    """Return what the value of a claim is, if the claim holds."""
    if claim["criterion"] in ("alike", "no_worse"):
        return 0.0
    if claim["criterion"] == "number":
        return float(claim["paper"])
    size = claim.get("effect", effect)
    return -size if claim["criterion"] == "negative" else size


def _measured(claim: dict, table: pd.DataFrame, names: dict[str, str]) -> tuple[float, float, float, bool]:
    """Return the value of a claim, its interval and, where it has a p instead, whether that is small; nan without a row."""
    for column, wanted in claim["where"].items():
        value = names.get(wanted[1:], wanted) if str(wanted).startswith("$") else wanted
        table = table[table[column] == value]
    if len(table) > 1:
        raise ValueError(f"The claim '{claim['claim']}' fits {len(table)} rows of the table {claim['table']}.")
    if table.empty:
        return math.nan, math.nan, math.nan, False
    row = table.iloc[0]
    if "p" in claim:
        return float(row[claim["value"]]), math.nan, math.nan, bool(row[claim["p"]] < SIGNIFICANT)
    return float(row[claim["value"]]), float(row[claim.get("low", "low")]), float(row[claim.get("high", "high")]), False


def _positive(claim: dict, here: float, low: float, high: float, sure: bool) -> str:
    if here > 0 and (low > 0 or sure):
        return "reproduced"
    return "direction only" if here > 0 else "not reproduced"


def _negative(claim: dict, here: float, low: float, high: float, sure: bool) -> str:
    return _positive(claim, -here, -high, -low, sure)


def _number(claim: dict, here: float, low: float, high: float, sure: bool) -> str:
    side = _positive if claim["paper"] > 0 else _negative
    if side(claim, here, low, high, sure) != "reproduced":
        return "not reproduced"
    return "reproduced" if low <= claim["paper"] <= high else "direction only"


def _alike(claim: dict, here: float, low: float, high: float, sure: bool) -> str:
    if -claim["margin"] < low and high < claim["margin"]:
        return "reproduced"
    return "direction only" if abs(here) < claim["margin"] else "not reproduced"


def _no_worse(claim: dict, here: float, low: float, high: float, sure: bool) -> str:
    if low > -claim["margin"]:
        return "reproduced"
    return "direction only" if here > -claim["margin"] else "not reproduced"


CRITERIA = {"number": _number, "positive": _positive, "negative": _negative, "alike": _alike, "no_worse": _no_worse}


def markdown(judged: pd.DataFrame, scale: str, limits: str) -> str:
    """Return the claims as a table for a reader, between the data and scale they rest on and what they do not allow."""
    lines = [
        f"Data and scale: {scale}",
        "",
        "| claim | source | paper | here | verdict | power |",
        "|---|---|---|---|---|---|",
    ]
    for row in judged.itertuples():
        here = "" if math.isnan(row.here) else f"{row.here:.2f}"
        here += "" if math.isnan(row.low) else f" [{row.low:.2f}, {row.high:.2f}]"
        paper = row.paper if isinstance(row.paper, str) else f"{row.paper:.2f}"
        chance = "" if math.isnan(row.power) else f"{row.power:.0%}"
        lines.append(f"| {row.claim} | {row.source} | {paper} | {here} | {row.verdict} | {chance} |")
    return "\n".join([*lines, "", f"What this does not allow one to conclude: {limits}", ""])
