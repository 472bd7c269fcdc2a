"""A run of the command on a network whose needs are known: its numbers, what it does again, what it refuses."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import columns as given
from segregation.command import pool, running
from segregation.command.entry import main
from segregation.lesions import ranking

TABLES = ("accuracy", "comparisons", "effects", "rankings", "segregation", "segregation_by_severity")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder of a user, and a copy of it as it is after a run of faces and cars."""
    folder = tmp_path_factory.mktemp("user") / "own"
    folder.mkdir()
    given.make(folder)
    assert main(given.arguments(folder, "faces", "cars")) == 0
    return folder, shutil.copytree(folder, folder.with_name("kept"))


@pytest.fixture
def user(kept):
    """The folder of the user, as it is after that run, with the times of its files."""
    folder, copied = kept
    shutil.rmtree(folder)
    return shutil.copytree(copied, folder)


def written(folder) -> dict[str, int]:
    """Return when each file of a run was written."""
    paths = (path for path in (folder / "lesions").rglob("*") if path.is_file())
    ignored = ("log.txt", "finished.json", ".lock")
    return {str(p.relative_to(folder / "lesions")): p.stat().st_mtime_ns for p in paths if p.name not in ignored}


def again(folder, *more: str, groups=("faces", "cars")) -> set[str]:
    """Run the command again; return the files that it wrote."""
    before = written(folder)
    assert main([*given.arguments(folder, *groups), *more]) == 0
    return {name for name, when in written(folder).items() if before.get(name) != when}


def contrast(folder, name: str = "segregation", **of) -> pd.Series:
    """Return the contrast index in the one layer by pair and task."""
    table = pd.read_csv(folder / f"{name}.csv").query("readout == 'full' and variant == 'contrast'")
    for column, value in of.items():
        table = table[table[column] == value]
    return table.set_index(["first", "second", "task"])["index"]


def test_by_hand_faces_lose_the_shared_filter_and_cars_one_of_their_own(user):
    out = user / "lesions"
    ranked = pd.read_csv(out / "rankings.csv")
    first = ranked[ranked["round"] == 1].set_index("task")["filter"]
    assert first["faces"] == given.SHARED and first["cars"] in (4, 5) and set(ranked.layer) == {"filters"}
    accuracy = pd.read_csv(out / "accuracy.csv")
    assert (accuracy.accuracy == 1).all() and set(accuracy.images) == {6} and set(accuracy.task) == {"faces", "cars"}
    left = pd.read_csv(out / "effects.csv").query("readout == 'full' and severity == 0.14")
    left = left.set_index(["lesion", "task"]).normalised
    assert left["faces", "faces"] == 0 and left["faces", "cars"] == 1
    assert left["cars", "cars"] == 0.5 and left["cars", "faces"] == 1
    assert contrast(out).to_dict() == {("faces", "cars", task): 1 for task in ("faces", "cars", "combined")}
    masked = pd.read_csv(out / "effects.csv").query("readout == 'masked' and lesion == 'faces' and severity == 0.14")
    assert masked.set_index("task").normalised.to_dict() == {"faces": 1, "cars": 1}, "among faces, the column still tells"


def test_three_groups_have_the_index_of_every_pair(user):
    """By construction faces and objects need the same filter first, and cars none of theirs."""
    assert main(given.arguments(user, "faces", "objects", "cars", out="three")) == 0
    index = contrast(user / "three")
    pairs = {("faces", "objects"): 0, ("faces", "cars"): 1, ("objects", "cars"): 1}
    assert {pair: index[(*pair, "combined")] for pair in pairs} == pairs
    assert set(index.index.droplevel("task")) == set(pairs)
    two, three = (contrast(user / name, "segregation_by_severity", second="cars") for name in ("lesions", "three"))
    assert three["faces"].to_list() == two["faces"].to_list(), "the pair is as it is without the third group"
    page = (user / "three/page.html").read_text()
    assert "The segregation index of faces and objects in layer filters is 0.00 [0.00, 0.00]." in page
    explored = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    assert [network["tasks"] for network in explored["networks"]] == [list(pair) for pair in pairs]


def test_what_is_finished_is_not_done_again(user, monkeypatch):
    def computed(*_):
        raise AssertionError("nothing is left to compute")

    monkeypatch.setattr(pool, "_gpus", computed)
    monkeypatch.setattr(running.tables, "tables", computed)
    assert again(user) == set()


RESULTS = {f"{name}.csv" for name in TABLES}
PAGE = {"page.html", "figure.png", "figure.pdf", "settings.json"}


def test_another_image_is_packed_again_and_all_that_it_can_change(user):
    images = pd.read_csv(user / "lesions/images_faces.csv").query("split == 'test' and `class` == 'ann'")
    dark = np.zeros((given.SIZE, given.SIZE, 3), np.uint8)
    Image.fromarray(dark).save(user / "faces" / images.path.iloc[0])
    redone = again(user)
    assert {"images_faces.csv", "work/images/faces.arrow", "work/rankings/filters/faces.csv"} <= redone
    assert not {"images_cars.csv", "work/images/cars.arrow"} & redone
    assert pd.read_csv(user / "lesions/accuracy.csv").set_index(["task", "readout"]).accuracy[
        "faces", "full"
    ] == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("more", "redone"),
    [
        (["--draws", "300"], {"effects.csv", "segregation.csv", "segregation_by_severity.csv", "comparisons.csv"}),
        (["--random-draws", "4"], {"work/responses/filters.parquet", "effects.csv"}),
        (["--ranking-images", "4"], {"work/rankings/filters/faces.csv", "work/rankings/filters/cars.csv", "rankings.csv"}),
    ],
    ids=["draws", "random lesions", "ranking images"],
)
def test_another_option_does_again_what_depends_on_it(user, more, redone):
    found = again(user, *more)
    assert redone <= found <= redone | RESULTS | PAGE | {"work/responses/filters.parquet"}


def test_other_weights_are_taken_in_and_lesioned(user):
    import torch

    state = torch.load(user / "network.pt", weights_only=True)
    state["scores.weight"][4:6, given.SHARED], state["scores.bias"][4:6] = 4, -4  # now cars need it too
    torch.save(state, user / "network.pt")
    redone = again(user)
    assert "work/network.safetensors" in redone and not {"images_faces.csv", "work/images/faces.arrow"} & redone
    assert contrast(user / "lesions")["faces", "cars", "combined"] == 0


def test_a_table_that_was_changed_or_deleted_is_written_again(user):
    (user / "lesions/effects.csv").unlink()
    (user / "lesions/page.html").write_text("")
    before = (user / "lesions/segregation.csv").read_bytes()
    assert {"effects.csv", "page.html"} <= again(user)
    assert (user / "lesions/segregation.csv").read_bytes() == before


def test_stopped_it_says_so_and_goes_on_to_the_same_bytes(user, monkeypatch, capsys):
    keep, rounds = ranking._keep, []

    def stopped(*of):
        keep(*of)
        rounds.append(of)
        if len(rounds) == 2:
            raise KeyboardInterrupt

    arguments = given.arguments(user, "faces", "cars", out="stopped")
    monkeypatch.setattr(ranking, "_keep", stopped)
    assert main(arguments) == 130
    assert "stopped; the same command goes on from here" in capsys.readouterr().err
    assert len(list((user / "stopped/work/rankings/filters").glob(".faces.csv.state-*"))) == 1
    assert main(arguments) == 0
    assert "going on after round 2" in capsys.readouterr().err and len(rounds) == 4 + 4
    for name in TABLES:
        assert (user / f"stopped/{name}.csv").read_bytes() == (user / f"lesions/{name}.csv").read_bytes()


@pytest.mark.slow
def test_side_by_side_the_numbers_are_the_same(user, capfd):
    arguments = [*given.arguments(user, "faces", "cars", out="two"), "--jobs", "2"]
    assert main(arguments) == 0
    assert "rank filters for faces" in capfd.readouterr().err
    for name in TABLES:
        assert (user / f"two/{name}.csv").read_bytes() == (user / f"lesions/{name}.csv").read_bytes()


def test_a_folder_is_written_by_one_run_at_a_time(user, capsys):
    with running.alone(user / "lesions"):
        assert main(given.arguments(user, "faces", "cars")) == 2
    assert "another run writes there; wait for it, or choose another folder (--out)." in capsys.readouterr().err


def test_a_split_of_the_users_is_kept(user):
    """With train/ and test/ these are the images that rank and that test."""
    for split, images in (("train", range(4)), ("test", range(4, 6))):
        for name in given.CLASSES["cars"]:
            (user / f"split/{split}/{name}").mkdir(parents=True)
            for i in images:
                shutil.copy(user / f"cars/{name}/{i}.png", user / f"split/{split}/{name}/{i}.png")
    arguments = given.arguments(user, "faces", "cars", out="split_out")
    arguments[arguments.index(f"cars={user / 'cars'}")] = f"cars={user / 'split'}"
    assert main(arguments) == 0
    images = pd.read_csv(user / "split_out/images_cars.csv")
    assert images.groupby("split")["class"].size().to_dict() == {"train": 8, "test": 4}
    assert set(images[images.split == "test"].path.str.extract(r"(\d)\.png")[0]) == {"4", "5"}


def refused(arguments: list[str], capsys) -> str:
    """Return the one message that a command ends with."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err and said.out == ""
    return re.search(r"(?s)segregation: (.*)", said.err)[1]


def test_what_cannot_be_used_is_one_message(user, capsys):
    arguments = given.arguments(user, "faces", "cars", out="none")
    layers = arguments.index("--layers")

    def without(*options: str) -> list[str]:
        return [*arguments[: arguments.index(options[0])], *arguments[arguments.index(options[0]) + len(options) :]]

    said = refused(without("--layers", "filters"), capsys)
    assert said == "--layers: is missing; network.py:build has filters.\n"
    said = refused([*arguments[: layers + 1], "filter", *arguments[layers + 2 :]], capsys)
    assert "The network has no layer 'filter'; the nearest are filters" in said
    assert "no class is called nobody (--without)" in refused([*arguments, "--without", "faces=nobody"], capsys)
    kept = (user / "faces/ann/0.png").read_bytes()
    (user / "faces/ann/0.png").write_text("no image")
    assert "allowed: 0 (--bad-images)" in refused(arguments, capsys)
    said = refused([*arguments, "--train-images", "4", "--test-images", "3"], capsys)
    assert "(--n-classes, --train-images, --test-images).\n  - ann: 6 images, but 7 are needed" in said
    (user / "faces/ann/0.png").write_bytes(kept)
    (user / "faces/eve").mkdir()
    said = refused(arguments, capsys)
    assert f"{user}/faces: classes of fewer than 2 images: eve: 0. Add images" in said
    shutil.rmtree(user / "faces/eve")
    (user / "classes.txt").write_text("\n".join(reversed(given.OUTPUTS)))
    assert "The network names none of the 6 test images of faces right" in refused(arguments, capsys)
    (user / "network.pt").write_bytes(b"nothing")
    assert "not a file of weights alone" in refused(arguments, capsys)


def test_a_group_that_is_hardly_known_is_told_of(user, capsys):
    """All images that test but one are dark, and are called other."""
    images = pd.read_csv(user / "lesions/images_faces.csv").query("split == 'test'")
    for path in images.path[1:]:
        Image.fromarray(np.zeros((given.SIZE, given.SIZE, 3), np.uint8)).save(user / "faces" / path)
    assert main(given.arguments(user, "faces", "cars")) == 0
    said = "Warning: faces are hardly named better than by chance (14%)"
    assert said in capsys.readouterr().err and said in (user / "lesions/page.html").read_text()


def test_the_page_asks_for_nothing_and_lists_what_was_used(user):
    page = (user / "lesions/page.html").read_text()
    assert set(re.findall(r"https?://[\w./]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "Do faces and cars need the same filters?" in page and "network.py:build" in page
    assert "The segregation index of faces and cars in layer filters is 1.00 [1.00, 1.00]." in page
    assert "images_faces.csv" in page and "images_cars.csv" in page
    settings = json.loads((user / "lesions/settings.json").read_text())
    assert settings["groups"] == {group: str(user / group) for group in ("faces", "cars")}
    effects = pd.read_csv(user / "lesions/effects.csv").query("readout == 'full'")
    explored = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])["networks"][0]
    assert np.allclose([row[4] for row in explored["effects"]], effects.normalised, atol=1e-4)
