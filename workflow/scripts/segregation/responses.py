"""The table of responses: which test image is named right under which lesion. All statistics start from it.

One row an image and lesion. Columns: layer, lesion (the task whose ranking was used, TASK_by_METHOD where its scores were
used, random, or none), severity (fraction of filters), draw (of random lesions), task, class and image (of the test image),
right (top-1 among all classes of the network) and right_masked (top-1 among the classes of the image's own task).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

READOUTS = {"full": "right", "masked": "right_masked"}  # a readout of the network and its column


def table(lesions: Sequence, full: np.ndarray, masked: np.ndarray, stores: Mapping) -> pd.DataFrame:
    """Return the rows of some lesions; full and masked are (n_lesions, n_images), bool, images in the order of stores.

    stores maps each task to its image store, all test images of which were shown.
    """
    rows = {task: store.rows("test") for task, store in stores.items()}
    tasks = np.repeat(list(stores), [len(of_task) for of_task in rows.values()])
    classes, images = (
        np.concatenate([getattr(stores[task], name)[rows[task]] for task in stores]) for name in ("labels", "ids")
    )
    n = len(images)
    conditions = {
        "layer": np.repeat([lesion.layer for lesion in lesions], n),
        "lesion": np.repeat([lesion.target for lesion in lesions], n),
        "severity": np.repeat([lesion.severity for lesion in lesions], n),
        "draw": np.repeat([lesion.draw for lesion in lesions], n),
    }
    shown = {"task": tasks, "class": classes, "image": images}
    shown = {name: np.tile(values, len(lesions)) for name, values in shown.items()}
    return pd.DataFrame(conditions | shown | {"right": full.ravel(), "right_masked": masked.ravel()})


@dataclass
class Responses:
    """Responses of one network to the test images of one task, random draws averaged.

    conditions: a frame of layer, lesion and severity, one row a condition, intact first; right: (n_seeds, n_images,
    n_conditions), 1 where named right, for random lesions the share of draws; classes: (n_images,) class names.
    """

    conditions: pd.DataFrame
    right: np.ndarray
    classes: np.ndarray

    def index(self, layer: str, lesion: str, severity: float) -> int:
        """Return the position of a condition. Raises KeyError if it was not measured."""
        c = self.conditions
        found = np.flatnonzero((c.layer == layer) & (c.lesion == lesion) & np.isclose(c.severity, severity))
        if len(found) != 1:
            raise KeyError(f"No responses for a lesion of {layer} by {lesion} at severity {severity}.")
        return int(found[0])

    @property
    def intact(self) -> int:
        """The position of the intact network."""
        return self.index("none", "none", 0.0)


def read(paths: Iterable[str], task: str, column: str = "right") -> Responses:
    """Read the responses of one network, a file a seed, to the images of one task."""
    arrays, conditions, images = [], None, None
    for path in paths:
        rows = pd.read_parquet(path, filters=[("task", "==", task)])
        wide = rows.groupby(["layer", "lesion", "severity", "class", "image"], sort=True)[column].mean()
        wide = wide.unstack(["layer", "lesion", "severity"])
        if conditions is not None and not (wide.index.equals(images) and wide.columns.equals(conditions)):
            raise ValueError(f"{path}: not the same images and lesions as the other seeds.")
        conditions, images = wide.columns, wide.index
        arrays.append(wide.to_numpy(dtype=np.float32))
    return Responses(conditions.to_frame(index=False), np.stack(arrays), images.get_level_values("class").to_numpy())
