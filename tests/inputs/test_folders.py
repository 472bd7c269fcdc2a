"""Folders of images as users have them: taken, or refused in one message that names the folder."""

import os
import re
import zlib
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image, features

import select_images
from segregation.sources import offers
from segregation.sources.choosing import choose
from segregation.sources.packing import pack
from segregation.steps.reporting import InputError
from selections import classes_of, parameters
from studies import copy_project, overlay, run_snakemake


def images(folder, n=4, suffix=".png", first=0, salt=""):
    """Write images of different colours."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for i in range(n):
        kind = {".jfif": "JPEG", ".jpe": "JPEG"}.get(suffix.lower())
        shade = shade_of(f"{salt}{folder}/{first + i}")
        Image.new("RGB", (48, 48), shade).save(f"{folder}/{first + i}{suffix}", kind)


def shade_of(text):
    number = zlib.crc32(text.encode("utf-8", "surrogateescape"))
    return number & 255, number >> 8 & 255, number >> 16 & 255


def two(root, n=4, **how):
    for name in "ab":
        images(f"{root}/{name}", n, **how)


def splits(root, *names, n=4):
    for k, split in enumerate(names):
        for name in "ab":
            images(f"{root}/{split}/{name}", n, first=10 * k)


def links(root, *pairs):
    two(root)
    for at, to in pairs:
        Path(f"{root}/{at}").symlink_to(to)


def also_links(to):
    return lambda root: links(root, ("a/9.png", to), ("b/9.png", to))


def touch(path, content=b""):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content)


def both(*steps):
    def run(root):
        for step in steps:
            step(root)

    return run


def renamed(old, new):
    return lambda root: Path(f"{root}/{old}").rename(f"{root}/{new}")


def also(step, *args):
    return lambda root: step(f"{root}/{args[0]}", *args[1:])


CASES = {
    "splits": {
        "train and test": (lambda root: splits(root, "train", "test"), "ab"),
        "Train and Test": (lambda root: splits(root, "Train", "Test"), "ab"),
        "TRAIN and VAL": (lambda root: splits(root, "TRAIN", "VAL"), "ab"),
        "train and val": (lambda root: splits(root, "train", "val"), "ab"),
        "training and validation": (lambda root: splits(root, "training", "validation"), "ab"),
        "train, test and val": (lambda root: splits(root, "train", "test", "val"), "ab"),
        "train alone": (lambda root: splits(root, "train", n=8), "ab"),
        "a class called train": (lambda root: (images(f"{root}/train"), images(f"{root}/boat")), ["boat", "train"]),
        "classes called train and test": (lambda root: (images(f"{root}/train"), images(f"{root}/test")), ["test", "train"]),
        "train and Train": (
            lambda root: splits(root, "train", "Train", "test"),
            "are both train; expected one folder",
        ),
        "val and valid": (lambda root: splits(root, "train", "val", "valid"), "are both val; expected one folder of each"),
        "other classes in test": (
            both(lambda root: splits(root, "train", "test"), renamed("test/b", "test/c")),
            "train and test do not hold the same classes (b, c in one of them alone)",
        ),
    },
    "litter": {
        "@eaDir in a split": (both(lambda r: splits(r, "train", "test"), also(images, "train/@eaDir")), "ab"),
        "@eaDir with images": (both(two, also(images, "@eaDir")), "ab"),
        "__MACOSX": (both(two, also(images, "__MACOSX")), "ab"),
        "$RECYCLE.BIN and lost+found": (both(two, also(images, "$RECYCLE.BIN"), also(images, "lost+found")), "ab"),
        ".ipynb_checkpoints": (both(two, also(images, ".ipynb_checkpoints")), "ab"),
        "Thumbs.db and desktop.ini": (both(two, also(touch, "a/Thumbs.db"), also(touch, "a/desktop.ini")), "ab"),
        "._0.png": (both(two, also(touch, "a/._0.png")), "ab"),
        "an empty folder": (both(two, also(os.makedirs, "c")), "ab"),
        "an empty folder in a split": (both(lambda r: splits(r, "train", "test"), also(os.makedirs, "train/c")), "ab"),
        "a folder of text": (both(two, also(touch, "labels/a.txt")), "ab"),
        "a folder called x.jpg": (both(two, also(os.makedirs, "a/x.jpg")), "ab"),
        "a file beside the classes": (both(two, also(touch, "readme.txt")), "ab"),
    },
    "suffixes": {
        ".jfif": (lambda root: two(root, suffix=".jfif"), "ab"),
        ".JPE": (lambda root: two(root, suffix=".JPE"), "ab"),
        ".webp": (lambda root: two(root, suffix=".webp"), "ab"),
        ".gif": (lambda root: two(root, suffix=".gif"), "ab"),
        ".TIFF": (lambda root: two(root, suffix=".TIFF"), "ab"),
        "one picture under two suffixes": (both(two, lambda root: two(root, 4, suffix=".bmp")), "the same picture as a/"),
        "passed over": (
            both(
                lambda r: two(r, 1), *(also(touch, f"{c}/{i}.heic") for c in "ab" for i in range(5)), also(touch, "a/notes")
            ),
            "b: 1 images, but 4 are needed\nPassed over by their suffixes: 10 .heic, 1 without a suffix.",
        ),
        "none that is known": (
            both(*(also(touch, f"{c}/{i}.svg") for c in "ab" for i in range(5))),
            "a: no images\n  - b: no images\nPassed over by their suffixes: 10 .svg.",
        ),
    },
    "links": {
        "to the folder above, in two classes": (lambda root: links(root, ("a/loop", ".."), ("b/loop", "..")), "ab"),
        "to the root": (lambda root: links(root, ("c", ".")), "ab"),
        "to itself": (lambda root: links(root, ("self", "self")), "ab"),
        "to a class": (lambda root: links(root, ("a/c", "../b"), ("b/c", "../a")), "ab"),
        "a file to itself": (
            lambda root: links(root, ("a/9.png", "9.png"), ("b/9.png", "9.png")),
            "a/9.png: unreadable image",
        ),
        "a file to nothing": (
            lambda root: links(root, ("a/9.png", "nothing.png"), ("b/9.png", "no.png")),
            "a/9.png: unreadable image",
        ),
    },
    "names": {
        "spaces, quotes and hashes": (
            lambda root: (images(f"{root}/#1 it's"), images(f'{root}/"b" $x^2$ %d')),
            ["#1 it's", '"b" $x^2$ %d'],
        ),
        "of other scripts": (lambda root: (images(f"{root}/東京"), images(f"{root}/الوجه")), ["東京", "الوجه"]),
        "a wide space": (lambda root: (images(f"{root}/a\u3000b"), images(f"{root}/c\u00a0d")), ["a\u3000b", "c\u00a0d"]),
        "signs of patterns": (lambda root: (images(f"{root}/a*?[x]"), images(f"{root}/b!~")), ["a*?[x]", "b!~"]),
        "the same stem twice": (both(lambda r: two(r, 2), lambda r: two(r, 2, suffix=".webp", salt="other")), "ab"),
        "folders that are no UTF-8": (
            both(two, also(images, "caf\udce9")),
            r"the name 'caf\udce9' is no text in UTF-8",
        ),
        "files that are no UTF-8": (
            both(two, renamed("a/0.png", "a/\udce9.png")),
            r"the name '\udce9.png' is no text in UTF-8",
        ),
        "folders with a newline": (
            both(two, also(images, "x\ny")),
            r"the name 'x\ny' is no text in UTF-8, or holds a newline",
        ),
        "files with a newline": (
            both(two, renamed("a/0.png", "a/0\n.png")),
            r"the name '0\n.png' is no",
        ),
        "braces": (both(two, also(images, "a{b}")), "the name a{b}/0.png has one of { } < >, by which Snakemake means"),
        "angles": (both(two, also(images, "x<y>")), "the name x<y>/0.png has one of { } < >, by which Snakemake means"),
        "braces in a file": (
            both(two, renamed("a/0.png", "a/{0}.png")),
            "the name a/{0}.png has one",
        ),
    },
    "something else": {
        "record files": (
            also(touch, "train.rec"),
            "files of records (MXNet: train.rec); write their images to a folder",
        ),
        "TensorFlow's": (also(touch, "train-0001.tfrecord"), "files of records (TensorFlow: train-0001.tfrecord)"),
        "an archive": (also(touch, "images.zip"), "It holds images.zip; unpack this first"),
        "images without classes": (also(images, "."), "not laid out as this source is; expected CLASS/*.jpg"),
        "nothing": (os.makedirs, "not laid out as this source is; expected CLASS/*.jpg"),
        "a file": (lambda root: touch(root), "root: no such folder"),
    },
}


@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in CASES for member in CASES[kind]])
def test_folders_are_taken_or_refused_in_one_message(kind, member, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, expected = CASES[kind][member]
    make("root")
    wanted = [*expected] if expected == "ab" or isinstance(expected, list) else None
    asked = parameters("folder", Path("root"), len(wanted or "ab"), 2, 2, followed=True)

    def run():
        drawn = choose(asked if "a/9.png" not in str(expected) else asked | {"train_images": 3})
        list(pack(drawn, Path("root"), 48, "png", 0, 1, Path("state"))[0])
        return drawn

    if wanted:
        chosen = run()
        assert classes_of(chosen, "train") == classes_of(chosen, "test") == sorted(wanted)
        assert len({image.id for image in chosen}) == len(chosen) == 4 * len(wanted)
        if kind == "splits" and any(split in member.lower() for split in ("test", "val")) and "called" not in member:
            assert {Path(image.path).stem for image in chosen if image.split == "test"} <= {"10", "11"}
        return
    with pytest.raises(InputError, match=re.escape(expected)) as raised:
        run()
    assert len(str(raised.value)) < 600


def test_outside_of_the_workflow_braces_are_letters(tmp_path):
    two(tmp_path / "root")
    images(tmp_path / "root/a{b}")
    assert classes_of(choose(parameters("folder", tmp_path / "root", 3, 2, 2)), "train") == ["a", "a{b}", "b"]


def test_avif_is_read_where_the_decoder_can(tmp_path):
    if not features.check("avif"):
        pytest.skip("this Pillow has no decoder of AVIF")
    two(tmp_path / "root", suffix=".avif")
    assert len(choose(parameters("folder", tmp_path / "root", 2, 2, 2))) == 8


def test_what_is_passed_over_is_counted_in_a_table(tmp_path):
    two(tmp_path / "root")
    for name in ("a/x.heic", "a/y.HEIC", "b/notes", "b/Thumbs.db"):
        touch(tmp_path / "root" / name)
    paths = [str(tmp_path / name) for name in ("selection.csv", "passed_over.csv")]
    select_images.select_images(parameters("folder", tmp_path / "root", 2, 2, 2), *paths)
    table = pd.read_csv(paths[1], keep_default_na=False)
    assert table.to_dict("list") == {"suffix": ["", ".heic"], "files": [1, 2]}
    assert offers._others.get() is None


def test_a_folder_that_may_not_be_listed_is_named(tmp_path, monkeypatch):
    two(tmp_path / "root")
    scandir = os.scandir

    def forbidden(folder):
        if str(folder).endswith("a"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(InputError, match=r"root/a: cannot be read \(Permission denied\)"):
        choose(parameters("folder", tmp_path / "root", 2, 2, 2))


@pytest.mark.slow
def test_a_dry_run_ends_whatever_is_in_a_folder(tmp_path):
    """Snakemake follows the images that a folder offers; what cannot be offered is for the step to say."""
    study, root = copy_project(tmp_path), tmp_path / "root"
    two(f"{root}", 14)
    links(str(root), ("a/loop", ".."), ("b/loop", ".."), ("self", "self"))
    target = "results/loop/datasets/food.arrow"
    asked = {"source": "folder", "root": str(root), "licence": "mine"}
    asked |= {"classes": 2, "heldout_classes": 0, "train_images": 12, "test_images": 2}
    overlaid = overlay(study, {"study": "loop", "datasets": {"food": asked}})
    for name in ("", "a{b}", "x<y>", "caf\udce9", "x\ny"):
        if name:
            images(f"{root}/{name}")
        printed = run_snakemake(study, "-n", *overlaid, "--", target)
        assert "select_images" in printed and "pack_images" in printed and "Traceback" not in printed
