"""The check of a study's configuration: against its schema, then across its keys."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import jsonschema
import yaml

from segregation.architectures import CONVOLUTIONS
from segregation.reporting import InputError

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "config.schema.yaml"


def check(config: dict) -> None:
    """Raise InputError with every fault of a configuration, each with its key and what was expected there."""
    schema = yaml.safe_load(SCHEMA.read_text())
    faults = [_describe(error) for error in jsonschema.Draft202012Validator(schema).iter_errors(config)]
    faults = faults or list(_contradictions(config))
    if faults:
        raise InputError("The configuration cannot be used:\n" + "\n".join(f"  - {fault}" for fault in sorted(faults)))


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
    datasets, evaluation = config["datasets"], config["evaluation"]
    for name, network in config["networks"].items():
        for task in set(network["tasks"]) - set(datasets):
            yield f"networks.{name}.tasks: no dataset is called '{task}' (datasets: {', '.join(datasets)})"
    if not any(len(network["tasks"]) == 2 for network in config["networks"].values()):
        yield "networks: none has two tasks; lesions compare two tasks of one network"
    known = CONVOLUTIONS[config["architecture"]["name"]]
    for layer in set(config["layers"]) - set(known):
        yield f"layers: {config['architecture']['name']} has no layer '{layer}' (it has {', '.join(known)})"
    if config["layers"] != [layer for layer in known if layer in config["layers"]] and set(config["layers"]) <= set(known):
        yield "layers: not in order; expected from the first layer to the last"
    for name, dataset in datasets.items():
        if (dataset["source"] == "folder") != ("root" in dataset):
            yield f"datasets.{name}: 'root' belongs to source folder, and source folder needs it"
    if config["stored_size"] < config["image_size"]:
        yield f"stored_size: {config['stored_size']} is smaller than image_size ({config['image_size']})"
    for severities in ("severities", "random_severities"):
        if evaluation["headline"] not in evaluation[severities]:
            yield f"evaluation.{severities}: the headline severity {evaluation['headline']} is missing"
    if max(evaluation["severities"]) > config["ranking"]["until"]:
        yield (
            f"evaluation.severities: {max(evaluation['severities'])} asks for more filters than are ranked"
            f" (ranking.until is {config['ranking']['until']})"
        )
