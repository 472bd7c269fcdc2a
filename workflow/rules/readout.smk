# Needs: datasets/, networks/, rankings/. Yields: readout/ (decoding of new classes, preferred stimuli of filters).


rule show_new_classes:
    """Keep what the last hidden layer of a network answers to images of classes that no network was trained on."""
    input:
        stores=expand("<results>/datasets/{task}.arrow", task=MAIN_TASKS),
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
    output:
        answers="<results>/readout/activations/{network}/{seed}.npz",
    log:
        "<logs>/show_new_classes/{network}/{seed}.log",
    benchmark:
        "<benchmarks>/show_new_classes/{network}/{seed}.tsv"
    conda:
        "../../envs/readout.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=1,
    params:
        tasks=MAIN_TASKS,
        code=fingerprint("show_new_classes.py", "readout.yaml"),
    script:
        "../scripts/show_new_classes.py"


rule decode:
    """Decode classes that no network was trained on from what the last hidden layer answers to them."""
    input:
        answers="<results>/readout/activations/{network}/{seed}.npz",
    output:
        decoding="<results>/readout/decoding/{network}/{seed}.csv",
    log:
        "<logs>/decode/{network}/{seed}.log",
    benchmark:
        "<benchmarks>/decode/{network}/{seed}.tsv"
    localrule: True
    conda:
        "../../envs/readout.yaml"
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        tasks=MAIN_TASKS,
        folds=config["evaluation"]["folds"],
        code=fingerprint("decode.py", "readout.yaml"),
    script:
        "../scripts/decode.py"


rule find_preferred:
    """Find what drives the top-ranked filters of the main network most: synthesised images and test images."""
    input:
        stores=expand("<results>/datasets/{task}.arrow", task=MAIN_TASKS),
        weights=f"<results>/networks/{MAIN}/{SEEDS[0]}/weights.safetensors",
        rankings=paths_of(main_rankings(FIGURES["preferred_layers"], SEEDS[:1])),
    output:
        images="<results>/readout/preferred.npz",
        table="<results>/readout/preferred.csv",
    log:
        "<logs>/find_preferred.log",
    benchmark:
        "<benchmarks>/find_preferred.tsv"
    conda:
        "../../envs/readout.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=120,
        gpu=1,
    params:
        network=shown(MAIN),
        seed=SEEDS[0],
        ranked=[
            ranked[1:]
            for ranked in main_rankings(FIGURES["preferred_layers"], SEEDS[:1])
        ],
        filters=FIGURES["preferred_filters"],
        strongest=3,
        code=fingerprint("find_preferred.py", "readout.yaml"),
    script:
        "../scripts/find_preferred.py"
