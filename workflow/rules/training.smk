# Needs: datasets/, or weights from elsewhere. Yields: networks/ (weights of every network and seed, history of trained ones).


rule train:
    """Train a network of one or more tasks."""
    input:
        stores=stores_of,
    output:
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
        history="<results>/networks/{network}/{seed}/history.csv",
    log:
        "<logs>/train/{network}/{seed}.log",
    benchmark:
        "<benchmarks>/train/{network}/{seed}.tsv"
    wildcard_constraints:
        network=one_of(TRAINED),
    conda:
        "../../envs/torch.yaml"
    threads: 1  # sums depend on the number of threads: one gives the same bytes on any number of cores
    resources:
        mem_mb=4000,
        runtime=2880,
        gpu=1,
    params:
        network=shown_to,
        appearance=appearance_of,
        training=training_of,
        code=fingerprint("train.py", "torch.yaml"),
    script:
        "../scripts/train.py"


rule import_weights:
    """Take a network that was trained elsewhere into the study."""
    input:
        stores=stores_of,
        given=given_files,
    output:
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
    log:
        "<logs>/import_weights/{network}/{seed}.log",
    benchmark:
        "<benchmarks>/import_weights/{network}/{seed}.tsv"
    wildcard_constraints:
        network=one_of(GIVEN),
    localrule: True
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        network=shown_to,
        given=given_of,
        appearance=appearance_of,
        code=fingerprint("import_weights.py", "torch.yaml"),
    script:
        "../scripts/import_weights.py"
