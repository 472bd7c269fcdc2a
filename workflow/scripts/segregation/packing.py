"""Packing: the images of a selection decoded, scaled and encoded once, in shards, so that a killed run goes on."""

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image, ImageOps
from tqdm import tqdm

from segregation.files import replacing
from segregation.hashing import key
from segregation.reporting import InputError
from segregation.sources.selection import Chosen
from segregation.store import Record, encode

QUALITY = 90  # of JPEG; at 256 pixels about 30 kB an image
SMALLEST = 1 / 16  # of the stored size: a picture with a shorter side shows nothing
LONGEST = 8  # longer over shorter side
NAMED = 20  # images in a message
SHARD = pa.schema({"image": pa.binary(), "fault": pa.string()})


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
    shard: int = 512,
) -> tuple[Iterator[Record], list[Finding]]:
    """Return the records of a selection, in its order, and what was found wrong.

    The shortest side of each image is scaled to size (pixels), the whole image kept; encoding is png (no loss) or jpeg. Left
    out are images that cannot be used, and training images that are also test or held-out ones. Shards of so many images are
    kept in folder, which the caller removes; those of an earlier run are taken up if their files are the same. Raises
    InputError as soon as more images are left out than are allowed; it names them.
    """
    parts = [chosen[i : i + shard] for i in range(0, len(chosen), shard)]
    findings: list[Finding] = []
    digests: list[bytes] = []
    for shard_images, faults in zip(parts, _shards(parts, root, size, encoding, threads, folder), strict=True):
        pairs = zip(shard_images, faults, strict=True)
        findings += [Finding(image, fault, True) for image, fault in pairs if fault is not None]
        _stop_beyond(allowed, findings, root)
    for number in range(len(parts)):
        digests += [blake2b(image.as_py() or b"", digest_size=16).digest() for image in _read_shard(folder, number)["image"]]
    findings += _repeated(chosen, digests, {finding.image for finding in findings})
    _stop_beyond(allowed, findings, root)
    return _records(parts, folder, {finding.image for finding in findings if finding.left_out}), findings


def _shards(parts, root, size, encoding, threads, folder) -> Iterator[list[str | None]]:
    """Make the shards that there are not yet; yield for each what is wrong with its images."""
    folder.mkdir(parents=True, exist_ok=True)
    images, started, done, made = sum(map(len, parts)), time.perf_counter(), 0, 0
    bar = tqdm(total=images, desc="pack", unit="image", disable=None, leave=False)
    with ThreadPoolExecutor(threads) as pool, bar:
        for number, part in enumerate(parts):
            paths, done = [root / image.path for image in part], done + len(part)
            stamp = key(str(root), size, encoding, [_state_of(path) for path in paths])
            faults = _finished(folder, number, stamp)
            if faults is None:
                read = list(pool.map(lambda path: encoded(path, size, encoding), paths))
                faults = [None if isinstance(outcome, bytes) else outcome for outcome in read]
                _write_shard(folder, number, [None if f else r for r, f in zip(read, faults, strict=True)], faults, stamp)
                made += len(part)
                rate = made / (time.perf_counter() - started)
                left = (images - done) / rate / 60
                logging.info("%d of %d images, %.0f images/s, %.1f min left", done, images, rate, left)
            bar.update(len(part))
            yield faults


def encoded(path: Path, size: int, encoding: str) -> bytes | str:
    """Return the image of a file as it is packed, or what is wrong with it."""
    try:
        with Image.open(path) as image:
            image.draft(None, (2 * size, 2 * size))  # of a large JPEG only as much is decoded as is needed
            image = ImageOps.exif_transpose(image).convert("RGB")
    except Exception as error:  # decoders of broken files raise whatever happens to them
        return f"unreadable image ({error or type(error).__name__})"
    short, long = sorted(image.size)
    if short < SMALLEST * size:
        return f"{image.width} x {image.height} pixels, too small for {size}"
    if long > LONGEST * short:
        return f"{image.width} x {image.height} pixels, too long"
    if short != size:
        image = image.resize([max(size, round(side * size / short)) for side in image.size], Image.Resampling.BILINEAR)
    if encoding == "png":
        return encode(np.asarray(image))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _state_of(path: Path) -> list[int]:
    """Return what tells a file from one that was changed later."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:06d}.arrow"


def _write_shard(folder: Path, number: int, images: list[bytes | None], faults: list[str | None], stamp: str) -> None:
    schema = SHARD.with_metadata({"stamp": stamp})
    batch = pa.record_batch([pa.array(images, pa.binary()), pa.array(faults, pa.string())], schema=schema)
    with (
        replacing(_path(folder, number)) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_file(sink, schema) as writer,
    ):
        writer.write_batch(batch)


def _read_shard(folder: Path, number: int) -> pa.Table:
    with pa.memory_map(str(_path(folder, number))) as file:
        return pa.ipc.open_file(file).read_all()


def _finished(folder: Path, number: int, stamp: str) -> list[None] | None:
    """Return the faults of a shard that is there, is of the same files, and has none; else None."""
    if not _path(folder, number).exists():
        return None
    try:
        shard = _read_shard(folder, number)
    except (pa.ArrowException, OSError):
        return None
    same = (shard.schema.metadata or {}).get(b"stamp") == stamp.encode()
    return [None] * len(shard) if same and shard["fault"].null_count == len(shard) else None


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


def _stop_beyond(allowed: int, findings: list[Finding], root: Path) -> None:
    out = [f"{root / found.image.path}: {found.problem}" for found in findings if found.left_out]
    if len(out) <= allowed:
        return
    more = [f"and {len(out) - NAMED} more"] if len(out) > NAMED else []
    raise InputError(
        f"{root}: {len(out)} images cannot be used so far, and {allowed} are allowed (datasets.*.bad_images); mend or remove"
        " them, or allow as many, and start again:" + "".join(f"\n  - {line}" for line in [*out[:NAMED], *more])
    )
