"""Images in folders: read a set from class subfolders, write a store out to them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from segregation.files import replacing
from segregation.randomness import generator
from segregation.reporting import InputError
from segregation.store import SPLITS, Record, Store, encode

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"}


def read_folder(root: str | Path, parameters: dict, threads: int = 1) -> list[Record]:
    """Read a set of images: shortest side scaled to parameters["size"], centre cut out, encoded without loss.

    parameters holds classes, heldout_classes, train_images, test_images, heldout_images, seed and size. Raises
    InputError that lists every unreadable image and every class that is empty or has too few images.
    """
    root = Path(root)
    if not root.is_dir():
        raise InputError(f"{root}: no such folder; expected class subfolders of images (datasets.*.root).")
    laid_out = all((root / split).is_dir() for split in ("train", "test"))
    chosen, faults = (_given_splits if laid_out else _drawn_splits)(root, parameters)
    with ThreadPoolExecutor(threads) as pool:
        read = list(pool.map(lambda item: _read(*item, parameters["size"]), chosen))
    faults += [outcome for outcome in read if isinstance(outcome, str)]
    named = Counter((split, f"{name}/{path.stem}") for path, split, name in chosen)
    faults += [f"{root}: {n} {split} images are called {id_}" for (split, id_), n in named.items() if n > 1]
    if faults:
        shown = "\n".join(f"  - {fault}" for fault in faults)
        raise InputError(f"{root}: cannot be used as a set of images; mend or remove:\n{shown}")
    return read


def write_folder(store: Store, root: str | Path) -> None:
    """Write a store to root/split/class/name.png, the layout that read_folder takes."""
    for row, (id_, split) in enumerate(zip(store.ids, store.splits, strict=True)):
        with replacing(Path(root) / split / f"{id_}.png") as temporary:
            temporary.write_bytes(store.encoded(row))


def _images(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def _classes(folder: Path) -> dict[str, list[Path]]:
    return {path.name: _images(path) for path in sorted(folder.iterdir()) if path.is_dir()} if folder.is_dir() else {}


Chosen = list[tuple[Path, str, str]]  # file, split, class


def _given_splits(root: Path, parameters: dict) -> tuple[Chosen, list[str]]:
    """Take the splits that root's subfolders train, test and heldout name."""
    chosen: Chosen = []
    faults: list[str] = []
    found = {split: _classes(root / split) for split in SPLITS}
    for split in SPLITS:
        wanted = parameters["heldout_classes" if split == "heldout" else "classes"]
        needed = parameters[f"{split}_images"]
        if len(found[split]) < wanted:
            faults.append(f"{root / split}: {len(found[split])} classes, but the configuration asks for {wanted}")
        for name, paths in list(found[split].items())[:wanted]:
            if len(paths) < needed:
                faults.append(f"{root / split / name}: {len(paths)} images, but {needed} are needed")
            chosen += [(path, split, name) for path in paths[:needed]]
    faults += [
        f"{root}: class '{name}' is held out, but also among the classes to train"
        for name in sorted(found["heldout"].keys() & (found["train"].keys() | found["test"].keys()))
    ]
    if list(found["train"])[: parameters["classes"]] != list(found["test"])[: parameters["classes"]]:
        faults.append(f"{root}: train and test do not hold the same classes")
    return chosen, faults


def _drawn_splits(root: Path, parameters: dict) -> tuple[Chosen, list[str]]:
    """Draw classes, and images of each split, from class subfolders; each class's draw is its own."""
    found = _classes(root)
    trained, heldout = parameters["classes"], parameters["heldout_classes"]
    faults = [f"{root / name}: no images" for name, paths in found.items() if not paths]
    if len(found) < trained + heldout:
        faults.append(
            f"{root}: {len(found)} class subfolders, but the configuration asks for {trained} + {heldout} held out"
        )
    names = [sorted(found)[i] for i in generator("classes", parameters["seed"]).permutation(len(found))]
    chosen: Chosen = []
    for position, name in enumerate(names[: trained + heldout]):
        splits = ("train", "test") if position < trained else ("heldout",)
        needed = sum(parameters[f"{split}_images"] for split in splits)
        if found[name] and len(found[name]) < needed:
            faults.append(f"{root / name}: {len(found[name])} images, but {needed} are needed ({' + '.join(splits)})")
        order = generator("images", parameters["seed"], name).permutation(len(found[name]))
        labels = np.repeat(splits, [parameters[f"{split}_images"] for split in splits])
        chosen += [(found[name][i], str(split), name) for i, split in zip(order, labels, strict=False)]
    order_of = {split: position for position, split in enumerate(SPLITS)}
    return sorted(chosen, key=lambda item: (order_of[item[1]], item[2], item[0])), faults


def _read(path: Path, split: str, name: str, size: int) -> Record | str:
    """Return the record of an image, or what is wrong with it."""
    try:
        with Image.open(path) as image:
            image = ImageOps.exif_transpose(image).convert("RGB")
            if image.size != (size, size):
                image = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
            return Record(f"{name}/{path.stem}", split, name, encode(np.asarray(image)))
    except Exception as error:  # decoders of broken files raise whatever happens to them
        return f"{path}: unreadable image ({error or type(error).__name__})"
