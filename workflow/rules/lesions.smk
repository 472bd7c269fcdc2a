# Needs: datasets/, networks/. Yields: rankings/ (filters by need), scores/ (by simpler means), responses/ (which test images are
# right, under every lesion), pseudo_tasks/ (lesions for tasks that are none).


rule rank_filters:
    """Rank the filters of a layer by how much a task needs them."""
    input:
        stores=stores_of,
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
    output:
        ranking="<results>/rankings/{network}/{seed}/{layer}/{task}.csv",
    log:
        "<logs>/rank_filters/{network}/{seed}/{layer}/{task}.log",
    benchmark:
        "<benchmarks>/rank_filters/{network}/{seed}/{layer}/{task}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=1440,
        gpu=1,
    params:
        network=shown_to,
        ranking=canonical(config["ranking"]),
        lesion=silencing("ranking"),
        code=fingerprint("rank_filters.py", "torch.yaml", SEARCH, SILENCE),
    script:
        "../scripts/rank_filters.py"


rule score_filters:
    """Score the filters of a layer by simpler means: alone, by gradient, by selectivity."""
    input:
        stores=stores_of,
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
    output:
        table="<results>/scores/{network}/{seed}/{layer}.csv",
    log:
        "<logs>/score_filters/{network}/{seed}/{layer}.log",
    benchmark:
        "<benchmarks>/score_filters/{network}/{seed}/{layer}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=1,
    params:
        network=shown_to,
        images=config["ranking"]["images"],
        lesion=silencing("scores"),
        code=fingerprint("score_filters.py", "torch.yaml", SILENCE),
    script:
        "../scripts/score_filters.py"


rule evaluate_lesions:
    """Classify all test images of a network, intact and under every lesion of a layer."""
    input:
        stores=stores_of,
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
        rankings=rankings_of,
        scores=scores_of,
    output:
        responses="<results>/responses/{network}/{seed}/{layer}.parquet",
    log:
        "<logs>/evaluate_lesions/{network}/{seed}/{layer}.log",
    benchmark:
        "<benchmarks>/evaluate_lesions/{network}/{seed}/{layer}.tsv"
    wildcard_constraints:
        layer=one_of([INTACT, *EVERY_LAYER]),
    conda:
        "../../envs/torch.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=1440,
        gpu=1,
    params:
        network=shown_to,
        evaluation=evaluation_of,
        lesion=silencing("evaluation"),
        code=fingerprint("evaluate_lesions.py", "torch.yaml", SILENCE),
    script:
        "../scripts/evaluate_lesions.py"


rule lesion_pseudo_tasks:
    """Rank and lesion the last layer for tasks that are none: classes assigned at random to as many pseudo-tasks."""
    input:
        stores=stores_of,
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
    output:
        table="<results>/pseudo_tasks/{network}/{seed}.csv",
    log:
        "<logs>/lesion_pseudo_tasks/{network}/{seed}.log",
    benchmark:
        "<benchmarks>/lesion_pseudo_tasks/{network}/{seed}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=1440,
        gpu=1,
    params:
        network=shown_to,
        layer=LAST,
        ranking=canonical(config["ranking"]),
        lesion=silencing("pseudo_tasks"),
        assignments=config["evaluation"]["pseudo_assignments"],
        severity=config["evaluation"]["headline"],
        code=fingerprint("lesion_pseudo_tasks.py", "torch.yaml", SEARCH, SILENCE),
    script:
        "../scripts/lesion_pseudo_tasks.py"
