"""Packing: the images of a selection decoded, scaled and encoded once, in shards, so that a killed run goes on."""

import errno
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import simplejpeg
from PIL import ExifTags, Image, UnidentifiedImageError
from tqdm import tqdm

from segregation.images.grey import grey as in_grey
from segregation.images.store import Record, encode
from segregation.sources.selection import Chosen
from segregation.steps.files import replacing
from segregation.steps.hashing import key
from segregation.steps.reporting import InputError

QUALITY = 90  # of JPEG; at 256 pixels about 30 kB an image
SMALLEST = 1 / 16  # of the stored size: a picture with a shorter side shows nothing
LONGEST = 8  # longer over shorter side
MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr"}  # of eight bits a colour or fewer
LINKS = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR)  # what links raise that lead nowhere
TURNS = {  # by the orientation that EXIF notes
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
NAMED = 20  # images in a message
BEYOND = 100  # bad images over those allowed at which the rest is not looked at
SHARD = pa.schema({"image": pa.binary(), "digest": pa.binary(), "fault": pa.string()})


@dataclass
class Finding:
    """An image that is not as it should be: what is wrong with it, and whether it was left out of the set."""

    image: Chosen
    problem: str
    left_out: bool


def pack(
    chosen: Sequence[Chosen],
    root: Path,
    size: int,
    encoding: str,
    allowed: int,
    threads: int,
    folder: Path,
    shard: int = 4096,
    grey: bool = False,
    read: Callable[[Path], Image.Image] | None = None,
) -> tuple[Iterator[Record], list[Finding]]:
    """Return the records of a selection, in its order, and what was found wrong.

    The shortest side of each image is scaled to size (pixels), the whole image kept; encoding is png (no loss) or jpeg. Left
    out are images that cannot be used, and training images that are also test or held-out ones. Shards of so many images are
    kept in folder, which the caller removes; those of an earlier run are taken up if their files are the same. read
    opens images that are in no files of their own; all may be made grey. Raises InputError, which names them, where more
    images are left out than are allowed.
    """
    parts = [chosen[i : i + shard] for i in range(0, len(chosen), shard)]
    findings: list[Finding] = []
    digests: list[bytes] = []
    for images, (faults, of_shard) in zip(
        parts, _shards(parts, root, threads, folder, size, encoding, grey, read), strict=True
    ):
        pairs = zip(images, faults, strict=True)
        findings += [Finding(image, fault, True) for image, fault in pairs if fault is not None]
        digests += of_shard
        _stop_beyond(allowed, findings, root, BEYOND)
    findings += _repeated(chosen, digests, {finding.image for finding in findings})
    _stop_beyond(allowed, findings, root)
    return _records(parts, folder, {finding.image for finding in findings if finding.left_out}), findings


def _shards(parts, root, threads, folder, size, encoding, grey, read) -> Iterator[tuple[list[str | None], list[bytes]]]:
    """Make the shards that there are not yet; yield for each what is wrong with its images, and their digests."""
    folder.mkdir(parents=True, exist_ok=True)
    images, started, done, made = sum(map(len, parts)), time.perf_counter(), 0, 0
    bar = tqdm(total=images, desc="pack", unit="image", disable=None, leave=False)
    with ThreadPoolExecutor(threads) as pool, bar:
        for number, part in enumerate(parts):
            paths, done = [root / image.path for image in part], done + len(part)
            stamp = key(str(root), size, encoding, grey, [_state_of(path) for path in paths])
            finished = _finished(folder, number, stamp)
            if finished is None:
                outcomes = list(pool.map(lambda path: encoded(path, size, encoding, grey, read), paths))
                _write_shard(folder, number, outcomes, stamp)
                finished, made = _finished(folder, number, stamp), made + len(part)
                left = (images - done) * (time.perf_counter() - started) / made / 60
                rate = made / (time.perf_counter() - started)
                logging.info("%d of %d images, %.0f images/s, %.1f min left", done, images, rate, left)
            elif not made:
                logging.info("going on after %d images", done)
            bar.update(len(part))
            yield finished


def encoded(
    path: Path, size: int, encoding: str, grey: bool = False, read: Callable[[Path], Image.Image] | None = None
) -> bytes | str:
    """Return the image of a file as it is packed, or what is wrong with it.

    Raises InputError where not the image but the machine is to blame, so that its faults do not decide what is in a set.
    """
    try:
        with (read or Image.open)(path) as image:
            width, height = image.size
            if image.mode not in MODES:
                return f"mode {image.mode}: more than eight bits a colour; convert it"
            image.draft(None, (2 * size, 2 * size))  # of a large JPEG only as much is decoded as is needed
            image = _on_white(_upright(image))
    except MemoryError:
        raise
    except Exception as error:  # decoders of broken files raise whatever happens to them
        number = getattr(error, "errno", None)
        if number not in (None, *LINKS) and not isinstance(error, UnidentifiedImageError):
            raise InputError(
                f"{path}: cannot be read ({error.strerror}). Look after the disk, or what is behind it, and start again;"
                " what is finished stays."
            ) from error
        return f"unreadable image ({error or type(error).__name__})"
    short, long = sorted((width, height))
    if short < SMALLEST * size:
        return f"{width} x {height} pixels, too small for {size}"
    if long > LONGEST * short:
        return f"{width} x {height} pixels, too long"
    short = min(image.size)
    if short != size:
        image = image.resize([max(size, round(side * size / short)) for side in image.size], Image.Resampling.BILINEAR)
    pixels = in_grey(np.asarray(image)) if grey else np.asarray(image)
    if encoding == "png":
        return encode(pixels)
    return simplejpeg.encode_jpeg(pixels, QUALITY, "RGB", "420")  # unlike Pillow's, side by side in threads


def _upright(image: Image.Image) -> Image.Image:
    """Return an image turned and mirrored as its orientation says; whatever else its notes hold is ignored."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # notes that are no EXIF, or broken; the picture is whole
        return image
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def _on_white(image: Image.Image) -> Image.Image:
    """Return an image in red, green and blue, what is transparent in white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _state_of(path: Path) -> list[int]:
    """Return what tells a file from one that was changed later."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:06d}.arrow"


def _write_shard(folder: Path, number: int, outcomes: list[bytes | str], stamp: str) -> None:
    schema = SHARD.with_metadata({"stamp": stamp})
    images = [outcome if isinstance(outcome, bytes) else None for outcome in outcomes]
    digests = [blake2b(image or b"", digest_size=16).digest() for image in images]
    faults = [outcome if isinstance(outcome, str) else None for outcome in outcomes]
    columns = zip((images, digests, faults), schema.types, strict=True)
    batch = pa.record_batch([pa.array(values, kind) for values, kind in columns], schema=schema)
    with (
        replacing(_path(folder, number)) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_file(sink, schema) as writer,
    ):
        writer.write_batch(batch)


def _read_shard(folder: Path, number: int) -> pa.Table:
    with pa.memory_map(str(_path(folder, number))) as file:
        return pa.ipc.open_file(file).read_all()


def _finished(folder: Path, number: int, stamp: str) -> tuple[list[str | None], list[bytes]] | None:
    """Return faults and digests of a shard that is there and is of the same files; else None."""
    if not _path(folder, number).exists():
        return None
    try:
        shard = _read_shard(folder, number)
    except (pa.ArrowException, OSError):
        return None
    if (shard.schema.metadata or {}).get(b"stamp") != stamp.encode():
        return None
    return shard["fault"].to_pylist(), shard["digest"].to_pylist()


def _repeated(chosen: Sequence[Chosen], digests: list[bytes], left_out: set[Chosen]) -> list[Finding]:
    """Find images that are in the set more than once, as packed; those among them to train on and to test are left out."""
    first: dict[bytes, Chosen] = {}
    findings = []
    at = sorted(range(len(chosen)), key=lambda i: chosen[i].split == "train")  # a training image is the repetition
    for i in at:
        image = chosen[i]
        if image in left_out:
            continue
        other = first.setdefault(digests[i], image)
        if other is not image:
            shared = image.split != other.split
            problem = f"the same picture as {other.path} ({other.split}, {other.class_name})"
            findings.append(Finding(image, problem, shared and image.split == "train"))
    return findings


def _records(parts, folder: Path, left_out: set[Chosen]) -> Iterator[Record]:
    for number, part in enumerate(parts):
        for image, data in zip(part, _read_shard(folder, number)["image"], strict=True):
            if image not in left_out:
                yield Record(image.id, image.split, image.class_name, data.as_py())


def _stop_beyond(allowed: int, findings: list[Finding], root: Path, further: int = 0) -> None:
    """Raise InputError where more images are left out than are allowed, and further ones; all are in the log."""
    out = [f"{root / found.image.path}: {found.problem}" for found in findings if found.left_out]
    if len(out) <= allowed + further:
        return
    for line in out:
        logging.info(line)
    more = [f"and {len(out) - NAMED} more, which are in the log"] if len(out) > NAMED else []
    raise InputError(
        f"{root}: images that cannot be used: {len(out)}; allowed: {allowed} (datasets.*.bad_images). Mend or remove them,"
        " or allow as many, and start again; what is finished stays."
        + "".join(f"\n  - {line}" for line in [*out[:NAMED], *more])
    )
