"""The loader against torchvision's: photographs, from JPEG files to batches of 224 pixels, by two threads or processes."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from sklearn.datasets import load_sample_images

from segregation.images import batches
from segregation.images.store import Store, decode, square, write_store
from segregation.sources.packing import pack
from segregation.sources.selection import Chosen

IMAGES, CLASSES, BATCH, WORKERS, REPEATS = 1536, 8, 128, 2, 3
ORIGINAL, STORED, SHOWN = (500, 375), 256, 224  # pixels; ImageNet's photographs have 500 x 375 more often than not
VARIED = {"flip": 0.0, "greyscale": 0.2, "contrast": 0.0, "brightness": 0.0}


def photographs(folder: Path) -> Path:
    """Write JPEGs, a folder a class: parts of scikit-learn's two photographs, each from another place at another scale."""
    rng, sources = np.random.default_rng(0), [Image.fromarray(image) for image in load_sample_images().images]
    for i in range(IMAGES):
        source, share = sources[i % 2], rng.uniform(0.5, 1)
        width, height = round(source.width * share), round(source.height * share)
        left, top = rng.integers(source.width - width + 1), rng.integers(source.height - height + 1)
        part = source.resize(ORIGINAL, Image.Resampling.BICUBIC, (left, top, left + width, top + height))
        (folder / str(i % CLASSES)).mkdir(parents=True, exist_ok=True)
        part.save(folder / str(i % CLASSES) / f"{i:05d}.jpg", quality=95)
    return folder


def packed(folder: Path, where: Path) -> Store:
    """Pack a folder of JPEGs as the workflow does."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.jpg"))
    chosen = [Chosen(path[:-4], "train", path.split("/")[0], path) for path in paths]
    records, _ = pack(chosen, folder, STORED, "jpeg", 0, WORKERS, where / "shards")
    write_store(where / "store.arrow", records)
    return Store(where / "store.arrow")


def ours(store: Store, finish: bool) -> Callable[[], int]:
    """Return a pass over the images of a store; to finish batches is to crop, vary and scale them on the processor."""
    rows = np.arange(len(store.ids))
    images = batches.open_images([(store, rows, 0)], WORKERS, varied=True)
    rng = torch.Generator().manual_seed(0)

    def once() -> int:
        steps = torch.randperm(len(rows), generator=rng).split(BATCH)
        places = torch.rand(len(rows), generator=rng)
        read = images.read(steps, places)
        return seen(batches.augment(pixels, SHOWN, VARIED, rng) if finish else pixels for pixels in read)

    return once


def peer(folder: Path) -> Callable[[], int]:
    """Return a pass over a folder of JPEGs by torchvision's ImageFolder and torch's DataLoader; transforms of the paper."""
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    steps = [transforms.Resize(STORED), transforms.RandomCrop(SHOWN), transforms.RandomGrayscale(0.2)]
    steps += [transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)]
    data = ImageFolder(folder, transforms.Compose(steps))
    loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True, num_workers=WORKERS, persistent_workers=True)
    return lambda: seen(images for images, _ in loader)


class Squares(torch.utils.data.Dataset):
    """The squares of a packed set, for DataLoader."""

    def __init__(self, store: Store):
        self.store = store

    def __len__(self) -> int:
        return len(self.store.ids)

    def __getitem__(self, row: int) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(square(decode(self.store.encoded(row)))))


def processes(store: Store) -> Callable[[], int]:
    """Return a pass over the same packed set whose images are decoded by as many processes of torch's DataLoader."""
    loader = torch.utils.data.DataLoader(
        Squares(store), BATCH, shuffle=True, num_workers=WORKERS, persistent_workers=True, multiprocessing_context="fork"
    )
    return lambda: seen(loader)


def decoding(store: Store, decoder: Callable[[bytes], object]) -> Callable[[], int]:
    """Return a pass over encoded images by one thread that decodes them and does no more."""
    encoded = [store.encoded(row) for row in range(len(store.ids))]
    return lambda: sum(decoder(data) is not None for data in encoded)


def by_pillow(data: bytes) -> np.ndarray:
    """Decode a JPEG as Pillow does."""
    return np.asarray(Image.open(BytesIO(data)))


def by_torchvision(data: bytes) -> torch.Tensor:
    """Decode a JPEG as torchvision.io does."""
    from torchvision.io import decode_jpeg

    return decode_jpeg(torch.frombuffer(bytearray(data), dtype=torch.uint8))


def seen(read: Iterable[torch.Tensor]) -> int:
    """Return how many images there were."""
    return sum(len(images) for images in read)


def compare() -> pd.DataFrame:
    """Return images per second of either loader, medians of passes in turn, and the median of their ratios."""
    torch.set_num_threads(1)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        where = Path(temporary)
        originals = photographs(where / "originals")
        store = packed(originals, where)
        small = where / "small"
        for row, id_ in enumerate(store.ids):
            (small / id_).parent.mkdir(parents=True, exist_ok=True)
            (small / f"{id_}.jpg").write_bytes(store.encoded(row))
        cases = {
            "files of 500 x 375, batches ready for a GPU": (ours(store, False), peer(originals)),
            "files of 500 x 375, batches finished on the processor": (ours(store, True), peer(originals)),
            "files of 256 pixels, batches ready for a GPU": (ours(store, False), peer(small)),
            "files of 256 pixels, batches finished on the processor": (ours(store, True), peer(small)),
            "the packed set, by processes of DataLoader": (ours(store, False), processes(store)),
            "decoding alone, by Pillow": (decoding(store, decode), decoding(store, by_pillow)),
            "decoding alone, by torchvision.io": (decoding(store, decode), decoding(store, by_torchvision)),
        }
        for case, passes in cases.items():
            rates = [[rate(once) for once in passes] for _ in range(REPEATS + 1)][1:]  # the first starts processes
            ours_rate, peer_rate = (statistics.median(of) for of in zip(*rates, strict=True))
            ratio = statistics.median(a / b for a, b in rates)
            rows.append({"case": case, "ours_images_per_s": ours_rate, "peer_images_per_s": peer_rate, "ratio": ratio})
            print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def rate(once: Callable[[], int]) -> float:
    """Return images per second of a pass."""
    started = time.perf_counter()
    return once() / (time.perf_counter() - started)
