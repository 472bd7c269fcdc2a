"""The process of a step, which ends with its work."""

import atexit
import gc
import sys

# Containers made since Python's collector last looked for cycles, at which it looks again. Its own 700 have it go through
# all that an import of torch makes, time and again.
CONTAINERS = 50_000


def spare_collections() -> None:
    """Have Python seldom look for cycles of objects in this process, and not at its end, where all memory is given back.

    Results do not depend on it; a step that imports torch starts and ends sooner.
    """
    gc.set_threshold(CONTAINERS, *gc.get_threshold()[1:])
    atexit.register(_leave)


def _leave() -> None:
    gc.disable()
    if "triton" not in sys.modules:  # which would name each of its objects that is not freed
        gc.freeze()
