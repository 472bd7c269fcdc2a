"""Which images, and in what shape, reach a network."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from segregation.images import batches, sampling, tasks
from segregation.steps.reporting import InputError

STILL = {"flip": 0.0, "greyscale": 0.0, "contrast": 0.0, "brightness": 0.0}


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def pixels():
    return torch.randint(0, 256, (6, 3, 10, 10), generator=rng(), dtype=torch.uint8)


def test_scaling_by_hand():
    """Black is -1, white 1."""
    assert batches.scale(torch.tensor([[[[0, 255]]] * 3], dtype=torch.uint8))[0, 0, 0].tolist() == [-1, 1]


def test_the_centre_is_the_centre(pixels):
    assert torch.equal(batches.centre(pixels, 6), batches.scale(pixels[:, :, 2:8, 2:8]))


def test_without_variation_a_crop_is_a_part_of_its_own_image(pixels):
    out = batches.augment(pixels, 7, STILL, rng())
    whole = batches.scale(pixels)
    for i, image in enumerate(out):
        parts = [whole[i, :, y : y + 7, x : x + 7] for y in range(4) for x in range(4)]
        assert any(torch.equal(image, part) for part in parts)


def test_flip_mirrors_and_grey_has_equal_channels(pixels):
    flipped = batches.augment(pixels, 10, STILL | {"flip": 1.0}, rng())
    assert torch.equal(flipped, batches.scale(pixels).flip(3))
    grey = batches.augment(pixels, 10, STILL | {"greyscale": 1.0}, rng())
    assert torch.equal(grey[:, 0], grey[:, 1])
    by_hand = (batches.scale(pixels) * torch.tensor([0.2126, 0.7152, 0.0722]).view(1, 3, 1, 1)).sum(1)
    assert torch.allclose(grey[:, 2], by_hand)


def test_contrast_and_brightness_have_the_spread_asked_for():
    pixels = torch.full((4000, 3, 1, 1), 255, dtype=torch.uint8)
    out = batches.augment(pixels, 1, STILL | {"contrast": 0.2}, rng())[:, 0, 0, 0]
    assert out.mean().item() == pytest.approx(1, abs=0.02)
    assert out.std().item() == pytest.approx(0.2, rel=0.05)
    out = batches.augment(pixels, 1, STILL | {"brightness": 0.1}, rng())[:, 0, 0, 0]
    assert out.std().item() == pytest.approx(0.2, rel=0.05)  # 0.1 of white is 0.2 of the scaled range


def test_augmentation_belongs_to_its_generator(pixels):
    everything = {"flip": 0.5, "greyscale": 0.2, "contrast": 0.1, "brightness": 0.1}
    first, same, other = (batches.augment(pixels, 7, everything, rng(s)) for s in (1, 1, 2))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_classes_of_tasks_follow_each_other(make_store):
    stores = {"face": make_store("f", classes=("a", "b", "c")), "object": make_store("o", classes=("x", "y"))}
    starts = batches.offsets(stores)
    assert starts == {"face": 0, "object": 3}
    images = [batches.load_images(stores[t], stores[t].rows("test"), starts[t]) for t in stores]
    assert sorted(set(batches.join(images).targets.tolist())) == [0, 1, 2, 3, 4]
    assert images[0].pixels.shape == (6, 3, 8, 8)


@given(fraction=st.floats(0.01, 0.5), seed=st.integers(0, 99))
def test_validation_takes_its_share_of_every_class(shared_store, fraction, seed):
    training, validation = sampling.split_validation(shared_store, shared_store.rows("train"), fraction, seed, "face")
    assert sorted([*training, *validation]) == shared_store.rows("train").tolist()
    for name in shared_store.classes:
        assert (shared_store.labels[validation] == name).sum() == max(1, round(fraction * 4))


def test_a_class_of_one_image_cannot_be_split(make_store):
    with pytest.raises(InputError, match=r"class 'a' has 1 training image.*at least 2"):
        store = make_store(train=1)
        sampling.split_validation(store, store.rows("train"), 0.1, 1)


@given(n=st.integers(1, 12), seed=st.integers(0, 99))
def test_samples_are_spread_evenly_over_classes(shared_store, n, seed):
    rows = sampling.stratified(shared_store, shared_store.rows("train"), n, seed, "ranking images")
    counts = [int((shared_store.labels[rows] == name).sum()) for name in shared_store.classes]
    assert len(set(rows)) == len(rows) == min(n, 8)
    assert max(counts) - min(counts) <= 1
    assert (shared_store.splits[rows] == "train").all()
    assert np.array_equal(rows, sampling.stratified(shared_store, shared_store.rows("train"), n, seed, "ranking images"))


def test_a_network_is_trained_on_as_many_images_as_it_asks_for(shared_store):
    rows = sampling.training_rows(shared_store, "face", 5)
    assert len(set(rows)) == 5 and [int((shared_store.labels[rows] == name).sum()) in (2, 3) for name in "ab"] == [True] * 2
    assert sampling.training_rows(shared_store, "face", None).tolist() == shared_store.rows("train").tolist()
    with pytest.raises(InputError, match=r"has 8 training images of face; networks.*.train_images asks for 9"):
        sampling.training_rows(shared_store, "face", 9)


def test_a_network_does_not_see_the_classes_it_leaves_out(make_store):
    paths = [str(make_store(name, classes=("a", "b", "c")).path) for name in ("face.arrow", "object.arrow")]
    opened = tasks.open_stores({"tasks": ["face", "object"], "without": {"object": ["b"]}}, paths)
    assert [store.classes for store in opened.values()] == [["a", "b", "c"], ["a", "c"]]
    assert batches.offsets(opened) == {"face": 0, "object": 3}


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    from segregation.images.store import Record, Store, encode, write_store

    image = encode(np.zeros((4, 4, 3), np.uint8))
    records = [Record(f"{c}/{i}", "train", c, image) for c in "ab" for i in range(4)]
    path = tmp_path_factory.mktemp("store") / "s.arrow"
    write_store(path, records)
    return Store(path)
