# Needs: responses/ and rankings/ of networks of more than two tasks. Yields: statistics/ of their tasks and pairs of tasks, and
# the figure of these.


rule compare_tasks:
    """Drops of every task under the lesion for every task, and the index of each pair of tasks, with intervals."""
    input:
        responses=responses_of,
    output:
        matrix="<results>/statistics/{network}/{readout}/matrix.csv",
        pairs="<results>/statistics/{network}/{readout}/pairs.csv",
    log:
        "<logs>/compare_tasks/{network}/{readout}.log",
    benchmark:
        "<benchmarks>/compare_tasks/{network}/{readout}.tsv"
    wildcard_constraints:
        network=one_of(LESIONED),
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=8000,
        runtime=120,
    params:
        network=shown_to,
        seeds=seeds_of,
        layers=lesioned_layers,
        severity=config["evaluation"]["headline"],
        statistics=canonical(config["statistics"]),
        code=fingerprint("compare_tasks.py", "statistics.yaml"),
    script:
        "../scripts/compare_tasks.py"


rule count_shared_pairs:
    """Share of the filters of a layer that each pair of tasks needs, and what chance would give."""
    input:
        rankings=ranking_files_of,
    output:
        table="<results>/statistics/{network}/shared_pairs.csv",
    log:
        "<logs>/count_shared_pairs/{network}.log",
    benchmark:
        "<benchmarks>/count_shared_pairs/{network}.tsv"
    wildcard_constraints:
        network=one_of(LESIONED),
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        ranked=rankings_of_network,
        severity=config["evaluation"]["headline"],
        code=fingerprint("count_shared_pairs.py", "statistics.yaml"),
    script:
        "../scripts/count_shared_pairs.py"


rule draw_extra_matrix:
    """Networks of more than two tasks: what the lesion for every task does to every task, and each pair of tasks."""
    input:
        matrices=expand("<results>/statistics/{network}/full/matrix.csv", network=MANY),
        pairs=expand("<results>/statistics/{network}/full/pairs.csv", network=MANY),
        segregation=expand(
            "<results>/statistics/{network}/full/segregation.csv", network=MANY
        ),
        shared=expand("<results>/statistics/{network}/shared_pairs.csv", network=MANY),
    output:
        pdf="<results>/figures/extra_matrix.pdf",
        png=report(
            "<results>/figures/extra_matrix.png",
            caption="../report/extra_matrix.rst",
            category="Extra",
            labels={"figure": "matrix"},
        ),
        table_a="<results>/figures/extra_matrix_a.csv",
        table_b="<results>/figures/extra_matrix_b.csv",
        table_c="<results>/figures/extra_matrix_c.csv",
    log:
        "<logs>/draw_extra_matrix.log",
    benchmark:
        "<benchmarks>/draw_extra_matrix.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        networks={name: NETWORKS[name]["tasks"] for name in MANY},
        layers={name: layers_of(name)[-1] for name in MANY},
        severity=config["evaluation"]["headline"],
        code=fingerprint("draw_extra_matrix.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_matrix.py"
