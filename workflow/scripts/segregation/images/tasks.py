"""The tasks of a network: which image sets they are, and which of their classes the network leaves out."""

from collections.abc import Sequence

from segregation.images.scratch import staged
from segregation.images.store import Store


def open_stores(network: dict, paths: Sequence[str]) -> dict[str, Store]:
    """Return the store of each task of a network, in their order, without the classes that it leaves out.

    network holds tasks and, where any are left out, without (task to class names); paths has a file a task, read
    from the node's own disk where scratch.staged has it. Raises InputError as Store does.
    """
    without = network.get("without", {})
    return {task: Store(staged(path), without.get(task, ())) for task, path in zip(network["tasks"], paths, strict=True)}
