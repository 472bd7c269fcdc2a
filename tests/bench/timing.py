"""Times of calls, ours and a peer's in turn."""

import statistics
import time

import numpy as np

REPEATS = 3


def seconds(function) -> tuple[float, object]:
    """Return how long a call took, and what it returned."""
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


def compare(ours, peer) -> dict:
    """Time two calls in turn, pair by pair; return median times and the median ratio with its range."""
    pairs, largest = [], 0.0
    for _ in range(REPEATS):
        (a, first), (b, second) = seconds(ours), seconds(peer)
        pairs.append((a, b))
        largest = max(largest, float(np.abs(np.asarray(first) - np.asarray(second)).max()))
    ratios = [b / a for a, b in pairs]
    row = {"ours_s": statistics.median(a for a, _ in pairs), "peer_s": statistics.median(b for _, b in pairs)}
    return row | {"ratio": statistics.median(ratios), "from": min(ratios), "to": max(ratios), "difference": largest}
