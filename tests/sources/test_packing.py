"""Packing: images scaled and encoded once; what is bad is left out and named; nothing finished is done again."""

import errno
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segregation.images.store import decode
from segregation.sources import packing
from segregation.sources.packing import pack
from segregation.sources.selection import Chosen
from segregation.steps.reporting import InputError

SIZE = 32


def write(path: Path, width: int, height: int, seed: int = 0, **how) -> Path:
    """Write a smooth random picture, another one for each seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng([seed, width, height]).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(path, **how)
    return path


def chosen(*paths: str, split="train") -> list[Chosen]:
    return [Chosen(f"a/{Path(path).stem}", split, "a", path) for path in paths]


@pytest.fixture
def packed(tmp_path):
    """Pack images of tmp_path; return the records and what was found."""

    def run(images, size=SIZE, encoding="png", allowed=0, threads=2, folder="shards", **how):
        records, findings = pack(images, tmp_path, size, encoding, allowed, threads, tmp_path / folder, **how)
        return list(records), findings

    return run


@pytest.fixture
def decoded(monkeypatch):
    """The images that are decoded, by name, as they are."""
    names, encoded = [], packing.encoded
    monkeypatch.setattr(packing, "encoded", lambda path, *args: names.append(path.name) or encoded(path, *args))
    return names


def test_the_shortest_side_is_scaled_and_the_whole_image_kept(packed, tmp_path):
    """By hand: to 32 pixels, 64 x 96 gives 32 x 48, 20 x 25 gives 32 x 40; 32 x 50 stays as it is."""
    names = [write(tmp_path / f"{i}.png", *size, seed=i).name for i, size in enumerate([(64, 96), (25, 20), (32, 50)])]
    records, findings = packed(chosen(*names))
    assert [decode(record.image).shape for record in records] == [(48, 32, 3), (32, 40, 3), (50, 32, 3)]
    assert [record.id for record in records] == ["a/0", "a/1", "a/2"] and not findings
    assert np.array_equal(decode(records[2].image), np.asarray(Image.open(tmp_path / "2.png")))


def test_scaling_is_that_of_a_second_library(packed, tmp_path):
    from torchvision.transforms import functional

    image = Image.open(write(tmp_path / "x.png", 90, 61))
    expected = np.asarray(functional.resize(image, SIZE)).astype(int)
    ours = decode(packed(chosen("x.png"))[0][0].image)
    assert ours.shape == expected.shape and np.abs(ours - expected).max() <= 1


def test_jpeg_is_a_tenth_of_the_bytes_and_near_the_image(packed, tmp_path):
    write(tmp_path / "x.png", 64, 64)
    (exact,), _ = packed(chosen("x.png"), 64)
    (lossy,), _ = packed(chosen("x.png"), 64, "jpeg", folder="others")
    assert lossy.image.startswith(b"\xff\xd8") and len(lossy.image) < len(exact.image) / 2
    assert np.abs(decode(lossy.image).astype(int) - decode(exact.image)).mean() < 4


def test_large_photographs_are_scaled_like_small_ones(packed, tmp_path):
    """A JPEG of four and more times the size is decoded at a fraction of it, here at an eighth: 128 x 96."""
    write(tmp_path / "large.jpg", 1024, 768, quality=95)
    (record,), _ = packed(chosen("large.jpg"))
    whole = Image.open(tmp_path / "large.jpg").resize((43, 32), Image.Resampling.BILINEAR)
    assert np.abs(decode(record.image).astype(int) - np.asarray(whole)).mean() < 3


def test_odd_images_are_read_as_they_look(packed, tmp_path):
    grey = write(tmp_path / "x.png", 40, 40)
    Image.open(grey).convert("L").save(tmp_path / "grey.jpg", quality=95)
    Image.open(grey).convert("CMYK").save(tmp_path / "ink.jpg", quality=95)
    shutil.copy(grey, tmp_path / "png_called.JPEG")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: shown a quarter clockwise
    write(tmp_path / "turned.jpg", 64, 32, quality=95, exif=exif)
    records, findings = packed(chosen("grey.jpg", "ink.jpg", "png_called.JPEG", "turned.jpg"))
    assert not findings
    images = [decode(record.image).astype(int) for record in records]
    assert np.ptp(images[0], axis=2).max() == 0
    assert np.abs(images[1] - images[2]).mean() < 6
    turned = np.rot90(np.asarray(Image.open(tmp_path / "turned.jpg")), -1)
    assert images[3].shape == (64, 32, 3) and np.abs(images[3] - turned).max() <= 1


BAD = {
    "broken.jpg": "unreadable image",
    "cut.png": "unreadable image",
    "empty.jpg": "unreadable image",
    "gone.jpg": "unreadable image",
    "dot.png": "1 x 1 pixels, too small for 32",
    "deep.png": "mode I;16: more than eight bits a colour; convert it",
    "narrow.jpg": "4000 x 300 pixels, too long",
    "long.png": "400 x 40 pixels, too long",
}


def spoil(folder: Path) -> None:
    """Write the bad images but the missing one."""
    (folder / "broken.jpg").write_bytes(b"no image")
    (folder / "empty.jpg").write_bytes(b"")
    whole = write(folder / "cut.png", 40, 40).read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    write(folder / "dot.png", 1, 1)
    Image.fromarray(np.arange(1600, dtype=np.uint16).reshape(40, 40)).save(folder / "deep.png")
    write(folder / "narrow.jpg", 4000, 300)
    write(folder / "long.png", 400, 40)


def test_bad_images_are_left_out_with_reasons_up_to_a_limit(packed, tmp_path):
    spoil(tmp_path)
    write(tmp_path / "good.png", 40, 40)
    images = chosen(*BAD, "good.png")
    records, findings = packed(images, allowed=8)
    assert [record.id for record in records] == ["a/good"]
    assert [f.image.path for f in findings] == list(BAD) and all(f.left_out for f in findings)
    assert all(reason in f.problem for f, reason in zip(findings, BAD.values(), strict=True))
    with pytest.raises(InputError, match=r"images that cannot be used: 8; allowed: 7 \(datasets.*bad_images") as raised:
        packed(images, allowed=7)
    assert all(f"{name}: {reason}" in str(raised.value) for name, reason in BAD.items())


def test_all_bad_images_are_named_unless_they_are_very_many(packed, tmp_path, decoded, monkeypatch):
    for i in range(6):
        write(tmp_path / f"{i}.png", 40, 40, i)
    for i in (1, 4):
        (tmp_path / f"{i}.png").write_bytes(b"")
    images = chosen(*(f"{i}.png" for i in range(6)))
    with pytest.raises(InputError, match=r"cannot be used: 2; allowed: 0") as raised:
        packed(images, shard=2, threads=1)
    assert "1.png: unreadable" in str(raised.value) and "4.png: unreadable" in str(raised.value)
    monkeypatch.setattr(packing, "BEYOND", 0)
    decoded.clear()
    with pytest.raises(InputError, match=r"cannot be used: 1; allowed: 0"):
        packed(images, shard=2, threads=1, folder="others")
    assert decoded == ["0.png", "1.png"]


def test_what_stopped_it_can_be_mended_or_allowed_and_no_more_is_done_again(packed, tmp_path, decoded):
    for i in range(6):
        write(tmp_path / f"{i}.png", 40, 40, i)
    (tmp_path / "1.png").write_bytes(b"")
    images = chosen(*(f"{i}.png" for i in range(6)))
    with pytest.raises(InputError):
        packed(images, shard=2, threads=1)
    decoded.clear()
    assert len(packed(images, shard=2, threads=1, allowed=1)[0]) == 5 and not decoded
    write(tmp_path / "1.png", 40, 40, 1)
    assert len(packed(images, shard=2, threads=1)[0]) == 6 and decoded == ["0.png", "1.png"]


def test_a_fault_of_the_machine_is_not_taken_for_a_bad_image(packed, tmp_path, monkeypatch):
    write(tmp_path / "x.png", 40, 40)

    def overloaded(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(packing.Image, "open", overloaded)
    with pytest.raises(InputError, match=r"x.png: cannot be read \(Too many open files\). .*; what is finished"):
        packed(chosen("x.png"), allowed=10)


def test_what_is_transparent_is_white(packed, tmp_path):
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    (record,), _ = packed(chosen("clear.png"))
    assert (decode(record.image) == 255).all()


def test_repeated_images_are_found_and_what_is_tested_is_not_trained_on(packed, tmp_path):
    first = write(tmp_path / "first.png", 40, 40)
    shutil.copy(first, tmp_path / "copy.png")
    Image.open(first).save(tmp_path / "again.bmp")  # other bytes, same picture
    write(tmp_path / "other.png", 40, 40, 1)
    shutil.copy(tmp_path / "other.png", tmp_path / "twice.png")
    images = [*chosen("first.png", "copy.png", "other.png", "twice.png"), *chosen("again.bmp", split="test")]
    records, findings = packed(images, allowed=2)
    assert [record.id for record in records] == ["a/other", "a/twice", "a/again"]
    found = {f.image.path: (f.problem, f.left_out) for f in findings}
    assert found == {
        "first.png": ("the same picture as again.bmp (test, a)", True),
        "copy.png": ("the same picture as again.bmp (test, a)", True),
        "twice.png": ("the same picture as other.png (train, a)", False),
    }
    with pytest.raises(InputError, match="cannot be used: 2; allowed: 1"):
        packed(images, allowed=1)


def test_neither_threads_nor_shards_change_what_is_packed(packed, tmp_path):
    for i in range(7):
        write(tmp_path / f"{i}.jpg", 50 + i, 40, i)
    images = chosen(*(f"{i}.jpg" for i in range(7)))
    ways = [{"threads": 1, "shard": 7}, {"threads": 3, "shard": 2}]
    first, second = (packed(images, encoding="jpeg", folder=f"{way['shard']}", **way)[0] for way in ways)
    assert first == second and len(first) == 7


def test_finished_shards_are_taken_up_unless_their_files_changed(packed, tmp_path, decoded):
    for i in range(6):
        write(tmp_path / f"{i}.png", 40, 40, i)
    images = chosen(*(f"{i}.png" for i in range(6)))
    before, _ = packed(images, shard=2, threads=1)
    decoded.clear()
    assert packed(images, shard=2, threads=1)[0] == before and not decoded
    write(tmp_path / "3.png", 41, 41, 3)
    shard = tmp_path / "shards/000002.arrow"
    shard.write_bytes(shard.read_bytes()[:-40])  # cut short by a failing disk
    after, _ = packed(images, shard=2, threads=1)
    assert decoded == ["2.png", "3.png", "4.png", "5.png"]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, True, False, True, True]


def test_a_full_disk_is_told_and_a_restart_goes_on(packed, tmp_path, decoded):
    for i in range(4):
        write(tmp_path / f"{i}.png", 40, 40, i)
    images = chosen(*(f"{i}.png" for i in range(4)))
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards/000001.arrow.part").symlink_to("/dev/full")
    with pytest.raises(
        InputError, match=r"000001.arrow: no space left on the disk. Free some and start again; what is finished stays"
    ):
        packed(images, shard=2, threads=1)
    records, _ = packed(images, shard=2, threads=1)
    assert len(records) == 4 and decoded == ["0.png", "1.png", "2.png", "3.png", "2.png", "3.png"]


def test_any_other_fault_of_the_disk_is_not_taken_for_a_full_one(tmp_path):
    from segregation.steps.files import replacing

    with pytest.raises(FileNotFoundError), replacing(tmp_path / "x"):
        pass
    assert not list(tmp_path.iterdir())
