"""docs/claims.md: each claim of the paper beside the command, the number that the reference expects, and its tolerance."""

from collections.abc import Iterator

import pandas as pd

TABLES = {  # the tables that rule judge_claims reads, below the folder of a study
    "networks": "statistics/networks.csv",
    "pairs": "statistics/same_kind_pairs.csv",
    "accuracy": "statistics/accuracy_comparison.csv",
    "decoding": "statistics/decoding_differences.csv",
    "selectivity": "statistics/selectivity.csv",
    "shared": "statistics/shared_filters_trend.csv",
    "nulls": "statistics/nulls.csv",
    "segregation": "statistics/{network}/full/segregation.csv",
    "comparisons": "statistics/{network}/full/comparisons.csv",
}
HEAD = """# Each claim, the command, the number to expect

Written by `make manual` from [the list of claims](../workflow/claims.yaml) and from what [the
reference](../results/reference/default/claims.csv) found, with {seeds} seeds of every network. A command makes the
table in which the number of a claim stands, and all that this needs. `make` makes them all, and the verdicts:
`results/default/claims.md`.

*Expected* is the reference's number with its 95% interval over seeds, classes and images. A run with the same seeds on
the same kind of machine gives the same number. With other seeds or elsewhere it lies in the reference's spread, which
is wider for one seed than the interval here: `make check` holds a run against it ([how](check.md)). *Holds if* is the
criterion by which a claim counts as reproduced. Sources: S the paper's supplement, A its abstract, C1 the caption of
its Figure 1, K the authors' analysis code.
"""
CRITERIA = {
    "number": "the interval holds the paper's number",
    "positive": "the interval lies above 0",
    "negative": "the interval (or the value, where there is none) lies below 0",
    "no_worse": "the interval lies above -{margin}",
    "alike": "the interval lies within {margin} of 0",
}


def page(claims: dict, reference: pd.DataFrame, figures: dict, seeds: int) -> str:
    """Return the page; figures is the section of that name of the reference's configuration."""
    networks = {f"${name}": figures[name] for name in ("main", "same_kind")}
    return (
        HEAD.format(seeds=seeds) + "\n" + "\n".join(_rows(claims["claims"], reference.set_index("claim"), networks)) + "\n"
    )


def _rows(claims: list[dict], reference: pd.DataFrame, networks: dict) -> Iterator[str]:
    yield "| claim | paper | command | expected | holds if | reference |"
    yield "|---|---|---|---|---|---|"
    for claim in claims:
        found = reference.loc[claim["claim"]]
        network = claim["where"].get("network", "$main")
        target = TABLES[claim["table"]].format(network=networks.get(network, network))
        interval = f" [{found.low:.2f}, {found.high:.2f}]" if pd.notna(found.low) and pd.notna(found.high) else ""
        holds = CRITERIA[claim["criterion"]].format(margin=claim.get("margin"))
        command, expected = f"`make ARGS=results/default/{target}`", f"{found.here:.2f}{interval}"
        paper = f"{claim['paper']} ({claim['source']})"
        yield f"| {' | '.join((claim['claim'], paper, command, expected, holds, found.verdict))} |"
