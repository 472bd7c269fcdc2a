"""What is asked for, checked as far as that can be done without loading anything."""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from segregation.lesions.register import INTACT
from segregation.networks.architectures import called, is_own, resolved, unknown
from segregation.steps.meaning import digest, with_beside
from segregation.steps.reporting import InputError

# As in config.yaml, the default study; a test compares them.
SEVERITIES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50)
HEADLINE = 0.20
RACE = {"error_rate": 0.1, "tolerance": 0.02}
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}  # of torchvision's weights
JOBS = "as many as there are cores, and 4 GB of memory for each"
# A name of a group stands in file names and for a lesion: what the schema says of names of datasets.
GROUP = re.compile(r"(?!.*_by_)[a-z][a-z0-9]*(_[a-z0-9]+)*")
RESERVED = ("random", "combined", "none")


@dataclass(frozen=True)
class Settings:
    """What is asked for; groups is the folder of each group by its name, sections are as in config.yaml."""

    groups: dict[str, str]
    architecture: dict
    weights: str
    classes: str
    layers: list[str]
    out: str
    image_size: int
    stored_size: int
    mean: list[float]
    std: list[float]
    n_classes: int | None
    train_images: int | None
    test_images: int | None
    without: dict[str, list[str]]
    bad_images: int
    seed: int
    ranking: dict
    evaluation: dict
    lesion: dict
    statistics: dict

    @property
    def network(self) -> dict:
        """The tasks of the network and the classes that it leaves out, as steps are told."""
        return {"tasks": list(self.groups)} | ({"without": self.without} if self.without else {})

    @property
    def name(self) -> str:
        """What to call the network: its name, or that of its function and file."""
        return Path(called(self.architecture)).name if "file" in self.architecture else called(self.architecture)

    def as_dict(self) -> dict:
        """Return all of it as JSON can hold it."""
        return asdict(self)


def from_options(options: argparse.Namespace) -> Settings:
    """Return what some options ask for. Raises InputError with all that is wrong with them."""
    groups = _pairs("--images", options.images)
    without: dict[str, list[str]] = {}
    for text in options.without:
        group, name = _pair("--without", text)
        without.setdefault(group, []).append(name)
    architecture = _architecture(options.network, options.arguments)
    scale = {key: getattr(options, key) for key in IMAGENET}
    usual = {} if is_own(architecture) else IMAGENET
    settings = Settings(
        groups=groups,
        architecture=architecture,
        weights=options.weights,
        classes=options.classes,
        layers=options.layers,
        out=options.out,
        image_size=options.size,
        stored_size=options.size if options.resize is None else options.resize,
        **{key: value or usual.get(key, []) for key, value in scale.items()},
        n_classes=options.n_classes,
        train_images=options.train_images,
        test_images=options.test_images,
        without=without,
        bad_images=options.bad_images,
        seed=options.seed,
        ranking={"images": options.ranking_images, "step": options.step, "until": options.until, "search": options.search}
        | RACE,
        evaluation={
            "severities": options.severities,
            "headline": options.headline,
            "random_draws": options.random_draws,
        },
        lesion=_lesion(options),
        statistics={key: getattr(options, key) for key in ("draws", "confidence", "floor")},
    )
    if faults := list(_faults(settings, options.jobs)):
        raise InputError("\n  - ".join(["These options cannot be used:", *faults]) if faults[1:] else faults[0])
    return settings


def _architecture(network: str, arguments: Sequence[str]) -> dict:
    file, colon, function = network.rpartition(":")
    if not colon:
        if arguments:
            raise InputError(f"--arguments: belong to FILE.py:FUNCTION; {network} takes none.")
        if complaint := unknown(network):
            raise InputError(f"--network: {complaint}")
        return resolved({"name": network})
    try:
        source = digest(*with_beside(Path(file)))
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"--network: {file}: {error}; expected a file of Python that builds a network.") from error
    given = {name: _value(text) for name, text in _pairs("--arguments", arguments).items()}
    return {"file": file, "function": function} | ({"arguments": given} if given else {}) | {"source": source}


def _lesion(options: argparse.Namespace) -> dict:
    lesion: dict = {"kind": options.lesion}
    lesion |= {"images": options.ranking_images} if options.lesion == "mean" else {}
    lesion |= {"precision": options.precision} if options.precision != "float32" else {}
    units = {layer: _value(of) for layer, of in _pairs("--units", options.units).items()}
    return lesion | ({"units": units} if units else {})


def _pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    pairs = [_pair(option, text) for text in texts]
    twice = sorted({name for name, _ in pairs if [other for other, _ in pairs].count(name) > 1})
    if twice:
        raise InputError(f"{option}: {', '.join(twice)} more than once.")
    return dict(pairs)


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise InputError(f"{option}: '{text}'; expected a name and what it stands for, joined by =.")
    return name, value


def _value(text: str) -> object:
    """Return what a text says as JSON, or the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _faults(asked: Settings, jobs: int | None) -> Iterator[str]:
    for group in asked.groups:
        if not GROUP.fullmatch(group) or group in RESERVED:
            yield (
                f"--images: a group cannot be called '{group}'; expected small letters, digits and single _, no _by_, none"
                f" of {', '.join(RESERVED)}"
            )
    if len(asked.groups) < 2:
        yield "--images: two groups or more are needed; lesions for one are compared with those for another"
    for option, path, expected in (
        ("--weights", asked.weights, "the state dict of the network"),
        ("--classes", asked.classes, "the class of each output of the network, one a line"),
    ):
        if not Path(path).is_file():
            yield f"{option}: {path}: no such file; expected {expected}"
    for group in set(asked.without) - set(asked.groups):
        yield f"--without: '{group}' is no group of images ({', '.join(asked.groups)})"
    for key in ("mean", "std"):
        if not getattr(asked, key):
            yield (
                f"--{key}: is missing; only for torchvision's names it is known how their images were normalised"
                f" (theirs: {' '.join(map(str, IMAGENET[key]))})"
            )
    if len(set(asked.layers)) < len(asked.layers):
        yield "--layers: one of them more than once"
    for layer in sorted({INTACT, "none"} & set(asked.layers)):
        yield f"--layers: '{layer}' stands for a network without lesions in tables; give this module another name"
    for layer in set(asked.lesion.get("units", ())) - set(asked.layers):
        yield f"--units: '{layer}' is not among --layers"
    if asked.stored_size < asked.image_size:
        yield f"--resize: {asked.stored_size} is smaller than --size ({asked.image_size})"
    severities, headline, until = (
        asked.evaluation["severities"],
        asked.evaluation["headline"],
        asked.ranking["until"],
    )
    if len(set(severities)) < len(severities):
        yield "--severities: one of them more than once"
    if headline not in severities:
        yield f"--headline: {headline} is not among --severities"
    if max(severities) > until:
        yield f"--severities: {max(severities)} asks for more filters than are ranked (--until is {until})"
    yield from _out_of_range(asked, jobs)


def _out_of_range(asked: Settings, jobs: int | None) -> Iterator[str]:
    """Say what is outside of what the schema of the configuration allows."""
    share = {"--severities": asked.evaluation["severities"], "--until": [asked.ranking["until"]]}
    share |= {"--floor": [asked.statistics["floor"]], "--std": asked.std}
    for option, values in share.items():
        if not all(0 < value <= 1 for value in values):
            yield f"{option}: expected above 0, at most 1"
    for option, values in {"--step": [asked.ranking["step"]], "--mean": asked.mean}.items():
        if not all(0 <= value <= 1 for value in values):
            yield f"{option}: expected 0 to 1"
    if not 0 < asked.statistics["confidence"] < 1:
        yield "--confidence: expected above 0, below 1"
    least = {"--size": (asked.image_size, 1), "--n-classes": (asked.n_classes, 1), "--train-images": (asked.train_images, 1)}
    least |= {"--test-images": (asked.test_images, 1), "--bad-images": (asked.bad_images, 0), "--seed": (asked.seed, 0)}
    least |= {"--ranking-images": (asked.ranking["images"], 1), "--random-draws": (asked.evaluation["random_draws"], 2)}
    least |= {"--draws": (asked.statistics["draws"], 100), "--jobs": (jobs, 1)}
    for option, (value, smallest) in least.items():
        if value is not None and value < smallest:
            yield f"{option}: {value}; expected {smallest} at least"
