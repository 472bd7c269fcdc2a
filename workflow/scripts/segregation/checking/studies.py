"""What two runs of one study have in common, by their configurations."""

import math
from pathlib import Path

import yaml

from segregation.checking.tables import Table
from segregation.steps.reporting import InputError

# Of these a run may have more or fewer than the reference.
FREE = ("seeds", "datasets", "networks", "evaluation.pseudo_assignments")
NAMING = ("network", "single", "first", "second")  # columns that hold networks


class Studies:
    """The configurations of the reference and of a run."""

    def __init__(self, reference: dict, here: dict):
        """Raise InputError, with the keys, where they differ in more than seeds, sets, networks and pseudo-tasks."""
        self.reference, self.here = reference, here
        if keys := list(_differing(_fixed(reference), _fixed(here))) + list(self._common()):
            raise InputError(
                "This run is of another configuration than the reference, so its numbers cannot be held against it:\n"
                + "\n".join(f"  - {key}" for key in keys)
            )

    @classmethod
    def read(cls, reference: Path, here: Path) -> "Studies":
        """Read both from their folders. Raises InputError where there is no reference, or no run that is finished."""
        if not (reference / "config.yaml").is_file():
            known = sorted(path.parent.name for path in reference.parent.glob("*/config.yaml"))
            raise InputError(
                f"{reference}: there is no reference of this study; there is one of: {', '.join(known) or 'none'}."
            )
        if not (here / "config.yaml").is_file():
            raise InputError(f"{here}: no run of this study is finished here (there is no config.yaml). Run make first.")
        return cls(*(yaml.safe_load((folder / "config.yaml").read_text()) for folder in (reference, here)))

    @property
    def confidence(self) -> float:
        """The confidence of the intervals in tables."""
        return self.reference["statistics"]["confidence"]

    @property
    def new_networks(self) -> list[str]:
        """Networks of the run that the reference has not."""
        return sorted(set(self.here["networks"]) - set(self.reference["networks"]))

    def _common(self):
        """Yield what differs in the sets and networks that both have."""
        for section in ("datasets", "networks"):
            for name in sorted(set(self.reference[section]) & set(self.here[section])):
                theirs, ours = (
                    {k: v for k, v in config[section][name].items() if (section, k) != ("networks", "seeds")}
                    for config in (self.reference, self.here)
                )
                yield from _differing(theirs, ours, f"{section}.{name}.")

    def has(self, config: dict, row: dict) -> bool:
        """Return whether a run of a configuration ought to have a row: its set, networks, seed and pseudo-tasks."""
        if _given(row.get("dataset")) and row["dataset"] not in config["datasets"]:
            return False
        if not set(_named(row)) <= set(config["networks"]):
            return False
        if row.get("null") == "pseudo_tasks" and _given(row.get("member")):
            return row["member"] < config["evaluation"]["pseudo_assignments"] and row["seed"] in config["seeds"]
        return not _given(row.get("seed")) or all(row["seed"] in seeds for seeds in _seeds(config, row))

    def alike(self, row: dict) -> bool:
        """Return whether a row sums up the same seeds, and the same number of pseudo-tasks, in both."""
        of_pseudo = row.get("null") == "pseudo_tasks" or row.get("table") == "nulls"
        numbers = {config["evaluation"]["pseudo_assignments"] for config in (self.reference, self.here)}
        return _seeds(self.reference, row) == _seeds(self.here, row) and not (of_pseudo and len(numbers) > 1)

    def comparable(self, table: Table, row: dict, column: str) -> bool:
        """Return whether a number ought to be the same in both, but for the machine: of one seed, or of the same seeds."""
        if table.of_first_seed:
            return self.reference["seeds"][0] == self.here["seeds"][0]
        if _given(row.get("seed")) and column in table.values:
            return True
        return self.alike(row) and (column not in table.family or _pairs(self.reference) == _pairs(self.here))

    @staticmethod
    def n_seeds(config: dict, row: dict) -> int:
        """Return the number of seeds that a row sums up in a run of a configuration."""
        return min(len(seeds) for seeds in _seeds(config, row))


def _given(value: object) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _named(row: dict) -> list[str]:
    named = [row[column] for column in NAMING if _given(row.get(column))]
    return [name for names in named for name in names.split(" minus ")]  # a difference of two


def _seeds(config: dict, row: dict) -> list[list[int]]:
    """Return the seeds of each network that a row names, or else those of the study."""
    return [config["networks"][name].get("seeds", config["seeds"]) for name in _named(row)] or [config["seeds"]]


def _pairs(config: dict) -> set[str]:
    return {name for name, network in config["networks"].items() if len(network["tasks"]) == 2}


def _fixed(config: dict) -> dict:
    evaluation = {k: v for k, v in config["evaluation"].items() if k != "pseudo_assignments"}
    return {k: v for k, v in config.items() if k not in ("seeds", "datasets", "networks")} | {"evaluation": evaluation}


def _differing(theirs: dict, ours: dict, prefix: str = ""):
    """Yield the keys that differ, with both values."""
    for key in sorted(set(theirs) | set(ours), key=str):
        a, b = theirs.get(key), ours.get(key)
        if isinstance(a, dict) and isinstance(b, dict):
            yield from _differing(a, b, f"{prefix}{key}.")
        elif a != b:
            yield f"{prefix}{key}: {_shown(b)} here, {_shown(a)} in the reference"


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
