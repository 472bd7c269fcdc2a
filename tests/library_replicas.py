"""Small replicas of the layouts that torchvision's and scikit-learn's readers expect, with oddities of the real ones.

Each maker takes the folder that becomes the root of the set, as those of replicas.py do, and returns it. COUNTS has how many
images of each class there are, by hand. believed lets torchvision take the files of replicas for those of the makers.
"""

import json
import pickle
import tarfile
from hashlib import md5
from pathlib import Path

import numpy as np
from torchvision import datasets

from replicas import litter, write

CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
STL10 = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")
FLOWERS = ("pink primrose", "hard-leaved pocket orchid", "canterbury bells")
PEOPLE = {"Ada_Placeholder": 5, "Emil_Few": 1, "Renee_Sample": 4, "Zoe_O_Stub": 6}
COUNTS = {
    "CIFAR10": dict.fromkeys(CIFAR10, 6),  # five batches and the test batch, one of each class in either
    "CIFAR100": {f"class {i:02d}": 3 for i in range(100)},
    "Caltech101": {"Faces": 4, "accordion": 5, "airplanes": 6},
    "Caltech256": {"001.ak47": 4, "002.american-flag": 5, "003.backpack": 6, "004.baseball-bat": 3},
    "CelebA": {"7": 5, "12": 4, "2880": 3},
    "FGVCAircraft": {"707-320": 4, "F-A-18": 5, "F-16A-B": 3},  # in the lists F/A-18 and F-16A/B
    "Flowers102": dict(zip(FLOWERS, (5, 4, 3), strict=True)),
    "Food101": {"apple_pie": 5, "baklava": 5, "waffles": 4},
    "Imagenette": {"n01440764": 5, "n02979186": 4, "n03888257": 3},
    "LFWPeople": PEOPLE,
    "OxfordIIITPet": {"Abyssinian": 4, "American Bulldog": 5, "Yorkshire Terrier": 3},
    "STL10": dict.fromkeys(STL10, 5),
    "StanfordCars": {"AM General Hummer SUV 2000": 4, "Acura RL Sedan 2012": 5, "Ram C-V Cargo Van Minivan 2012": 3},
}


def believed(monkeypatch, name: str, root: Path) -> None:
    """Let torchvision take the files of a replica for the makers', whose MD5 it knows and looks for."""
    kind = getattr(datasets, name)

    def digest(*parts: str) -> str:
        return md5(Path(root, *parts).read_bytes()).hexdigest()

    if name.startswith("CIFAR"):
        for files in ("train_list", "test_list"):
            known = [[file, digest(kind.base_folder, file)] for file, _ in getattr(kind, files)]
            monkeypatch.setattr(kind, files, known)
        monkeypatch.setattr(kind, "meta", kind.meta | {"md5": digest(kind.base_folder, kind.meta["filename"])})
    elif name == "STL10":
        for files in ("train_list", "test_list"):
            known = [[file, digest(kind.base_folder, file)] for file, _ in getattr(kind, files)]
            monkeypatch.setattr(kind, files, known)
    elif name == "CelebA":
        known = [(i, m if f.endswith(".zip") else digest("celeba", f), f) for i, m, f in kind.file_list]
        monkeypatch.setattr(kind, "file_list", known)
    elif name == "Flowers102":
        known = {k: (f, m if k == "image" else digest("flowers-102", f)) for k, (f, m) in kind._file_dict.items()}
        monkeypatch.setattr(kind, "_file_dict", known)
    elif name == "LFWPeople":
        archive = ("lfw_funneled", "lfw-funneled.tgz", digest("lfw-py", "lfw-funneled.tgz"))
        monkeypatch.setattr(kind, "file_dict", kind.file_dict | {"funneled": archive})
        lists = {file: digest("lfw-py", file) for file in ("people.txt", "lfw-names.txt")}
        monkeypatch.setattr(kind, "checksums", kind.checksums | lists)


def _noise(n: int, *shape: int) -> np.ndarray:
    """Return images, no two alike."""
    return np.random.default_rng([n, *shape]).integers(0, 256, (n, *shape), dtype=np.uint8)


def _pickled(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(content))


def cifar10(folder: Path) -> Path:
    """CIFAR-10: batches of ten images, one of each class, as pickled arrays of flat images."""
    base, pixels = folder / "cifar-10-batches-py", _noise(60, 3072)
    for i, name in enumerate([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]):
        _pickled(base / name, {"data": pixels[10 * i : 10 * i + 10], "labels": [(i + k) % 10 for k in range(10)]})
    _pickled(base / "batches.meta", {"label_names": list(CIFAR10)})
    return folder


def cifar100(folder: Path) -> Path:
    """CIFAR-100: 200 training and 100 test images of 100 classes."""
    base, pixels = folder / "cifar-100-python", _noise(300, 3072)
    _pickled(base / "train", {"data": pixels[:200], "fine_labels": [i % 100 for i in range(200)]})
    _pickled(base / "test", {"data": pixels[200:], "fine_labels": list(range(100))})
    _pickled(base / "meta", {"fine_label_names": [f"class {i:02d}" for i in range(100)]})
    return folder


def stl10(folder: Path) -> Path:
    """STL-10: 30 training and 20 test images as bytes, columns first; labels from 1; one image without a label."""
    base = folder / "stl10_binary"
    base.mkdir(parents=True)
    for part, n in (("train", 30), ("test", 20), ("unlabeled", 1)):
        (base / f"{part}_X.bin").write_bytes(_noise(n, 3, 96, 96).tobytes())
        (base / f"{part}_y.bin").write_bytes(bytes(1 + i % 10 for i in range(n)))
    (base / "unlabeled_y.bin").unlink()
    (base / "class_names.txt").write_text("\n".join(STL10) + "\n")
    return folder


def caltech101(folder: Path) -> Path:
    """Caltech-101: three categories, and the one of backgrounds, which is none."""
    for name, n in (COUNTS["Caltech101"] | {"BACKGROUND_Google": 3}).items():
        for i in range(1, n + 1):
            write(folder / "caltech101/101_ObjectCategories" / name / f"image_{i:04d}.jpg")
    return folder


def caltech256(folder: Path) -> Path:
    """Caltech-256: four categories; a file and a folder that are no images, as in spider and dog of the real one."""
    base = folder / "caltech256/256_ObjectCategories"
    for name, n in COUNTS["Caltech256"].items():
        for i in range(1, n + 1):
            write(base / name / f"{name[:3]}_{i:04d}.jpg", "L" if i == 1 else "RGB")
    (base / "001.ak47/RENAME2").write_text("no image")
    (base / "002.american-flag/greg").mkdir()
    return folder


def celeba(folder: Path) -> Path:
    """CelebA: twelve images of three people in turn, and lists of all that torchvision reads.

    list_identity_celeba.txt has the names of the people: Zoë_O'Stub, 12 Bruno_Nobody, 2880 Carla_Ersatz.
    """
    base, people = folder / "celeba", [7, 12, 2880] * 3 + [7, 7, 12]
    names = {7: "Zoë_O'Stub", 12: "Bruno_Nobody", 2880: "Carla_Ersatz"}
    files = [f"{i:06d}.jpg" for i in range(1, 13)]
    for file in files:
        write(base / "img_align_celeba" / file)
    lists = {
        "identity_CelebA.txt": [f"{file} {person}" for file, person in zip(files, people, strict=True)],
        "list_eval_partition.txt": [f"{file} {i % 3}" for i, file in enumerate(files)],
        "list_attr_celeba.txt": ["12", "Bald Young", *(f"{file} -1  1" for file in files)],
        "list_bbox_celeba.txt": ["12", "image_id x_1 y_1 width height", *(f"{file}    95  71 226 313" for file in files)],
        "list_landmarks_align_celeba.txt": ["12", "lefteye_x lefteye_y", *(f"{file} 69  109" for file in files)],
        "list_identity_celeba.txt": [
            "12",
            "image_id identity_name",
            *(f"{file} {names[person]}" for file, person in zip(files, people, strict=True)),
        ],
    }
    for name, lines in lists.items():
        (base / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def aircraft(folder: Path) -> Path:
    """FGVC-Aircraft: three variants, two of whose names have a slash; trainval and test."""
    base, lines = folder / "fgvc-aircraft-2013b/data", {"trainval": [], "test": []}
    number = 0
    for name, n in {"707-320": 4, "F/A-18": 5, "F-16A/B": 3}.items():
        for i in range(n):
            number += 1
            write(base / "images" / f"{number:07d}.jpg")
            lines["test" if i % 3 == 2 else "trainval"].append(f"{number:07d} {name}")
    (base / "variants.txt").write_text("707-320\nF/A-18\nF-16A/B\n")
    for part, of_part in lines.items():
        (base / f"images_variant_{part}.txt").write_text("\n".join(of_part) + "\n")
    return folder


def flowers(folder: Path) -> Path:
    """Flowers-102: twelve images of three flowers, their labels and official parts as matrices."""
    from scipy.io import savemat

    base = folder / "flowers-102"
    for i in range(1, 13):
        write(base / "jpg" / f"image_{i:05d}.jpg")
    savemat(base / "imagelabels.mat", {"labels": np.array([[1] * 5 + [2] * 4 + [3] * 3])})
    savemat(base / "setid.mat", {"trnid": [[1, 6, 10]], "valid": [[2, 7, 11]], "tstid": [[3, 4, 5, 8, 9, 12]]})
    return folder


def food101(folder: Path) -> Path:
    """Food-101 as that of replicas.py, with the lists that torchvision reads."""
    import replicas

    base = replicas.food101(folder, "food-101") / "food-101"
    for part in ("train", "test"):
        listed: dict[str, list[str]] = {}
        for line in (base / "meta" / f"{part}.txt").read_text().split():
            listed.setdefault(line.split("/")[0], []).append(line)
        (base / "meta" / f"{part}.json").write_text(json.dumps(listed))
    return folder


def imagenette(folder: Path) -> Path:
    """Imagenette: three classes, training and validation images."""
    for name, n in COUNTS["Imagenette"].items():
        for i in range(n):
            write(folder / "imagenette2" / ("val" if i == 0 else "train") / name / f"{name}_{i}.JPEG")
    return folder


def _people(base: Path) -> None:
    for name, n in PEOPLE.items():
        for i in range(1, n + 1):
            write(litter(base / name) / f"{name}_{i:04d}.jpg")


def lfw(folder: Path) -> Path:
    """LFW as torchvision wants it: the archive beside what is in it, names, and people in two folds."""
    base = folder / "lfw-py"
    _people(base / "lfw_funneled")
    with tarfile.open(base / "lfw-funneled.tgz", "w:gz") as archive:
        archive.add(base / "lfw_funneled", "lfw_funneled")
    (base / "lfw-names.txt").write_text("".join(f"{name}\t{n}\n" for name, n in PEOPLE.items()))
    lines = [f"{name}\t{n}" for name, n in PEOPLE.items()]
    (base / "people.txt").write_text("\n".join(["2", "2", *lines[:2], "2", *lines[2:]]) + "\n")
    return folder


def sklearn_lfw(folder: Path) -> Path:
    """LFW as scikit-learn keeps it, lists of pairs beside the people."""
    base = folder / "lfw_home"
    _people(base / "lfw_funneled")
    for name in ("pairsDevTrain.txt", "pairsDevTest.txt", "pairs.txt"):
        (base / name).write_text("0\n")
    (base / "lfw_funneled/pairs_01.txt").write_text("0\n")
    return folder


def pets(folder: Path) -> Path:
    """Oxford-IIIT Pet: three breeds; files of the set that are no images beside the images."""
    base, lines = folder / "oxford-iiit-pet", {"trainval": [], "test": []}
    (base / "annotations").mkdir(parents=True)
    for label, (name, n) in enumerate({"Abyssinian": 4, "american_bulldog": 5, "yorkshire_terrier": 3}.items(), 1):
        for i in range(1, n + 1):
            write(base / "images" / f"{name}_{i}.jpg")
            lines["test" if i % 3 == 2 else "trainval"].append(f"{name}_{i} {label} {1 if label == 1 else 2} 1")
    (base / "images/Abyssinian_100.mat").write_bytes(b"no image")
    for part, of_part in lines.items():
        (base / "annotations" / f"{part}.txt").write_text("\n".join(of_part) + "\n")
    return folder


def cars(folder: Path) -> Path:
    """Stanford Cars: three models, one with a slash in its name; labels as structs of matrices."""
    from scipy.io import savemat

    base, kind = folder / "stanford_cars", [("class", object), ("fname", object)]
    names = ["AM General Hummer SUV 2000", "Acura RL Sedan 2012", "Ram C/V Cargo Van Minivan 2012"]
    rows = {"train": [], "test": []}
    for label, n in enumerate((4, 5, 3), 1):
        for i in range(n):
            part = "test" if i % 3 == 2 else "train"
            rows[part].append((label, f"{len(rows[part]) + 1:05d}.jpg"))
            write(base / f"cars_{part}" / rows[part][-1][1])
    (base / "devkit").mkdir()
    savemat(base / "devkit/cars_meta.mat", {"class_names": np.array(names, dtype=object)})
    savemat(base / "devkit/cars_train_annos.mat", {"annotations": np.array(rows["train"], dtype=kind)})
    savemat(base / "cars_test_annos_withlabels.mat", {"annotations": np.array(rows["test"], dtype=kind)})
    return folder


MAKERS = {
    "CIFAR10": cifar10,
    "CIFAR100": cifar100,
    "Caltech101": caltech101,
    "Caltech256": caltech256,
    "CelebA": celeba,
    "FGVCAircraft": aircraft,
    "Flowers102": flowers,
    "Food101": food101,
    "Imagenette": imagenette,
    "LFWPeople": lfw,
    "OxfordIIITPet": pets,
    "STL10": stl10,
    "StanfordCars": cars,
}
