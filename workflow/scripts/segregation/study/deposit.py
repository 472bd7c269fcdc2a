"""A deposit: what statistics start from, in one archive of which all tables and figures of a study can be made.

Beside the files it holds Snakemake's notes on them, which tell whether they still belong to the code and configuration.
"""

import lzma
import os
import tarfile
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from segregation.steps.files import replacing
from segregation.steps.hashing import checksum
from segregation.steps.reporting import InputError

NOTES = Path(".snakemake/metadata")
LONGEST = 255  # bytes of a file's name


def is_raw(path: str) -> bool:
    """Whether a file is too large for a deposit: packed images, weights, and what networks put out for new classes."""
    return path.endswith((".arrow", ".safetensors")) or "/activations/" in path


def note_of(path: str) -> Path:
    """Return where Snakemake keeps its note on a file."""
    name = urlsafe_b64encode(path.encode()).decode()
    parts = [name[i : i + LONGEST - 1] for i in range(0, len(name), LONGEST - 1)]
    return NOTES.joinpath(*(f"@{part}" for part in parts[:-1]), parts[-1])


def pack(files: Iterable[str], beside: Iterable[str], archive: Path) -> None:
    """Write an archive of files with the notes on them, and of others that have none; the same files are the same bytes.

    Paths are relative to the folder that Snakemake works in. Times of the others are kept, as benchmarks tell the end of a
    step by them. Raises InputError for a file without a note.
    """
    members = {}
    for path in files:
        members[Path(path)] = 0
        members[note_of(path)] = 0
    for path in filter(os.path.exists, beside):
        members[Path(path)] = int(Path(path).stat().st_mtime)
    if missing := [path for path in members if not path.is_file()]:
        raise InputError(f"{missing[0]}: is not there; a deposit is made of what Snakemake has finished in this folder.")
    with (
        replacing(archive) as temporary,
        lzma.open(temporary, "wb") as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path, time in sorted(members.items()):
            entry, content = tarfile.TarInfo(path.as_posix()), path.read_bytes()
            entry.size, entry.mtime, entry.mode = len(content), time, 0o644
            tar.addfile(entry, BytesIO(content))


def unpack(archive: Path, study: str, root: Path = Path()) -> list[Path]:
    """Bring the files of an archive to their places, below results/STUDY; return those that had not been there.

    Its checksum stands beside it, in ARCHIVE.sha256. A file that is there already stays. If any was brought, all that are
    those of the archive get one time, so that none is older than what it was made from, even after a start that was broken
    off. Raises InputError for an archive that is absent, damaged, or holds anything else than files of the study.
    """
    made, its_own = [], {}
    for name, (time, content) in _members(archive, study).items():
        path = root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as temporary:
                temporary.write_bytes(content)
            made.append(path)
        if path in made[-1:] or path.read_bytes() == content:
            its_own[path] = time
    now = max((path.stat().st_mtime for path in made), default=0)
    for path, time in its_own.items() if made else ():
        os.utime(path, (now, time or now))
    return made


def deposited(archive: Path, study: str) -> list[Path]:
    """Return the files of an archive, without Snakemake's notes. Raises InputError as unpack does."""
    return [path for path in map(Path, _members(archive, study)) if NOTES not in path.parents]


def _members(archive: Path, study: str) -> dict[str, tuple[float, bytes]]:
    """Return the time and content of each file of an archive, by its name."""
    stated = archive.with_name(f"{archive.name}.sha256")
    try:
        if checksum(archive) != stated.read_text(encoding="utf-8").split()[0]:
            raise InputError(f"{archive}: its checksum is not that of {stated.name}; fetch the repository anew.")
        with lzma.open(archive) as packed, tarfile.open(fileobj=packed, mode="r") as tar:
            members = [member for member in tar if _is_of(member, study, archive)]
            return {member.name: (member.mtime, tar.extractfile(member).read()) for member in members}
    except (OSError, EOFError, lzma.LZMAError, tarfile.TarError, IndexError) as error:
        raise InputError(
            f"{archive}: cannot be read ({error}); expected a deposit of the study {study}, as make deposit packs it."
        ) from error


def _is_of(member: tarfile.TarInfo, study: str, archive: Path) -> bool:
    """Whether a member of an archive is a file; raise InputError for one that is anything else, or belongs elsewhere."""
    path, places = Path(member.name), (Path("results") / study, NOTES)
    inside = not path.is_absolute() and ".." not in path.parts and any(place in path.parents for place in places)
    if not member.isfile() or not inside:
        raise InputError(f"{archive}: holds {member.name!r}, which is no file of results/{study}; it is not used.")
    return True
