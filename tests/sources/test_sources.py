"""Sources of images: layouts as distributed, the rules of selection, exact numbers and names, clear refusals."""

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
from segregation.sources import casia, table, vggface2
from segregation.sources.choosing import choose
from segregation.sources.offers import Offer
from segregation.sources.register import SOURCES
from segregation.sources.selection import select
from segregation.steps.reporting import InputError


def parameters(source, root, classes, train, test, heldout=0, heldout_images=1, seed=1, **more):
    """Return a section of the configuration; heldout counts classes."""
    numbers = {"classes": classes, "heldout_classes": heldout, "train_images": train, "test_images": test}
    return {"source": source, "root": str(root), "heldout_images": heldout_images, "seed": seed} | numbers | more


def classes_of(chosen, split):
    return sorted({image.class_name for image in chosen if image.split == split})


def text_of(chosen):
    return "".join(f"{image.id}\t{image.split}\t{image.class_name}\t{image.path}\n" for image in chosen)


@pytest.mark.parametrize("inside", ["", "data"])
def test_vggface2_takes_training_identities_with_enough_images(tmp_path, inside):
    root = replicas.vggface2(tmp_path, inside)
    chosen = choose(parameters("vggface2", root, 4, 5, 2, heldout=1, heldout_images=5))
    assert classes_of(chosen, "train") == classes_of(chosen, "test") == ["n000002", "n000003", "n000005", "n000007"]
    assert classes_of(chosen, "heldout") == ["n000004"]
    assert Counter(image.split for image in chosen) == {"train": 20, "test": 8, "heldout": 5}
    assert {image.id for image in chosen if image.class_name == "n000007"} == {f"n000007/{i:04d}_01" for i in range(1, 8)}
    assert all((root / image.path).is_file() for image in chosen)


def test_names_of_vggface2_are_read_with_all_their_oddities(tmp_path):
    assert vggface2.identities(replicas.vggface2(tmp_path) / "identity_meta.csv") == {
        "n000002": "A_Fine_Example",
        "n000003": "Renée_Sample",
        "n000004": "Robert_Nobody,_Jr.",
        "n000005": "Samuel_Nobody, _Jr.",
        "n000006": "112",
        "n000007": "Zoë_O'Stub",
    }


def test_a_list_of_identities_that_is_none_is_refused(tmp_path):
    path = tmp_path / "identity_meta.csv"
    with pytest.raises(InputError, match=r"identity_meta.csv: cannot be read"):
        vggface2.identities(path)
    path.write_text('Class_ID, Name\nn000001, "Somebody"\nn000002, "Some\n')
    with pytest.raises(InputError, match=r'Sample_Num.*\nline 2: n000001, "Somebody"\nline 3'):
        vggface2.identities(path)
    path.write_text('n000001, "Somebody",8,0, m,\n')
    with pytest.raises(InputError, match="no training identity"):
        vggface2.identities(path)


@pytest.mark.parametrize("val", ["folders", "csv", "kit"])
@pytest.mark.parametrize("inside", ["", "ILSVRC/Data/CLS-LOC"])
def test_the_official_validation_images_of_ilsvrc_are_the_test_images(tmp_path, val, inside):
    root = replicas.ilsvrc(tmp_path, val, inside)
    chosen = choose(parameters("ilsvrc", root, 3, 5, 3, heldout=1, heldout_images=4))
    assert classes_of(chosen, "train") == classes_of(chosen, "test") == list(replicas.WNIDS[:3])
    assert classes_of(chosen, "heldout") == ["n03000684"]
    assert Counter(image.split for image in chosen) == {"train": 15, "test": 9, "heldout": 4}
    tested = {image.id for image in chosen if image.split == "test"}
    numbers = {"n01440764": (1, 5, 9), "n01443537": (2, 6, 10), "n02084071": (3, 7, 11)}
    assert tested == {f"{wnid}/ILSVRC2012_val_{i:08d}" for wnid, images in numbers.items() for i in images}
    assert all(("/val/" if image.split == "test" else "/train/") in f"/{image.path}" for image in chosen)
    assert all((root / image.path).is_file() for image in chosen)


def test_validation_images_need_their_labels(tmp_path):
    root = replicas.ilsvrc(tmp_path, "csv")
    solution, wanted = root / "LOC_val_solution.csv", parameters("ilsvrc", tmp_path, 3, 5, 3)
    lines = solution.read_text().splitlines()
    solution.write_text("\n".join(lines[:-1]))
    with pytest.raises(
        InputError, match=r"LOC_val_solution.csv: no label for 1 of the 12 images.*ILSVRC2012_val_00000001.JPEG"
    ):
        choose(wanted)
    solution.write_text("\n".join([lines[0], "ILSVRC2012_val_00000001,"]))
    with pytest.raises(InputError, match=r"expected ImageId,PredictionString.*found ILSVRC2012_val_00000001,"):
        choose(wanted)
    solution.unlink()
    with pytest.raises(InputError, match=r"neither LOC_val_solution.csv nor .*ILSVRC2012_validation_ground_truth.txt"):
        choose(wanted)
    kit = replicas.development_kit(root / "ILSVRC2012_devkit_t12/data", [*replicas.WNIDS] * 3)
    (kit / "ILSVRC2012_validation_ground_truth.txt").write_text("7\n" * 12)
    with pytest.raises(InputError, match=r"ground_truth.txt: class 7 is not in meta.mat"):
        choose(wanted)
    (kit / "meta.mat").write_bytes(b"no matrix")
    with pytest.raises(InputError, match=r"meta.mat: cannot be read"):
        choose(wanted)


def test_half_sorted_validation_images_are_refused(tmp_path):
    root = replicas.ilsvrc(tmp_path)
    (root / "val/n01440764/ILSVRC2012_val_00000001.JPEG").rename(root / "val/ILSVRC2012_val_00000001.JPEG")
    with pytest.raises(InputError, match="4 folders of classes and 1 images beside them"):
        choose(parameters("ilsvrc", root, 3, 5, 2))


def test_a_class_without_validation_images_is_not_trained_on(tmp_path):
    root = replicas.ilsvrc(tmp_path)
    for path in sorted((root / "val/n01443537").glob("*.JPEG"))[1:]:
        path.unlink()
    with pytest.raises(
        InputError, match=r"2 of 4 classes have 5 training and 3.*\n.*n01443537: 1 test images, but 3 are needed"
    ):
        choose(parameters("ilsvrc", root, 3, 5, 3))


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


@pytest.mark.parametrize("inside", ["", "CASIA-WebFace"])
def test_casia_keeps_the_identities_with_most_images_and_drops_those_of_vggface2(tmp_path, inside):
    root = replicas.casia(tmp_path / "casia", inside)
    meta = replicas.vggface2(tmp_path / "vggface2") / "identity_meta.csv"
    everyone = casia.offer(root, {}).train
    assert {name: len(paths) for name, paths in everyone.items()} == dict(
        zip(sorted(everyone), (9, 9, 8, 7, 7, 6, 6, 3, 0), strict=True)
    )
    assert list(casia.offer(root, {"most": 6}).train) == [*sorted(everyone)[:6]]
    # The two that are dropped are among the six with the most images; no other takes their place.
    apart = {"most": 6, "apart_from": str(meta)}
    assert list(casia.offer(root, apart).train) == ["0000045", "0000100", "0000117", "0000204"]
    chosen = choose(parameters("casia", root, 4, 4, 2, **apart))
    assert classes_of(chosen, "train") == ["0000045", "0000100", "0000117", "0000204"]
    with pytest.raises(InputError, match="3 of 4 classes have 5 training and 2 test images, but 4 such"):
        choose(parameters("casia", root, 4, 5, 2, **apart))


def test_persons_are_compared_without_accents_case_and_punctuation():
    same = ["Zoë_O'Stub", "ZOE O-STUB", unicodedata.normalize("NFD", " zoë__o.stub ")]
    assert {casia.person(name) for name in same} == {"zoe o stub"}
    assert casia.person("Robert_Nobody,_Jr.") == casia.person("Robert Nobody Jr") != casia.person("Robert Nobody")
    assert casia.person("東京") == "東京"


def test_identities_without_a_name_cannot_be_told_apart(tmp_path):
    root = replicas.casia(tmp_path / "casia")
    apart = {"apart_from": str(replicas.vggface2(tmp_path / "vggface2") / "identity_meta.csv")}
    (root / "names.txt").write_text((root / "names.txt").read_text().replace("0000100 Bruno_Nobody\n", ""))
    with pytest.raises(InputError, match=r"1 identities have no name in names.txt.*: 0000100\. Add their names"):
        casia.offer(root, apart)
    (root / "names.txt").unlink()
    with pytest.raises(InputError, match=r"names.txt: cannot be read.*needed for datasets\.\*\.apart_from"):
        casia.offer(root, apart)
    assert len(casia.offer(root, {}).train) == 9  # else names are not needed


@pytest.mark.parametrize("inside", ["", "data"])
def test_compcars_are_models_over_all_years(tmp_path, inside):
    root = replicas.compcars(tmp_path, inside)
    chosen = choose(parameters("compcars", root, 2, 4, 1, heldout=1, heldout_images=4))
    assert (classes_of(chosen, "train"), classes_of(chosen, "heldout")) == (["78_1", "81_1"], ["78_2"])
    assert Counter(image.split for image in chosen) == {"train": 8, "test": 2, "heldout": 4}
    everything = choose(parameters("compcars", root, 1, 4, 2))  # only 78_1 has six
    ids = {image.id for image in everything}
    assert {"78_1/2013-repeated", "78_1/2014-repeated"} < ids and len(ids) == 6


@pytest.mark.parametrize("inside", ["", "food-101"])
def test_official_splits_of_food101_are_pooled(tmp_path, inside):
    root = replicas.food101(tmp_path, inside)
    (root / inside / "images/not_listed").mkdir()
    chosen = choose(parameters("food101", root, 2, 4, 1, heldout=1, heldout_images=4))
    assert (classes_of(chosen, "train"), classes_of(chosen, "heldout")) == (["apple_pie", "baklava"], ["waffles"])
    assert Counter(image.split for image in chosen) == {"train": 8, "test": 2, "heldout": 4}
    (root / inside / "meta/classes.txt").write_text("apple_pie\nbeignets\nbaklava\nchurros\n")
    with pytest.raises(InputError, match=r"no folder for 2 of the 4 dishes in .*classes.txt: beignets, churros"):
        choose(parameters("food101", root, 2, 4, 1))


def test_class_folders_are_drawn_from_with_names_in_one_form(tmp_path):
    root = replicas.class_folders(tmp_path)
    chosen = choose(parameters("folder", root, 4, 3, 2, heldout=1, heldout_images=2))
    assert classes_of(chosen, "train") == sorted(["plain", "with space", "café", "東京"])
    assert classes_of(chosen, "heldout") == ["few"]
    assert all((root / image.path).is_file() for image in chosen)
    with pytest.raises(InputError, match=r"4 of 6 classes.*\n  - empty: no images\n  - few: 2 images, but 5 are needed$"):
        choose(parameters("folder", root, 5, 3, 2))


def test_a_listed_class_may_have_spaces(tmp_path):
    root = replicas.class_folders(tmp_path / "set")
    (tmp_path / "only.txt").write_text(f"with space\n{unicodedata.normalize('NFC', 'café')} au lait\n", encoding="utf-8")
    chosen = choose(parameters("folder", root, 2, 3, 2, only=str(tmp_path / "only.txt")))
    assert classes_of(chosen, "train") == ["café", "with space"]


def test_folders_that_differ_in_the_form_of_unicode_alone_are_refused(tmp_path):
    root = replicas.class_folders(tmp_path)
    if (root / "café").exists():
        pytest.skip("this file system keeps one form of Unicode")
    (root / "café").mkdir()
    with pytest.raises(InputError, match="two folders are called café"):
        choose(parameters("folder", root, 4, 3, 2))


def test_splits_of_folders_are_taken_as_they_are(tmp_path):
    root = replicas.split_folders(tmp_path / "all")
    chosen = choose(parameters("folder", root, 2, 2, 2, heldout=1, heldout_images=2))
    folders = ("train/a", "train/b", "test/a", "test/b", "heldout/z")
    assert [image.path for image in chosen] == [f"{folder}/{i}.png" for folder in folders for i in range(2)]
    assert chosen == choose(parameters("folder", root, 2, 2, 2, heldout=1, heldout_images=2, seed=2))
    without = replicas.split_folders(tmp_path / "two", heldout=False)
    assert len(choose(parameters("folder", without, 3, 3, 2))) == 15
    with pytest.raises(InputError, match="two: The splits cannot be used:\n  - heldout has 0 classes, but 1 are asked for"):
        choose(parameters("folder", without, 3, 3, 2, heldout=1))
    (root / "test/b").rename(root / "test/c")
    with pytest.raises(InputError, match="train and test do not hold the same classes"):
        choose(parameters("folder", root, 2, 2, 2))


def test_a_table_lists_images_that_share_names(tmp_path):
    root = replicas.table(tmp_path)
    wanted = {"table": str(root / "table.csv")}
    chosen = choose(parameters("table", root, 2, 3, 1, heldout=1, heldout_images=3, **wanted))
    assert (classes_of(chosen, "train"), classes_of(chosen, "heldout")) == (["grün", "red"], ["blue"])
    ids = {image.id for image in chosen if image.class_name == "red"}
    assert ids == {"red/one-0", "red/one-1", "red/one-2", "red/two-0"}
    assert {image.id for image in chosen if image.class_name == "blue"} == {"blue/7", "blue/7b", "blue/8"}
    assert all((root / image.path).is_file() for image in chosen)


def test_a_table_may_give_the_splits(tmp_path):
    root = replicas.table(tmp_path, splits=True)
    wanted = parameters("table", root, 2, 2, 2, heldout=1, heldout_images=3, table=str(root / "table.csv"))
    chosen = choose(wanted)
    assert Counter((image.split, image.class_name) for image in chosen) == {
        ("train", "red"): 2,
        ("train", "grün"): 2,
        ("test", "red"): 2,
        ("test", "grün"): 2,
        ("heldout", "blue"): 3,
    }
    assert [image.path for image in chosen[-3:]] == ["one/7.png", "two/7b.png", "two/8.png"]


def test_faults_of_a_table_are_named_with_their_lines(tmp_path):
    root = replicas.table(tmp_path)
    path = tmp_path / "faulty.csv"
    path.write_text(
        "split , path, class\ntrain,a.png,x\ntest,./a.png,y\nvalidation,b.png,x\ntrain,,x\ntrain,c.png\n"
        "train,../d.png,x\ntrain,/e.png,x\ntrain,f.png,x/y\n"
    )
    with pytest.raises(InputError) as raised:
        table.offer(root, {"table": str(path)})
    assert str(raised.value).splitlines()[1:] == [
        "line 3: ./a.png is in line 2 already",
        "line 4: split validation is none of train, test, heldout",
        "line 5: no path",
        "line 6: no class",
        "line 7: ../d.png is not below the root",
        "line 8: /e.png is not below the root",
        "line 9: class x/y has a slash or begins with a dot",
    ]
    path.write_text("path,class\n" + "a.png,\n" * 12)
    with pytest.raises(InputError, match=r"line 11: no class\nand 2 more$"):
        table.offer(root, {"table": str(path)})
    for text, message in (
        ("path,label\na.png,x\n", "no column class"),
        ("", "no column class and path"),
        ("path,class\n", "no images"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            table.offer(root, {"table": str(path)})
    with pytest.raises(InputError, match=r"nowhere.csv: cannot be read"):
        table.offer(root, {"table": str(tmp_path / "nowhere.csv")})
    with pytest.raises(InputError, match=r"needs datasets\.\*\.table"):
        table.offer(root, {})


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_a_missing_root_is_named(tmp_path, source):
    with pytest.raises(InputError, match=r"nowhere: no such folder; expected .*datasets\.\*\."):
        choose(parameters(source, tmp_path / "nowhere", 2, 2, 2, table="table.csv"))


@pytest.mark.parametrize("source", sorted(set(SOURCES) - {"table"}))
def test_a_wrong_layout_is_told_with_the_known_one(tmp_path, source):
    root = replicas.litter(tmp_path / "set")
    with pytest.raises(InputError, match=r"set: not laid out as this source is; expected .*(jpg|JPEG).*datasets\.\*\.root"):
        choose(parameters(source, root, 2, 2, 2))


def test_validation_images_of_ilsvrc_have_to_be_there(tmp_path):
    root = replicas.ilsvrc(tmp_path)
    (root / "val").rename(root / "validation")
    with pytest.raises(InputError, match=r"val: no such folder; expected the official validation images"):
        choose(parameters("ilsvrc", root, 3, 5, 3))


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
