"""Fingerprints of the code behind a job, so that Snakemake reruns just what an edit can change.

A job depends on its script, on every module that this imports, directly or not, and on the modules that it chooses by its
configuration: these stand in the registers of the rooms as texts, which no import follows, and are named beside the script.
"""

import json
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

from segregation.steps import meaning
from segregation.steps.meaning import digest, imported, with_beside

SCRIPTS = Path(__file__).resolve().parents[2]
ROOT = SCRIPTS.parents[1]
# No result depends on these. Others look like them and do count: steps/states.py and training/progress.py decide what is
# taken up after a kill, images/scratch.py which copy is read, the sizes of passes in lesions/memory.py the order of sums.
UNCOUNTED = {
    # What may be chosen; what was chosen stands in the fingerprint.
    "segregation/lesions/register.py",
    "segregation/sources/register.py",
    "segregation/stimuli/register.py",
    "segregation/steps/files.py",  # under which name bytes are written, not which
    "segregation/steps/limits.py",  # when a step stops; it goes on to the same bytes
    "segregation/steps/process.py",  # when unused memory is looked for
    "segregation/steps/reporting.py",  # what a step says
    "segregation/training/pace.py",  # what a training says of its speed
}


def sources(script: str, *chosen: str) -> list[Path]:
    """Return a script and every module of this project that it or a chosen module ("package.module:name") imports, sorted.

    Left out are the modules of UNCOUNTED and the __init__ of rooms, which do nothing but offer names.
    """
    found, left = set(), [SCRIPTS / script, *(file_of(name.partition(":")[0]) for name in chosen)]
    while left:
        path = left.pop()
        if path is not None and path not in found:
            found.add(path)
            left += _imported(path)
    return sorted(path for path in found if path.relative_to(SCRIPTS).as_posix() not in UNCOUNTED)


@cache
def _imported(path: Path) -> list[Path]:
    """Return the modules of this project that a file imports, at its head or in a function."""
    return [file for name in _read(path)[1] if (file := file_of(name))]


@cache
def _read(path: Path) -> list:
    """Return the digest of a file of Python, and the names that it imports, sorted."""
    content = path.read_bytes()
    by_hash, known = sha256(content).hexdigest(), _known()
    if by_hash in known:
        return known[by_hash]
    found = [digest(path), sorted(imported(path))]
    if path.read_bytes() == content:  # not where it was edited meanwhile: what is kept of it would be wrong for good
        known[by_hash] = found
    return found


@cache
def _known() -> dict[str, list]:
    """Return what is known of files by the hash of their bytes, for reading them takes a good part of Snakemake's start.

    What is no whole file of JSON, as another start may be writing it, is made anew.
    """
    with suppress(OSError, ValueError):
        return json.loads(_kept().read_text(encoding="utf-8"))
    return {}


def _kept() -> Path:
    """Return where that is kept: beside the compiled code, under another name where another code has read the files."""
    by = sha256(Path(meaning.__file__).read_bytes()).hexdigest()[:12]
    return Path(cache_from_source(__file__)).with_name(f"meanings-{by}.json")


def file_of(module: str) -> Path | None:
    """Return the file of a module of this project; None for any other, and for a room."""
    path = SCRIPTS.joinpath(*module.split(".")).with_suffix(".py")
    return path if path.is_file() else None


@cache
def _line(path: Path) -> str:
    of_file = _read(path)[0] if path.suffix == ".py" else digest(path)
    return f"{path.relative_to(ROOT).as_posix()} {of_file}"


def source_of(architecture: dict) -> dict:
    """Return the source of an architecture in a file, and of what it imports beside it; nothing for any other."""
    return {"source": digest(*with_beside(Path(architecture["file"])))} if "file" in architecture else {}


@cache
def fingerprint(script: str, environment: str, *chosen: str | None) -> list[str]:
    """Return what a job chose, and one 'file hash' line for its environment file in envs/ and for each of its sources."""
    names, before = sorted(filter(None, chosen)), len(_known())
    lines = [*names, *(_line(path) for path in (ROOT / "envs" / environment, *sources(script, *names)))]
    if len(_known()) > before and not sys.dont_write_bytecode:
        with suppress(OSError):
            _kept().write_text(json.dumps(_known()), encoding="utf-8")
    return lines
