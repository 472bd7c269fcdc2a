"""Packed image sets written out to folders."""

from pathlib import Path

from segregation.images.store import Store, suffix
from segregation.steps.files import replacing


def write_folder(store: Store, root: str | Path) -> None:
    """Write the images of a store, as they are encoded, to root/split/class/name, the layout that source folder takes."""
    for row, (id_, split) in enumerate(zip(store.ids, store.splits, strict=True)):
        data = store.encoded(row)
        with replacing(Path(root) / split / f"{id_}.{suffix(data)}") as temporary:
            temporary.write_bytes(data)
