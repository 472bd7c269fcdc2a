# Needs: datasets/, networks/. Yields: rankings/ (filters by need), responses/ (which test images are right, under every lesion).


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
        tasks=tasks_of,
        ranking=canonical(config["ranking"]),
        code=fingerprint("rank_filters.py", "torch.yaml"),
    script:
        "../scripts/rank_filters.py"


rule evaluate_lesions:
    """Classify all test images of a network, intact and under every lesion of the study."""
    input:
        stores=stores_of,
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
        rankings=rankings_of,
    output:
        responses="<results>/responses/{network}/{seed}.parquet",
    log:
        "<logs>/evaluate_lesions/{network}/{seed}.log",
    benchmark:
        "<benchmarks>/evaluate_lesions/{network}/{seed}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=720,
        gpu=1,
    params:
        tasks=tasks_of,
        ranked=ranked_by,
        evaluation=evaluation_parameters,
        code=fingerprint("evaluate_lesions.py", "torch.yaml"),
    script:
        "../scripts/evaluate_lesions.py"
