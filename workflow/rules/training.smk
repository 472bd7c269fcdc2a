# Needs: datasets/. Yields: networks/ (weights and history of every network and seed).


rule train:
    """Train a network of one or two tasks."""
    input:
        stores=stores_of,
    output:
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
        history="<results>/networks/{network}/{seed}/history.csv",
    log:
        "<logs>/train/{network}/{seed}.log",
    benchmark:
        "<benchmarks>/train/{network}/{seed}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1  # sums depend on the number of threads: one gives the same bytes on any number of cores
    resources:
        mem_mb=4000,
        runtime=2880,
        gpu=1,
    params:
        network=shown_to,
        appearance=appearance(),
        training=training_of,
        code=fingerprint("train.py", "torch.yaml"),
    script:
        "../scripts/train.py"
