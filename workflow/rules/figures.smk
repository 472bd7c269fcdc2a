# Needs: statistics/, readout/. Yields: figures/ (PDF, PNG and the tables drawn).


rule draw_figure_1:
    """Figure 1: the networks and their tasks; decoding of new classes; accuracy of dual- and single-task networks."""
    input:
        decoding="<results>/statistics/decoding.csv",
        accuracy=expand(
            "<results>/statistics/{network}/accuracy.csv", network=BESIDE_MAIN
        ),
        by_seed=expand(
            "<results>/statistics/{network}/accuracy_by_seed.csv", network=BESIDE_MAIN
        ),
        examples="<results>/stimuli/examples.npz",
    output:
        pdf="<results>/figures/figure_1.pdf",
        png=report(
            "<results>/figures/figure_1.png",
            caption="../report/figure_1.rst",
            category="Figures",
            labels={"figure": "1"},
        ),
        table_b="<results>/figures/figure_1b.csv",
        table_c="<results>/figures/figure_1c.csv",
    log:
        "<logs>/draw_figure_1.log",
    benchmark:
        "<benchmarks>/draw_figure_1.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        main=MAIN,
        networks={name: NETWORKS[name]["tasks"] for name in BESIDE_MAIN},
        decoded=FIGURES["decoded"],
        untrained=[n for n in FIGURES["decoded"] if NETWORKS[n].get("epochs") == 0],
        architecture=called(config["architecture"]),
        code=fingerprint("draw_figure_1.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_1.py"


rule draw_figure_2:
    """Figure 2: what lesions in the last layer do to either task; the segregation index of every layer."""
    input:
        effects=f"<results>/statistics/{MAIN}/full/effects.csv",
        segregation=f"<results>/statistics/{MAIN}/full/segregation.csv",
        by_seed=f"<results>/statistics/{MAIN}/full/segregation_by_seed.csv",
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
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tasks=MAIN_TASKS,
        layers=layers_of(MAIN),
        severity=config["evaluation"]["headline"],
        code=fingerprint("draw_figure_2.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_2.py"


rule draw_figure_3:
    """Figure 3: preferred stimuli of the filters that either task needs most, from early to late layers."""
    input:
        images="<results>/readout/preferred.npz",
        preferred="<results>/readout/preferred.csv",
    output:
        pdf="<results>/figures/figure_3.pdf",
        png=report(
            "<results>/figures/figure_3.png",
            caption="../report/figure_3.rst",
            category="Figures",
            labels={"figure": "3"},
        ),
        table="<results>/figures/figure_3.csv",
    log:
        "<logs>/draw_figure_3.log",
    benchmark:
        "<benchmarks>/draw_figure_3.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tasks=MAIN_TASKS,
        code=fingerprint("draw_figure_3.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_3.py"


rule draw_figure_4:
    """Figure 4: segregation of other categories."""
    input:
        networks="<results>/statistics/networks.csv",
        pairs="<results>/statistics/networks_pairs.csv",
        by_seed=expand(
            "<results>/statistics/{network}/full/segregation_by_seed.csv",
            network=PAIRED,
        ),
        effects=[f"<results>/statistics/{n}/full/effects.csv" for n in PAIRED],
    output:
        pdf="<results>/figures/figure_4.pdf",
        png=report(
            "<results>/figures/figure_4.png",
            caption="../report/figure_4.rst",
            category="Figures",
            labels={"figure": "4"},
        ),
        table_a="<results>/figures/figure_4a.csv",
        table_b="<results>/figures/figure_4b.csv",
    log:
        "<logs>/draw_figure_4.log",
    benchmark:
        "<benchmarks>/draw_figure_4.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        main=MAIN,
        networks={name: NETWORKS[name]["tasks"] for name in PAIRED},
        layers={name: layers_of(name)[-1] for name in PAIRED},
        severity=config["evaluation"]["headline"],
        code=fingerprint("draw_figure_4.py", "statistics.yaml"),
    script:
        "../scripts/draw_figure_4.py"
