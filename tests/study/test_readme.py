"""The README and what it leads to: every number, command, path and link is what the files of the project say."""

import functools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from rules import RULES
from studies import ROOT, TINY, copy_project, reruns, run_snakemake

README = (ROOT / "README.md").read_text()
PLAIN = " ".join(README.split())
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "results/README.md"])
REFERENCE = ROOT / "results/reference/default"
# What no table says: names, and what must hold for anyone. Any other number in the README is one that quoted() computes.
DECLARED = [
    "Science Advances 8(11), eabl8913, 2022",  # the paper
    "Python 3.11 or newer",  # the Makefile asks for it
    "(once, 6 GB)",  # of packages
    "4 GB of memory",
    "(0: shared, 1: apart)",
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


def percent(value: float) -> str:
    return f"{100 * value:.0f}%"


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
    rises = compared.loc["last_minus_early", "combined"]
    hurt = {task: said(compared.loc["own_minus_random", task], "estimate") for task in ("face", "object")}
    others = {name: said(networks.loc[name], "index") for name in networks.index}
    return [
        f"segregation index {said(last, 'index')} over {last.n_seeds} seeds",
        f"Silencing the {percent(severity)} of its filters that the face task needs most leaves "
        f"{left['face', 'face']} of face and {left['face', 'object']} of object performance",
        f"leave {left['object', 'object']} of object and {left['object', 'face']} of face performance",
        f"as many random filters leave {left['random', 'face']} and {left['random', 'object']}.",
        f"that of the first four layers by {said(rises, 'estimate')}.",
        f"cost faces {hurt['face']} and objects {hurt['object']} more",
        f"names {top1['dual', 'face']} of the faces and {top1['dual', 'object']} of the objects",
        f"trained on one task {top1['face', 'face']} and {top1['object', 'object']}.",
        f"Two collections of faces are kept apart less ({others['faces_faces']})",
        f"food and objects by {others['food_object']}, cars and objects by {others['car_object']}",
        f"nothing but their shape by {others['face_shape_object']}.",
        f"{len(run['seeds'])} seeds say little",
        f"took {one['minutes_total'] + 1e-9:.1f} minutes on two cores",
        f"the reference run of {len(run['seeds'])} seeds",
        (REFERENCE / "claims.md").read_text().strip(),
    ]


def without(text: str, parts: list[str]) -> str:
    for part in parts:
        text = text.replace(part, " ")
    return text


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
    said = re.findall(r"`(\w+)` \| `workflow/scripts/\w+\.py` \| ([\d.]+) \|", text)
    few, rules = re.search(r"Less than ([\d.]+) minutes each take (.*?);", " ".join(text.split())).groups()
    most = max(took.get(rule, 0) for rule in re.findall(r"`(\w+)`", rules))
    wrong = [rule for rule, m in said if float(m) != took.get(rule)]
    return wrong + ([] if float(few) - 0.05 <= most < float(few) else [few])


def test_the_minutes_in_the_readme_are_those_of_the_record():
    assert json.loads((REFERENCE / "run_make.json").read_text())["cores"] == 2
    assert minutes_wrong(README) == []
    said = set(re.findall(r"`(\w+)` \| `workflow/scripts/\w+\.py` \| [\d.]+ \|", README))
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
    for path in REFERENCE.rglob("*.csv"):
        frame = pd.read_csv(path)
        frame = frame.rename(columns={"null_low": "low", "null_high": "high"})
        for column in {*columns} & {*frame.columns} if {"low", "high"} <= {*frame.columns} else ():
            known |= {said(row, column) for _, row in frame.dropna(subset=["low", "high", column]).iterrows()}
    assert numbers and numbers <= known, numbers - known


def test_the_pages_say_what_the_benchmarks_say():
    engine, paper = (" ".join((ROOT / f"docs/{name}.md").read_text().split()) for name in ("engine", "paper"))
    folder = ROOT / "results/reference/benchmarks"
    lesions, racing, memory = (pd.read_csv(folder / f"{name}.csv") for name in ("lesions", "racing", "memory"))
    assert set(lesions.layer) == set(racing.layer) and len(set(lesions.layer)) == 13 and lesions.same_order.all()
    default, wide = (lesions[lesions.network == name] for name in ("default", "vgg16"))
    total = default.naive_s.sum() / default.engine_s.sum()
    assert (
        f"take full passes {total:.1f} times as long, {default.ratio.min():.1f} to {default.ratio.max():.1f} times" in engine
    )
    allowed = wide.set_index("layer").limit["conv5_3"]
    assert f"in groups of 8, {wide.ratio.min():.1f} to {wide.ratio.max():.0f} times, of {allowed:.0f} that" in engine
    share = 100 * racing.racing_pairs.sum() / racing.exact_pairs.sum()
    assert f"computes {share:.0f}% of the pairs" in engine
    assert f"names {100 * racing.shared_top20.mean():.0f}% of its top 20%" in engine
    assert f"takes {memory.peak_bytes[0] / 1e9:.1f} GB at most" in engine and memory.peak_bytes[0] < memory.budget_bytes[0]
    loading, training = (pd.read_csv(folder / f"{name}.csv") for name in ("loading", "training"))
    large, finished, _, small, *_ = loading.itertuples()
    assert f"{large.ours_images_per_s:,.0f} images per second" in paper and f"gives {large.peer_images_per_s:.0f}, " in paper
    assert f"the ratio is {finished.ratio:.1f}, and {small.ratio:.1f} where the files have 256 pixels" in paper
    decoded = training[(training.image_size == 48) & (training.images == "decoded")].iloc[0]
    assert f"trains at {decoded.ratio:.2f} of its speed on a batch that stays" in paper


# What docs/choices.md says of the paper, of its data, of tests and of itself.
TOLD = [
    "224 pixels",
    "JPEG of quality 90",
    "900 + 100 images",
    "of each of 100)",
    "with seed 1 alone",
    "VGG16",
    "ILSVRC",
    "top-1",
]
TOLD += ["Food-101", "against 0,", "above 0,", "0.02.", "95 to 97%", "in 75% with", "(k + 1) / (n + 1)"]


def choices() -> list[str]:
    """Return what docs/choices.md says of config.yaml, with the numbers that are there."""
    config, reference = (yaml.safe_load((ROOT / name).read_text()) for name in ("config.yaml", "studies/reference.yaml"))
    data, networks, tested = config["datasets"], config["networks"], config["evaluation"]
    few, cars = (networks[name] for name in ("food_object", "car_object"))
    assert networks["face_object_small"] | {"tasks": few["tasks"]} == few and "epochs" not in cars
    epochs, small = config["training"]["epochs"], f"{few['train_images']:,} images a task"
    assert {(d["train_images"], d["test_images"], d["heldout_images"]) for d in data.values()} == {(60, 20, 10)}
    assert config["architecture"]["width"] == 1 / 8 and config["training"]["validation_fraction"] == 0.1
    heldout = [data[task]["heldout_classes"] for task in networks["dual"]["tasks"]]
    return [
        f"{data['face']['train_images']} training and {data['face']['test_images']} test images a class; "
        f"{data['face']['classes']} identities, {data['object']['classes']} object categories, "
        f"{data['car']['classes']} car models, {data['food']['classes']} dishes.",
        f"Networks of {small} named objects poorly after {epochs} epochs, hence {few['epochs']}.",
        f"an eighth of its width, {config['image_size']} pixels",
        f"one cycle, {epochs} epochs",
        f"({few['epochs']} with {small}), but `car_object` ({cars['train_images']:,} a task) has {epochs} as well",
        f"**Ranking images**: {config['ranking']['images']} training images a task",
        f"({tested['random_draws']} draws) are made at the headline severity of {tested['headline']:.2f} in",
        f"own + other is under {config['statistics']['floor']}.",
        f"{tested['folds']} stratified folds, {heldout[0]} new classes of {data['face']['heldout_images']} images.",
        f"of the {heldout[0]} + {heldout[1]} held-out classes",
        f"({tested['pseudo_assignments']}; {reference['evaluation']['pseudo_assignments']} in the reference)",
        f"{percent(config['statistics']['confidence'])} percentile intervals, {config['statistics']['draws']:,} draws",
    ]


def test_the_choices_are_those_of_the_configuration():
    page = " ".join((ROOT / "docs/choices.md").read_text().split())
    assert [part for part in [*choices(), *TOLD] if part not in page] == []
    rest = re.sub(r"\]\([^)]*\)", "]", without(page, [*choices(), *TOLD]))
    assert re.findall(r".{20}\d.{10}", rest) == []


def commands() -> list[str]:
    """Return the commands in code blocks for a shell, and those that begin a code span."""
    found = []
    for path in PAGES:
        text = path.read_text()
        blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
        lines = [line.split("#")[0].strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
        spans = re.findall(r"`((?:make|\.venv/bin/\w+) [^`]*|make)`", re.sub(r"```.*?```", "", text, flags=re.S))
        found += [command for command in [*lines, *spans] if re.match(r"make\b|\.venv/bin/", command)]
    return sorted(set(found))


@pytest.mark.parametrize("command", [command for command in commands() if command.startswith("make")])
def test_make_knows_the_commands_of_the_pages(command):
    study = re.search(r"STUDY=(\w+)", command)
    if study and not (ROOT / f"studies/{study[1]}.yaml").exists():
        pages = "".join(path.read_text() for path in PAGES)
        assert study[1] == "NAME" or f"`studies/{study[1]}.yaml`" in pages, "one that its reader writes"
        command = command.replace(study[0], "STUDY=tiny")
    done = subprocess.run(f"{command} --dry-run", shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The project without anything made from it, but an environment."""
    folder = copy_project(tmp_path_factory.mktemp("clone") / "project")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


@pytest.mark.parametrize("command", sorted({c.replace(" --dry-run", "") for c in commands() if c.startswith(".venv")}))
def test_snakemake_takes_the_commands_of_the_pages(command, project):
    tool = command.split()[0]
    assert (ROOT / tool).exists() and all((ROOT / path).is_file() for path in re.findall(r"\S+\.(?:py|yaml)\b", command))
    if tool.endswith("snakemake") and "--unlock" not in command and "paper.yaml" not in command:
        arguments = command.split("snakemake ")[1].split()
        run_snakemake(project, *arguments, "--dry-run", "--quiet", "all")


def test_every_link_leads_somewhere():
    for path in PAGES:
        for link in re.findall(r"\]\(([^)]+)\)", path.read_text()):
            place, _, anchor = link.partition("#")
            if place.startswith("http"):
                continue
            target = path if not place else (path.parent / place).resolve()
            assert target.exists(), f"{path.name}: {link}"
            if anchor:
                titles = re.findall(r"(?m)^#+ (.+)$", target.read_text())
                assert anchor in [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles], (
                    f"{path.name}: {link}"
                )


def test_the_file_tree_is_true():
    tree = re.search(r"## What is where\n\n```\n(.*?)```", README, re.S)[1]
    named = re.findall(r"(?m)^(\S+) ", tree)
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert all(re.match(r"\S+ +\S", line) or line.startswith(" ") for line in tree.splitlines()), "each with a caption"
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not known:
        pytest.skip("not a git checkout")
    folders = {Path(name).parts[0] for name in known if "/" in name and not name.startswith(".")}
    assert folders == {name.split("/")[0] for name in named if "/" in name}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= set(named)
    assert {f"workflow/{path.name}" for path in (ROOT / "workflow").glob("*.py")} <= set(named)


def test_the_manual_is_that_of_the_schema():
    sys.path.insert(0, str(ROOT / "workflow"))
    from manual import manual

    schema, config = (
        yaml.safe_load((ROOT / name).read_text()) for name in ("workflow/schemas/config.schema.yaml", "config.yaml")
    )
    page = manual(schema, config)
    assert (ROOT / "docs/config.md").read_text() == page, "make manual"
    for key in ("`ranking.until`", "`datasets.NAME.train_images`", "*`training.precision`*", "`architecture.name`"):
        assert f"| {key} |" in page
    assert "| `statistics.floor` | number, above 0, at most 1 | `0.02` | Sum of own" in page


def test_change_something_reruns_what_the_readme_says(tiny, tmp_path):
    section = re.search(r"## Change something\n(.*?)\n## ", README, re.S)[1]
    before, after = (
        yaml.safe_load((ROOT / "config.yaml").read_text())["statistics"]["floor"],
        float(re.search(r"to ([\d.]+):", section)[1]),
    )
    study = Path(shutil.copytree(tiny, tmp_path / "study"))
    assert reruns(study) == set()
    config = (study / "config.yaml").read_text()
    assert before != after and config.count(f"floor: {before}") == 1
    (study / "config.yaml").write_text(config.replace(f"floor: {before}", f"floor: {after}"))
    table = "".join(line for line in section.splitlines() if line.startswith("| `"))
    assert reruns(study, *TINY) == set(re.findall(r"`(\w+)`", table))


CAPTIONS = sorted((ROOT / "workflow/report").glob("*.rst"))


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_captions_have_no_number_but_those_of_the_code(path):
    from segregation.figures.comparison import SIGNIFICANT
    from segregation.readout.preferred import ASSESSED

    confidence = yaml.safe_load((ROOT / "config.yaml").read_text())["statistics"]["confidence"]
    known = [f"{percent(confidence)} bootstrap interval", f"central {percent(confidence)}", f"rate below {SIGNIFICANT}"]
    known += [f"{ASSESSED} strongest test images", "figure 2", "top-1"]
    assert re.findall(r"\d[\d.]*", without(path.read_text(), known)) == []
