# Needs: the merged configuration. Yields: what all rules share: the check of the configuration, wildcards, fingerprints.

import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, f"{workflow.basedir}/workflow/scripts")

from segregation.configuration import check
from segregation.provenance import fingerprint
from segregation.reporting import InputError

try:
    check(config)
except InputError as error:
    raise WorkflowError(str(error))

DATASETS, NETWORKS, SEEDS, LAYERS = (
    config["datasets"],
    config["networks"],
    config["seeds"],
    config["layers"],
)
RENDERED = [name for name, dataset in DATASETS.items() if dataset["source"] != "folder"]
FOLDERS = [name for name, dataset in DATASETS.items() if dataset["source"] == "folder"]
LESIONED = [name for name, network in NETWORKS.items() if len(network["tasks"]) == 2]


# The network of figures 1 and 2.
HEADLINE = "dual" if "dual" in LESIONED else LESIONED[0]


def one_of(names):
    """A wildcard constraint: one of these words, or nothing at all."""
    return "|".join(map(str, names)) or "(?!)"


wildcard_constraints:
    dataset=one_of(DATASETS),
    network=one_of(NETWORKS),
    seed=one_of(SEEDS),
    layer=one_of(LAYERS),
    task=one_of(DATASETS),
    readout="full|masked",


def canonical(value):
    """A part of the configuration with its keys in order: their order in a file is no reason to rerun."""
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value)}
    return value


def dataset_parameters(wildcards):
    """What a dataset is made of."""
    return canonical(DATASETS[wildcards.dataset] | {"size": config["stored_size"]})


def tasks_of(wildcards):
    """The tasks of a network."""
    return NETWORKS[wildcards.network]["tasks"]


def stores_of(wildcards):
    """The stores of a network's tasks, in their order."""
    return [f"<results>/datasets/{task}.arrow" for task in tasks_of(wildcards)]


def images_of(wildcards):
    """The files of a folder that a dataset is read from; a missing folder is for the step to report."""
    return sorted(
        str(path)
        for path in Path(DATASETS[wildcards.dataset]["root"]).rglob("*.*")
        if path.is_file()
    )


def evaluation_parameters(wildcards):
    """The lesions that a network is tested under."""
    used = ("severities", "random_draws", "random_severities")
    return (
        canonical({key: config["evaluation"][key] for key in used})
        if wildcards.network in LESIONED
        else {}
    )


def network_parameters():
    """What every network of the study looks like."""
    return canonical(
        {"architecture": config["architecture"], "image_size": config["image_size"]}
    )


def ranked_by(wildcards):
    """The (layer, task) of each ranking of a network; none for a network of a single task."""
    if wildcards.network not in LESIONED:
        return []
    return [[layer, task] for layer in LAYERS for task in tasks_of(wildcards)]


def rankings_of(wildcards):
    """The rankings of a network, in the order of ranked_by."""
    folder = f"<results>/rankings/{wildcards.network}/{wildcards.seed}"
    return [f"{folder}/{layer}/{task}.csv" for layer, task in ranked_by(wildcards)]


def responses_of(networks):
    """The responses of some networks, of all seeds."""
    return [
        f"<results>/responses/{network}/{seed}.parquet"
        for network in networks
        for seed in SEEDS
    ]


def benchmarks_of_study():
    """The benchmark files of each rule of this study; those of other seeds and networks in its folder are left out."""
    folder = Path("results", config["study"], "benchmarks")
    files = {
        "render_images": expand("{dataset}", dataset=RENDERED),
        "pack_images": expand("{dataset}", dataset=FOLDERS),
        "train": expand("{network}/{seed}", network=NETWORKS, seed=SEEDS),
        "rank_filters": [
            f"{network}/{seed}/{layer}/{task}"
            for network in LESIONED
            for seed in SEEDS
            for layer in LAYERS
            for task in NETWORKS[network]["tasks"]
        ],
        "evaluate_lesions": expand("{network}/{seed}", network=NETWORKS, seed=SEEDS),
        "bootstrap_segregation": ["full", "masked"],
    }
    single = (
        "describe_stimuli",
        "bootstrap_accuracy",
        "draw_figure_1",
        "draw_figure_2",
    )
    files |= {step: [""] for step in single}
    return {
        step: [f"{folder / step / name}.tsv" for name in names]
        for step, names in canonical(files).items()
    }
