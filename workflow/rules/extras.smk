# Needs: statistics/. Yields: figures/ beyond the paper: does a conclusion depend on a choice?


rule draw_extra_rankings:
    """Damage by the filters that greedy lesioning and simpler means choose."""
    input:
        effects=f"<results>/statistics/{MAIN}/full/effects.csv",
    output:
        pdf="<results>/figures/extra_rankings.pdf",
        png=report(
            "<results>/figures/extra_rankings.png",
            caption="../report/extra_rankings.rst",
            category="Extra",
            labels={"figure": "rankings"},
        ),
        table="<results>/figures/extra_rankings.csv",
    log:
        "<logs>/draw_extra_rankings.log",
    benchmark:
        "<benchmarks>/draw_extra_rankings.tsv"
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
        code=fingerprint("draw_extra_rankings.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_rankings.py"


rule draw_extra_severity:
    """Effects of lesions and segregation index by severity."""
    input:
        effects=f"<results>/statistics/{MAIN}/full/effects.csv",
        by_severity=f"<results>/statistics/{MAIN}/full/segregation_by_severity.csv",
    output:
        pdf="<results>/figures/extra_severity.pdf",
        png=report(
            "<results>/figures/extra_severity.png",
            caption="../report/extra_severity.rst",
            category="Extra",
            labels={"figure": "severity"},
        ),
        table_a="<results>/figures/extra_severity_a.csv",
        table_b="<results>/figures/extra_severity_b.csv",
    log:
        "<logs>/draw_extra_severity.log",
    benchmark:
        "<benchmarks>/draw_extra_severity.tsv"
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
        code=fingerprint("draw_extra_severity.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_severity.py"


rule draw_extra_variants:
    """The three variants of the index and the two readouts of the network, by layer."""
    input:
        full=f"<results>/statistics/{MAIN}/full/segregation.csv",
        masked=f"<results>/statistics/{MAIN}/masked/segregation.csv",
    output:
        pdf="<results>/figures/extra_variants.pdf",
        png=report(
            "<results>/figures/extra_variants.png",
            caption="../report/extra_variants.rst",
            category="Extra",
            labels={"figure": "variants"},
        ),
        table="<results>/figures/extra_variants.csv",
    log:
        "<logs>/draw_extra_variants.log",
    benchmark:
        "<benchmarks>/draw_extra_variants.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        layers=layers_of(MAIN),
        code=fingerprint("draw_extra_variants.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_variants.py"


rule draw_extra_nulls:
    """The segregation index beside its distribution under pseudo-tasks and under random lesions."""
    input:
        members="<results>/statistics/nulls_members.csv",
        summary="<results>/statistics/nulls.csv",
    output:
        pdf="<results>/figures/extra_nulls.pdf",
        png=report(
            "<results>/figures/extra_nulls.png",
            caption="../report/extra_nulls.rst",
            category="Extra",
            labels={"figure": "nulls"},
        ),
        table="<results>/figures/extra_nulls.csv",
    log:
        "<logs>/draw_extra_nulls.log",
    benchmark:
        "<benchmarks>/draw_extra_nulls.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        layer=LAST,
        n_tasks=len(MAIN_TASKS),
        code=fingerprint("draw_extra_nulls.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_nulls.py"
