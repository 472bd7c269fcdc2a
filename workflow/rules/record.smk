# Needs: everything else. Yields: config.yaml (the merged configuration) and run.json (what the study took).

PRODUCTS = [
    *(f"<results>/figures/{name}.png" for name in FIGURE_NAMES),
    "<results>/stimuli/contact_sheet.png",
    "<results>/claims.csv",
]


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


rule record_run:
    """Record the configuration, versions and times of the study."""
    input:
        PRODUCTS,
    output:
        run="<results>/run.json",
        config="<results>/config.yaml",
    log:
        "<logs>/record_run.log",
    benchmark:
        "<benchmarks>/record_run.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=500,
        runtime=5,
        cores=workflow.cores or 1,
    params:
        config=canonical(config),
        benchmarks=benchmarks_of_study(),
        code=fingerprint("record_run.py", "statistics.yaml"),
    script:
        "../scripts/record_run.py"
