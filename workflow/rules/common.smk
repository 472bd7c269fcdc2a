# Needs: the merged configuration. Yields: what all rules share: its check, the study's lists, wildcards, fingerprints.

import os
import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, f"{workflow.basedir}/workflow/scripts")

from segregation.lesions.register import INTACT, SEARCHES, SILENCES
from segregation.networks.architectures import called, resolved
from segregation.sources import folder
from segregation.sources.register import (
    DISTRIBUTED,
    READERS,
    SOURCES,
    usual_encoding,
)
from segregation.steps.hashing import checksum
from segregation.steps.process import spare_collections
from segregation.steps.reporting import InputError
from segregation.stimuli import register as rendered
from segregation.study.configuration import check, drop_nulls
from segregation.study.layers import check_layers
from segregation.study.overlays import check_files
from segregation.study.provenance import fingerprint, source_of

spare_collections()
drop_nulls(config)
try:
    if workflow.is_main_process:  # and not again in every job of a cluster
        check_files(workflow.configfiles)
    check(config)
    if workflow.is_main_process:
        check_layers(config)
except InputError as error:
    raise WorkflowError(str(error))

DATASETS, NETWORKS, SEEDS, LAYERS, FIGURES = (
    config["datasets"],
    config["networks"],
    config["seeds"],
    config["layers"],
    config["figures"],
)
PACKED = [name for name, dataset in DATASETS.items() if dataset["source"] in SOURCES]
RENDERED = [name for name in DATASETS if name not in PACKED]
# What claims.yaml says that the study does not allow one to conclude.
LIMITS = "limits" if RENDERED else "limits_of_photographs"
MAIN = FIGURES["main"]
MAIN_TASKS = NETWORKS[MAIN]["tasks"]
# What jobs choose: their code is that of these, and of no other search or kind of lesion.
SEARCH, SILENCE = SEARCHES[config["ranking"]["search"]], SILENCES[config["lesion"]]


# Of this machine; with jobs on a cluster there is no such number, and the profile sets the threads of rules.
CORES = workflow.resource_settings.cores or 1


def layers_of(network):
    """The layers of a network that are lesioned: its own, or those of the study; none with a single task."""
    own = NETWORKS[network]
    return own.get("layers", LAYERS) if len(own["tasks"]) > 1 else []


def units_of(network, layer):
    """What the units of a layer are, if they are not its channels."""
    units = NETWORKS[network].get("units", config.get("units"))
    return units.get(layer) if isinstance(units, dict) else units


def seeds_of_network(network):
    """The seeds of a network: its own, or those of the study, of which one does for given weights."""
    own = NETWORKS[network]
    return own.get("seeds", SEEDS[:1] if "weights" in own else SEEDS)


GIVEN = [name for name, network in NETWORKS.items() if "weights" in network]
TRAINED = [name for name in NETWORKS if name not in GIVEN]
LESIONED = [network for network in NETWORKS if layers_of(network)]
PAIRED = [network for network in LESIONED if len(NETWORKS[network]["tasks"]) == 2]
MANY = [network for network in LESIONED if network not in PAIRED]
# Of the main network: the layer of figures 2A, S1 and of the nulls, and those of the map.
LAST = layers_of(MAIN)[-1]
MAPPED = list(dict.fromkeys([FIGURES["preferred_layers"][0], LAST]))
SAME_KIND = FIGURES.get("same_kind", MAIN)
SINGLE = [
    next((n for n in NETWORKS if NETWORKS[n] == {"tasks": [task]}), None)
    for task in MAIN_TASKS
]
BESIDE_MAIN = [*filter(None, SINGLE), MAIN]  # the networks of figure 1
OF_TWO_TASKS = MAIN in PAIRED
# What sets one task against the other is not drawn of a main network of more tasks; docs/many.md says what is instead.
OF_A_PAIR = ["figure_1", "figure_4", "figure_s1", "figure_s2", "figure_s3"]
OF_A_PAIR += ["extra_rankings", "extra_severity", "extra_seeds", "extra_capacity"]
# Fewer networks than these show nothing of what an index goes with.
SEVERAL = len(seeds_of_network(MAIN)) > 2
FIGURE_NAMES = [
    *(f"figure_{number}" for number in (1, 2, 3, 4, "s1", "s2")),
    *(["figure_s3"] if "same_kind" in FIGURES else []),
    *(f"extra_{name}" for name in ("rankings", "severity", "variants", "nulls")),
    *(["extra_matrix"] if MANY else []),
    "extra_map",
    *(["extra_seeds"] if SEVERAL else []),
    *(["extra_capacity"] if "capacity" in FIGURES else []),
]
FIGURE_NAMES = [n for n in FIGURE_NAMES if OF_TWO_TASKS or n not in OF_A_PAIR]


EVERY_LAYER = list(dict.fromkeys(sum(map(layers_of, NETWORKS), LAYERS)))


def ours(path):
    """A file of this project, from the folder that Snakemake works in, which may be another (--directory)."""
    return (
        path if Path.cwd().samefile(workflow.basedir) else f"{workflow.basedir}/{path}"
    )


def one_of(names):
    """A wildcard constraint: one of these words, or nothing at all."""
    return "|".join(re.escape(str(name)) for name in names) or "(?!)"


wildcard_constraints:
    dataset=one_of(DATASETS),
    network=one_of(NETWORKS),
    seed=one_of(SEEDS),
    layer=one_of(EVERY_LAYER),
    task=one_of(DATASETS),
    readout="full|masked",
    compared="networks|same_kind",


def canonical(value):
    """A part of the configuration with its keys in order: their order in a file is no reason to rerun."""
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value)}
    return value
