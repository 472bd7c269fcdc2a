"""What the README and docs/ lead to: commands are taken, links and paths are there, an edit reruns what is said."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from prose import PAGES, README
from studies import ROOT, TINY, copy_project, reruns, run_snakemake


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


@pytest.mark.slow
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
