# Needs: common.smk. Yields: what claims and record say of the whole study: its data and scale, its benchmark files.


def scale_of_study():
    """Which data and networks the numbers of the study come from, in one sentence."""
    sets = ", ".join(
        f"{name} ({d['source']}: {d['classes']} classes, {d['train_images']} training and {d['test_images']} test images each)"
        for name, d in DATASETS.items()
    )
    look = config["architecture"]
    return (
        f"{sets}; {look['name']} at width {look['width']:g}, {config['image_size']} pixels,"
        f" {'batch normalisation' if look['batch_norm'] else 'no batch normalisation'}, {len(SEEDS)} seed(s) a network."
    )


def benchmarks_of_study():
    """The benchmark files of each step of this study; those of other seeds and networks in its folder are left out."""
    trained = [
        f"{network}/{seed}"
        for network in NETWORKS
        for seed in NETWORKS[network].get("seeds", SEEDS)
    ]
    of_main = expand(f"{MAIN}/{{seed}}", seed=SEEDS)
    names = {
        "render_images": RENDERED,
        "pack_images": FOLDERS,
        "train": trained,
        "rank_filters": [
            f"{network}/{seed}/{layer}/{task}"
            for network in LESIONED
            for seed in NETWORKS[network].get("seeds", SEEDS)
            for layer in layers_of(network)
            for task in NETWORKS[network]["tasks"]
        ],
        "score_filters": [f"{name}/{LAST}" for name in of_main],
        "lesion_pseudo_tasks": of_main,
        "evaluate_lesions": trained,
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
