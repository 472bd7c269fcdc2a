"""What holds of a selection from any source: listed classes, exact numbers, the same choice everywhere, clear refusals."""

import hashlib
import os
import random
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import replicas
from segregation.sources.choosing import choose
from segregation.sources.offers import Offer
from segregation.sources.register import LIBRARIES, SOURCES
from segregation.sources.selection import select
from segregation.steps.reporting import InputError
from selections import classes_of, parameters


def text_of(chosen):
    return "".join(f"{image.id}\t{image.split}\t{image.class_name}\t{image.path}\n" for image in chosen)


def test_only_listed_classes_are_taken(tmp_path):
    root = replicas.ilsvrc(tmp_path / "set")
    only = tmp_path / "inanimate.txt"
    only.write_text("\ufeff# WordNet ids\n\nn01440764 tench, Tinca tinca\nn03000684\n", encoding="utf-8")
    wanted = parameters("ilsvrc", root, 2, 4, 3, only=str(only))
    assert classes_of(choose(wanted), "train") == ["n01440764", "n03000684"]
    with pytest.raises(InputError, match=r"set: 2 of 2 classes have .*, but 3 such classes are asked for"):
        choose(wanted | {"classes": 3})
    only.write_text("\n".join(f"n{i:08d}" for i in range(12)))
    with pytest.raises(InputError, match=r"inanimate.txt: 12 of 12 classes are not in .*n00000009 \.\.\."):
        choose(wanted)
    only.write_text("# none\n")
    with pytest.raises(InputError, match="names no class"):
        choose(wanted)
    with pytest.raises(InputError, match=r"nowhere.txt: cannot be read.*datasets\.\*\.only"):
        choose(wanted | {"only": str(tmp_path / "nowhere.txt")})


def test_a_listed_class_may_have_spaces(tmp_path):
    root = replicas.class_folders(tmp_path / "set")
    (tmp_path / "only.txt").write_text(f"with space\n{unicodedata.normalize('NFC', 'café')} au lait\n", encoding="utf-8")
    chosen = choose(parameters("folder", root, 2, 3, 2, only=str(tmp_path / "only.txt")))
    assert classes_of(chosen, "train") == ["café", "with space"]


@pytest.mark.parametrize("source", sorted(set(SOURCES) - set(LIBRARIES)))
def test_a_missing_root_is_named(tmp_path, source):
    with pytest.raises(InputError, match=r"nowhere: no such folder; expected .*datasets\.\*\."):
        choose(parameters(source, tmp_path / "nowhere", 2, 2, 2, table="table.csv"))


@pytest.mark.parametrize("source", sorted(set(SOURCES) - {"table", *LIBRARIES}))
def test_a_wrong_layout_is_told_with_the_known_one(tmp_path, source):
    root = replicas.litter(tmp_path / "set")
    with pytest.raises(InputError, match=r"set: not laid out as this source is; expected .*(jpg|JPEG).*datasets\.\*\.root"):
        choose(parameters(source, root, 2, 2, 2))


def test_too_few_held_out_classes_are_counted(tmp_path):
    root = replicas.vggface2(tmp_path)
    with pytest.raises(InputError, match=r"Beside the 4 classes to train on, 1 of 2 have 5 images, but 2 such"):
        choose(parameters("vggface2", root, 4, 5, 2, heldout=2, heldout_images=5))


def test_images_are_not_opened(tmp_path):
    root = tmp_path / "set"
    for i in range(8):
        (root / f"c{i % 2}").mkdir(parents=True, exist_ok=True)
        (root / f"c{i % 2}/{i}.jpg").touch(mode=0o000)
    assert len(choose(parameters("folder", root, 2, 3, 1))) == 8


def test_odd_images_are_images_by_their_names(tmp_path):
    replicas.odd_images(tmp_path / "odd")
    chosen = choose(parameters("folder", tmp_path, 1, 9, 2))
    assert {Path(image.path).name for image in chosen} == {
        "cmyk.jpg",
        "empty.jpg",
        "greyscale.jpg",
        "one_pixel.png",
        "palette.png",
        "png_inside.JPEG",
        "rotated.jpg",
        "text.jpg",
        "transparent.png",
        "truncated.jpg",
        unicodedata.normalize("NFD", "unicode_é.jpg"),
    }
    assert f"odd/{unicodedata.normalize('NFC', 'unicode_é')}" in {image.id for image in chosen}


class Shuffled:
    """What os.scandir returns, in another order."""

    def __init__(self, entries, seed):
        self.entries = list(entries)
        random.Random(seed).shuffle(self.entries)

    def __enter__(self):
        return iter(self.entries)

    def __exit__(self, *_):
        pass


def test_the_order_of_the_file_system_does_not_matter(tmp_path, monkeypatch):
    sets = [
        parameters("vggface2", replicas.vggface2(tmp_path / "vggface2"), 3, 3, 2, heldout=1, heldout_images=3),
        parameters("ilsvrc", replicas.ilsvrc(tmp_path / "ilsvrc", "csv"), 2, 3, 2, heldout=1, heldout_images=3),
        parameters("casia", replicas.casia(tmp_path / "casia"), 3, 3, 2, most=6),
        parameters("compcars", replicas.compcars(tmp_path / "compcars"), 2, 2, 1),
        parameters("food101", replicas.food101(tmp_path / "food101"), 2, 2, 1),
        parameters("folder", replicas.class_folders(tmp_path / "folder"), 3, 2, 2),
    ]
    first = [choose(wanted) for wanted in sets]
    scandir = os.scandir
    for seed in range(3):
        monkeypatch.setattr(os, "scandir", lambda path, seed=seed: Shuffled(scandir(path), seed))
        assert [choose(wanted) for wanted in sets] == first
    assert all(
        any(choose(wanted | {"seed": seed}) != chosen for seed in range(2, 6))
        for wanted, chosen in zip(sets, first, strict=True)
    )


def test_a_selection_is_the_same_everywhere():
    listing = {f"c{i:02d}": [f"c{i:02d}/{j:03d}.jpg" for j in range(10 + i)] for i in range(20)}
    tested = {name: [f"val/{name}_{j}.jpg" for j in range(5)] for name in listing}
    wanted = parameters("", "", 6, 12, 3, heldout=3, heldout_images=8, seed=11)
    text = text_of(select(Offer(listing), wanted)) + text_of(select(Offer(listing, tested), wanted))
    assert hashlib.sha256(text.encode()).hexdigest() == "a8ae2e90d8c741a737186d5bab226268f3fc8d1c5b92f03f14c09c350e4f8535"


listings = st.lists(st.integers(0, 9), min_size=1, max_size=8)
small = st.integers(1, 4)


@given(listings, st.none() | listings, small, st.integers(0, 3), small, small, small, st.integers(0, 99))
def test_drawn_splits_are_disjoint_and_exact(train, test, classes, heldout, train_images, test_images, heldout_images, seed):
    offer = Offer({f"c{i}": [f"train/c{i}/{j}.jpg" for j in range(n)] for i, n in enumerate(train)})
    if test is not None:
        offer.test = {f"c{i}": [f"test/c{i}/{j}.jpg" for j in range(n)] for i, n in enumerate(test)}
    wanted = parameters("", "", classes, train_images, test_images, heldout, heldout_images, seed)
    need = train_images + (test_images if test is None else 0)
    fit = [n >= need and (test is None or (i < len(test) and test[i] >= test_images)) for i, n in enumerate(train)]
    try:
        chosen = select(offer, wanted)
    except InputError as error:
        enough = sum(n >= heldout_images for n in train)
        assert sum(fit) < classes if "asked for (datasets.*.classes," in str(error) else enough < classes + heldout
        return
    of = {split: [image for image in chosen if image.split == split] for split in ("train", "test", "heldout")}
    numbers = {"train": (classes, train_images), "test": (classes, test_images), "heldout": (heldout, heldout_images)}
    for split, (n_classes, n_images) in numbers.items():
        counts = Counter(image.class_name for image in of[split])
        assert len(counts) == n_classes and set(counts.values()) <= {n_images}
        assert len({image.id for image in of[split]}) == len(of[split])
    assert classes_of(chosen, "train") == classes_of(chosen, "test")
    assert not set(classes_of(chosen, "train")) & set(classes_of(chosen, "heldout"))
    assert len({image.path for image in chosen}) == len(chosen)
    assert all(fit[int(name[1:])] for name in classes_of(chosen, "train"))
