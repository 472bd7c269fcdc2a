"""Packed image sets: one memory-mapped Arrow file of encoded images with their class, split and id."""

import json
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import simplejpeg
from PIL import Image

from segregation.steps.files import replacing
from segregation.steps.hashing import checksum
from segregation.steps.reporting import InputError

SPLITS = ("train", "test", "heldout")
SCHEMA = pa.schema(
    {"id": pa.string(), "split": pa.string(), "class": pa.string(), "image": pa.binary(), "crc32": pa.uint32()}
)


@dataclass
class Record:
    """One image: its id (class/name), split, class, and encoded bytes."""

    id: str
    split: str
    class_name: str
    image: bytes


def encode(image: np.ndarray) -> bytes:
    """Encode an image (height, width, 3; uint8) without loss, as PNG."""
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def decode(data: bytes) -> np.ndarray:
    """Decode an image to (height, width, 3), uint8. Threads decode JPEG side by side."""
    if suffix(data) == "jpg":
        return simplejpeg.decode_jpeg(data, "RGB")
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"))


def suffix(data: bytes) -> str:
    """Return the suffix that a file of an encoded image has."""
    return "jpg" if data.startswith(b"\xff\xd8") else "png"


def shape_of(data: bytes) -> tuple[int, int]:
    """Return height and width of an encoded image."""
    if suffix(data) == "jpg":
        return simplejpeg.decode_jpeg_header(data)[:2]
    width, height = struct.unpack(">II", data[16:24])
    return height, width


def square(image: np.ndarray, place: float = 0.5) -> np.ndarray:
    """Cut the largest square out of an image (height, width, 3), at a place along its longer side, from 0 to below 1."""
    size = min(image.shape[:2])
    top, left = (int(place * (length - size + 1)) for length in image.shape[:2])
    return image[top : top + size, left : left + size]


def write_store(path: str | Path, records: Iterable[Record], rows_a_batch: int = 1024) -> None:
    """Write records, in their order, to a store. The file is written under a temporary name: it is whole or absent."""
    with (
        replacing(path) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_file(sink, SCHEMA) as writer,
    ):
        for batch in _batches(records, rows_a_batch):
            writer.write_batch(_table(batch))


def write_manifest(path: str | Path, parameters: dict, licence: str, contents: dict) -> None:
    """Write what a store holds, what it was made from, and the terms of its images."""
    manifest = {"licence": licence, "parameters": parameters, **contents}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(manifest, indent=1) + "\n")


def _batches(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _table(batch: list[Record]) -> pa.RecordBatch:
    rows = [asdict(record) for record in batch]
    columns = [[row[name] for row in rows] for name in ("id", "split", "class_name", "image")]
    columns.append([_crc32(*row.values()) for row in rows])
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def _crc32(id_: str, split: str, class_name: str, image: bytes) -> int:
    return zlib.crc32(image, zlib.crc32("\0".join((id_, split, class_name)).encode()))


class Store:
    """A packed image set, memory-mapped: nothing is read before it is asked for.

    Opened without some classes it is as if these were not in the file. Attributes: path; classes and heldout_classes (sorted
    names); for every image, in the order of the file, ids, splits and labels (names of classes; arrays of str). Raises
    InputError where the file is no store, was cut short, or has no such class to leave out.
    """

    def __init__(self, path: str | Path, without: Collection[str] = ()):
        self.path = Path(path)
        try:
            self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
            texts = [self._table[name].to_pylist() for name in ("id", "split", "class")]
        except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
            raise InputError(
                f"{path}: not a readable image store ({error}). Delete the file; the workflow makes it anew."
            ) from error
        if self._table.schema != SCHEMA:
            raise InputError(f"{path}: not an image store; its columns are {', '.join(self._table.schema.names)}.")
        ids, splits, labels = (np.asarray(text, dtype=str) for text in texts)
        unknown = sorted(set(without) - set(labels))
        if unknown:
            raise InputError(
                f"{path}: no class is called {', '.join(unknown)} (networks.*.without); the classes are"
                f" {', '.join(sorted(set(labels)))}."
            )
        self._at = np.flatnonzero(~np.isin(labels, list(without)))  # where the images are in the file
        self.ids, self.splits, self.labels = (column[self._at] for column in (ids, splits, labels))
        self.classes = sorted(set(self.labels[self.splits != "heldout"]))
        self.heldout_classes = sorted(set(self.labels[self.splits == "heldout"]))

    @property
    def checksum(self) -> str:
        """A hash of the ids, splits, classes and images of the store."""
        parts = (self.ids, self.splits, self.labels, np.from_dlpack(self._table["crc32"].combine_chunks())[self._at])
        return sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()

    def contents(self) -> dict:
        """Return the number of images of each split and of its classes, and size and checksum of the file."""
        counts: dict[str, dict[str, int]] = {}
        for split in SPLITS:
            names, numbers = np.unique(self.labels[self.splits == split], return_counts=True)
            counts[split] = dict(zip(names.tolist(), numbers.tolist(), strict=True))
        images = {split: sum(of_class.values()) for split, of_class in counts.items()}
        return {"images": images, "classes": counts, "bytes": self.path.stat().st_size, "sha256": checksum(self.path)}

    def rows(self, split: str) -> np.ndarray:
        """Return the row numbers of a split, in the order of the file."""
        return np.flatnonzero(self.splits == split)

    def targets(self, rows: np.ndarray) -> np.ndarray:
        """Return class indices (n,), int64, into classes, or into heldout_classes for held-out images."""
        names = self.heldout_classes if np.all(self.splits[rows] == "heldout") else self.classes
        return np.searchsorted(names, self.labels[rows]).astype(np.int64)

    def encoded(self, row: int) -> bytes:
        """Return the encoded bytes of an image. Raises InputError if they are not those that were stored."""
        data = self._table["image"][int(self._at[row])].as_py()
        about = (str(column[row]) for column in (self.ids, self.splits, self.labels))
        if _crc32(*about, data) != self._table["crc32"][int(self._at[row])].as_py():
            raise InputError(
                f"{self.path}: image {self.ids[row]} is corrupt (checksum). Delete the file; the workflow makes it anew."
            )
        return data

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Return the middle squares of images (n, size, size, 3), uint8. Raises InputError for a corrupt image."""
        return np.stack([square(decode(self.encoded(row))) for row in rows])
