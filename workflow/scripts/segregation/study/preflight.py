"""What would fail later, found in seconds before a study begins: data, networks, disk, versions, GPU."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from segregation.networks.architectures import called, resolved
from segregation.sources.choosing import choose
from segregation.sources.library_sets import LibrarySet, to_fetch
from segregation.sources.opening import opener
from segregation.sources.packing import encoded
from segregation.sources.register import SOURCES, usual_encoding
from segregation.steps.reporting import InputError
from segregation.study.configuration import check
from segregation.study.layers import check_layers
from segregation.study.record import PACKAGES, versions

OK, NOTE, FAIL = "ok", "note", "FAIL"
BYTES_A_PIXEL = {"jpeg": 0.35, "png": 1.8}  # of packed photographs, of rendered images
LONGER = 4 / 3  # longer over shorter side of a photograph
STATES = 6  # a network in training: weights, momentum and the best so far, and their next state before it takes the place
OPENED = 9  # images of a set that are opened


@dataclass
class Line:
    """What was found out about one subject."""

    level: str
    subject: str
    text: str


def inspect(config: dict, pins: Path, root: Path = Path()) -> Iterator[Line]:
    """Yield a line for everything that was looked at: config is the merged configuration, root the project's folder.

    pins is the lock file of the environment. What fails here would fail in a step; notes are no reason to stop.
    """
    try:
        check(config)
    except InputError as error:
        yield Line(FAIL, "configuration", str(error))
        return
    scale = f"{len(config['networks'])} networks, {len(config['seeds'])} seeds"
    yield Line(OK, "configuration", f"study {config['study']}, {scale}")
    results = root / "results" / config["study"]
    yield from _versions(pins)
    yield Line(OK, "versions", ", ".join(f"{name} {number}" for name, number in versions().items()))
    needed = 0
    for name, dataset in config["datasets"].items():
        line, size = _dataset(name, dataset, config["stored_size"], root, results)
        yield line
        needed += size
    sizes = {}
    for name in config["networks"]:
        line, sizes[name] = _network(name, config, root)
        yield line
    yield _disk(results, needed + _of_networks(sizes, config))
    yield _writable(results)
    yield _gpu()


def _dataset(name: str, dataset: dict, size: int, root: Path, results: Path) -> tuple[Line, int]:
    """Return what there is to say about a dataset, and the bytes that it will take."""
    images, n_bytes = _packed(dataset, size)
    about = f"{images:,} images of {dataset['classes']} + {dataset['heldout_classes']} classes, {size_of(n_bytes)} packed"
    if (results / "datasets" / f"{name}.arrow").exists():
        return Line(OK, f"set {name}", f"{about}; is packed already"), 0
    look = _in_source if dataset["source"] in SOURCES else _rendered
    if of := to_fetch(dataset, root / dataset.get("root", "")):
        level, said = _to_be_fetched(dataset, of, root)
        # What is fetched, and what is unpacked from it, which may stay beside each other.
        return Line(level, f"set {name}", f"{about}; {said}"), _while_packing(dataset, n_bytes) + 2_000_000 * of.megabytes
    try:
        said, level = look(dataset, size, root)
    except InputError as error:
        return Line(FAIL, f"set {name}", str(error)), n_bytes
    return Line(level, f"set {name}", f"{about}; {said}"), _while_packing(dataset, n_bytes)


def _packed(dataset: dict, size: int) -> tuple[int, int]:
    """Return the number of images of a set, and the bytes that it takes when it is packed."""
    images = dataset["classes"] * (dataset["train_images"] + dataset["test_images"])
    images += dataset["heldout_classes"] * dataset["heldout_images"]
    jpeg = dataset.get("encoding", usual_encoding(dataset)) == "jpeg"
    return images, round(images * size**2 * (BYTES_A_PIXEL["jpeg"] * LONGER if jpeg else BYTES_A_PIXEL["png"]))


def _while_packing(dataset: dict, n_bytes: int) -> int:
    return (2 if dataset["source"] in SOURCES else 1) * n_bytes  # shards lie beside the set


def disk_needed(config: dict, root: Path = Path()) -> int:
    """Return the bytes that the packed sets and the networks of a study take while it runs, none of which is there yet.

    One network is trained at a time. Left out are responses and other tables, and networks that cannot be built.
    """
    sets = config["datasets"].values()
    of_sets = sum(_while_packing(dataset, _packed(dataset, config["stored_size"])[1]) for dataset in sets)
    return of_sets + _of_networks({name: _network(name, config, root)[1] for name in config["networks"]}, config)


def _of_networks(sizes: dict[str, int], config: dict) -> int:
    """Return the bytes of the weights of all networks and seeds, and of the states of one training, by their sizes."""
    seeds = {name: len(config["networks"][name].get("seeds", config["seeds"])) for name in sizes}
    return sum(seeds[name] * size for name, size in sizes.items()) + STATES * max(sizes.values(), default=0)


def _in_source(dataset: dict, size: int, root: Path) -> tuple[str, str]:
    """Choose the images of a set, open some, and return what to say of them; several bad ones among these are no chance."""
    folder = root / dataset["root"]
    given = {key: str(root / dataset[key]) for key in ("root", "table", "only", "apart_from") if key in dataset}
    chosen = choose(dataset | given | {"followed": True})
    some = {chosen[i * (len(chosen) - 1) // (OPENED - 1)].path for i in range(OPENED)}
    read = opener(dataset | given)
    outcomes = {path: encoded(folder / path, size, "jpeg", read=read) for path in sorted(some)}
    bad = [f"{path}: {outcome}" for path, outcome in outcomes.items() if isinstance(outcome, str)]
    said = "\n".join([f"{len(bad)} of {len(outcomes)} images that were opened cannot be used:", *bad])
    if len(bad) > min(1, dataset.get("bad_images", 0)):
        raise InputError(said)
    return (said, NOTE) if bad else (f"as many are in {dataset['root']}", OK)


def _to_be_fetched(dataset: dict, of: LibrarySet, root: Path) -> tuple[str, str]:
    """Return what there is to say of a set that a library will fetch, and of files that it needs beside that."""
    size = size_of(of.megabytes * 1e6)
    said = [f"to be fetched to {dataset['root']}: about {size} from {of.origin}; terms: {of.terms}"]
    named = {key: dataset[key] for key in ("only", "apart_from") if key in dataset}
    absent = {key: path for key, path in named.items() if not (root / path).is_file()}
    missing = [f"{path}: no such file (datasets.*.{key}; docs/data.md)" for key, path in absent.items()]
    return FAIL if missing else NOTE, "\n".join(said + missing)


def _rendered(dataset: dict, _size: int, _root: Path) -> tuple[str, str]:
    from segregation.stimuli.rendering import contents  # takes a second to import

    contents(dataset)
    return "to be rendered", OK


def _network(name: str, config: dict, root: Path) -> tuple[Line, int]:
    """Return what there is to say about a network, and the bytes that its weights will take for one seed."""
    try:
        text, n_weights, even = _described(name, config, root)
    except InputError as error:
        return Line(FAIL, f"network {name}", str(error)), 0
    line = Line(OK, f"network {name}", text) if even else Line(NOTE, f"network {name}", f"{text}: not as many a task")
    return line, 4 * n_weights


def _described(name: str, config: dict, root: Path) -> tuple[str, int, bool]:
    """Return a network in words, its number of weights, and whether its tasks have as many training images."""
    from segregation.networks import building  # takes seconds to import
    from segregation.networks.weights import given_network

    network, sets = config["networks"][name], config["datasets"]
    for key in ("weights", "classes"):
        if key in network and not (root / network[key]).is_file():
            raise InputError(f"{network[key]}: no such file (networks.{name}.{key})")
    kept = {task: sets[task]["classes"] - len(network.get("without", {}).get(task, ())) for task in network["tasks"]}
    images = {task: n_classes * sets[task]["train_images"] for task, n_classes in kept.items()}
    asked = network.get("train_images", max(images.values()))
    own = resolved(network.get("architecture", config["architecture"]))
    if "weights" in network:
        given_network(root / network["weights"], root / network["classes"], own, config["image_size"], tasks={})
    empty = building.empty(own, config["image_size"], sum(kept.values()))
    check_layers(config | {"networks": {name: network}})
    n_weights = sum(weight.numel() for weight in empty.parameters())
    shown = ", ".join(f"{min(n, asked):,} of {task}" for task, n in images.items())
    text = f"{called(own)}, {n_weights / 1e6:.1f} million weights, {sum(kept.values())} classes; training images: {shown}"
    return text, n_weights, network.get("epochs") == 0 or len({min(n, asked) for n in images.values()}) == 1


def size_of(n_bytes: float) -> str:
    """Return a number of bytes in words."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes > 1e8 else f"{n_bytes / 1e6:.1f} MB"


def _versions(pins: Path) -> Iterator[Line]:
    """Compare what is installed with the lock file, which may pin a package for several versions of Python."""
    locked = re.findall(r"(?m)^([\w.-]+)==([\w.+]+)", pins.read_text(encoding="utf-8"))
    for name in PACKAGES:
        tested = [pin for package, pin in locked if package == name]
        try:
            installed = version(name).split("+")[0]
        except PackageNotFoundError:
            yield Line(FAIL, "versions", f"{name} is not installed; run make environment")
            continue
        if installed not in tested:
            yield Line(NOTE, "versions", f"{name} {installed} is installed, {' or '.join(tested)} is what was tested")


def _disk(results: Path, needed: int) -> Line:
    existing = next(folder for folder in (results, *results.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    text = f"{size_of(free)} are free, about {size_of(needed)} are needed for images and networks"
    return Line(OK if free > needed else FAIL, "disk", text)


def _writable(results: Path) -> Line:
    existing = next(folder for folder in (results, *results.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Line(OK, "results", f"{results.parent.name}/{results.name} can be written")
    except OSError as error:
        return Line(FAIL, "results", f"{existing} cannot be written ({error.strerror})")


def _gpu() -> Line:
    import torch  # takes seconds to import

    if not torch.cuda.is_available():
        return Line(NOTE, "GPU", f"none on this machine; {os.cpu_count()} processor cores compute")
    device = torch.cuda.get_device_properties(0)
    ask = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        driver = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        driver = "unknown"
    about = f"{torch.cuda.device_count()} x {device.name}, {size_of(device.total_memory)}"
    return Line(OK, "GPU", f"{about}, driver {driver}, CUDA {torch.version.cuda}")


def told(lines: Iterator[Line], say: Callable[[str], None] = print) -> bool:
    """Say each line; return whether nothing fails."""
    failed = 0
    for line in lines:
        first, *more = line.text.splitlines()
        say(f"{line.level:5} {line.subject:27} {first}")
        for text in more:
            say(f"{'':33} {text.strip()}")
        failed += line.level == FAIL
    say(f"{failed} of these would fail." if failed else "Nothing that would fail was found.")
    return not failed
