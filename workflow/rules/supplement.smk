# Needs: statistics/. Yields: figures/ of the supplement.


rule draw_figure_s1:
    """Figure S1: selectivity of filters by their place in the ranking; lesions of the most selective filters."""
    input:
        points="<results>/statistics/selectivity_points.csv",
        correlation="<results>/statistics/selectivity.csv",
        effects=f"<results>/statistics/{MAIN}/full/effects.csv",
    output:
        pdf="<results>/figures/figure_s1.pdf",
        png=report(
            "<results>/figures/figure_s1.png",
            caption="../report/figure_s1.rst",
            category="Supplement",
            labels={"figure": "S1"},
        ),
        table_a="<results>/figures/figure_s1a.csv",
        table_b="<results>/figures/figure_s1b.csv",
    log:
        "<logs>/draw_figure_s1.log",
    benchmark:
        "<benchmarks>/draw_figure_s1.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tasks=MAIN_TASKS,
        layer=LAST,
        severity=config["evaluation"]["headline"],
        code=fingerprint("draw_figure_s1.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_s1.py"


rule draw_figure_s2:
    """Figure S2: share of filters that both tasks need, by layer."""
    input:
        shared="<results>/statistics/shared_filters.csv",
        by_seed="<results>/statistics/shared_filters_by_seed.csv",
    output:
        pdf="<results>/figures/figure_s2.pdf",
        png=report(
            "<results>/figures/figure_s2.png",
            caption="../report/figure_s2.rst",
            category="Supplement",
            labels={"figure": "S2"},
        ),
        table="<results>/figures/figure_s2.csv",
    log:
        "<logs>/draw_figure_s2.log",
    benchmark:
        "<benchmarks>/draw_figure_s2.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        layers=layers_of(MAIN),
        severity=config["evaluation"]["headline"],
        code=fingerprint("draw_figure_s2.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_s2.py"


rule draw_figure_s3:
    """Figure S3: lesions of a network of two face sets, and its index beside that of faces and objects."""
    input:
        effects=f"<results>/statistics/{SAME_KIND}/full/effects.csv",
        segregation=[
            f"<results>/statistics/{network}/full/segregation.csv"
            for network in (MAIN, SAME_KIND)
        ],
        by_seed=[
            f"<results>/statistics/{network}/full/segregation_by_seed.csv"
            for network in (MAIN, SAME_KIND)
        ],
        pairs="<results>/statistics/same_kind_pairs.csv",
    output:
        pdf="<results>/figures/figure_s3.pdf",
        png=report(
            "<results>/figures/figure_s3.png",
            caption="../report/figure_s3.rst",
            category="Supplement",
            labels={"figure": "S3"},
        ),
        table_a="<results>/figures/figure_s3a.csv",
        table_b="<results>/figures/figure_s3b.csv",
    log:
        "<logs>/draw_figure_s3.log",
    benchmark:
        "<benchmarks>/draw_figure_s3.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        networks={name: NETWORKS[name]["tasks"] for name in (MAIN, SAME_KIND)},
        layers={name: layers_of(name)[-1] for name in (MAIN, SAME_KIND)},
        severity=config["evaluation"]["headline"],
        code=fingerprint("draw_figure_s3.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_s3.py"
