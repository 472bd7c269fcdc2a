"""What a file of Python says, whatever its comments, layout and docstrings."""

import ast
from functools import cache
from hashlib import sha256
from pathlib import Path


def meaning(path: Path) -> str:
    """Return what a file says; of Python its syntax tree, without comments, layout and docstrings.

    It is the same in every version of Python: of a tree what is empty is left out, in which the versions differ, and
    source that is unparsed has other quotes in f-strings from Python 3.12 on.
    """
    return _read(path)[0] if path.suffix == ".py" else path.read_text(encoding="utf-8")


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


def imported(path: Path) -> set[str]:
    """Return the full names of what a file imports, at its head or in a function: modules, and what is taken from them."""
    return _read(path)[1]


@cache
def _read(path: Path) -> tuple[str, set[str]]:
    """Return what a file of Python says, and the full names of what it imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _imported(tree)
    _drop_docstrings(tree)
    return _said(tree), names


def _imported(tree: ast.Module) -> set[str]:
    nodes = list(ast.walk(tree))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    taken = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    return (
        whole | {node.module for node in taken} | {f"{node.module}.{alias.name}" for node in taken for alias in node.names}
    )


def _beside(file: Path, folder: Path) -> list[Path]:
    tops = sorted({name.partition(".")[0] for name in imported(file)})
    modules = [folder / f"{top}.py" for top in tops if (folder / f"{top}.py").is_file()]
    return [*modules, *(module for top in tops for module in sorted((folder / top).rglob("*.py")))]


def _said(node: object) -> str:
    """Write a node of a syntax tree, or what a field of one holds, as text."""
    if isinstance(node, ast.JoinedStr):  # Python 3.12 has empty texts in some
        node = ast.JoinedStr([part for part in node.values if getattr(part, "value", None) != ""])
    if isinstance(node, ast.AST):
        said = (f"{name}={_said(value)}" for name, value in ast.iter_fields(node) if value is not None and value != [])
        return f"{type(node).__name__}({', '.join(said)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_said, node))}]"
    return ascii(node)


def _drop_docstrings(node: ast.AST) -> None:
    """Take the docstrings out of a module and of what it defines."""
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    elif isinstance(node, ast.expr):  # nothing is defined in there that has one, and most nodes are in there
        return
    for child in ast.iter_child_nodes(node):
        _drop_docstrings(child)
