"""docs/evidence.md: each number is that of a table of the references."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from prose import without
from studies import ROOT

PAGE = " ".join((ROOT / "docs/evidence.md").read_text().split())
REFERENCE, CAPACITY, GPU = (ROOT / "results/reference" / name for name in ("default", "capacity", "gpu"))
# Names, and what is another page's.
TOLD = ["paper's 0.75", "paper's 0.21", "one H100", "Spearman's ρ", "95%", "VGG16", "a p of", "seeds 1 to 3", "seed 2"]


def said(row, value: str = "index") -> str:
    """Return a value with its interval as the page writes it."""
    return f"{row[value]:.2f} [{row.low:.2f}, {row.high:.2f}]"


def table(name: str, of: Path = REFERENCE) -> pd.DataFrame:
    return pd.read_csv(of / f"statistics/{name}.csv")


def numbers() -> list[str]:
    """Return what the page says, with the numbers of the tables."""
    seeds, rho = table("seeds"), table("seeds_correlations").set_index(["quantity", "task"])
    index = seeds[seeds.quantity == "index"].set_index("seed").value
    claims = pd.read_csv(REFERENCE / "claims.csv").fillna({"power": 0})
    undecided = claims[~claims.verdict.isin(["reproduced", "not tested"])]
    networks = table("networks").query("variant == 'contrast'").set_index("network")
    pairs = table("networks_pairs").query("variant == 'contrast'").set_index(["first", "second"])
    alike = table("people_people/full/comparisons").query("comparison == 'own_minus_other'").set_index("task")
    excess = table("nulls_excess").query("variant == 'contrast'").set_index("null")
    apart = pairs.loc["people_people", "faces_faces"]
    of_size = table("networks", CAPACITY).query("variant == 'contrast'").set_index("network")
    by_size = table("networks_pairs", CAPACITY).query("variant == 'contrast'").set_index(["first", "second"])
    top1 = table("accuracy", CAPACITY).query("readout == 'full'").set_index(["network", "task"]).accuracy
    trained = sum(
        len(pd.read_csv(path).seed.unique()) for path in CAPACITY.glob("statistics/*/full/segregation_by_seed.csv")
    )
    rows = [f"| {row.here:.2f} [{row.low:.2f}, {row.high:.2f}] | {row.power:.0%} |" for row in undecided.itertuples()]
    tasks = {"few": ("face_few", "object_few"), "more": ("face_more", "object_more")}
    for name in ("sixteenth", "dual", "quarter", "half", "full", "few", "more", "longer"):
        named = [f"{top1[name, task]:.0%}" for task in tasks.get(name, ("face", "object"))]
        rows.append(f"| {said(of_size.loc[name])} | {' | '.join(named)} |")
    return [
        *rows,
        f"From {index.min():.2f} to {index.max():.2f}, with a standard deviation of {index.std():.2f}",
        f"training loss {rho.rho['train_loss', 'both']:.2f}".replace("-", "−"),
        f"top-1 of faces {rho.rho['top1', 'face']:.2f}",
        f"no q is under {int(100 * rho.q.min()) / 100:.2f}",
        f"{said(networks.loc['people_people'])}, against {said(networks.loc['faces_faces'])}",
        f"the difference is {said(apart, 'difference')}".replace("-", "−"),
        f"nine of them lie between {index.nsmallest(2).max():.2f} and {index.max():.2f}",
        " and ".join(said(alike.loc[task], "estimate") for task in ("face", "people")).replace("-", "−"),
        f"is {said(excess.loc['pseudo_tasks'], 'excess')}",
        f"{trained} networks",
        *of_single_seeds(),
        *of_larger_ones(),
        f"the widest and the narrowest differ by {_difference(by_size, 'full', 'sixteenth')}",
        f"most and fewest classes by {_difference(by_size, 'more', 'few')}",
    ]


def of_single_seeds() -> list[str]:
    """Return what the page says of single networks, by their seed."""
    seeds = table("seeds").query("task == 'both'").pivot(index="seed", columns="quantity", values="value")
    apart, after = seeds.sort_values("train_loss", ascending=False).iloc[:2].to_dict("records")
    assert apart["index"] == seeds["index"].min()
    by_seed = {name: index_by_seed(CAPACITY, name) for name in ("sixteenth", "quarter", "half", "full")}
    both = by_seed["full"].index
    means = by_seed["full"].mean(), by_seed["sixteenth"][both].mean()
    return [
        f"{apart['train_loss']:.2f} nats; the next, with {after['train_loss']:.2f}, has an ordinary index of"
        f" {after['index']:.2f}.",
        "{} and {} of the half, {} and {} of the whole".format(*by_seed["half"].index, *both),
        f"seed 2 is low too ({by_seed['sixteenth'][2]:.2f})",
        f"({by_seed['quarter'][2]:.2f}, {by_seed['half'][2]:.2f}; below)",
        f"{means[0]:.2f} at VGG16's width and {means[1]:.2f} at a sixteenth",
        f"it is {seeds.shared_filters.max():.0%} at most",
    ]


def index_by_seed(of: Path, network: str) -> pd.Series:
    """Return the combined index of a network's last layer by seed."""
    rows = table(f"{network}/full/segregation_by_seed", of).query("task == 'combined' and variant == 'contrast'")
    return rows[rows.layer == "conv5_3"].set_index("seed")["index"]


def of_larger_ones() -> list[str]:
    """Return what the page says of the study on a GPU."""
    config, run = yaml.safe_load((GPU / "config.yaml").read_text()), json.loads((GPU / "run.json").read_text())
    minutes = run["minutes_by_rule"]
    all_of = table("dual/full/segregation", GPU).query("task == 'combined' and variant == 'contrast'").squeeze()
    index = table("seeds", GPU).query("quantity == 'index'").value
    top1 = table("dual/accuracy", GPU).query("readout == 'full'").set_index("task").accuracy
    drops = table("dual/full/segregation", GPU).query("task == 'combined' and variant == 'difference'").squeeze()
    severities = table("dual/full/segregation_by_severity", GPU).query("task == 'combined' and variant == 'contrast'")
    at = severities[severities.ranking == "greedy"].set_index("severity")["index"]
    shared = sorted(table("shared_filters_by_seed", GPU).share)[1:]
    assert at.idxmax() == 0.2
    left = table("dual/full/effects", GPU).query("severity == 0.2").set_index(["lesion", "task"]).normalised
    assert run["minutes_total"] / 3 == pytest.approx(minutes["render_images"], rel=0.15), "a third of them for rendering"
    return [
        f"images of {config['image_size']} pixels, {config['datasets']['face']['classes']} people",
        f"in {run['minutes_total']} minutes",
        f"the difference of the drops is {said(drops)}",
        f"{at[0.1]:.2f} at half of it and {at[0.35]:.2f} at a share of 0.35",
        f"({shared[0]:.0%} and {shared[1]:.0%})",
        f"{said(all_of)}, from {index.min():.2f} to {index.max():.2f} over seeds",
        f"{top1['face']:.0%} of the faces and {top1['object']:.0%} of the objects",
        f"{left['face', 'face']:.0%} of what it named of the faces and {left['face', 'object']:.0%} of the objects",
        f"{left['object', 'object']:.0%} of the objects and {left['object', 'face']:.0%} of the faces",
    ]


def _difference(pairs: pd.DataFrame, first: str, second: str) -> str:
    """Return first minus second, however the table has them."""
    if (first, second) in pairs.index:
        return said(pairs.loc[first, second], "difference").replace("-", "−")
    row = -pairs.loc[[(second, first)], ["difference", "high", "low"]].iloc[0]
    return said(row.set_axis(["difference", "low", "high"]), "difference").replace("-", "−")


def test_the_page_says_what_the_tables_say():
    plain = PAGE.replace("−", "-")
    assert [part for part in numbers() if part.replace("−", "-") not in plain] == []


def test_the_page_has_no_number_of_its_own():
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", " ", PAGE.replace("−", "-")))
    claims = pd.read_csv(REFERENCE / "claims.csv").claim
    text = without(text, [*(part.replace("−", "-") for part in numbers()), *TOLD, *claims])
    assert re.findall(r".{20}\d[\d.]*", re.sub(r"1/\d+|\d+ and \d+ classes", " ", text)) == []


def test_every_claim_that_was_not_reproduced_is_explained():
    claims = pd.read_csv(REFERENCE / "claims.csv")
    for claim in claims[~claims.verdict.isin(["reproduced", "not tested"])].claim:
        assert f"| {claim} |" in PAGE, claim
