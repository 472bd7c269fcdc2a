# Needs: common.smk. Yields: what a job reads and is given, as functions of its wildcards.


def stores_of(wildcards):
    """The stores of a network's tasks, in their order."""
    tasks = NETWORKS[wildcards.network]["tasks"]
    return [f"<results>/datasets/{task}.arrow" for task in tasks]


def shown(name):
    """What a network is shown: its tasks, the classes it leaves out, its number of training images."""
    network = NETWORKS[name]
    return canonical(
        {k: network[k] for k in ("tasks", "without", "train_images") if k in network}
    )


def shown_to(wildcards):
    """What the network of a job is shown."""
    return shown(wildcards.network)


def appearance_of(wildcards):
    """What a network looks like: its own architecture, or the study's."""
    own = NETWORKS[wildcards.network].get("architecture", config["architecture"])
    return canonical(
        {
            "architecture": resolved(own) | source_of(own),
            "image_size": config["image_size"],
        }
    )


def training_of(wildcards):
    """How a network is trained."""
    epochs = NETWORKS[wildcards.network].get("epochs", config["training"]["epochs"])
    return canonical(config["training"] | {"epochs": epochs})


def given_of(wildcards):
    """The files of a network that was given, and the normalisation of the images that it was trained on."""
    network = NETWORKS[wildcards.network]
    usual = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    files = {key: network[key] for key in ("weights", "classes")}
    return canonical(files | {key: network.get(key, usual[key]) for key in usual})


def given_files(wildcards):
    """Those of these files that there are; a missing one is for the step to report."""
    network = NETWORKS[wildcards.network]
    return [network[k] for k in ("weights", "classes") if Path(network[k]).is_file()]


def silencing(step):
    """How a step lesions a job's network: what lesioned units put out, at which precision, and what units are."""

    def of_job(wildcards):
        kind, precision = config["lesion"], config["precision"][step]
        used = {"images": config["ranking"]["images"]} if kind == "mean" else {}
        used |= {"precision": precision} if precision != "float32" else {}
        network = wildcards.get("network", MAIN)
        units = {layer: units_of(network, layer) for layer in layers_of(network)}
        units = {layer: of for layer, of in units.items() if of}
        return {"kind": kind} | used | ({"units": units} if units else {})

    return of_job


def evaluation_of(wildcards):
    """The lesions that a network is tested under."""
    used = ("severities", "headline", "random_draws")
    lesioned = wildcards.layer != INTACT
    return canonical({k: config["evaluation"][k] for k in used}) if lesioned else {}


def rankings_of(wildcards):
    """The rankings of a layer of a network, one a task; none for the network that stays intact."""
    folder = (
        f"<results>/rankings/{wildcards.network}/{wildcards.seed}/{wildcards.layer}"
    )
    tasks = NETWORKS[wildcards.network]["tasks"] if wildcards.layer != INTACT else []
    return [f"{folder}/{task}.csv" for task in tasks]


def scores_of(wildcards):
    """The scores of a layer whose filters are lesioned by scores too: the last of a main network of two tasks."""
    of = "<results>/scores/{network}/{seed}/{layer}.csv".format(**wildcards)
    scored = OF_TWO_TASKS and (wildcards.network, wildcards.layer) == (MAIN, LAST)
    return [of] if scored else []


def responses_of(wildcards):
    """The responses of a network under the lesions of all its layers, seed by seed."""
    folder, seeds = f"<results>/responses/{wildcards.network}", seeds_of(wildcards)
    layers = tested_layers(wildcards)
    return [f"{folder}/{s}/{layer}.parquet" for s in seeds for layer in layers]


def intact_responses_of(wildcards):
    """Responses of an intact network, a file a seed: those of its first layer have them too."""
    folder = f"<results>/responses/{wildcards.network}"
    layer, *_ = tested_layers(wildcards)
    return [f"{folder}/{seed}/{layer}.parquet" for seed in seeds_of(wildcards)]


def tested_layers(wildcards):
    """The layers of a network whose lesions it is tested under, or that it is tested intact alone."""
    return layers_of(wildcards.network) or [INTACT]


def seeds_of(wildcards):
    """The seeds of a network."""
    return seeds_of_network(wildcards.network)


def main_rankings(layers, seeds=SEEDS):
    """The seed, layer and task of rankings of the main network."""
    return [
        [seed, layer, task] for seed in seeds for layer in layers for task in MAIN_TASKS
    ]


def paths_of(rankings):
    """The files of main_rankings."""
    folder = f"<results>/rankings/{MAIN}"
    return [f"{folder}/{seed}/{layer}/{task}.csv" for seed, layer, task in rankings]


def rankings_of_network(wildcards):
    """The seed, layer and task of all rankings of a network."""
    seeds, layers = seeds_of(wildcards), layers_of(wildcards.network)
    tasks = NETWORKS[wildcards.network]["tasks"]
    return [[seed, layer, task] for seed in seeds for layer in layers for task in tasks]


def ranking_files_of(wildcards):
    """The files of rankings_of_network."""
    folder = f"<results>/rankings/{wildcards.network}"
    ranked = rankings_of_network(wildcards)
    return [f"{folder}/{seed}/{layer}/{task}.csv" for seed, layer, task in ranked]
