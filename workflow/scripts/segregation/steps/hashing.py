"""Hashes that tell states and files apart."""

import json
from hashlib import file_digest, sha256
from pathlib import Path


def key(*things: object) -> str:
    """Return a short hash of anything that JSON can hold; the order of mappings does not matter."""
    return sha256(json.dumps(things, sort_keys=True).encode()).hexdigest()[:16]


def checksum(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with Path(path).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
