"""Published collections of images: layouts as distributed, the classes taken from them, clear refusals."""

import unicodedata
from collections import Counter

import pytest

import replicas
from segregation.sources import casia, vggface2
from segregation.sources.choosing import choose
from segregation.steps.reporting import InputError
from selections import classes_of, parameters


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


def test_validation_images_of_ilsvrc_have_to_be_there(tmp_path):
    root = replicas.ilsvrc(tmp_path)
    (root / "val").rename(root / "validation")
    with pytest.raises(InputError, match=r"val: no such folder; expected the official validation images"):
        choose(parameters("ilsvrc", root, 3, 5, 3))
