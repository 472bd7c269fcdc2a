"""Small replicas of image sets as they are distributed, with the oddities of the real ones.

Each maker takes the folder that becomes the root of the set (made if it is not there) and returns it. Images are noise of 40
to 80 pixels a side, no two alike. All folders of classes hold litter that is no image: .DS_Store, ._0001.jpg and Thumbs.db.
"""

import unicodedata
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

WNIDS = ("n01440764", "n01443537", "n02084071", "n03000684")


def picture(name: str, mode: str = "RGB") -> Image.Image:
    """Return noise that belongs to a name."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    height, width = random.integers(40, 81, 2)
    channels = len(mode) if mode != "L" else 1
    coarse = random.integers(0, 256, (8, 8, channels), dtype=np.uint8)
    return Image.fromarray(coarse[..., 0] if mode == "L" else coarse, mode).resize((int(width), int(height)))


def write(path: Path, mode: str = "RGB", file_format: str | None = None, orientation: int = 1) -> Path:
    """Write the picture of a path; its format is that of the suffix unless it is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = picture("/".join(path.parts[-3:]), mode)
    exif = image.getexif()
    exif[274] = orientation
    image.save(path, file_format, **({} if orientation == 1 else {"exif": exif}))
    return path


def truncate(path: Path) -> None:
    """Cut off the last tenth of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 9 // 10])


def odd_images(folder: Path) -> Path:
    """Write one file of each oddity: seven images that can be read, four that cannot be used, and four that are none.

    Readable: greyscale.jpg, cmyk.jpg, png_inside.JPEG, rotated.jpg (EXIF orientation 6), palette.png, transparent.png and
    unicode_e + combining accent.jpg. Not to be used: truncated.jpg, empty.jpg, text.jpg, one_pixel.png. None: .DS_Store,
    ._0001.jpg, Thumbs.db, notes.txt.
    """
    write(folder / "greyscale.jpg", "L")
    write(folder / "cmyk.jpg", "CMYK")
    write(folder / "png_inside.JPEG", file_format="PNG")
    write(folder / "rotated.jpg", orientation=6)
    picture("palette").convert("P").save(folder / "palette.png")
    write(folder / "transparent.png", "RGBA")
    write(folder / unicodedata.normalize("NFD", "unicode_é.jpg"))
    truncate(write(folder / "truncated.jpg"))
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("no image")
    Image.new("RGB", (1, 1)).save(folder / "one_pixel.png")
    (folder / "notes.txt").write_text("no image")
    return litter(folder)


def litter(folder: Path) -> Path:
    """Write what file managers leave behind."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (".DS_Store", "._0001.jpg", "Thumbs.db"):
        (folder / name).write_bytes(b"\0")
    return folder


def vggface2(folder: Path, inside: str = "") -> Path:
    """VGGFace2: six training identities, two test identities of 8 images each, identity_meta.csv.

    Training images: n000002 8 (0001_01 greyscale, 0002_01 rotated by EXIF), n000003 8, n000004 5, n000005 8, n000006 none,
    n000007 7. inside is the folder of the root that train/ and test/ are in. The list has names in quotes and without, with
    commas and accents (composed), one that is a number, lines with and without a comma at their end.
    """
    counts = {"n000002": 8, "n000003": 8, "n000004": 5, "n000005": 8, "n000006": 0, "n000007": 7}
    for split, identities in (("train", counts), ("test", {"n000001": 8, "n000009": 8})):
        for identity, count in identities.items():
            place = litter(folder / inside / split / identity)
            for i in range(1, count + 1):
                write(place / f"{i:04d}_01.jpg")
    write(folder / inside / "train/n000002/0001_01.jpg", "L")
    write(folder / inside / "train/n000002/0002_01.jpg", orientation=6)
    lines = [
        "Class_ID, Name, Sample_Num, Flag, Gender",
        'n000001, "Ada_Placeholder",8,0, f,',
        'n000002, "A_Fine_Example",8,1, f,',
        'n000003, "Renée_Sample",8,1, f,',
        'n000004, "Robert_Nobody,_Jr.",5,1, m',
        "n000005, Samuel_Nobody,_Jr.,8,1, m,",
        'n000006, "112",0,1, m,',
        'n000007, "Zoë_O\'Stub",7,1, f,',
        'n000009, "Someone_Else",8,0, m,',
    ]
    (folder / "identity_meta.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return folder


def casia(folder: Path, inside: str = "") -> Path:
    """CASIA-WebFace: nine identities and names.txt, in which accents are decomposed.

    Images: 0000045 9 (001 greyscale), 0000099 9, 0000100 8, 0000117 7, 0000121 7, 0000204 6, 0000205 6, 0000301 3 (001
    truncated, 002 one pixel), 0000302 none. 0000099 and 0000121 are training identities of the replica of VGGFace2, and
    0000117 is a test identity of it. inside is the folder of the root that the identities are in.
    """
    people = {
        "0000045": (9, "Anna_Example"),
        "0000099": (9, "Zoe_O_Stub"),
        "0000100": (8, "Bruno_Nobody"),
        "0000117": (7, "Ada_Placeholder"),
        "0000121": (7, "Renée_sample"),
        "0000204": (6, "Carla_Ersatz"),
        "0000205": (6, "Dora_Dummy"),
        "0000301": (3, "Emil_Few"),
        "0000302": (0, "Franz_None"),
    }
    for identity, (count, _) in people.items():
        place = litter(folder / inside / identity)
        for i in range(1, count + 1):
            write(place / f"{i:03d}.jpg")
    write(folder / inside / "0000045/001.jpg", "L")
    truncate(folder / inside / "0000301/001.jpg")
    Image.new("RGB", (1, 1)).save(folder / inside / "0000301/002.jpg")
    names = "".join(f"{identity} {name}\n" for identity, (_, name) in people.items())
    (folder / "names.txt").write_text(unicodedata.normalize("NFD", names), encoding="utf-8")
    return folder


def ilsvrc(folder: Path, val: str = "folders", inside: str = "") -> Path:
    """ILSVRC-2012: four classes of WordNet, training images n01440764 6, n01443537 6, n02084071 5, n03000684 4.

    Of n01440764, _1 is CMYK, _2 a PNG by its content, _3 greyscale. Twelve validation images, the classes in turn; val says
    how they are labelled: folders, csv (LOC_val_solution.csv in the root), or kit (development kit in the root, its numbers
    of classes against the order of their ids). inside is the folder of the root that train/ and val/ are in.
    """
    base = folder / inside
    for wnid, count in zip(WNIDS, (6, 6, 5, 4), strict=True):
        place = litter(base / "train" / wnid)
        for i in range(1, count + 1):
            write(place / f"{wnid}_{i}.JPEG")
    write(base / "train/n01440764/n01440764_1.JPEG", "CMYK", "JPEG")
    write(base / "train/n01440764/n01440764_2.JPEG", file_format="PNG")
    write(base / "train/n01440764/n01440764_3.JPEG", "L")
    litter(base / "val")
    labels = [WNIDS[i % 4] for i in range(12)]
    for i, wnid in enumerate(labels, 1):
        write(base / "val" / (wnid if val == "folders" else "") / f"ILSVRC2012_val_{i:08d}.JPEG")
    if val == "csv":
        rows = [f"ILSVRC2012_val_{i:08d},{wnid} 85 1 499 272 {wnid} 3 4 20 30 " for i, wnid in enumerate(labels, 1)]
        (folder / "LOC_val_solution.csv").write_text("\n".join(["ImageId,PredictionString", *reversed(rows)]) + "\n")
    if val == "kit":
        development_kit(folder / "ILSVRC2012_devkit_t12/data", labels)
    return folder


def development_kit(folder: Path, labels: list[str]) -> Path:
    """Write meta.mat, a struct array as the real one, and the ground truth for images of these WordNet ids."""
    from scipy.io import savemat

    numbers = {wnid: number for number, wnid in enumerate(reversed(WNIDS), 1)}
    everything = [*((number, wnid, 0) for wnid, number in numbers.items()), (1001, "n00001740", 4)]
    kind = [(name, object) for name in ("ILSVRC2012_ID", "WNID", "words", "num_children")]
    rows = [(float(number), wnid, f"word, {wnid}", float(children)) for number, wnid, children in everything]
    folder.mkdir(parents=True)
    savemat(folder / "meta.mat", {"synsets": np.array(rows, dtype=kind).reshape(-1, 1)})
    truth = "".join(f"{numbers[wnid]}\n" for wnid in labels)
    (folder / "ILSVRC2012_validation_ground_truth.txt").write_text(truth)
    return folder


def compcars(folder: Path, inside: str = "") -> Path:
    """CompCars, from the web: four models of two makes.

    Images: 78_1 3 of 2013 and 3 of 2014, one of each called repeated.jpg; 78_2 4 of an unknown year; 81_1 5; 81_2 1.
    inside is the folder of the root that image/ is in.
    """
    counts = {"78/1/2013": 3, "78/1/2014": 3, "78/2/unknown": 4, "81/1/2010": 5, "81/2/2011": 1}
    for model, count in counts.items():
        place = litter(folder / inside / "image" / model)
        for i in range(count):
            name = "repeated" if i == 0 and model.startswith("78/1") else f"{zlib.crc32(f'{model}/{i}'.encode()):08x}5fc378"
            write(place / f"{name}.jpg")
    (folder / inside / "label").mkdir()
    return folder


def food101(folder: Path, inside: str = "") -> Path:
    """Food-101: apple_pie 5 images (3 official training, 2 test), baklava 5, waffles 4; the lists of meta/.

    inside is the folder of the root that images/ and meta/ are in.
    """
    base, lists = folder / inside, {"classes": [], "train": [], "test": []}
    for dish, count in (("apple_pie", 5), ("baklava", 5), ("waffles", 4)):
        lists["classes"].append(dish)
        litter(base / "images" / dish)
        for i in range(count):
            name = f"{zlib.crc32(f'{dish}{i}'.encode()) % 10**7:07d}"
            write(base / "images" / dish / f"{name}.jpg")
            lists["train" if i < 3 else "test"].append(f"{dish}/{name}")
    (base / "meta").mkdir()
    for name, lines in lists.items():
        (base / "meta" / f"{name}.txt").write_text("\n".join(lines) + "\n")
    return folder


def class_folders(folder: Path) -> Path:
    """Class folders in the root: plain 6 images, 'with space' 5, café (decomposed) 5, 東京 5, few 2, empty none.

    Suffixes vary: png, jpg, JPG, webp.
    """
    counts = {"plain": 6, "with space": 5, unicodedata.normalize("NFD", "café"): 5, "東京": 5, "few": 2, "empty": 0}
    for name, count in counts.items():
        place = litter(folder / name)
        for i in range(count):
            write(place / f"{i}{('.png', '.jpg', '.JPG', '.webp')[i % 4]}")
    return litter(folder)


def split_folders(folder: Path, heldout: bool = True) -> Path:
    """Folders train/, test/ and perhaps heldout/: classes a, b and é, 3 training and 2 test images each; z, 2 held out."""
    for split, classes, count in (("train", "abé", 3), ("test", "abé", 2), ("heldout", "z", 2)):
        for name in classes if heldout or split != "heldout" else "":
            place = litter(folder / split / name)
            for i in range(count):
                write(place / f"{i}.png")
    return folder


def table(folder: Path, splits: bool = False) -> Path:
    """Images in folders that are no classes, and table.csv: classes red 4 images, grün 4, blue 3.

    Two images of red are called 0.png, in different folders. With splits, red and grün have 2 training and 2 test images,
    and blue is held out. The table begins with a byte order mark and has a further column.
    """
    places = {"red": ("one", "one", "one", "two"), "grün": ("two",) * 4, "blue": ("one", "two", "two", "two")[:3]}
    names = {"red": ("0", "1", "2", "0"), "grün": ("3", "4", "5", "6"), "blue": ("7", "7b", "8")}
    lines = ["path,class,source" + (",split" if splits else "")]
    for name in places:
        for i, (place, image) in enumerate(zip(places[name], names[name], strict=True)):
            write(folder / place / f"{image}.png")
            split = "heldout" if name == "blue" else ("train", "test")[i // 2]
            lines.append(f"{place}/{image}.png,{name},camera" + (f",{split}" if splits else ""))
    (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return folder
