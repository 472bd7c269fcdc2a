# Needs: rankings/, scores/, responses/, pseudo_tasks/, readout/ of the main network. Yields: statistics/ of figures 1B, S1, S2 and
# of the nulls.


rule summarise_decoding:
    """Accuracy of decoding with its standard error and chance."""
    input:
        folds=expand(
            "<results>/readout/decoding/{network}/{seed}.csv",
            network=FIGURES["decoded"],
            seed=SEEDS,
        ),
    output:
        decoding="<results>/statistics/decoding.csv",
        differences="<results>/statistics/decoding_differences.csv",
    log:
        "<logs>/summarise_decoding.log",
    benchmark:
        "<benchmarks>/summarise_decoding.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        decoded=[[network, seed] for network in FIGURES["decoded"] for seed in SEEDS],
        confidence=config["statistics"]["confidence"],
        code=fingerprint("summarise_decoding.py", "statistics.yaml"),
    script:
        "../scripts/summarise_decoding.py"


rule correlate_selectivity:
    """Correlation of filters' place in the ranking with their selectivity."""
    input:
        scores=expand(f"<results>/scores/{MAIN}/{{seed}}/{LAST}.csv", seed=SEEDS),
        rankings=paths_of(main_rankings([LAST])),
    output:
        points="<results>/statistics/selectivity_points.csv",
        correlation="<results>/statistics/selectivity.csv",
        by_seed="<results>/statistics/selectivity_by_seed.csv",
    log:
        "<logs>/correlate_selectivity.log",
    benchmark:
        "<benchmarks>/correlate_selectivity.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        seeds=SEEDS,
        ranked=[[seed, task] for seed, _, task in main_rankings([LAST])],
        draws=config["statistics"]["draws"],
        confidence=config["statistics"]["confidence"],
        code=fingerprint("correlate_selectivity.py", "statistics.yaml"),
    script:
        "../scripts/correlate_selectivity.py"


rule count_shared_filters:
    """Share of the filters of a layer that both tasks need, and what chance would give."""
    input:
        rankings=paths_of(main_rankings(layers_of(MAIN))),
    output:
        shared="<results>/statistics/shared_filters.csv",
        by_seed="<results>/statistics/shared_filters_by_seed.csv",
        trend="<results>/statistics/shared_filters_trend.csv",
    log:
        "<logs>/count_shared_filters.log",
    benchmark:
        "<benchmarks>/count_shared_filters.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        ranked=main_rankings(layers_of(MAIN)),
        severity=config["evaluation"]["headline"],
        code=fingerprint("count_shared_filters.py", "statistics.yaml"),
    script:
        "../scripts/count_shared_filters.py"


rule compare_with_nulls:
    """Segregation index beside its distribution under random lesions and under pseudo-tasks."""
    input:
        responses=expand(
            f"<results>/responses/{MAIN}/{{seed}}/{LAST}.parquet", seed=SEEDS
        ),
        pseudo_tasks=expand(f"<results>/pseudo_tasks/{MAIN}/{{seed}}.csv", seed=SEEDS),
    output:
        nulls="<results>/statistics/nulls_members.csv",
        summary="<results>/statistics/nulls.csv",
        excess="<results>/statistics/nulls_excess.csv",
    log:
        "<logs>/compare_with_nulls.log",
    benchmark:
        "<benchmarks>/compare_with_nulls.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        seeds=SEEDS,
        tasks=MAIN_TASKS,
        layer=LAST,
        severity=config["evaluation"]["headline"],
        floor=config["statistics"]["floor"],
        code=fingerprint("compare_with_nulls.py", "statistics.yaml"),
    script:
        "../scripts/compare_with_nulls.py"
