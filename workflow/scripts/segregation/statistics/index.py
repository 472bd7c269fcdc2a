"""The segregation index: how much more a lesion hurts the task it was made for than the other tasks."""

import numpy as np

VARIANTS = ("contrast", "difference", "pooled")


def drop(lesioned: np.ndarray, intact: np.ndarray) -> np.ndarray:
    """Return 1 - lesioned / intact accuracy; nan where the intact network is never right."""
    lesioned, intact = np.broadcast_arrays(np.asarray(lesioned, float), np.asarray(intact, float))
    return 1 - np.divide(lesioned, intact, out=np.full(lesioned.shape, np.nan), where=intact > 0)


def contrast(own: np.ndarray, other: np.ndarray, floor: float) -> np.ndarray:
    """Return (own - other) / (own + other), drops below 0 set to 0; nan where own + other is under the floor."""
    own, other = np.maximum(own, 0), np.maximum(other, 0)
    total = own + other
    return np.divide(own - other, total, out=np.full(np.shape(total), np.nan), where=total >= floor)


def indices(own: np.ndarray, other: np.ndarray, floor: float) -> dict[str, np.ndarray]:
    """Return each variant for every task and all combined, (..., n_tasks + 1).

    own and other are (..., n_tasks): the drop of each task under its own lesion, and the drop of the *other* task, of more
    than two tasks the mean drop of the others, under that same lesion. contrast and difference are combined by their mean;
    an undefined task leaves the combination undefined. pooled is (sum of own - sum of other) / (sum of both) and has no
    value of a single task; drops below 0 count as they are, and it is nan where the sum is under the floor.
    """
    by_task = {"contrast": contrast(own, other, floor), "difference": own - other}
    out = {name: np.concatenate([v, v.mean(-1, keepdims=True)], -1) for name, v in by_task.items()}
    total = own.sum(-1) + other.sum(-1)
    pooled = np.divide(own.sum(-1) - other.sum(-1), total, out=np.full(total.shape, np.nan), where=total >= floor)
    out["pooled"] = np.stack([np.full_like(pooled, np.nan)] * own.shape[-1] + [pooled], -1)
    return out
