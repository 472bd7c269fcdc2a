"""Contracts of the house: every rule whole, every script thin, every import declared, one environment."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rules import RULES, SMK
from studies import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
ADAPTERS = sorted(path for path in SCRIPTS.glob("*.py"))
LIBRARY = sorted((SCRIPTS / "segregation").rglob("*.py"))
DIRECTIVES = ("input", "output", "log", "benchmark", "wildcard_constraints", "priority", "localrule", "conda", "threads")
DIRECTIVES += ("resources", "params", "script")  # snakefmt's order
IMPORT_NAMES = {"PIL": "pillow", "sklearn": "scikit-learn", "yaml": "pyyaml", "lazy_loader": "lazy-loader"}
IMPORT_NAMES |= {"snakemake_executor_plugin_slurm": "snakemake-executor-plugin-slurm"}


def pins(path):
    """Return {name: versions} of a lock or of an environment file."""
    found = {}
    for name, version in re.findall(r"(?m)^\s*(?:- )?([\w.-]+)==([\w.+]+)", path.read_text()):
        found.setdefault(name.lower(), []).append(version)
    return found


def imports(path):
    """Return the names of the packages that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return {IMPORT_NAMES.get(name, name) for name in names}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_whole(rule):
    text = RULES[rule]
    assert re.match(r'    """.+\."""\n', text), "one sentence for snakemake --list"
    have = re.findall(r"(?m)^    (\w+):", text)
    for directive in ("output", "log", "benchmark", "conda", "resources", "params", "script"):
        assert directive in have, directive
    assert [d for d in DIRECTIVES if d in have] == have, "one order of directives"
    environment = re.search(r'envs/(\w+\.yaml)"', text)[1]
    code = re.search(r"(?m)^        code=(\w+|fingerprint\(.*?\)),$", text)[1]
    if not code.startswith("fingerprint("):  # a function of wildcards: what a job chooses is part of its code
        code = re.search(rf"(?ms)^def {code}\(wildcards\):.*?return (fingerprint\(.*?\))$", SMK)[1]
    assert re.match(rf'fingerprint\("{rule}.py", "{environment}"[,)]', code), "tracked code, of the rule's own environment"
    assert f'"../scripts/{rule}.py"' in text, "a script has its rule's name"
    assert "mem_mb=" in text and "runtime=" in text
    assert "retries" not in have and "group" not in have and "lambda" not in text


def test_small_steps_are_local_and_heavy_ones_are_not():
    """On a cluster a job costs some seconds of its own; what asks for a GPU or renders is worth them."""
    local = {rule for rule, text in RULES.items() if "\n    localrule: True\n" in text}
    assert not {rule for rule in local if "gpu=1" in RULES[rule] or "threads: CORES" in RULES[rule]}
    assert set(RULES) - local == {rule for rule, text in RULES.items() if "gpu=1" in text or "threads: CORES" in text}


def test_no_formatter_is_told_to_look_away():
    for path in [*(ROOT / "workflow").rglob("*.py"), *(ROOT / "workflow").rglob("*.smk"), *(ROOT / "tests").rglob("*.py")]:
        assert "# fmt" + ":" not in path.read_text(), path


def test_every_script_has_its_rule():
    assert {path.stem for path in ADAPTERS} == set(RULES)


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda p: p.stem)
def test_scripts_are_thin_and_take_no_config(path):
    text = path.read_text()
    assert "snakemake.config" not in text
    main = [node for node in ast.parse(text).body if isinstance(node, ast.If)]
    assert len(main) == 1 and "__main__" in ast.dump(main[0].test)
    assert main[0].end_lineno - main[0].lineno <= 15
    before = text[: text.index("if __name__")]
    assert "snakemake." not in before, "only the main block knows of Snakemake"
    assert not re.search(r"\bopen\(\s*[\"']|[\"']results/", text), "no path but those it is given"


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(SCRIPTS)))
def test_the_library_knows_nothing_of_snakemake(path):
    assert "snakemake" not in imports(path)
    assert path.read_text().count("\n") <= 300
    tree = ast.parse(path.read_text())
    public = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and not n.name.startswith("_")]
    for node in public:
        inner = any(node in ast.walk(f) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f is not node)
        assert inner or ast.get_docstring(node), f"{node.name} has no docstring"


def test_statistics_and_figures_know_no_torch():
    for path in LIBRARY:
        if path.relative_to(SCRIPTS / "segregation").parts[0] in ("statistics", "figures", "stimuli", "report", "checking"):
            assert "torch" not in imports(path), path


@pytest.mark.parametrize("rule", RULES)
def test_every_import_of_a_rule_is_in_its_environment(rule):
    from segregation.lesions.register import SEARCHES, SILENCES
    from segregation.sources.register import SOURCES
    from segregation.stimuli import register as rendered
    from segregation.study.provenance import sources

    environment = re.search(r'envs/(\w+\.yaml)"', RULES[rule])[1]
    declared = set(pins(ROOT / "envs" / environment))
    chosen = {"render_images": rendered.SOURCES, "select_images": SOURCES, "rank_filters": SEARCHES | SILENCES}.get(rule, {})
    files = [*sources(f"{rule}.py", *filter(None, chosen.values())), SCRIPTS / "segregation/steps/__init__.py"]
    used = set().union(*map(imports, files)) - set(sys.stdlib_module_names) - {"segregation", "__main__"}
    assert used <= declared, f"envs/{environment} lacks {', '.join(sorted(used - declared))}"


def test_every_import_of_the_project_is_in_the_lock():
    wanted = set(re.findall(r"(?m)^([\w.-]+)", (ROOT / "envs/requirements.in").read_text()))
    files = [*ADAPTERS, *LIBRARY, *(ROOT / "tests").rglob("*.py"), *(ROOT / "workflow").rglob("*.py")]
    own = {"segregation", "conftest", "inputs"} | {path.stem for path in files}
    used = set().union(*map(imports, files)) - set(sys.stdlib_module_names) - own
    assert used <= wanted, f"envs/requirements.in lacks {', '.join(sorted(used - wanted))}"
    assert {name.lower() for name in wanted} <= set(pins(ROOT / "envs/requirements.txt"))


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda p: p.name)
def test_conda_environments_have_the_pins_of_the_lock(path):
    lock = pins(ROOT / "envs/requirements.txt")
    for name, (version,) in pins(path).items():
        assert version == lock[name][-1], name  # the last is that of the newest Python
    assert yaml.safe_load(path.read_text())["channels"] == ["conda-forge", "nodefaults"]


def test_the_lock_is_hashed_throughout():
    blocks = re.split(r"(?m)^(?=[\w.-]+==)", (ROOT / "envs/requirements.txt").read_text())[1:]
    assert len(blocks) > 50 and all("--hash=sha256:" in block for block in blocks)


def test_the_environment_is_the_lock():
    from importlib.metadata import version

    lock = pins(ROOT / "envs/requirements.txt")
    for name in ("snakemake", "torch", "torchvision", "numpy", "pyarrow", "embreex", "anny"):
        assert version(name).split("+")[0] in lock[name], name


STYLE = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "snakefmt": ["snakefmt", "--check", "Snakefile", "workflow"],
    "snakemake --lint": ["snakemake", "--lint"],
}


@pytest.mark.parametrize("command", STYLE.values(), ids=STYLE)
def test_style(command):
    executable = Path(sys.executable).with_name(command[0])
    done = subprocess.run([executable, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_names_a_place_of_one_machine():
    tracked = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in tracked.stdout.split():
        path = ROOT / name
        if path.suffix in {".py", ".smk", ".md", ".yaml", ".toml", ".txt", ".json", ".csv", ".cff"} and path.is_file():
            assert not re.search(r"(^|[\s\"'=(])/(home|root|Users|work)/", path.read_text()), name


def make(*arguments: str) -> subprocess.CompletedProcess:
    """Print what make would do."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", "-n", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_make_passes_its_arguments_on():
    printed = make("STUDY=tiny", "CORES=3", "ARGS=results/tiny/run.json").stdout
    assert "workflow/run.py --configfile studies/tiny.yaml --cores 3 -- results/tiny/run.json" in printed
    assert "--configfile studies/reference.yaml --cores all" in make("reference").stdout
    assert "cd results/default && tar cf -  claims.*" in make("reference").stdout
    of_photographs = make("reference", "STUDY=yale").stdout
    assert "--configfile studies/yale.yaml" in of_photographs and "-C ../../results/reference/photos\n" in of_photographs
    assert "--exclude=figure_1.png --exclude=figure_3.png" in of_photographs
    assert "workflow/check.py results/default results/reference/default" in make("check").stdout
    assert "workflow/check.py results/tiny results/reference/tiny" in make("check", "STUDY=tiny").stdout
    assert "workflow/plan.py studies/paper.yaml --gpus 8" in make("plan", "STUDY=paper", "ARGS=--gpus 8").stdout


def test_make_names_the_studies_there_are():
    there_are = "capacity gpu many own paper photos reference regime tiny wider yale"
    assert f"There is no studies/tinny.yaml; STUDY= is one of: {there_are}" in make("STUDY=tinny").stderr


def test_make_clean_leaves_what_the_workflow_did_not_make():
    for arguments, folder in ((["STUDY=tiny"], "tiny"), (["STUDY=reference"], "default"), ([], "default")):
        removed = re.search(r"(?m)^rm -rf (.*)$", make("clean", *arguments).stdout)[1].split()
        assert removed and all(re.match(rf"results/{folder}/[\w.-]+$", name) for name in removed)


def test_what_a_module_makes_once_is_made_in_one_process(request):
    """Tests that share a fixture of their module, and all of the cluster, are one group of xdist's."""
    if "PYTEST_XDIST_WORKER" not in os.environ or not getattr(request.config.option, "loadgroup", False):
        pytest.skip("all tests run in one process, or wherever there is room")
    shared = [item for item in request.session.items if item.get_closest_marker("xdist_group")]
    if not shared:
        pytest.skip("none of the tests that are run here shares anything")
    assert all("@" in item.nodeid for item in shared)
