"""Image stores: what is written is read; what is corrupt is refused."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from segregation.images.store import Record, Store, decode, encode, write_manifest, write_store
from segregation.steps.reporting import InputError
from studies import ROOT


def test_images_come_back_bit_for_bit(tmp_path, noise):
    images = noise(5)
    records = [Record(f"c{i}/0", "train", f"c{i}", encode(image)) for i, image in enumerate(images)]
    write_store(tmp_path / "s.arrow", records, rows_a_batch=2)
    assert np.array_equal(Store(tmp_path / "s.arrow").images(np.arange(5)), images)


def test_classes_are_sorted_and_targets_point_into_them(make_store):
    store = make_store(classes=("b", "a"))
    assert (store.classes, store.heldout_classes) == (["a", "b"], ["z"])
    rows = store.rows("test")
    assert [store.classes[t] for t in store.targets(rows)] == list(store.labels[rows])
    assert store.targets(store.rows("heldout")).tolist() == [0]


def test_splits_are_disjoint_and_whole(make_store):
    store = make_store()
    rows = [store.rows(split) for split in ("train", "test", "heldout")]
    assert sorted(np.concatenate(rows)) == list(range(len(store.ids)))
    assert len(set(store.ids)) == len(store.ids)


def test_contents_are_counted(tmp_path, make_store):
    store = make_store(train=4, test=2)
    records = [Record(str(i), str(s), str(c), b"") for i, s, c in zip(store.ids, store.splits, store.labels, strict=True)]
    write_store(tmp_path / "again.arrow", records)
    contents = Store(tmp_path / "again.arrow").contents()
    assert contents["images"] == {"train": 8, "test": 4, "heldout": 1}
    assert contents["classes"]["test"] == {"a": 2, "b": 2}
    write_manifest(tmp_path / "m.json", {"size": 8}, "CC0-1.0", contents)
    assert json.loads((tmp_path / "m.json").read_text())["licence"] == "CC0-1.0"


def test_the_same_records_make_the_same_bytes(tmp_path, noise):
    records = [Record("a/0", "train", "a", encode(noise(1)[0]))]
    checksums = set()
    for name in "12":
        write_store(tmp_path / name, records)
        checksums.add(Store(tmp_path / name).contents()["sha256"])
    assert len(checksums) == 1


def test_a_changed_image_is_refused_by_name(tmp_path, make_store):
    store = make_store()
    data = store.path.read_bytes()
    image = store.encoded(3)
    place = data.index(image) + len(image) // 2
    store.path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    changed = Store(store.path)
    with pytest.raises(InputError, match=f"{store.ids[3]} is corrupt.*Delete the file"):
        changed.images(np.arange(len(changed.ids)))


@pytest.mark.parametrize("content", [b"", b"not a store", "half"])
def test_what_is_no_store_is_refused(tmp_path, make_store, content):
    path = make_store().path
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if content == "half" else content)
    with pytest.raises(InputError, match=f"{path.name}: not a readable image store"):
        Store(path)


def test_a_failed_write_leaves_nothing(tmp_path):
    def records():
        yield Record("a/0", "train", "a", b"")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_store(tmp_path / "s.arrow", records())
    assert not list(tmp_path.iterdir())


def test_encoding_keeps_every_bit(noise):
    image = noise(1, 33)[0]
    assert np.array_equal(decode(encode(image)), image)


def test_a_store_without_some_classes_is_as_if_they_were_not_in_it(make_store):
    whole = make_store(classes=("a", "b", "c"))
    part = Store(whole.path, without=["b"])
    assert part.classes == ["a", "c"] and part.heldout_classes == ["z"]
    rows = part.rows("test")
    assert part.targets(rows).tolist() == [0, 0, 1, 1]
    kept = np.flatnonzero(whole.labels != "b")
    assert np.array_equal(part.images(np.arange(len(part.ids))), whole.images(kept))
    assert part.checksum != whole.checksum
    assert part.checksum == Store(whole.path, without=["b"]).checksum


def test_a_class_that_is_not_there_cannot_be_left_out(make_store):
    with pytest.raises(InputError, match=r"store.arrow: no class is called q .*the classes are a, b, z"):
        Store(make_store().path, without=["q"])


def test_a_checksum_is_computed_without_what_takes_long_to_load(make_store):
    code = f"import sys; from segregation.images.store import Store; print(Store({str(make_store().path)!r}).checksum); "
    code += "sys.exit('pandas' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and re.fullmatch("[0-9a-f]{64}\n", done.stdout), done.stderr
