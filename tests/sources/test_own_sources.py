"""Images of one's own, in folders or listed in a table: names in one form, splits as they are, faults named."""

from collections import Counter

import pytest

import replicas
from segregation.sources import table
from segregation.sources.choosing import choose
from segregation.steps.reporting import InputError
from selections import classes_of, parameters


def test_class_folders_are_drawn_from_with_names_in_one_form(tmp_path):
    root = replicas.class_folders(tmp_path)
    chosen = choose(parameters("folder", root, 4, 3, 2, heldout=1, heldout_images=2))
    assert classes_of(chosen, "train") == sorted(["plain", "with space", "café", "東京"])
    assert classes_of(chosen, "heldout") == ["few"]
    assert all((root / image.path).is_file() for image in chosen)
    with pytest.raises(InputError, match=r"4 of 6 classes.*\n  - empty: no images\n  - few: 2 images, but 5 are needed$"):
        choose(parameters("folder", root, 5, 3, 2))


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
