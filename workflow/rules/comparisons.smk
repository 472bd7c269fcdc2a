# Needs: common.smk. Yields: which networks are compared, and by what.


def compared_networks(wildcards):
    """The networks of two tasks that are compared: all, for figure 4, or the two of figure S3."""
    return PAIRED if wildcards.compared == "networks" else [MAIN, SAME_KIND]


def draws_of_compared(wildcards):
    """The bootstrap draws of the networks that are compared."""
    folder = "<results>/statistics/{}/full/segregation_draws.parquet"
    return [folder.format(network) for network in compared_networks(wildcards)]


def size_of(name):
    """The tasks of a network of two tasks, the layer its index is of, its width, and the classes of each of its tasks."""
    tasks = NETWORKS[name]["tasks"]
    look = resolved(NETWORKS[name].get("architecture", config["architecture"]))
    return {
        "tasks": tasks,
        "layer": layers_of(name)[-1],
        "width": look["width"],
        "classes": DATASETS[tasks[0]]["classes"],
    }
