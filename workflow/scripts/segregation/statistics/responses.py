"""The table of responses: which test image is named right under which lesion. All statistics start from it.

A file a network, seed and layer, each with the rows of the intact network too. One row an image and lesion. Columns: layer,
lesion (the task whose ranking was used, TASK_by_METHOD where its scores were used, random, or none), severity (fraction of
filters), draw (of random lesions), task, class and image (of the test image), right (top-1 among all classes of the network)
and right_masked (top-1 among the classes of the image's own task).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from segregation.steps.files import replacing

READOUTS = {"full": "right", "masked": "right_masked"}  # a readout of the network and its column
KEYS = ["layer", "lesion", "severity", "class", "image"]
TEXTS = ["layer", "lesion", "task", "class", "image"]


def table(lesions: Sequence, full: np.ndarray, masked: np.ndarray, stores: Mapping) -> pa.Table:
    """Return the rows of some lesions; full and masked are (n_lesions, n_images), bool, images in the order of stores.

    stores maps each task to its image store, all test images of which were shown. Texts are held once each.
    """
    rows = {task: store.rows("test") for task, store in stores.items()}
    tasks = np.repeat(list(stores), [len(of_task) for of_task in rows.values()])
    classes, images = (
        np.concatenate([getattr(stores[task], name)[rows[task]] for task in stores]) for name in ("labels", "ids")
    )
    of_lesion, of_image = np.repeat(np.arange(len(lesions)), len(images)), np.tile(np.arange(len(images)), len(lesions))
    columns = {
        "layer": _texts([lesion.layer for lesion in lesions], of_lesion),
        "lesion": _texts([lesion.target for lesion in lesions], of_lesion),
        "severity": np.array([lesion.severity for lesion in lesions])[of_lesion],
        "draw": np.array([lesion.draw for lesion in lesions])[of_lesion],
        "task": _texts(tasks, of_image),
        "class": _texts(classes, of_image),
        "image": _texts(images, of_image),
        "right": full.ravel(),
        "right_masked": masked.ravel(),
    }
    return pa.table(columns)


def _texts(values: Sequence[str], at: np.ndarray) -> pa.DictionaryArray:
    known = pa.array(values, pa.string()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(known.indices.to_numpy()[at], known.dictionary)


def write(path: str | Path, tables: Iterable[pa.Table]) -> None:
    """Write tables one after the other to one file, as they come: those of all layers need not be in memory at once."""
    with replacing(path) as temporary:
        tables = iter(tables)
        first = next(tables)
        with pq.ParquetWriter(temporary, first.schema, store_schema=False) as writer:  # texts are read as texts
            writer.write_table(first)
            for rows in tables:
                writer.write_table(rows)


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


def read(files: Iterable[str | Sequence[str]], task: str, column: str = "right", layers: Sequence[str] = ()) -> Responses:
    """Read the responses of one network to the images of one task: for each seed a file, or some.

    With layers, only lesions of these are read; the intact network is the layer "none".
    """
    arrays, conditions, images = [], None, None
    for of_seed in files:
        holds: dict[str, str] = {}
        for path in [of_seed] if isinstance(of_seed, (str, Path)) else of_seed:
            found = pq.read_table(path, columns=["layer"], read_dictionary=["layer"])["layer"].unique().to_pylist()
            holds = dict.fromkeys(found, path) | holds
        chosen = sorted(set(holds) & set(layers) if layers else holds)
        wide = pd.concat([_of_layer(holds[layer], task, layer, column) for layer in chosen], axis=1)
        if conditions is not None and not (wide.index.equals(images) and wide.columns.equals(conditions)):
            raise ValueError(f"{of_seed}: not the same images and lesions as the other seeds.")
        conditions, images = wide.columns, wide.index
        arrays.append(wide.to_numpy(dtype=np.float32))
    names = conditions.to_frame(index=False)
    return Responses(names, np.stack(arrays), np.asarray(images.get_level_values("class"), dtype=str))


def by_seed(files: Sequence[str], n_seeds: int) -> list[Sequence[str]]:
    """Return the files of each seed; files are those of the first seed, then those of the next."""
    each = len(files) // n_seeds
    return [files[first : first + each] for first in range(0, len(files), each)]


def _of_layer(path: str, task: str, layer: str, column: str) -> pd.DataFrame:
    """Return how often each image (a row) was named right under each lesion of a layer (columns), sorted.

    One layer at a time and texts as numbers: at the paper's scale a file has 56 million rows.
    """
    filters = [("task", "==", task), ("layer", "==", layer)]
    rows = pq.read_table(path, columns=[*KEYS, column], filters=filters, read_dictionary=TEXTS).to_pandas()
    for text in set(KEYS) & set(TEXTS):
        rows[text] = rows[text].cat.reorder_categories(sorted(rows[text].cat.categories))
    wide = rows.groupby(KEYS, observed=True)[column].mean().unstack(["layer", "lesion", "severity"])
    wide.index, wide.columns = (pd.MultiIndex.from_tuples(axis.to_list(), names=axis.names) for axis in wide.axes)
    return wide
