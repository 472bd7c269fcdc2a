"""What an edit, a parameter or a copy of the tiny study reruns: a table, edit -> rules that run."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

from rules import (
    AFTER_RANKS,
    ALL,
    CLUSTERED,
    DECODED,
    DRAWN,
    INDEX,
    JUDGED,
    LESIONS,
    MAPPED,
    OTHERWISE,
    PREFERRED,
    RANKED,
    RECORDED,
    SEARCHED,
    STATISTICS,
    TRAINED,
)
from segregation.planning.jobs import read_dry_run
from segregation.stimuli.register import SOURCES
from segregation.study import provenance
from studies import ROOT, TINY, copy_project, overlay, reruns, run_snakemake

NOTHING: set[str] = set()

# An edit: the file below workflow/scripts/, what it says, what it shall say, the rules that run. Every room is there.
EDITS = {
    # steps
    "a time limit": ("segregation/steps/limits.py", "0.1, 30.0, 300.0", "0.2, 40.0, 400.0", NOTHING),
    "a message": ("segregation/steps/reporting.py", '"  {label}: %(message)s"', '"{label}: %(message)s"', NOTHING),
    "where files are written": ("segregation/steps/files.py", '{path.name}.part"', '{path.name}.partial"', NOTHING),
    "random generators": ("segregation/steps/randomness.py", ">> 1", ">> 2", ALL),
    "what is taken up after a kill": ("segregation/steps/states.py", ".state-{key}", ".stopped-{key}", TRAINED),
    # images
    "what a store holds": ("segregation/images/store.py", 'SPLITS = ("train", ', 'SPLITS = ("train", "", ', ALL),
    "how images are shown": ("segregation/images/batches.py", "0.2126, 0.7152", "0.2127, 0.7151", TRAINED),
    "images in grey": ("segregation/images/grey.py", "np.rint(", "np.floor(", ALL),
    "images written to folders": ("segregation/images/export.py", "{id_}.{", "{id_}_.{", NOTHING),
    # sources
    "packing": ("segregation/sources/packing.py", "QUALITY = 90", "QUALITY = 95", NOTHING),
    "an adapter of a set": ("segregation/sources/casia.py", "import", "import  re, ", NOTHING),
    "a set that a library reads": ("segregation/sources/torchvision_sets.py", '"/", "-"', '"/", "_"', NOTHING),
    # stimuli
    "the renderer": ("segregation/stimuli/renderer.py", "GAMMA = 2.2", "GAMMA = 2.1", ALL),
    "a further rendered set": ("segregation/stimuli/register.py", "SOURCES = {", 'SOURCES = {"x": "y",', NOTHING),
    "the layout of a file": ("segregation/stimuli/heads/identity.py", "= ", "=  ", NOTHING),
    # networks
    "an initial weight": ("segregation/networks/building.py", "LINEAR_STD = 0.01", "LINEAR_STD = 0.02", TRAINED),
    "weights from elsewhere": ("segregation/networks/weights.py", '"_orig_mod"', '"_orig"', NOTHING),
    # training
    "the optimiser": ("segregation/training/optimisation.py", "pct_start=0.2", "pct_start=0.3", TRAINED),
    "what training says of its speed": ("segregation/training/pace.py", "TELL_EVERY = 60.0", "TELL_EVERY = 30.0", NOTHING),
    # lesions
    "a race, where searches are exact": ("segregation/lesions/racing.py", "LEAST = 16", "LEAST = 17", NOTHING),
    "mean maps, where lesions are zero": ("segregation/lesions/baselines.py", ".float()", ".double()", NOTHING),
    "the ranking": ("segregation/lesions/ranking.py", "(-losses[i], left[i])", "(-losses[i], -left[i])", SEARCHED),
    "sizes of lesions": ("segregation/lesions/design.py", "+ 0.5)", "+ 0.4)", AFTER_RANKS),
    "sizes of passes": ("segregation/lesions/memory.py", "CACHE = 8_000_000", "CACHE = 9_000_000", {*RANKED, *MAPPED}),
    "lesions of single filters": ("segregation/lesions/alone.py", "changes.abs()", "changes.square()", MAPPED),
    # readout
    "decoding": ("segregation/readout/decoding.py", "LinearSVC(", "LinearSVC(C=2, ", DECODED),
    "preferred stimuli": (
        "segregation/readout/preferred.py",
        "LEAK = 0.1",
        "LEAK = 0.2",
        PREFERRED,
    ),
    # statistics
    "the bootstrap": ("segregation/statistics/bootstrap.py", "2 * np.minimum", "3 * np.minimum", STATISTICS - OTHERWISE),
    "the index": ("segregation/statistics/index.py", "total >= floor", "total > floor", INDEX),
    "agreement with tasks": ("segregation/statistics/agreement.py", "/ 2\n", "/ 3\n", {*CLUSTERED, *RECORDED}),
    "pairs of many tasks, where there are none": ("segregation/statistics/tasks.py", '"random"', '"chance"', NOTHING),
    # figures
    "the style": ("segregation/figures/style.py", "DPI = 300", "DPI = 200", DRAWN),
    "one panel": ("segregation/figures/schematic.py", "= 0.62, 0.08", "= 0.62, 0.1", {"draw_figure_1", *RECORDED}),
    "the figure of a plan": ("segregation/figures/plan.py", "def draw(", "def  drawn(", NOTHING),
    # report, checking, planning, study
    "the report": ("segregation/report/tables.py", "def shown(", "def shown_(", {"write_report", "write_crate"}),
    "the check against the reference": ("segregation/checking/spread.py", "import", "import os,", NOTHING),
    "the plan": ("segregation/planning/schedule.py", "import", "import os,", NOTHING),
    "preflight": ("segregation/study/preflight.py", "OPENED = 9", "OPENED = 8", NOTHING),
    "the command": ("segregation/command/pool.py", "import", "import os, ", NOTHING),
    "the record": ("segregation/study/record.py", "PACKAGES = ", "PACKAGES = ('six',) + ", RECORDED),
    # beside the library
    "what a room offers": ("segregation/lesions/__init__.pyi", "Lesion as Lesion", "Lesion as Lesion, size_of", NOTHING),
    "one adapter": ("draw_figure_2.py", "wspace=0.22", "wspace=0.25", {"draw_figure_2", *RECORDED}),
    "a claim": ("../claims.yaml", "paper: 0.21", "paper: 0.22", JUDGED),
    "a comment": ("segregation/training/loop.py", "import copy\n", "import copy  # of the best weights\n", NOTHING),
    "a docstring": ("segregation/images/store.py", '"""Packed image sets:', '"""Sets of images, packed:', NOTHING),
}


def edit(study: Path, path: str, old: str, new: str) -> None:
    """Change a file of a study."""
    edited = study / "workflow/scripts" / path
    assert old in edited.read_text(), path
    edited.write_text(edited.read_text().replace(old, new, 1))


def test_the_table_has_every_room():
    rooms = {path.split("/")[1] for path, *_ in EDITS.values() if path.startswith("segregation/")}
    assert rooms == set(yaml.safe_load((ROOT / "workflow/rooms.yaml").read_text())) and len(EDITS) >= 25


CHANGING = {name: row for name, row in EDITS.items() if row[3]}


@pytest.mark.parametrize(("path", "old", "new", "rules"), CHANGING.values(), ids=CHANGING)
def test_an_edit_reruns_what_it_can_change_and_no_more(copy, path, old, new, rules):
    edit(copy, path, old, new)
    assert reruns(copy) == rules


def test_edits_that_change_nothing_rerun_nothing(copy):
    """All of them at once: what runs by none of many edits runs by no single one."""
    for path, old, new, rules in EDITS.values():
        if not rules:
            edit(copy, path, old, new)
    assert reruns(copy) == set()


# A file of stimuli/, and the sets that are rendered again when it changes.
STIMULI = {
    "food/fruit.py": {"food"},
    "food/dishes.py": {"food"},
    "heads/hair.py": {"face", "portrait"},  # nobody in face_shape has any
    "heads/portraits.py": {"portrait"},
    "heads/identity.py": {"face", "portrait", "face_shape"},
    "cars/wheels.py": {"car"},
    "objects/tools.py": {"object"},
    "solids.py": {"object", "food", "car"},
}


@pytest.mark.parametrize(("path", "sets"), STIMULI.items(), ids=STIMULI)
def test_a_rendered_set_depends_on_its_own_source(path, sets):
    datasets = yaml.safe_load((ROOT / "config.yaml").read_text())["datasets"]
    file = provenance.SCRIPTS / "segregation/stimuli" / path
    reached = {
        name for name, of in datasets.items() if file in provenance.sources("render_images.py", SOURCES[of["source"]])
    }
    assert file.exists() and reached == sets


@pytest.mark.parametrize("path", ["food/fruit.py", "heads/hair.py"])
def test_an_edit_of_what_is_rendered_renders_its_own_sets_and_trains_their_networks(copy, path):
    with (copy / "workflow/scripts/segregation/stimuli" / path).open("a") as file:
        file.write("EDITED = 1\n")
    jobs, sets = read_dry_run(run_snakemake(copy, "--dry-run", *TINY)), STIMULI[path]
    assert {job.wildcards["dataset"] for job in jobs if job.rule == "render_images"} == sets
    networks = yaml.safe_load((copy / "results/tiny/config.yaml").read_text())["networks"]
    trained = {job.wildcards["network"] for job in jobs if job.rule == "train"}
    assert trained == {name for name, network in networks.items() if sets & set(network["tasks"])}
    assert path != "food/fruit.py" or trained == {"food_object"}


def test_steps_load_nothing_that_their_code_does_not_count(tiny):
    """What a step loads while it runs is in its fingerprint, or on the list of what does not count."""
    loaded: dict[str, set[str]] = {}
    for line in (tiny / "loaded.txt").read_text().splitlines():
        script, module = line.split()
        loaded.setdefault(script, set()).add(module)
    scripts = {path.name for path in (ROOT / "workflow/scripts").glob("*.py")}
    assert len(scripts & set(loaded)) >= 30
    for script in scripts & set(loaded):
        chosen = SOURCES.values() if script == "render_images.py" else ()
        counted = {path.relative_to(provenance.SCRIPTS).as_posix() for path in provenance.sources(script, *chosen)}
        files = {provenance.file_of(module) for module in loaded[script]}
        found = {path.relative_to(provenance.SCRIPTS).as_posix() for path in files if path}
        assert found <= counted | provenance.UNCOUNTED, script


@pytest.mark.parametrize("source", SOURCES)
def test_a_rendered_set_loads_its_own_source_alone(source):
    code = (
        f"import sys, pkgutil, segregation.stimuli.rendering; pkgutil.resolve_name({SOURCES[source]!r}); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=provenance.SCRIPTS, capture_output=True, text=True, check=True)
    files = {provenance.file_of(name) for name in done.stdout.split() if name.startswith("segregation.")} - {None}
    names = {path.relative_to(provenance.SCRIPTS).as_posix() for path in files} - provenance.UNCOUNTED
    counted = provenance.sources("render_images.py", SOURCES[source])
    assert names <= {path.relative_to(provenance.SCRIPTS).as_posix() for path in counted}


CONFIGURED = {
    "epochs": ({"training": {"epochs": 3}}, TRAINED),
    "severities": ({"evaluation": {"severities": [0.2, 0.4, 0.5]}}, LESIONS),
    "draws": ({"statistics": {"draws": 300}}, STATISTICS - OTHERWISE - {"compare_with_nulls", "draw_extra_nulls"}),
    "folds": ({"evaluation": {"folds": 3}}, {"decode", "summarise_decoding", "draw_figure_1", *JUDGED}),
    "pseudo-tasks": (
        {"evaluation": {"pseudo_assignments": 3}},
        {"lesion_pseudo_tasks", "compare_with_nulls", "draw_extra_nulls", *JUDGED},
    ),
    "ranking images": ({"ranking": {"images": 12}}, RANKED),
    "test images of faces": ({"datasets": {"face": {"test_images": 5}}}, ALL),
    "a seed": ({"seeds": [1, 2]}, TRAINED - {"find_preferred", "draw_figure_3"}),
}


@pytest.mark.parametrize(("config", "rules"), CONFIGURED.values(), ids=CONFIGURED)
def test_a_parameter_reruns_what_it_can_change_and_no_more(copy, config, rules):
    assert reruns(copy, *overlay(copy, config)) == rules


def test_an_environment_reruns_what_is_computed_with_it(copy):
    with (copy / "envs/statistics.yaml").open("a") as file:
        file.write("      - statsmodels==0.14\n")
    assert reruns(copy) == {"describe_stimuli", *STATISTICS}


def test_keys_in_another_order_rerun_nothing(copy):
    config = yaml.safe_load((copy / "config.yaml").read_text())
    for section in ("training", "architecture", "ranking"):
        config[section] = dict(reversed(config[section].items()))
    (copy / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    assert reruns(copy) == set()


def test_touched_files_rerun_nothing(copy):
    """The first products and all code are newer than what was made from them, as after a checkout or a copy."""
    now = time.time()
    early = ("datasets", "networks", "rankings", "responses")
    for path in copy.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            result = "results" in path.parts
            rank = next((len(early) - i for i, name in enumerate(early) if name in path.parts), 0) if result else 9
            os.utime(path, (now + 10 * rank, now + 10 * rank))
    assert reruns(copy) == set()


def test_results_in_a_fresh_clone_rerun_nothing(tiny, tmp_path):
    """A clone elsewhere, with results but without Snakemake's own records."""
    clone = copy_project(tmp_path / "clone")
    shutil.copytree(tiny / "results", clone / "results")
    assert reruns(clone) == set()


def test_another_seed_trains_that_seed_alone(copy):
    printed = run_snakemake(copy, "--dry-run", *overlay(copy, {"seeds": [1, 2]}))
    assert re.search(r"(?m)^train +9$", printed) and re.search(r"(?m)^rank_filters +14$", printed)


def test_one_seed_less_computes_only_statistics(copy):
    run_snakemake(copy, *overlay(copy, {"seeds": [1, 2]}), "--", "results/tiny/statistics/face/accuracy.csv")
    assert pd.read_csv(copy / "results/tiny/statistics/face/accuracy.csv").n_seeds.tolist() == [2, 2]
    assert reruns(copy) == {"bootstrap_accuracy", "compare_accuracy", "draw_figure_1", *JUDGED}


def test_a_network_in_a_file_is_made_anew_alone_when_its_code_changes(copy):
    code = "from torch import nn\n\ndef build(n_classes, image_size):\n    return "
    code += "nn.Sequential(nn.Flatten(1), nn.Linear(3 * image_size**2, n_classes))\n"
    file = copy / "studies/mine.py"
    file.write_text(code)
    network = {"architecture": {"file": "studies/mine.py", "function": "build"}, "epochs": 0}
    own = (*overlay(copy, {"networks": {"untrained": network}}), "--")
    targets = [f"results/tiny/networks/{name}/1/weights.safetensors" for name in ("untrained", "face")]
    run_snakemake(copy, *own, *targets)
    file.write_text(code.replace("def", "# a remark\ndef"))
    assert reruns(copy, *own, *targets) == set()
    file.write_text(code.replace("Flatten(1)", "Flatten(1, -1)"))
    assert reruns(copy, *own, *targets) == {"train"}
    assert reruns(copy, *own, targets[1]) == set()


def test_another_network_is_computed_alone_and_drawn_where_it_is_shown(copy):
    network = {"networks": {"car_food": {"tasks": ["car", "food"], "layers": ["conv5_3"]}}}
    printed = run_snakemake(copy, "--dry-run", *overlay(copy, network))
    jobs = dict(re.findall(r"(?m)^(\w+) +(\d+)$", printed))
    shown = {"compare_accuracy", "compare_networks", "draw_figure_4", *JUDGED}
    once = {"train", "evaluate_lesions", "bootstrap_accuracy", "bootstrap_segregation", *shown}
    wanted = dict.fromkeys(once, "1") | {"rank_filters": "2"}
    assert {name: n for name, n in jobs.items() if name not in ("all", "total")} == wanted
