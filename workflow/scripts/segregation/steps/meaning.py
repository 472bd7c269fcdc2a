"""What a file of Python says, whatever its comments, layout and docstrings."""

import ast
from functools import cache
from hashlib import sha256
from pathlib import Path


@cache
def meaning(path: Path) -> str:
    """Return what a file says; of Python, its code without comments, layout and docstrings, a statement a line.

    Unparsed source rather than a dump of the syntax tree, for the fields of a dump differ between Python's versions.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    _drop_docstrings(tree)
    return ast.unparse(tree)


def digest(*paths: Path) -> str:
    """Return twelve digits that tell one meaning of some files from another."""
    return sha256("\n".join(map(meaning, paths)).encode()).hexdigest()[:12]


def with_beside(path: Path) -> list[Path]:
    """Return a file of Python, and the files beside it that it imports, directly or not, packages whole."""
    found, left = [], [path]
    while left:
        file = left.pop()
        if file not in found:
            found.append(file)
            left += _beside(file, path.parent)
    return [path, *sorted(found[1:])]


def _beside(file: Path, folder: Path) -> list[Path]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    tops = sorted({name.partition(".")[0] for name in names})
    modules = [folder / f"{top}.py" for top in tops if (folder / f"{top}.py").is_file()]
    return [*modules, *(module for top in tops for module in sorted((folder / top).rglob("*.py")))]


def _drop_docstrings(node: ast.AST) -> None:
    """Take the docstrings out of a module and of what it defines."""
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    elif isinstance(node, ast.expr):  # nothing is defined in there that has one, and most nodes are in there
        return
    for child in ast.iter_child_nodes(node):
        _drop_docstrings(child)
