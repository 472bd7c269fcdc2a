"""Classes without number, each drawn from its own: people, car models."""

from segregation.steps.reporting import InputError

MOST = 10_000


def numbered_classes(prefix: str, trained: int, heldout: int) -> tuple[list[str], list[str]]:
    """Return the names of trained and of held-out classes, each in the order of their numbers.

    The two are sequences of their own: the length of one changes nothing about the other. Raises InputError for a negative
    number or more than 10,000.
    """
    if not (0 <= trained <= MOST and 0 <= heldout <= MOST):
        raise InputError(f"There can be 0 to {MOST:,} classes '{prefix}' of each kind, not {trained} and {heldout}.")
    return [f"{prefix}_{i:04d}" for i in range(trained)], [f"new{prefix}_{i:04d}" for i in range(heldout)]
