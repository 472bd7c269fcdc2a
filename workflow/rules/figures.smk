# Needs: statistics/. Yields: figures/ (PDF, PNG and the tables drawn).


rule draw_figure_1:
    """Figure 1: the networks and their tasks; accuracy of the dual-task network beside the single-task ones."""
    input:
        accuracy="<results>/statistics/accuracy.csv",
        by_seed="<results>/statistics/accuracy_by_seed.csv",
        stores=[
            f"<results>/datasets/{task}.arrow" for task in NETWORKS[HEADLINE]["tasks"]
        ],
    output:
        pdf="<results>/figures/figure_1.pdf",
        png=report(
            "<results>/figures/figure_1.png",
            caption="../report/figure_1.rst",
            category="Figures",
            labels={"figure": "1"},
        ),
        table="<results>/figures/figure_1c.csv",
    log:
        "<logs>/draw_figure_1.log",
    benchmark:
        "<benchmarks>/draw_figure_1.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        dual=HEADLINE,
        tasks=NETWORKS[HEADLINE]["tasks"],
        networks={name: network["tasks"] for name, network in NETWORKS.items()},
        architecture=config["architecture"]["name"],
        code=fingerprint("draw_figure_1.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_1.py"


rule draw_figure_2:
    """Figure 2: what lesions in the last layer do to either task; the segregation index of every layer."""
    input:
        effects="<results>/statistics/full/effects.csv",
        segregation="<results>/statistics/full/segregation.csv",
        by_seed="<results>/statistics/full/segregation_by_seed.csv",
    output:
        pdf="<results>/figures/figure_2.pdf",
        png=report(
            "<results>/figures/figure_2.png",
            caption="../report/figure_2.rst",
            category="Figures",
            labels={"figure": "2"},
        ),
        table_a="<results>/figures/figure_2a.csv",
        table_b="<results>/figures/figure_2b.csv",
    log:
        "<logs>/draw_figure_2.log",
    benchmark:
        "<benchmarks>/draw_figure_2.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        dual=HEADLINE,
        tasks=NETWORKS[HEADLINE]["tasks"],
        layers=LAYERS,
        severity=config["evaluation"]["headline"],
        code=fingerprint("draw_figure_2.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_2.py"
