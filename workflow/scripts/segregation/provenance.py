"""Fingerprints of the code behind a rule, so that Snakemake reruns just what an edit can change."""

import ast
from functools import cache
from hashlib import sha256
from modulefinder import ModuleFinder
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
ROOT = SCRIPTS.parents[1]
UNCOUNTED = {"reporting.py"}  # what a step says while it works; no result depends on it


def sources(script: str) -> list[Path]:
    """Return a script and every module of this project that it imports, directly or not, but UNCOUNTED, sorted by path."""
    finder = ModuleFinder(path=[str(SCRIPTS)])
    finder.run_script(str(SCRIPTS / script))
    paths = {Path(module.__file__).resolve() for module in finder.modules.values() if module.__file__}
    return sorted(path for path in paths if path.name not in UNCOUNTED)


def meaning(path: Path) -> str:
    """Return what a file says; of Python, its code without comments, layout and docstrings.

    Unparsed source rather than a dump of the syntax tree, for the fields of a dump differ between Python's versions.
    """
    text = path.read_text()
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if documented and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.unparse(tree)


@cache
def _line(path: Path) -> str:
    return f"{path.relative_to(ROOT).as_posix()} {sha256(meaning(path).encode()).hexdigest()[:12]}"


@cache
def fingerprint(script: str, environment: str) -> list[str]:
    """Return one 'file hash' line for the environment file in envs/ and for each source of a script."""
    return [_line(path) for path in (ROOT / "envs" / environment, *sources(script))]
