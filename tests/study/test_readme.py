"""The numbers of the README: each is what the tables of the reference say, and a change of any would be found."""

import functools
import json
import re

import pandas as pd
import yaml

from prose import README, percent, without
from rules import RULES
from studies import ROOT

REFERENCE = ROOT / "results/reference/default"
# What no table says: names, and what must hold for anyone. Any other number in the README is one that quoted() computes.
DECLARED = [
    "Science Advances 8(11), eabl8913, 2022",  # the paper
    "Linux (x86_64, glibc 2.28 or newer) and macOS 14",  # tests/inputs/test_platforms.py
    "with Python 3.11 to 3.13",
    "(1A)",
    "(once, 6 GB)",  # of packages
    "4 GB of memory",
    "(0: shared, 1: apart)",
    "Dobs et al. (2022)",
    "95% intervals",
    "32 identities are not 1,714",
    "C1 the caption of its Figure 1",
    "20% of a layer is two to six filters",
    "to 0.05: under that sum",
    "(combined index 0.75)",
    "appears in figure 4",
]
# What a reader may set as they like; that Snakemake and make take it is tested.
FREE = ["`make CORES=4 STUDY=tiny", "`.venv/bin/snakemake --cores 2`", "`--resources gpu=1`", "`seeds: [1, 2, 3]`"]


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv")


def said(row, column: str) -> str:
    """Return a value with its interval as the README writes it."""
    return f"{row[column]:.2f} [{row.low:.2f}, {row.high:.2f}]"


def photographs() -> str:
    """Return the sentence on real photographs, with the numbers of their study."""
    folder = ROOT / "results/reference/photos"
    config = yaml.safe_load((folder / "config.yaml").read_text())
    networks = pd.read_csv(folder / "statistics/networks.csv").query("variant == 'contrast'").set_index("network")
    faces, things = (config["datasets"][name] for name in ("face", "object"))
    people, categories = (of["classes"] + of["heldout_classes"] for of in (faces, things))
    indices = [said(networks.loc[name], "index") for name in ("dual", "faces_by_turns", "faces_faces")]
    return (
        f"Photographs of {people} people and of {categories} categories of things at {config['image_size']} pixels give an"
        f" index of {indices[0]} over {len(config['seeds'])} seeds, two halves of the people one of {indices[1]} or"
        f" {indices[2]}, by how they are halved"
    )


@functools.cache
def quoted() -> list[str]:
    """Return what the README quotes of the reference, with the numbers of its tables."""
    run, one = (json.loads((REFERENCE / f"{name}.json").read_text()) for name in ("run", "run_make"))
    severity = yaml.safe_load((REFERENCE / "config.yaml").read_text())["evaluation"]["headline"]
    last = (
        table("statistics/dual/full/segregation")
        .set_index(["task", "variant", "layer"])
        .loc["combined", "contrast", "conv5_3"]
    )
    compared = table("statistics/dual/full/comparisons").set_index(["comparison", "task"])
    top1 = table("statistics/accuracy").query("readout == 'full'").set_index(["network", "task"]).accuracy.map(percent)
    left = table("figures/figure_2a").set_index(["lesion", "task"]).normalised.map(percent)
    networks = table("statistics/networks").query("variant == 'contrast'").set_index("network")
    costs = [said(compared.loc["own_minus_random", task], "estimate") for task in ("face", "object")]
    rises = said(compared.loc["last_minus_early", "combined"], "estimate")
    others = {name: said(networks.loc[name], "index") for name in networks.index}
    return [
        f"| the {percent(severity)} of filters that faces need most | {' | '.join(left['face'])} |",
        f"| the {percent(severity)} of filters that objects need most | {' | '.join(left['object'])} |",
        f"| {percent(severity)} of filters at random | {' | '.join(left['random'])} |",
        f"| own lesion costs more than a random one, by | {costs[0]} | {costs[1]} |",
        f"| faces and objects, over {last.n_seeds} seeds | {said(last, 'index')} |",
        f"| the same, minus the index of the first four layers | {rises} |",
        f"| two collections of faces | {others['faces_faces']} |",
        f"| two sets of faces that differ in nothing but their people | {others['people_people']} |",
        f"| food and objects | {others['food_object']} |",
        f"| cars and objects | {others['car_object']} |",
        f"| objects and heads that differ in nothing but their shape | {others['face_shape_object']} |",
        f"names {top1['dual', 'face']} of the faces and {top1['dual', 'object']} of the objects",
        f"networks of one task name {top1['face', 'face']} and {top1['object', 'object']}.",
        f"what {len(run['seeds'])} seeds of small networks say",
        photographs(),
        f"took {one['minutes_total'] + 1e-9:.1f} minutes on two cores",
        f"the reference run of {len(run['seeds'])} seeds",
        (REFERENCE / "claims.md").read_text().strip(),
    ]


def changed(text: str) -> list[str]:
    """Return what the README quotes, or is declared to say, and a text does not."""
    plain = " ".join(text.split())
    return [part for part in [*quoted(), *DECLARED] if " ".join(part.split()) not in plain]


def test_the_readme_says_what_the_tables_say():
    assert changed(README) == []


def numbers_untold(text: str) -> list[str]:
    """Return the numbers of a page, with what is around them, that neither quoted() nor DECLARED nor another test knows."""
    text = re.sub(r"```.*?```", " ", text, flags=re.S)  # commands are run, the tree is looked up
    text = re.sub(r"(?m)^\| [^|]+ \| `\w+` \| `[^|]+` \| [\d.]+ \|$", " ", text)  # the table of figures has its own test
    text = re.sub(r"Less than.*?(?=\n\n)", " ", text, flags=re.S)  # so has this
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", " ", text))
    text = without(" ".join(text.split()), [" ".join(part.split()) for part in [*quoted(), *DECLARED]])
    text = re.sub(r"\b[SF]\w* ?\d\b:", " ", text)  # captions of pictures: Figure 1:, S1:
    return [text[max(0, m.start() - 30) : m.end() + 10] for m in re.finditer(r"\d[\d.,]*", text)]


def test_the_readme_has_no_number_of_its_own():
    assert numbers_untold(README) == []


def minutes_wrong(text: str) -> list[str]:
    """Return the rules of the table of figures whose minutes are not those of the record, and the bound of the others."""
    took = json.loads((REFERENCE / "run_make.json").read_text())["minutes_by_rule"]
    said = re.findall(r"`(\w+)` \| `workflow/scripts/\w+\.py` \| ([\d.]+|–) \|", text)
    few, rules = re.search(r"Less than ([\d.]+) minutes each take (.*?);", " ".join(text.split())).groups()
    most = max(took.get(rule, 0) for rule in re.findall(r"`(\w+)`", rules))
    wrong = [rule for rule, m in said if (None if m == "–" else float(m)) != took.get(rule)]  # –: not in the record
    return wrong + ([] if float(few) - 0.05 <= most < float(few) else [few])


def test_the_minutes_in_the_readme_are_those_of_the_record():
    assert json.loads((REFERENCE / "run_make.json").read_text())["cores"] == 2
    assert minutes_wrong(README) == []
    said = set(re.findall(r"`(\w+)` \| `workflow/scripts/\w+\.py` \| (?:[\d.]+|–) \|", README))
    assert {"train", "rank_filters", *(rule for rule in RULES if rule.startswith("draw_"))} <= said


def figures_wrong(text: str) -> list[str]:
    """Return what the README says of a figure, its rule and script, or of the figure that a rule is for, and is not so."""
    wrong = []
    for what, rule, script in re.findall(r"(?m)^\| ([^|]+) \| `(\w+)` \| `workflow/scripts/(\w+)\.py` \|", text):
        number = re.match(r"(S?\d): ", what)
        drawn = f"draw_figure_{number[1].lower()}" if number else rule
        true = rule in RULES and f'"../scripts/{script}.py"' in RULES[rule] and rule == drawn
        if number and true:
            true = f"figures/figure_{number[1].lower()}.png" in RULES[rule] and f"Figure {number[1]}:" in RULES[rule]
        wrong += [] if true else [what]
        wrong += [f"{rule} {named}" for named in re.findall(r"\((S?\d)B?\)$", what) if not feeds(rule, named)]
    for rule, names in re.findall(r"`(\w+)` \(((?:S?\dB?(?:, )?)+)\)", " ".join(text.split())):
        wrong += [f"{rule} {name}" for name in re.findall(r"S?\d", names) if not feeds(rule, name)]
    shown = re.findall(r"!\[Figure (\w+):[^]]*\]\(([^)]*)\)", text) + re.findall(r"\[(S\d)\]\(([^)]*)\)", text)
    wrong += [name for name, path in shown if not path.endswith(f"default/figures/figure_{name.lower()}.png")]
    return wrong + re.findall(r"\bdraw_figure_(?!(?:[1-4]|s[1-3])\b)\w+", text)


def feeds(rule: str, figure: str) -> bool:
    """Tell whether the rule of a figure reads what a rule writes, itself or by one step between."""
    drawing = f"draw_figure_{figure.lower()}"
    between = [drawing, *(name for name in RULES if name != rule and drawing in RULES and reads(drawing, name))]
    return drawing in RULES and any(reads(reader, rule) for reader in between)


def reads(reader: str, writer: str) -> bool:
    """Tell whether one of the paths that a rule writes is among the inputs of another; wildcards stand for any words."""
    written = re.findall(r'"<results>/([^"]+)"', RULES[writer].split("    output:")[1].split("    log:")[0])
    read = re.sub(r"f?\"<results>/", '"', RULES[reader].split("    input:")[-1].split("    output:")[0])
    written = [path.replace("{compared}", name) for path in written for name in ("networks", "same_kind")]
    patterns = [re.sub(r"\\{\w+\\}", r"[\\w{}]+", re.escape(path)) for path in written]
    return any(re.search(f'"{pattern}"', read) for pattern in patterns)


def test_the_table_of_figures_is_true():
    """Each row names a rule, the script that the rule runs, and what it draws."""
    assert figures_wrong(README) == []
    rows = re.findall(r"(?m)^\| [^|]+ \| `(\w+)` \| `workflow/scripts/\w+\.py` \|", README)
    assert {*rows} >= {rule for rule in RULES if rule.startswith("draw_")}
    for rule in RULES:
        assert f"`{rule}`" in README, rule


def links_broken(text: str) -> list[str]:
    """Return the places that the README leads to and that are not there."""
    places = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    return [place for place in places if not place.startswith("http") and not (ROOT / place).exists()]


def test_a_change_of_any_number_of_the_readme_would_be_found():
    """Each number, one at a time, wherever it stands but in what is free; rules that an edit reruns have a dry run."""
    checks = (changed, numbers_untold, minutes_wrong, figures_wrong, links_broken)
    free = [m.span() for part in FREE for m in re.finditer(re.escape(part), README)]
    section = re.search(r"## Change something\n.*?\n## ", README, re.S)
    free += [(section.start() + m.start(), section.start() + m.end()) for m in re.finditer(r"`[^`]*`", section[0])]
    free += [m.span() for m in re.finditer(r"```.*?```", README, re.S)]
    kept = []
    for m in re.finditer(r"\d+(?:[.,]\d+)*", README):
        if any(start <= m.start() < end for start, end in free):
            continue
        other = str((int(m[0][0]) + 4) % 10) + m[0][1:]
        broken = README[: m.start()] + other + README[m.end() :]
        if not any(check(broken) for check in checks):
            kept.append(README[max(0, m.start() - 40) : m.end() + 20])
    assert not any(check(README) for check in checks) and kept == []


def test_every_interval_in_the_readme_is_in_a_table():
    numbers = set(re.findall(r"-?\d\.\d\d \[-?\d\.\d\d, -?\d\.\d\d\]", README))
    known, columns = set(), ("index", "estimate", "normalised", "accuracy", "difference", "rho", "here", "null_mean")
    for path in [*REFERENCE.rglob("*.csv"), *(ROOT / "results/reference/photos").rglob("*.csv")]:
        frame = pd.read_csv(path)
        frame = frame.rename(columns={"null_low": "low", "null_high": "high"})
        for column in {*columns} & {*frame.columns} if {"low", "high"} <= {*frame.columns} else ():
            known |= {said(row, column) for _, row in frame.dropna(subset=["low", "high", column]).iterrows()}
    assert numbers and numbers <= known, numbers - known
