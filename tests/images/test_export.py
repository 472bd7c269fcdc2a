"""Stores written to folders and read back."""

import sys

import numpy as np

import replicas
from segregation.images.export import write_folder
from segregation.images.store import Store
from segregation.sources.choosing import choose
from studies import ROOT

sys.path.insert(0, str(ROOT / "workflow/scripts"))
COUNTS = {"classes": 2, "heldout_classes": 1, "train_images": 3, "test_images": 2, "heldout_images": 1, "seed": 1}


def pack(folder, root, name, **parameters) -> Store:
    """Select and pack a set as the workflow's two steps do."""
    from pack_images import pack_images
    from select_images import select_images

    paths = {kind: str(folder / f"{name}.{kind}") for kind in ("selection", "store", "report")}
    parameters = COUNTS | {"source": "folder", "root": str(root), "size": 8, "encoding": "png", "bad_images": 0} | parameters
    select_images(parameters, paths["selection"], str(folder / f"{name}.passed_over"))
    pack_images(**paths, parameters=parameters, code=[], threads=2)
    assert not list(folder.glob(".*")), "no state is left"
    return Store(paths["store"])


def test_a_store_written_to_folders_reads_back_byte_for_byte(tmp_path, make_store):
    store = make_store(train=3, test=2)
    write_folder(store, tmp_path / "out")
    assert pack(tmp_path, tmp_path / "out", "again").path.read_bytes() == store.path.read_bytes()


def test_jpeg_is_written_as_it_is_stored(tmp_path):
    root = replicas.class_folders(tmp_path / "images")
    store = pack(tmp_path, root, "first", encoding="jpeg", size=32)
    write_folder(store, tmp_path / "out")
    written = sorted((tmp_path / "out").rglob("*.*"))
    assert len(written) == len(store.ids) == 2 * (3 + 2) + 1 and {path.suffix for path in written} == {".jpg"}
    assert {path.read_bytes() for path in written} == {store.encoded(row) for row in range(len(store.ids))}


def test_a_source_is_packed_whole_and_shown_as_squares(tmp_path):
    root = replicas.class_folders(tmp_path / "images")
    chosen = choose(COUNTS | {"source": "folder", "root": str(root)})
    store = pack(tmp_path, root, "first", size=32)
    assert store.ids.tolist() == [image.id for image in chosen]
    assert store.images(np.arange(len(store.ids))).shape == (11, 32, 32, 3)
    assert store.heldout_classes and not set(store.classes) & set(store.heldout_classes)
