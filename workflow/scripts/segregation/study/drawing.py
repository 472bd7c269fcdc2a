"""The check of what a study draws: networks and layers that its figures can show."""

from collections.abc import Iterator

from segregation.networks.architectures import resolved


def of_figures(config: dict) -> Iterator[str]:
    """Say what figures cannot be drawn of a configuration, a message each."""
    networks, figures = config["networks"], config["figures"]
    lesioned = {name: network["tasks"] for name, network in networks.items() if network.get("layers") != []}
    main_tasks = networks.get(figures["main"], {"tasks": ()})["tasks"]
    for key, most, words in (("main", None, "two tasks or more"), ("same_kind", 2, "two tasks")):
        fit = [name for name, tasks in lesioned.items() if 1 < len(tasks) <= (most or len(tasks))]
        if key in figures and figures[key] not in fit and (key == "main" or len(main_tasks) <= 2):
            yield f"figures.{key}: '{figures[key]}' is not a lesioned network of {words} (those are {', '.join(fit)})"
    if figures.get("same_kind") == figures["main"] and len(main_tasks) <= 2:
        yield "figures.same_kind: is the main network; figure S3 shows it beside another"
    if len(main_tasks) > 2:
        yield from _of_many(figures, main_tasks)
    else:
        yield from _of_two(config, main_tasks)
    yield from _of_seeds_and_layers(config)


def _of_many(figures: dict, tasks: list[str]) -> Iterator[str]:
    """Check what is only drawn of a main network of two tasks."""
    main = f"the main network, {figures['main']}, has {len(tasks)} tasks ({', '.join(tasks)})"
    if "same_kind" in figures:
        yield f"figures.same_kind: figure S3 needs a main network of two tasks, and {main}; leave it out, or write null"
    if "capacity" in figures:
        yield f"figures.capacity: the figure of it needs a main network of two tasks, and {main}; leave it out"
    if figures["decoded"]:
        yield (
            f"figures.decoded: figure 1, and decoding with it, needs a main network of two tasks, and {main}; write []."
            " Nor are figures 4, S1, S2, extra_rankings and extra_severity drawn, or claims judged (docs/many.md)"
        )


def _of_two(config: dict, tasks: list[str]) -> Iterator[str]:
    """Check what figures of a main network of two tasks need."""
    networks, figures = config["networks"], config["figures"]
    if not figures["decoded"]:
        yield "figures.decoded: is empty; figure 1 shows decoding from at least one network"
    if "without" in networks.get(figures["main"], {}):
        yield f"networks.{figures['main']}.without: the main network leaves no classes out, for figure 1 shows all"
    yield from _of_capacity(config)
    for task in tasks:
        dataset = config["datasets"].get(task, {"heldout_classes": 2, "heldout_images": config["evaluation"]["folds"]})
        if dataset["heldout_classes"] < 2:
            yield f"datasets.{task}.heldout_classes: the main network's tasks need at least 2, for decoding and selectivity"
        if dataset["heldout_images"] < config["evaluation"]["folds"]:
            yield f"datasets.{task}.heldout_images: {dataset['heldout_images']} a class are fewer than evaluation.folds"


def _of_capacity(config: dict) -> Iterator[str]:
    """Check that networks of figure extra_capacity have a width, and two tasks with as many classes either."""
    networks, figures = config["networks"], config["figures"]
    shown = figures.get("capacity", [])
    if shown and figures["main"] not in shown:
        yield f"figures.capacity: the main network, {figures['main']}, is one of them"
    for name in shown:
        network = networks.get(name, {"tasks": []})
        classes = {config["datasets"].get(task, {}).get("classes") for task in network["tasks"]}
        if len(network["tasks"]) != 2 or network.get("layers") == []:
            yield f"figures.capacity: '{name}' is not a lesioned network of two tasks"
        elif len(classes) > 1 or "without" in network:
            yield f"figures.capacity: the tasks of '{name}' have not as many classes"
        elif "width" not in resolved(network.get("architecture", config["architecture"])):
            yield f"figures.capacity: the architecture of '{name}' has no width"


def _of_seeds_and_layers(config: dict) -> Iterator[str]:
    """Check that the networks that figures show have all seeds and layers."""
    networks, figures = config["networks"], config["figures"]
    fewer = {n for n in networks if "seeds" in networks[n] or ("weights" in networks[n] and len(config["seeds"]) > 1)}
    for name in {figures["main"], *figures["decoded"]} & fewer:
        has = "; weights are those of one seed" if "weights" in networks[name] else ""
        yield f"networks.{name}.seeds: the main network and those of figures.decoded have all seeds of the study{has}"
    for name in set(figures["decoded"]) - set(networks):
        yield f"figures.decoded: no network is called '{name}' (networks: {', '.join(networks)})"
    own = networks.get(figures["main"], {}).get("layers", config["layers"])
    yield from of_layers("figures.preferred_layers", figures["preferred_layers"], own, figures["main"])


def of_layers(key: str, layers: list[str], known: list[str], owner: str) -> Iterator[str]:
    """Say which layers of a key are not those that its owner knows."""
    for layer in set(layers) - set(known):
        yield f"{key}: {owner} has no layer '{layer}' (it has {', '.join(known)})"
    if layers != [layer for layer in known if layer in layers] and set(layers) <= set(known):
        yield f"{key}: not in order; expected from the first layer to the last"
