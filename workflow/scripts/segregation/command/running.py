"""A run of the command, step by step; a step that is finished, and whose needs are as they were, is not done again."""

import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name

import pandas as pd

from segregation.command import groups, tables
from segregation.command.kept import Kept, alone, code_of, versions_of
from segregation.command.pool import Call, Pool, cores
from segregation.command.settings import Settings
from segregation.images.store import Store
from segregation.images.tasks import open_stores
from segregation.lesions.register import INTACT
from segregation.networks.classes import read_classes
from segregation.steps.hashing import checksum
from segregation.steps.reporting import InputError
from segregation.steps.tables import read_table, write_table

PASSES = ("steps", "images", "networks", "lesions")  # rooms
PASSED = ("torch", "torchvision", "numpy")
COUNTED = ("statistics", "steps")
COUNTING = ("numpy", "pandas", "pyarrow", "scipy")
DRAWN = ("command", "figures", "report")
PATHS = ("stores", "weights", "rankings", "ranking", "responses")  # of which not the names count, but what they hold
OWN = ("root", "segregation")  # loggers
DRAWING = ("jinja2", "matplotlib", "pandas", "seaborn")


def lesion(asked: Settings, jobs: int | None = None) -> Path:
    """Do all that is asked for in its folder, so many jobs side by side; return the page.

    Raises InputError for what cannot be used, as the steps of the workflow do, for a network that names no image of a group
    right, and where no layer is named.
    """
    folder = Path(asked.out)
    if not asked.layers:
        resolve_name("segregation.command.layers:check")(asked)
    with alone(folder), _told(folder / "work/log.txt"), Pool(jobs) as pool:
        return _Run(asked, folder, pool).all()


class _Run:
    def __init__(self, asked: Settings, folder: Path, pool: Pool):
        self.asked, self.folder, self.pool, self.kept = asked, folder, pool, Kept(folder)
        self.weights = folder / "work/network.safetensors"
        self.packed = {group: str(groups.files_of(group, folder)[0]) for group in asked.groups}
        self.ranked = {(layer, group): folder / f"work/rankings/{layer}/{group}.csv" for layer, group in self._pairs()}
        self.tested = {layer: folder / f"work/responses/{layer}.parquet" for layer in (INTACT, *asked.layers)}

    def _pairs(self) -> Iterator[tuple[str, str]]:
        return ((layer, group) for layer in self.asked.layers for group in self.asked.groups)

    def all(self) -> Path:
        """Do every step."""
        asked = self.asked
        self._check_layers()
        parameters = {group: groups.parameters_of(group, asked) for group in asked.groups}
        for group, of_group in parameters.items():
            _say(
                f"{group}: {of_group['classes']} classes of {of_group['root']}, {of_group['train_images']} images of each to"
                f" rank, {of_group['test_images']} to test"
            )
            with _timed(f"pack {group}") as timed:
                timed.append(groups.pack_group(group, of_group, asked, self.kept, cores()))
        self._take_in()
        self._test([INTACT])
        accuracy = tables.accuracy(str(self.tested[INTACT]), list(asked.groups), asked.statistics)
        outputs = len(read_classes(asked.classes))
        warnings = list(_doubts(accuracy, 1 / outputs))
        for line in (*_accuracies(accuracy), *warnings):
            _say(line)
        self._rank()
        self._test(asked.layers)
        return self._write(accuracy, warnings)

    def _check_layers(self) -> None:
        """Look before anything is made whether the network can be built and has the layers."""
        asked = self.asked
        needs = (asked.architecture, asked.image_size, asked.layers, checksum(asked.classes), *_of(PASSES, PASSED))
        if wanted := self.kept.key_of("layers", needs, []):
            resolve_name("segregation.command.layers:check")(asked)
            self.kept.done("layers", wanted, [])

    def _take_in(self) -> None:
        asked, files = self.asked, [self.asked.weights, self.asked.classes]
        appearance = {"architecture": asked.architecture, "image_size": asked.image_size}
        given = {"weights": asked.weights, "classes": asked.classes, "mean": asked.mean, "std": asked.std}
        stores = list(self.packed.values())
        classes = {group: store.classes for group, store in self._stores().items()}
        needs = (appearance, given, classes, [checksum(file) for file in files])
        wanted = self.kept.key_of("network", (*needs, *_of(PASSES, PASSED)), [self.weights])
        with _timed("take in the network") as timed:
            if wanted:
                about = {"network": asked.network, "stores": stores, "given": given, "appearance": appearance}
                resolve_name("segregation.networks.given:import_weights")(weights=str(self.weights), **about)
                self.kept.done("network", wanted, [self.weights])
            timed.append(bool(wanted))

    def _stores(self) -> dict[str, Store]:
        return open_stores(self.asked.network, list(self.packed.values()))

    def _computed(self) -> dict:
        """Return what all passes are given."""
        of = {"network": self.asked.network, "stores": list(self.packed.values()), "weights": str(self.weights)}
        return of | {"seed": self.asked.seed, "lesion": self.asked.lesion, "threads": 1, "code": [code_of(*PASSES)]}

    def _rank(self) -> None:
        of, settings, calls = self._computed(), self.asked.ranking, []
        for (layer, group), path in self.ranked.items():
            given = of | {"layer": layer, "task": group, "settings": settings, "ranking": str(path)}
            calls.append(
                (Call(f"rank {layer} for {group}", "segregation.lesions.ranking_step:rank_filters", given), path, [])
            )
        self._run(calls)

    def _test(self, layers: Sequence[str]) -> None:
        of, calls = self._computed(), []
        for layer in layers:
            rankings = [str(path) for (of_layer, _), path in self.ranked.items() if of_layer == layer]
            settings = {} if layer == INTACT else self.asked.evaluation
            given = of | {"layer": layer, "rankings": rankings, "settings": settings, "responses": str(self.tested[layer])}
            label = "test the intact network" if layer == INTACT else f"test lesions of {layer}"
            calls.append((Call(label, "segregation.command.work:test", given), self.tested[layer], rankings))
        self._run(calls)

    def _run(self, calls: Sequence[tuple[Call, Path, list[str]]]) -> None:
        """Do the calls that are not done for the same needs; each writes a file, from the network, the sets and files."""
        read = [checksum(self.weights), *(store.checksum for store in self._stores().values())]
        left, wanted = [], {}
        for call, path, files in calls:
            given = {name: value for name, value in call.given.items() if name not in PATHS}
            needs = (given, read, [checksum(file) for file in files], versions_of(*PASSED))
            key = self.kept.key_of(call.label, needs, [path])
            if key is None:
                _say(f"{call.label}: finished before")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                left.append(call)
                wanted[call.label] = key, path

        def done(call: Call, seconds: float) -> None:
            key, path = wanted[call.label]
            self.kept.done(call.label, key, [path])
            _say(f"{call.label}: {_duration(seconds)}")

        self.pool.run(left, done)

    def _write(self, accuracy: pd.DataFrame, warnings: list[str]) -> Path:
        asked, layers, about = self.asked, self.asked.layers, (list(self.asked.groups), self.asked.layers)
        responses = [str(self.tested[layer]) for layer in layers]
        names = ("effects", "segregation", "segregation_by_severity", "comparisons", "rankings", "accuracy")
        files = {name: self.folder / f"{name}.csv" for name in names}
        inputs = [checksum(path) for path in (*self.tested.values(), *self.ranked.values())]
        needs = (*about, asked.evaluation, asked.statistics, inputs, *_of((*COUNTED, "command"), COUNTING))
        wanted = self.kept.key_of("tables", needs, list(files.values()))
        with _timed("indices and intervals") as timed:
            if wanted:
                made = tables.tables(responses, *about, asked.evaluation, asked.statistics)
                made |= {"accuracy": accuracy, "rankings": tables.rankings(self.ranked)}
                for name, path in files.items():
                    write_table(path, made[name])
                self.kept.done("tables", wanted, list(files.values()))
            timed.append(bool(wanted))
        outputs = [self.folder / name for name in ("page.html", "figure.png", "figure.pdf", "settings.json")]
        needs = (asked.as_dict(), warnings, [checksum(path) for path in files.values()], *_of(DRAWN, DRAWING))
        wanted = self.kept.key_of("page", needs, outputs)
        with _timed("figure and page") as timed:
            if wanted:
                resolve_name("segregation.command.page:write")(asked, self.folder, files, warnings)
                self.kept.done("page", wanted, outputs)
            timed.append(bool(wanted))
        for line in resolve_name("segregation.command.findings:indices")(asked, read_table(files["segregation"])):
            print(line)
        print(outputs[0])
        return outputs[0]


def _of(rooms: Sequence[str], packages: Sequence[str]) -> tuple[str, dict[str, str]]:
    return code_of(*rooms), versions_of(*packages)


def _accuracies(accuracy: pd.DataFrame) -> Iterator[str]:
    for row in accuracy[accuracy.readout == "full"].itertuples():
        yield (
            f"intact, it names {100 * row.accuracy:.0f}% of {row.images} test images of {row.task} right"
            f" [{100 * row.low:.0f}%, {100 * row.high:.0f}%]"
        )


def _doubts(accuracy: pd.DataFrame, chance: float) -> Iterator[str]:
    """Warn of groups that the network does not know. Raises InputError where it names no image of a group right."""
    for row in accuracy[accuracy.readout == "full"].itertuples():
        if row.accuracy == 0:
            raise InputError(
                f"The network names none of the {row.images} test images of {row.task} right: a lesion can take nothing from"
                " that. Check that --classes has the network's order and that --mean, --std, --size and --resize are those"
                " of its training."
            )
        if row.low <= chance:
            yield (
                f"Warning: {row.task} are hardly named better than by chance ({100 * chance:.2g}%); what lesions take from"
                " that says little. Check --classes, --mean, --std, --size and --resize."
            )


def _say(text: str) -> None:
    logging.info(text)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


@contextmanager
def _timed(label: str) -> Iterator[list[bool]]:
    """Say how long something took, or that it was finished before: what is appended tells which."""
    began, done = time.perf_counter(), []
    yield done
    _say(f"{label}: {_duration(time.perf_counter() - began) if all(done) else 'finished before'}")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say what this package does on the terminal, and with times, rounds of searches and warnings of others in a file."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr), logging.FileHandler(path, encoding="utf-8")]
    handlers[0].setLevel(logging.INFO)
    handlers[0].addFilter(lambda record: record.name in OWN)
    handlers[1].addFilter(lambda record: record.name in OWN or record.levelno >= logging.WARNING)
    handlers[1].setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    root, own = logging.getLogger(), logging.getLogger("segregation")
    before = root.handlers[:], root.level, own.level
    root.handlers[:] = handlers
    root.setLevel(logging.INFO)
    own.setLevel(logging.DEBUG)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        handlers[1].close()
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        own.setLevel(before[2])
