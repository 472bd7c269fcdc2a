"""The house: every module has a room, rooms import what the table allows, and offer names without loading torch."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from importlib import import_module

import pytest
import yaml

from studies import ROOT

SCRIPTS = ROOT / "workflow/scripts"
LIBRARY = SCRIPTS / "segregation"
ROOMS = yaml.safe_load((ROOT / "workflow/rooms.yaml").read_text())
MODULES = {path: path.relative_to(LIBRARY).parts[0] for path in LIBRARY.rglob("*.py") if path.parent != LIBRARY}
ARROWS = 145  # a script more has one or two of them


def rooms_of(path) -> set[str]:
    """Return the rooms that a file imports, also by the texts of a register."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            names.add(node.value)
    return {name.split(".")[1].partition(":")[0] for name in names if name.startswith("segregation.") and name[12:]}


def test_the_table_names_every_room_and_no_module_is_loose():
    assert set(ROOMS) == {path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {path.name for path in LIBRARY.iterdir() if path.is_file()} == {"__init__.py", "py.typed"}
    assert all(set(room) == {"holds", "imports"} for room in ROOMS.values())


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_the_table_allows(room):
    for path, of in MODULES.items():
        if of == room:
            assert rooms_of(path) <= {room, *ROOMS[room]["imports"]}, path


def test_no_room_may_import_one_that_it_does_not():
    for room, of_table in ROOMS.items():
        used = set().union(*(rooms_of(path) for path, of in MODULES.items() if of == room))
        assert set(of_table["imports"]) <= used, f"{room} does not import all of {of_table['imports']}"


def test_arrows_run_downward_and_are_few():
    list(TopologicalSorter({room: of["imports"] for room, of in ROOMS.items()}).static_order())  # raises CycleError
    below: set[str] = set()
    for room, of in ROOMS.items():
        assert set(of["imports"]) <= below, f"{room} stands above what it imports"
        below.add(room)
    adapters = [*SCRIPTS.glob("*.py"), *(ROOT / "workflow").glob("*.py")]
    assert sum(len(of["imports"]) for of in ROOMS.values()) + sum(len(rooms_of(path)) for path in adapters) <= ARROWS


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_offers_names(room):
    """Fingerprints leave __init__ out, so it may do nothing but this."""
    text = (LIBRARY / room / "__init__.py").read_text()
    says, *does = ast.parse(text).body
    assert says.value.value.count("\n") == 0 and says.value.value.endswith(".")
    assert [ast.unparse(node) for node in does] == [
        "import lazy_loader",
        "__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)",
    ]
    offered = import_module(f"segregation.{room}")
    assert offered.__all__
    for name in offered.__all__:
        assert getattr(offered, name).__doc__ or isinstance(getattr(offered, name), dict), name


def test_inner_rooms_do_nothing():
    for path in LIBRARY.rglob("*/*/__init__.py"):
        if path.parent.parent != LIBRARY:
            assert [type(node) for node in ast.parse(path.read_text()).body] == [ast.Expr], path


def test_no_room_loads_torch_before_a_name_needs_it():
    rooms = "; ".join(f"import segregation.{room}" for room in ROOMS)
    code = f"import sys, segregation; {rooms}; sys.exit(sorted({{'torch', 'pandas', 'PIL'}} & set(sys.modules)) or None)"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "tests/bench").glob("*.py")), ids=lambda path: path.stem)
def test_benchmarks_import_what_there_is(path):
    """They are run by hand, so a name that moved would be missed."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("segregation"):
            for alias in node.names:
                if not hasattr(import_module(node.module), alias.name):
                    import_module(f"{node.module}.{alias.name}")
