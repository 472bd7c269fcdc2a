"""Images in folders: splits given or drawn, every offender named at once."""

import numpy as np
import pytest
from PIL import Image

from segregation.folders import read_folder, write_folder
from segregation.reporting import InputError
from segregation.store import Store, write_store

PARAMETERS = {
    "classes": 2,
    "heldout_classes": 1,
    "train_images": 3,
    "test_images": 2,
    "heldout_images": 2,
    "seed": 1,
    "size": 8,
}


@pytest.fixture
def root(tmp_path, noise):
    """Three classes of six images in plain class folders."""
    images = iter(noise(18, 10))
    for name in ("x", "y", "z"):
        (tmp_path / "images" / name).mkdir(parents=True)
        for i in range(6):
            Image.fromarray(next(images)).save(tmp_path / "images" / name / f"{i}.png")
    return tmp_path / "images"


def test_a_store_written_to_folders_reads_back_byte_for_byte(tmp_path, make_store):
    store = make_store(train=3, test=2)
    write_folder(store, tmp_path / "out")
    parameters = PARAMETERS | {"heldout_images": 1}
    write_store(tmp_path / "again.arrow", read_folder(tmp_path / "out", parameters))
    assert (tmp_path / "again.arrow").read_bytes() == store.path.read_bytes()


def test_drawn_splits_have_the_numbers_asked_for_and_share_nothing(root):
    records = read_folder(root, PARAMETERS)
    count = {s: [r.class_name for r in records if r.split == s] for s in ("train", "test", "heldout")}
    assert {s: len(names) for s, names in count.items()} == {"train": 6, "test": 4, "heldout": 2}
    assert set(count["train"]) == set(count["test"])
    assert not set(count["train"]) & set(count["heldout"])
    assert len({r.id for r in records}) == len(records)


def test_drawn_splits_belong_to_the_seed(root):
    first, same = ([r.id for r in read_folder(root, PARAMETERS)] for _ in range(2))
    assert first == same
    assert any([r.id for r in read_folder(root, PARAMETERS | {"seed": s})] != first for s in range(2, 6))


def test_images_are_cut_to_size(root):
    store = root.parent / "s.arrow"
    write_store(store, read_folder(root, PARAMETERS))
    assert Store(store).images(np.array([0])).shape == (1, 8, 8, 3)


def test_all_offenders_are_named_at_once(root):
    (root / "x" / "3.png").write_bytes(b"no image")
    (root / "y" / "2.png").write_bytes((root / "y" / "2.png").read_bytes()[:60])
    (root / "empty").mkdir()
    for path in list((root / "z").iterdir())[1:]:
        path.unlink()
    everything = PARAMETERS | {"classes": 4, "heldout_classes": 0, "train_images": 4}
    with pytest.raises(InputError) as raised:
        read_folder(root, everything)
    message = str(raised.value)
    for offender in ("x/3.png: unreadable", "y/2.png: unreadable", "empty: no images", "z: 1 images, but 6 are needed"):
        assert offender in message


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere: no such folder.*datasets\.\*\.root"):
        read_folder(tmp_path / "nowhere", PARAMETERS)


def test_a_class_both_held_out_and_trained_is_refused(tmp_path, make_store):
    write_folder(make_store(train=3, test=2), tmp_path / "out")
    (tmp_path / "out/heldout/z").rename(tmp_path / "out/heldout/a")
    with pytest.raises(InputError, match="class 'a' is held out, but also among the classes to train"):
        read_folder(tmp_path / "out", PARAMETERS | {"heldout_images": 1})


def test_too_few_classes_are_counted(root):
    with pytest.raises(InputError, match=r"3 class subfolders, but the configuration asks for 4 \+ 1 held out"):
        read_folder(root, PARAMETERS | {"classes": 4})
