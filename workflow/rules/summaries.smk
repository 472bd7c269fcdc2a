# Needs: common.smk. Yields: what claims and record say of the whole study: its data and scale, its steps (from the
# rules themselves) with their benchmark files and tables, its figures, trained networks and code.

from functools import cache

from snakemake.iocontainers import Wildcards

from segregation.study.deposit import is_raw


def scale_of_study():
    """Which data and networks the numbers of the study come from, in one sentence."""
    sets = ", ".join(
        f"{name} ({d['source']}: {d['classes']} classes, {d['train_images']} training and {d['test_images']} test images each)"
        for name, d in DATASETS.items()
    )
    look = resolved(config["architecture"])
    width = f" at width {look['width']:g}" if "width" in look else ""
    norm = {True: ", batch normalisation", False: ", no batch normalisation"}.get(
        look.get("batch_norm"), ""
    )
    return f"{sets}; {called(look)}{width}, {config['image_size']} pixels{norm}, {len(SEEDS)} seed(s) a network."


@cache
def steps_of_study():
    """Each step of this study, as (rule, wildcards): what the inputs of record_run need, as the rules themselves say."""
    found, left = {}, [*workflow.get_rule("record_run").expand_input(Wildcards())[0]]
    while left:
        path = left.pop()
        for maker in workflow.rules:
            if maker.output and maker.is_producer(path):
                wildcards = maker.get_wildcards(path)
                step = (maker.name, *wildcards.values())
                if step not in found:
                    found[step] = maker, Wildcards(fromdict=wildcards)
                    left += maker.expand_input(found[step][1])[0]
    return [found[step] for step in sorted(found)]


def benchmarks_of_study(wildcards):
    """The benchmark files of each step of this study; those of other seeds and networks in its folder are left out."""
    files = {}
    for rule, values in steps_of_study():
        files.setdefault(rule.name, []).append(str(rule.expand_benchmark(values)))
    return files


def trainings_of_study(wildcards):
    """The logs of the trainings of each seed."""
    logs = {}
    for rule, values in steps_of_study():
        if rule.name == "train":
            logs.setdefault(int(values.seed), []).append(str(rule.expand_log(values)))
    return logs


def deposited_of_study(wildcards):
    """What the steps of this study made of raw files, without these: what statistics and figures start from."""
    found = []
    for rule, values in steps_of_study():
        made = [str(path) for path in rule.expand_output(values)[0]]
        read = [str(path) for path in rule.expand_input(values)[0]]
        if any(map(is_raw, [*made, *read])):
            found += [path for path in made if not is_raw(path)]
    return sorted(found)


def asking_for_a_gpu(wildcards):
    """The rules of this study that ask for a GPU."""
    return sorted(
        {rule.name for rule, _ in steps_of_study() if "gpu" in rule.resources}
    )


def drawn_figures():
    """Each figure of the study: its title, rule and script, picture, the tables drawn, caption."""
    found = []
    for name in FIGURE_NAMES:
        drawing = workflow.get_rule(f"draw_{name}")
        found.append(
            {
                "name": name,
                "title": str(drawing.docstring),
                "rule": str(drawing.name),
                "script": f"workflow/scripts/{Path(drawing.script).name}",
                "png": f"results/{config['study']}/figures/{name}.png",
                "tables": [
                    str(path) for path in drawing.output if path.endswith(".csv")
                ],
                "caption": ours(f"workflow/report/{name}.rst"),
            }
        )
    return found


def trained_networks():
    """The network and seed of each training of at least an epoch."""
    names = [name for name in TRAINED if NETWORKS[name].get("epochs", 1)]
    return [[name, seed] for name in names for seed in seeds_of_network(name)]


def same_kind_of_study():
    """The network of two tasks of one kind and its tasks, where figure S3 shows one."""
    name = FIGURES.get("same_kind")
    return [name, NETWORKS[name]["tasks"]] if name else None


def tables_of_study(wildcards):
    """The tables of this study and the figures as PDF; those of other networks in its folder are left out."""
    made = (
        str(path)
        for rule, values in steps_of_study()
        for path in rule.expand_output(values)[0]
    )
    return sorted(
        path
        for path in made
        if path.endswith((".csv", ".pdf"))
        and {"statistics", "figures"} & {*Path(path).parts}
    )


def code_of_study():
    """The Snakefile, and all that it needs to run."""
    named = ["config.yaml", "CITATION.cff", "LICENSE", "NOTICE.md", "Makefile"]
    folders = ["envs", "profiles/default", "workflow"]
    found = [path for folder in folders for path in Path(ours(folder)).rglob("*.*")]
    kept = [
        str(path)
        for path in found
        if path.is_file() and path.parent.name != "__pycache__"
    ]
    return [ours("Snakefile"), *sorted([*map(ours, named), *kept])]


def lesioned_layers(wildcards):
    """The layers of a network that are lesioned, for its statistics."""
    return layers_of(wildcards.network)
