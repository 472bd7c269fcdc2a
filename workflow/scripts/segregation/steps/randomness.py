"""Random generators that belong to names, so that no draw depends on what was drawn elsewhere."""

import hashlib

import numpy as np


def seed_of(*names: str | int) -> int:
    """Return the 63-bit seed that belongs to a sequence of names, the same on every machine and in every process.

    Names are joined by "/", hence ("a", "b") and ("a/b",) are the same name. Raises ValueError without any name.
    """
    if not names:
        raise ValueError("A generator needs at least one name.")
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def generator(*names: str | int) -> np.random.Generator:
    """Return numpy's generator for a sequence of names, such as ("heads", "head_0003", 17, "camera")."""
    return np.random.default_rng(seed_of(*names))
