# Needs: common.smk. Yields: what claims and record say of the whole study: its data and scale, its benchmark
# files, which of its steps ask for a GPU, its figures, trained networks, tables and code.


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
    return f"{sets}; {look['name']}{width}, {config['image_size']} pixels{norm}, {len(SEEDS)} seed(s) a network."


def benchmarks_of_study():
    """The benchmark files of each step of this study; those of other seeds and networks in its folder are left out."""

    def with_seeds(networks):
        return [
            f"{name}/{seed}" for name in networks for seed in seeds_of_network(name)
        ]

    of_main = expand(f"{MAIN}/{{seed}}", seed=SEEDS)
    names = {
        "render_images": RENDERED,
        "select_images": PACKED,
        "pack_images": PACKED,
        "write_manifest": PACKED,
        "train": with_seeds(TRAINED),
        "import_weights": with_seeds(GIVEN),
        "rank_filters": [
            f"{network}/{seed}/{layer}/{task}"
            for network in LESIONED
            for seed in seeds_of_network(network)
            for layer in layers_of(network)
            for task in NETWORKS[network]["tasks"]
        ],
        "score_filters": [f"{name}/{LAST}" for name in of_main],
        "lesion_pseudo_tasks": of_main,
        "evaluate_lesions": with_seeds(NETWORKS),
        "decode": expand("{network}/{seed}", network=FIGURES["decoded"], seed=SEEDS),
        "bootstrap_accuracy": NETWORKS,
        "compare_networks": ["networks", "same_kind"],
        "bootstrap_segregation": [f"{network}/full" for network in LESIONED]
        + [f"{MAIN}/masked"],
    }
    once = [f"draw_{name}" for name in FIGURE_NAMES] + [
        "describe_stimuli",
        "find_preferred",
        "compare_accuracy",
        "summarise_decoding",
        "correlate_selectivity",
        "count_shared_filters",
        "compare_with_nulls",
        "judge_claims",
    ]
    folder = Path("results", config["study"], "benchmarks")
    files = {
        step: [folder / step / f"{n}.tsv" for n in of] for step, of in names.items()
    }
    files |= {step: [folder / f"{step}.tsv"] for step in once}
    return canonical({step: list(map(str, paths)) for step, paths in files.items()})


def asking_for_a_gpu():
    """The steps of this study that ask for a GPU."""
    return [
        step
        for step in benchmarks_of_study()
        if "gpu" in workflow.get_rule(step).resources
    ]


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
                "caption": f"workflow/report/{name}.rst",
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


def tables_of_study():
    """The tables of this study and the figures as PDF; those of other networks in its folder are left out."""
    once = [f"draw_{name}" for name in FIGURE_NAMES] + [
        "compare_accuracy",
        "summarise_decoding",
        "correlate_selectivity",
        "count_shared_filters",
        "compare_with_nulls",
    ]
    files = [path for step in once for path in workflow.get_rule(step).output]
    files += expand(
        "<results>/statistics/{compared}.csv",
        compared=["networks", "networks_pairs", "same_kind", "same_kind_pairs"],
    )
    files += expand(
        "<results>/statistics/{network}/accuracy{rows}.csv",
        network=NETWORKS,
        rows=["", "_by_seed"],
    )
    files += expand(
        "<results>/statistics/{read}/{table}.csv",
        read=[*(f"{network}/full" for network in LESIONED), f"{MAIN}/masked"],
        table=[
            "effects",
            "segregation",
            "segregation_by_seed",
            "segregation_by_severity",
            "comparisons",
        ],
    )
    return [path for path in files if path.endswith((".csv", ".pdf"))]


def code_of_study():
    """The Snakefile, and all that it needs to run."""
    named = ["config.yaml", "CITATION.cff", "LICENSE", "NOTICE.md", "Makefile"]
    folders = ["envs", "profiles/default", "workflow"]
    found = [path for folder in folders for path in Path(folder).rglob("*.*")]
    kept = [str(path) for path in found if path.is_file() and path.suffix != ".pyc"]
    return ["Snakefile", *sorted(named + kept)]
