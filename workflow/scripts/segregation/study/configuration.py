"""The check of a study's configuration: against its schema, then across its keys."""

import math
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import jsonschema
import jsonschema.validators
import yaml

from segregation.networks.architectures import CONVOLUTIONS, called, is_own, unknown
from segregation.sources.register import LIBRARIES, SIGNS, SOURCES
from segregation.steps.meaning import digest, with_beside
from segregation.steps.reporting import InputError
from segregation.study.drawing import of_figures, of_layers

OF_SOURCES = dict.fromkeys(("root", "licence", "only", "encoding", "bad_images"), SOURCES)
OF_SOURCES |= {"table": ("table",), "most": ("casia",), "apart_from": ("casia", *LIBRARIES)}
OF_SOURCES |= {"name": ("torchvision",), "download": LIBRARIES}
NEEDED = {"table": ["table"], "torchvision": ["name"]}  # beside root
PEOPLE = "LFWPeople"  # the set of torchvision whose classes are names of people
UNLESIONED = {"intact", "none"}  # what results say in place of a layer
SCHEMA = Path(__file__).resolve().parents[3] / "schemas" / "config.schema.yaml"
LONGEST = 60  # letters of a name, of which files and folders are made
# What tables read as no value, beside what is no name.
MISSING = {"nan", "null", "none", "na", "n/a"}


def _is_number(_checker, value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_integer(_checker, value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# 1.0 is no seed, though it is whole, for files have its name; nan is no number.
TYPES = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine_many({"number": _is_number, "integer": _is_integer})
Strict = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=TYPES)


def drop_nulls(section: dict) -> None:
    """Take out, in place, the keys that are null: so an overlay takes away what the default study has."""
    for name in [name for name, value in section.items() if value is None]:
        del section[name]
    for value in section.values():
        if isinstance(value, dict):
            drop_nulls(value)


def check(config: dict) -> None:
    """Raise InputError with every fault of a configuration, each with its key and what was expected there."""
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    faults = list(_of_names(config)) or [_describe(error) for error in Strict(schema).iter_errors(config)]
    faults = faults or list(_contradictions(config))
    if faults:
        raise InputError("The configuration cannot be used:\n" + "\n".join(f"  - {fault}" for fault in sorted(faults)))


def _of_names(config: dict, before: str = "") -> Iterator[str]:
    """Yield the keys that are no text, and the names of sets and networks that no table or folder can have."""
    for key, value in config.items():
        if not isinstance(key, str):
            yield f"{before}{key}: is read as {key!r}, not as a name; choose another, or put it in quotes"
        elif before in ("datasets.", "networks."):
            if key in MISSING:
                yield f"{before}{key}: tables read this as no value; choose another name"
            if len(key) > LONGEST:
                yield f"{before}{key}: has {len(key)} letters; expected at most {LONGEST}, as files are called so"
        if isinstance(value, dict):
            yield from _of_names(value, f"{before}{key}.")


def _describe(error: jsonschema.ValidationError) -> str:
    where = ".".join(map(str, error.absolute_path)) or "top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - set(known), key=str)
        near = {name: get_close_matches(str(name), known, 1) for name in unknown}
        hints = [f"unknown key '{n}'" + (f", did you mean '{near[n][0]}'?" if near[n] else "") for n in unknown]
        return f"{where}: {'; '.join(hints)} (known: {', '.join(sorted(known))})"
    meaning = error.schema.get("description")
    return f"{where}: {error.message}" + (f" ({meaning})" if meaning else "")


def _contradictions(config: dict) -> Iterator[str]:
    yield from _of_networks(config)
    yield from of_figures(config)
    evaluation = config["evaluation"]
    yield from _of_architecture("architecture", config["architecture"])
    yield from _of_modules("layers", config["layers"], config["architecture"])
    yield from _of_units("units", config.get("units"), config["layers"])
    for name, dataset in config["datasets"].items():
        yield from _of_source(f"datasets.{name}", dataset)
    if config["stored_size"] < config["image_size"]:
        yield f"stored_size: {config['stored_size']} is smaller than image_size ({config['image_size']})"
    if "stop_below" in config["training"] and config["training"]["schedule"] != "plateau":
        yield "training.stop_below: belongs to schedule plateau"
    if config["training"]["optimizer"] == "muon" and "muon_learning_rate" not in config["training"]:
        yield "training.muon_learning_rate: is missing; optimizer muon needs one, as 0.02"
    if config["training"]["optimizer"] == "muon" and config["training"].get("precision") == "float16":
        yield "training.precision: float16 is not for optimizer muon; use bfloat16"
    if evaluation["headline"] not in evaluation["severities"]:
        yield f"evaluation.severities: the headline severity {evaluation['headline']} is missing"
    if config["ranking"]["until"] < 0.5:
        yield f"ranking.until: {config['ranking']['until']} is less than the half of a layer that figure S1 shows"
    if max(evaluation["severities"]) > config["ranking"]["until"]:
        yield (
            f"evaluation.severities: {max(evaluation['severities'])} asks for more filters than are ranked"
            f" (ranking.until is {config['ranking']['until']})"
        )


def _of_path(key: str, path: str) -> Iterator[str]:
    if wrong := sorted(set(SIGNS) & set(path)):
        yield f"{key}: {path} has {' and '.join(wrong)}, by which Snakemake means something else; rename it"


def _of_source(key: str, dataset: dict) -> Iterator[str]:
    source, packed = dataset["source"], dataset["source"] in SOURCES
    for name, sources in OF_SOURCES.items():
        if name in dataset and source not in sources:
            yield f"{key}.{name}: belongs to source {' or '.join(sources)}, and this one is {source}"
    for name in ("root", "table", "only", "apart_from"):
        yield from _of_path(f"{key}.{name}", dataset.get(name, ""))
    for name in ("root", *NEEDED.get(source, [])):
        if packed and name not in dataset:
            yield f"{key}.{name}: is missing; source {source} needs it"
    if source == "torchvision" and "apart_from" in dataset and dataset.get("name") != PEOPLE:
        yield f"{key}.apart_from: goes with {PEOPLE} alone of torchvision's sets; classes of others have no people's names"


def _of_modules(key: str, layers: list[str], architecture: dict, given: bool = False) -> Iterator[str]:
    """Check layers by the architecture. The modules of all but our own are known to the steps, which build them."""
    for layer in UNLESIONED & set(layers):
        yield f"{key}: '{layer}' stands for a network without lesions in results; give this module another name"
    ours = [layer for layer in layers if layer in CONVOLUTIONS["vgg16"]]
    name = called(architecture)
    if name in CONVOLUTIONS and not given:
        yield from of_layers(key, layers, CONVOLUTIONS[name], name)
    elif ours and (is_own(architecture) or not unknown(name)) and not name.startswith("vgg16"):
        yield f"{key}: {', '.join(ours)} of vgg16; layers of {name} are paths of modules, such as layer4.1.conv2"


def _of_units(key: str, units: str | int | dict | None, layers: list[str]) -> Iterator[str]:
    for layer in set(units if isinstance(units, dict) else ()) - set(layers):
        yield f"{key}: '{layer}' is not among the layers that are lesioned ({', '.join(layers) or 'none'})"


def _of_architecture(key: str, architecture: dict) -> Iterator[str]:
    if "file" in architecture:
        try:
            digest(*with_beside(Path(architecture["file"])))
        except (OSError, SyntaxError, ValueError) as error:
            yield f"{key}.file: {architecture['file']}: {error}; expected a file of Python that builds a network"
        return
    name, width = architecture["name"], architecture.get("width", 1)
    if complaint := unknown(name):
        yield f"{key}.name: {complaint}"
    elif name not in CONVOLUTIONS and width != 1:
        yield f"{key}.width: {width}, but only vgg16 comes in other widths; write width: 1 with {name}"


def _of_training_images(key: str, network: dict, datasets: dict) -> Iterator[str]:
    """Check that there will be as many training images as a network asks for, even if all bad images are among them."""
    for task in set(network["tasks"]) & set(datasets):
        dataset = datasets[task]
        classes = dataset["classes"] - len(network.get("without", {}).get(task, ()))
        sure = classes * dataset["train_images"] - dataset.get("bad_images", 0)
        if network.get("train_images", 0) > sure:
            spare = f", of which {dataset['bad_images']} may be left out (bad_images)" if dataset.get("bad_images") else ""
            yield (
                f"{key}.train_images: {network['train_images']}, but {task} has {classes * dataset['train_images']}"
                f" training images{spare}"
            )


def _of_given(key: str, network: dict) -> Iterator[str]:
    """Check a network with weights, which is not trained."""
    if "weights" not in network:
        for name in ("classes", "mean", "std"):
            if name in network:
                yield f"{key}.{name}: belongs to a network with weights, which this one has not"
        return
    for name in ("weights", "classes"):
        yield from _of_path(f"{key}.{name}", network.get(name, ""))
    for name in ("classes", "architecture"):
        if name not in network:
            yield f"{key}.{name}: is missing; a network with weights needs it"
    for name in sorted(set(network.get("architecture", ())) - {"name", "file", "function", "arguments"}):
        yield f"{key}.architecture.{name}: does not go with weights; their architecture is known by its name alone"
    if "epochs" in network:
        yield f"{key}.epochs: does not go with weights; this network is not trained"
    if len(network.get("seeds", [0])) > 1:
        yield f"{key}.seeds: {len(network['seeds'])}, but weights are those of one network; name one seed or leave it out"


def _of_networks(config: dict) -> Iterator[str]:
    datasets = config["datasets"]
    for name, network in config["networks"].items():
        for task in set(network["tasks"]) - set(datasets):
            yield f"networks.{name}.tasks: no dataset is called '{task}' (datasets: {', '.join(datasets)})"
        for task in set(network.get("without", ())) - set(network["tasks"]):
            yield f"networks.{name}.without: '{task}' is not a task of this network ({', '.join(network['tasks'])})"
        for seed in set(network.get("seeds", ())) - set(config["seeds"]):
            yield f"networks.{name}.seeds: {seed} is not a seed of the study ({', '.join(map(str, config['seeds']))})"
        yield from _of_training_images(f"networks.{name}", network, datasets)
        yield from _of_given(f"networks.{name}", network)
        if "architecture" in network:
            yield from _of_own_architecture(f"networks.{name}", network)
        else:
            yield from of_layers(f"networks.{name}.layers", network.get("layers", []), config["layers"], "layers")
        yield from _of_units(f"networks.{name}.units", network.get("units"), network.get("layers", config["layers"]))
    if not any(len(network["tasks"]) > 1 for network in config["networks"].values()):
        yield "networks: none has two tasks or more; lesions compare the tasks of one network"


def _of_own_architecture(key: str, network: dict) -> Iterator[str]:
    yield from _of_architecture(f"{key}.architecture", network["architecture"])
    if "layers" in network:
        yield from _of_modules(f"{key}.layers", network["layers"], network["architecture"], "weights" in network)
    elif len(network["tasks"]) > 1:
        yield f"{key}.layers: is missing; a network with its own architecture names the layers to lesion, or none: []"
