"""Sets that libraries read: right classes and numbers from replicas of their layouts, fetched whole or not at all."""

import os
import pickle
import shutil
import urllib.error
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets
import yaml
from torchvision import datasets

import library_replicas as replicas
from segregation.images.store import decode
from segregation.sources import sklearn_lfw, torchvision_sets
from segregation.sources.choosing import choose
from segregation.sources.library_sets import LFW, SETS
from segregation.sources.opening import opener
from segregation.sources.packing import pack
from segregation.sources.people import names_in
from segregation.steps.reporting import InputError
from segregation.study.configuration import SCHEMA
from selections import classes_of, parameters


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """No test touches a network."""

    def refuse(*_, **__):
        raise urllib.error.URLError("no network in tests")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)


@pytest.fixture
def replica(tmp_path, monkeypatch):
    """Make the replica of a set of torchvision; return the section of the configuration that takes some of it."""

    def make(name: str, classes=2, train=2, test=1, **more):
        root = replicas.MAKERS[name](tmp_path / name)
        replicas.believed(monkeypatch, name, root)
        return parameters("torchvision", root, classes, train, test, name=name, **more)

    return make


def test_every_set_has_a_replica_and_stands_in_the_schema():
    section = yaml.safe_load(SCHEMA.read_text())["properties"]["datasets"]["additionalProperties"]["properties"]
    assert sorted(section["name"]["enum"]) == sorted(SETS) == sorted(replicas.MAKERS) == sorted(replicas.COUNTS)
    assert len(SETS) >= 10


@pytest.mark.parametrize("name", SETS)
def test_all_classes_and_images_are_offered(replica, name):
    wanted = replica(name)
    offered = torchvision_sets.offer(Path(wanted["root"]), wanted)
    assert {called: len(paths) for called, paths in offered.train.items()} == replicas.COUNTS[name]
    assert offered.test is None and offered.heldout is None
    paths = [path for of_class in offered.train.values() for path in of_class]
    assert len(set(paths)) == len(paths)
    if not SETS[name].arrays:
        assert all(Path(wanted["root"], path).is_file() and path.startswith(SETS[name].folder) for path in paths)


@pytest.mark.parametrize("name", SETS)
def test_images_are_packed_and_are_those_of_the_library(replica, tmp_path, name):
    """What torchvision itself shows at the same place is what is packed, scaled to its own size: nothing is lost by PNG."""
    wanted = replica(name, 3, 2, 1)
    chosen, read = choose(wanted), opener(wanted)
    assert Counter(image.split for image in chosen) == {"train": 6, "test": 3}
    records, findings = pack(chosen, Path(wanted["root"]), 40, "png", 0, 2, tmp_path / "shards", read=read)
    packed = [decode(record.image) for record in records]
    assert len(packed) == 9 and not findings and all(min(image.shape[:2]) == 40 for image in packed)
    if SETS[name].arrays:
        part, number = chosen[0].path.rsplit("_", 1)
        dataset = getattr(datasets, name)(wanted["root"], **SETS[name].parts[part])
        image, label = dataset[int(number)]
        assert dataset.classes[label] == chosen[0].class_name
        (record,), _ = pack(chosen[:1], Path(wanted["root"]), image.width, "png", 0, 1, tmp_path / "own", read=read)
        assert np.array_equal(decode(record.image), np.asarray(image))


def test_the_choice_is_the_same_on_every_machine(replica):
    """The seed and the names decide, not the order of a file system: as this code chose when it was written."""
    chosen = choose(replica("Caltech256", 2, 2, 1, heldout=1, heldout_images=2))
    assert [(image.split, image.id.split("/")[1]) for image in chosen] == [
        *(("train", number) for number in ("003_0002", "003_0006", "004_0001", "004_0003")),
        *(("test", number) for number in ("003_0005", "004_0002")),
        *(("heldout", number) for number in ("002_0002", "002_0005")),
    ]


def test_food_is_chosen_as_by_the_adapter_of_the_papers_sets(replica):
    wanted = replica("Food101", 2, 3, 2)
    ours = parameters("food101", wanted["root"], 2, 3, 2)
    assert [(i.id, i.split, i.path) for i in choose(wanted)] == [(i.id, i.split, i.path) for i in choose(ours)]


@pytest.mark.parametrize("name", [name for name in SETS if name not in ("Caltech101", "Caltech256", "Imagenette")])
def test_a_set_with_a_part_missing_is_refused_in_one_message(replica, name):
    """Of each set the lists, or of arrays the first file, are gone; then all of it."""
    wanted = replica(name)
    folder = Path(wanted["root"], SETS[name].folder)
    lists = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".jpg")
    for path in lists[:1] if SETS[name].arrays else lists:
        path.unlink()
    with pytest.raises(InputError, match=rf"{SETS[name].folder}: torchvision cannot read {name} there \(\w+"):
        choose(wanted)
    shutil.rmtree(folder)
    with pytest.raises(InputError, match=rf"torchvision's {name} is not there. Put it there"):
        choose(wanted)
    assert not folder.exists()


def test_what_is_not_there_is_said_with_where_to_get_it_and_where_to_put_it(tmp_path):
    wanted = parameters("torchvision", tmp_path / "data", 2, 2, 1, name="Caltech256")
    with pytest.raises(InputError) as raised:
        choose(wanted)
    said = str(raised.value)
    assert f"{tmp_path}/data/caltech256" in said and "datasets.*.download" in said and "data.caltech.edu" in said
    assert "CC BY 4.0" in said and "\n" not in said and not (tmp_path / "data").exists()
    with pytest.raises(InputError, match="torchvision does not fetch it any more: source sklearn_lfw does"):
        choose(parameters("torchvision", tmp_path / "data", 2, 2, 1, name="LFWPeople", download=True))


@pytest.mark.parametrize("name", [name for name in SETS if SETS[name].megabytes])
def test_a_download_that_fails_ends_with_one_message_and_leaves_nothing(tmp_path, monkeypatch, name):
    """The network breaks off after some bytes, which torchvision has written by then."""

    def broken(url, path, *_, **__):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(b"half")
        raise urllib.error.URLError("connection reset")

    monkeypatch.setattr("torchvision.datasets.utils._get_redirect_url", lambda url, max_hops: url)
    monkeypatch.setattr("torchvision.datasets.utils._urlretrieve", broken)
    monkeypatch.setattr("gdown.download", lambda id, output, **_: broken(id, output))
    wanted = parameters("torchvision", tmp_path / "data", 2, 2, 1, name=name, download=True)
    with pytest.raises(InputError) as raised:
        choose(wanted)
    said = str(raised.value)
    assert said.startswith(f"torchvision's {name} could not be fetched to {tmp_path}/data (") and "\n" not in said
    assert "connection reset" in said and SETS[name].origin in said
    assert not (tmp_path / "data").exists()


def test_a_fetched_set_is_whole_and_what_was_there_stays(tmp_path, monkeypatch):
    """A killed run's rest goes; another set and its archive in the same root are left alone; nothing is fetched twice."""
    made, root = [], tmp_path / "data"
    replicas.caltech101(root)
    (root / ".fetching-old/half").mkdir(parents=True)
    before = sorted(root.rglob("*.jpg"))

    def download(self):
        made.append(self.root)
        replicas.caltech256(Path(self.root).parent)

    monkeypatch.setattr(datasets.Caltech256, "download", download)
    wanted = parameters("torchvision", root, 2, 2, 1, name="Caltech256", download=True)
    chosen = choose(wanted)
    assert all((root / image.path).is_file() for image in chosen) and len(chosen) == 6
    assert sorted(path.name for path in root.iterdir()) == ["caltech101", "caltech256"] and set(before) < set(
        root.rglob("*.jpg")
    )
    assert choose(wanted) == chosen and len(made) == 1


def test_a_pickle_that_is_not_the_makers_is_not_opened(replica, tmp_path):
    """CIFAR's batches are pickles, which could run anything; torchvision compares their MD5 first."""

    class Harmful:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    wanted = replica("CIFAR10")
    for file in ("data_batch_3", "batches.meta"):
        path = Path(wanted["root"], "cifar-10-batches-py", file)
        kept = path.read_bytes()
        path.write_bytes(pickle.dumps(Harmful()))
        with pytest.raises(InputError, match="torchvision cannot read CIFAR10 there"):
            choose(wanted)
        path.write_bytes(kept)
    assert not (tmp_path / "ran").exists() and choose(wanted)


def test_lfw_is_read_as_scikit_learn_keeps_it(tmp_path):
    wanted = parameters("sklearn_lfw", replicas.sklearn_lfw(tmp_path), 2, 3, 1, heldout=1)
    chosen = choose(wanted)
    assert classes_of(chosen, "train") == classes_of(chosen, "test")
    assert {image.class_name for image in chosen} <= set(replicas.PEOPLE)
    assert len(classes_of(chosen, "train")) == 2 and all((tmp_path / image.path).is_file() for image in chosen)


def test_lfw_is_fetched_by_scikit_learn_and_its_pickle_is_thrown_away(tmp_path, monkeypatch):
    from sklearn.datasets import _lfw

    source = replicas.sklearn_lfw(tmp_path / "source")
    for path in [*source.rglob(".*"), *source.rglob("Thumbs.db")]:  # litter, which scikit-learn takes for photographs
        path.unlink()
    archive = shutil.make_archive(str(tmp_path / "lfw"), "gztar", source / "lfw_home", "lfw_funneled")

    def fetch(remote, dirname, **_):
        content = Path(archive).read_bytes() if remote.filename.endswith(".tgz") else b"0\n"
        Path(dirname, remote.filename).write_bytes(content)

    monkeypatch.setattr(_lfw, "_fetch_remote", fetch)
    wanted = parameters("sklearn_lfw", tmp_path / "data", 2, 3, 1, download=True)
    assert len(choose(wanted)) == 8
    assert sorted(path.name for path in (tmp_path / "data/lfw_home").iterdir()) == [
        "lfw_funneled",
        "pairs.txt",
        "pairsDevTest.txt",
        "pairsDevTrain.txt",
    ]


def test_lfw_that_cannot_be_fetched_leaves_nothing(tmp_path, monkeypatch):
    from sklearn.datasets import _lfw

    def broken(remote, dirname, **_):
        Path(dirname, remote.filename).write_bytes(b"half")
        raise urllib.error.HTTPError(remote.url, 403, "Forbidden", None, None)

    monkeypatch.setattr(_lfw, "_fetch_remote", broken)
    wanted = parameters("sklearn_lfw", tmp_path / "data", 2, 3, 1)
    with pytest.raises(InputError, match=r"Labeled Faces in the Wild is not there. Put it there or set datasets"):
        choose(wanted)
    with pytest.raises(InputError, match=r"could not be fetched .*403.* nothing is left .*lfw-funneled.tgz"):
        choose(wanted | {"download": True})
    assert not (tmp_path / "data").exists()


def test_people_of_another_set_are_left_out_by_name(tmp_path, replica):
    """Zoë_O'Stub of CelebA is Zoe_O_Stub of LFW; who is in one set alone stays."""
    names = replicas.celeba(tmp_path / "celeba") / "celeba/list_identity_celeba.txt"
    assert names_in(names) == {"zoe o stub", "bruno nobody", "carla ersatz"}
    root = replicas.sklearn_lfw(tmp_path / "lfw")
    assert sorted(sklearn_lfw.offer(root, {"apart_from": str(names)}).train) == [
        "Ada_Placeholder",
        "Emil_Few",
        "Renee_Sample",
    ]
    wanted = replica("LFWPeople", apart_from=str(names))
    assert "Zoe_O_Stub" not in torchvision_sets.offer(Path(wanted["root"]), wanted).train
    numbers = names.with_name("identity_CelebA.txt")
    with pytest.raises(InputError, match=r"identity_CelebA.txt: numbers, such as 7, instead of names"):
        names_in(numbers)
    with pytest.raises(InputError, match=r"nowhere.txt: cannot be read .*expected names of people"):
        names_in(tmp_path / "nowhere.txt")


def test_folders_of_sets_are_told_by_the_library_alone():
    """Where torchvision keeps a set is written down a second time in library_sets; here is what it says itself."""
    told = {name: getattr(getattr(torchvision.datasets, name), "base_folder", None) for name in SETS}
    assert all(SETS[name].folder == folder for name, folder in told.items() if folder)
    assert LFW.folder == "lfw_home/lfw_funneled"
