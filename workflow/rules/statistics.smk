# Needs: responses/. Yields: statistics/ (tables with intervals). No torch from here on.


rule bootstrap_accuracy:
    """Accuracy of intact networks with intervals."""
    input:
        responses=responses_of(NETWORKS),
    output:
        accuracy="<results>/statistics/accuracy.csv",
        by_seed="<results>/statistics/accuracy_by_seed.csv",
        comparison="<results>/statistics/accuracy_comparison.csv",
    log:
        "<logs>/bootstrap_accuracy.log",
    benchmark:
        "<benchmarks>/bootstrap_accuracy.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        tasks={name: network["tasks"] for name, network in NETWORKS.items()},
        seeds=SEEDS,
        statistics={key: config["statistics"][key] for key in ("confidence", "draws")},
        code=fingerprint("bootstrap_accuracy.py", "statistics.yaml"),
    script:
        "../scripts/bootstrap_accuracy.py"


rule bootstrap_segregation:
    """Effects of lesions and segregation indices with intervals, by either readout of the network."""
    input:
        responses=responses_of(LESIONED),
    output:
        effects="<results>/statistics/{readout}/effects.csv",
        segregation="<results>/statistics/{readout}/segregation.csv",
        by_seed="<results>/statistics/{readout}/segregation_by_seed.csv",
        comparisons="<results>/statistics/{readout}/comparisons.csv",
    log:
        "<logs>/bootstrap_segregation/{readout}.log",
    benchmark:
        "<benchmarks>/bootstrap_segregation/{readout}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=8000,
        runtime=120,
    params:
        tasks={name: NETWORKS[name]["tasks"] for name in LESIONED},
        seeds=SEEDS,
        layers=LAYERS,
        severity=config["evaluation"]["headline"],
        statistics=canonical(config["statistics"]),
        code=fingerprint("bootstrap_segregation.py", "statistics.yaml"),
    script:
        "../scripts/bootstrap_segregation.py"
