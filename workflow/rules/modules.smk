# Needs: datasets/, networks/. Yields: single_lesions/ (what each filter's lesion alone does to each class), modules found in them
# without the tasks (statistics/), and the figure of these.


rule lesion_single_filters:
    """Silence each filter of a layer alone, and measure how the loss of each class changes on its test images."""
    input:
        stores=stores_of,
        weights="<results>/networks/{network}/{seed}/weights.safetensors",
    output:
        table="<results>/single_lesions/{network}/{seed}/{layer}.parquet",
    log:
        "<logs>/lesion_single_filters/{network}/{seed}/{layer}.log",
    benchmark:
        "<benchmarks>/lesion_single_filters/{network}/{seed}/{layer}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1  # as in training
    resources:
        mem_mb=4000,
        runtime=1440,
        gpu=1,
    params:
        network=shown_to,
        lesion=silencing("evaluation"),
        most=config["evaluation"].get("map_images"),
        code=fingerprint("lesion_single_filters.py", "torch.yaml", SILENCE),
    script:
        "../scripts/lesion_single_filters.py"


rule cluster_filters:
    """Cluster filters and classes by what each filter's lesion does, and compare the clusters with the tasks."""
    input:
        lesions=[
            f"<results>/single_lesions/{MAIN}/{seed}/{layer}.parquet"
            for layer in MAPPED
            for seed in SEEDS
        ],
    output:
        places="<results>/statistics/map_places.csv",
        agreements="<results>/statistics/map_agreement.csv",
    log:
        "<logs>/cluster_filters.log",
    benchmark:
        "<benchmarks>/cluster_filters.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        lesioned=[[layer, seed] for layer in MAPPED for seed in SEEDS],
        draws=config["statistics"]["draws"],
        confidence=config["statistics"]["confidence"],
        code=fingerprint("cluster_filters.py", "statistics.yaml"),
    script:
        "../scripts/cluster_filters.py"


rule draw_extra_map:
    """Modules without the tasks: what each filter's lesion alone does to each class, clustered, beside the tasks."""
    input:
        lesions=[
            f"<results>/single_lesions/{MAIN}/{SEEDS[0]}/{layer}.parquet"
            for layer in MAPPED
        ],
        places="<results>/statistics/map_places.csv",
        agreements="<results>/statistics/map_agreement.csv",
    output:
        pdf="<results>/figures/extra_map.pdf",
        png=report(
            "<results>/figures/extra_map.png",
            caption="../report/extra_map.rst",
            category="Extra",
            labels={"figure": "map"},
        ),
        table_a="<results>/figures/extra_map_a.csv",
        table_b="<results>/figures/extra_map_b.csv",
    log:
        "<logs>/draw_extra_map.log",
    benchmark:
        "<benchmarks>/draw_extra_map.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=SEEDS[0],
        layers=MAPPED,
        tasks=MAIN_TASKS,
        code=fingerprint("draw_extra_map.py", "statistics.yaml"),
    script:
        "../scripts/draw_extra_map.py"
