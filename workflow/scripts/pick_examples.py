"""Pick the few images of the main network's tasks that figure 1 shows."""

import numpy as np

from segregation.images.store import Store
from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to

EXAMPLES = 4


def pick_examples(stores: dict[str, str], examples: str) -> None:
    """Write of every task a test image of each of the first classes, (EXAMPLES, size, size, 3), and how many there are."""
    arrays = {}
    for task, path in stores.items():
        store = Store(path)
        rows = store.rows("test")
        arrays[task] = store.images([rows[store.labels[rows] == name][0] for name in store.classes[:EXAMPLES]])
        arrays[f"classes of {task}"] = np.array(len(store.classes))
    with replacing(examples) as temporary, temporary.open(mode="wb") as file:
        np.savez_compressed(file, **arrays)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "examples"):
        pick_examples(
            stores=dict(zip(snakemake.params.tasks, snakemake.input.stores, strict=True)),
            examples=snakemake.output.examples,
        )
