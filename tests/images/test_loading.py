"""Images that are decoded where they are read: the same ones, whoever reads them, wherever they are."""

import threading
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from segregation.images import batches, loading
from segregation.images.loading import Encoded
from segregation.images.store import Record, Store, decode, encode, shape_of, square, write_store
from segregation.steps.reporting import InputError


def jpeg(image: np.ndarray) -> bytes:
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Two stores: one of square PNGs, one of JPEGs of 16 x 20 and 24 x 16 pixels."""
    rng, folder = np.random.default_rng(0), tmp_path_factory.mktemp("stores")
    shapes = {"square": [(16, 16)] * 6, "long": [(16, 20), (24, 16)] * 3}
    opened = []
    for name, of_store in shapes.items():
        images = [rng.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in of_store]
        data = [encode(image) if name == "square" else jpeg(image) for image in images]
        write_store(folder / name, [Record(f"{'ab'[i % 2]}/{i}", "train", "ab"[i % 2], d) for i, d in enumerate(data)])
        opened.append(Store(folder / name))
    return opened


def parts(stores):
    """Three images of one store, two of the other; the classes of the other come behind."""
    return [(stores[0], np.array([1, 0, 3]), 0), (stores[1], np.array([4, 5]), 2)]


def test_squares_are_cut_by_hand():
    image = np.arange(4 * 7 * 3).reshape(4, 7, 3)
    assert np.array_equal(square(image), image[:, 2:6])  # places 0 to 3: the half is 0.5 * 4 = 2
    assert np.array_equal(square(image, 0), image[:, :4])
    assert np.array_equal(square(image, 0.999), image[:, 3:])
    assert np.array_equal(square(image[:3, :2], 0.5), image[1:3, :2])
    assert np.array_equal(square(image[:, :4]), image[:, :4])


def test_every_place_is_as_likely():
    cut = [int(square(np.arange(9).reshape(1, 9, 1), place)[0, 0, 0]) for place in np.random.default_rng(0).random(9000)]
    assert np.allclose(np.bincount(cut, minlength=9), 1000, atol=120)


def test_the_shape_of_an_encoded_image_is_known_without_decoding(noise):
    image = noise(1, 20)[0][:13]
    assert shape_of(encode(image)) == shape_of(jpeg(image)) == (13, 20)


def test_jpeg_is_decoded_as_by_a_second_decoder(noise):
    smooth = np.asarray(Image.fromarray(noise(1, 8)[0]).resize((40, 32), Image.Resampling.BICUBIC))
    theirs = np.asarray(Image.open(BytesIO(jpeg(smooth)))).astype(int)
    assert np.abs(decode(jpeg(smooth)) - theirs).max() <= 2


@pytest.fixture(params=["threads", "processes"])
def who(request, monkeypatch):
    """Who decodes: threads, or processes as beside a GPU."""
    if request.param == "processes":
        monkeypatch.setattr(Encoded, "_by_threads", Encoded._by_processes)


@pytest.mark.parametrize("threads", [1, 3])
def test_reading_gives_the_squares_in_the_order_of_the_steps(stores, threads, who):
    encoded = Encoded([(store, rows) for store, rows, _ in parts(stores)], threads)
    middle = [*stores[0].images(np.array([1, 0, 3])), *stores[1].images(np.array([4, 5]))]
    steps = [torch.tensor([4, 0]), torch.tensor([2]), torch.tensor([1, 3, 0])]
    read = list(encoded.read(steps))
    for step, pixels in zip(steps, read, strict=True):
        assert np.array_equal(pixels.permute(0, 2, 3, 1), np.stack([middle[i] for i in step]))
    assert np.array_equal(encoded[:].permute(0, 2, 3, 1), np.stack(middle))
    assert np.array_equal(encoded[torch.tensor([3, 3])].permute(0, 2, 3, 1), np.stack([middle[3]] * 2))
    assert encoded.n_bytes == 5 * 3 * 16 * 16 and not encoded.are_square()


@given(threads=st.integers(1, 4), order=st.permutations(range(5)), size=st.integers(1, 5), seed=st.integers(0, 9))
def test_what_is_read_depends_on_neither_threads_nor_order(stores, threads, order, size, seed):
    encoded = Encoded([(store, rows) for store, rows, _ in parts(stores)], threads)
    places = torch.rand(5, generator=torch.Generator().manual_seed(seed))
    (expected,) = Encoded(encoded.parts).read([torch.arange(5)], places)
    steps = torch.tensor(order).split(size)
    assert torch.equal(torch.cat(list(encoded.read(steps, places))), expected[torch.tensor(order)])


def test_only_a_few_steps_are_read_ahead(stores, monkeypatch):
    asked, read, threads = [], loading.decode, set(threading.enumerate())
    monkeypatch.setattr(loading, "decode", lambda data: asked.append(1) or read(data))
    steps = Encoded([(stores[0], np.arange(6))], 2).read(torch.arange(6).split(1))
    next(steps)
    steps.close()
    assert len(asked) <= 4
    assert set(threading.enumerate()) <= threads, "no thread goes on when reading is over"


def test_in_memory_or_not_the_images_are_the_same(stores):
    held, read = (batches.open_images(parts(stores), memory=memory) for memory in (10**6, 0))
    assert isinstance(held.pixels, torch.Tensor) and isinstance(read.pixels, Encoded)
    assert held.targets.tolist() == read.targets.tolist() == [1, 0, 1, 2, 3]
    steps = [torch.tensor([4, 1]), torch.tensor([0])]
    for ours, theirs in zip(held.read(steps), read.read(steps), strict=True):
        assert torch.equal(ours, theirs)
    assert torch.equal(held.pixels[2:4], read.pixels[2:4])


def test_long_images_that_vary_stay_encoded(stores):
    assert isinstance(batches.open_images(parts(stores), varied=True).pixels, Encoded)
    assert isinstance(batches.open_images(parts(stores)[:1], varied=True).pixels, torch.Tensor)


def test_processes_decode_beside_a_gpu_where_they_have_room(stores, monkeypatch):
    by, steps = [], torch.arange(6).split(1)
    for way in ("_by_threads", "_by_processes"):
        monkeypatch.setattr(Encoded, way, lambda _self, _steps, way=way: by.append(way) or ())
    for gpu, room, threads in ((True, 10**9, 2), (False, 10**9, 2), (True, 1000, 2), (True, 10**9, 1), (True, 10**9, 6)):
        monkeypatch.setattr(torch.cuda, "is_available", lambda gpu=gpu: gpu)
        monkeypatch.setattr(loading, "disk_usage", lambda _, room=room: SimpleNamespace(free=room))
        list(Encoded([(stores[0], np.arange(6))], threads).read(steps))
    assert by == ["_by_processes", *["_by_threads"] * 4]


def test_a_corrupt_image_is_refused_while_reading_ahead(stores, tmp_path, who):
    data = stores[1].path.read_bytes()
    place = data.index(stores[1].encoded(2)) + 30
    (tmp_path / "changed").write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    with pytest.raises(InputError, match="a/2 is corrupt"):
        list(Encoded([(Store(tmp_path / "changed"), np.arange(6))], 2).read(torch.arange(6).split(2)))
