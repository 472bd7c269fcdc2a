# Needs: responses/, scores/, networks/, statistics/. Yields: what networks of several seeds, widths or numbers of classes differ in.


rule compare_seeds:
    """What the main networks, one a seed, differ in, and whether their index goes with it."""
    input:
        responses=[
            f"<results>/responses/{MAIN}/{seed}/{LAST}.parquet"
            for seed in seeds_of_network(MAIN)
        ],
        scores=[
            f"<results>/scores/{MAIN}/{seed}/{LAST}.csv"
            for seed in seeds_of_network(MAIN)
        ],
        histories=[
            f"<results>/networks/{MAIN}/{seed}/history.csv"
            for seed in seeds_of_network(MAIN)
            if MAIN in TRAINED
        ],
        shared="<results>/statistics/shared_filters_by_seed.csv",
    output:
        table="<results>/statistics/seeds.csv",
        correlations="<results>/statistics/seeds_correlations.csv",
    log:
        "<logs>/compare_seeds.log",
    benchmark:
        "<benchmarks>/compare_seeds.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        tasks=MAIN_TASKS,
        seeds=seeds_of_network(MAIN),
        layer=LAST,
        severity=config["evaluation"]["headline"],
        floor=config["statistics"]["floor"],
        code=fingerprint("compare_seeds.py", "statistics.yaml"),
    script:
        "../scripts/compare_seeds.py"


rule draw_extra_seeds:
    """The index of each seed, and what it goes with."""
    input:
        quantities="<results>/statistics/seeds.csv",
        correlations="<results>/statistics/seeds_correlations.csv",
    output:
        pdf="<results>/figures/extra_seeds.pdf",
        png=report(
            "<results>/figures/extra_seeds.png",
            caption="../report/extra_seeds.rst",
            category="Extra",
            labels={"figure": "seeds"},
        ),
        table_a="<results>/figures/extra_seeds_a.csv",
        table_b="<results>/figures/extra_seeds_b.csv",
    log:
        "<logs>/draw_extra_seeds.log",
    benchmark:
        "<benchmarks>/draw_extra_seeds.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tasks=MAIN_TASKS,
        layer=LAST,
        code=fingerprint("draw_extra_seeds.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_seeds.py"


rule draw_extra_capacity:
    """Index and accuracy of networks by their width, and by the number of classes that they tell apart."""
    input:
        networks="<results>/statistics/networks.csv",
        accuracy="<results>/statistics/accuracy.csv",
        by_seed=[
            f"<results>/statistics/{network}/full/segregation_by_seed.csv"
            for network in FIGURES.get("capacity", [])
        ],
    output:
        pdf="<results>/figures/extra_capacity.pdf",
        png=report(
            "<results>/figures/extra_capacity.png",
            caption="../report/extra_capacity.rst",
            category="Extra",
            labels={"figure": "capacity"},
        ),
        table_a="<results>/figures/extra_capacity_a.csv",
        table_b="<results>/figures/extra_capacity_b.csv",
    log:
        "<logs>/draw_extra_capacity.log",
    benchmark:
        "<benchmarks>/draw_extra_capacity.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        networks={name: size_of(name) for name in FIGURES.get("capacity", [])},
        main=MAIN,
        code=fingerprint("draw_extra_capacity.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_capacity.py"
