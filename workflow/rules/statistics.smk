# Needs: responses/, scores/, rankings/, pseudo_tasks/, readout/. Yields: statistics/ (tables with intervals). No torch from here on.


rule bootstrap_accuracy:
    """Accuracy of an intact network with intervals."""
    input:
        responses=intact_responses_of,
    output:
        accuracy="<results>/statistics/{network}/accuracy.csv",
        by_seed="<results>/statistics/{network}/accuracy_by_seed.csv",
        draws="<results>/statistics/{network}/accuracy_draws.parquet",
    log:
        "<logs>/bootstrap_accuracy/{network}.log",
    benchmark:
        "<benchmarks>/bootstrap_accuracy/{network}.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        network=shown_to,
        seeds=seeds_of,
        statistics={key: config["statistics"][key] for key in ("confidence", "draws")},
        code=fingerprint("bootstrap_accuracy.py", "statistics.yaml"),
    script:
        "../scripts/bootstrap_accuracy.py"


rule compare_accuracy:
    """Accuracy of all networks; networks of several tasks beside those of one of them."""
    input:
        accuracy=expand("<results>/statistics/{network}/accuracy.csv", network=NETWORKS),
        by_seed=expand(
            "<results>/statistics/{network}/accuracy_by_seed.csv", network=NETWORKS
        ),
        draws=expand(
            "<results>/statistics/{network}/accuracy_draws.parquet", network=NETWORKS
        ),
    output:
        accuracy="<results>/statistics/accuracy.csv",
        by_seed="<results>/statistics/accuracy_by_seed.csv",
        comparison="<results>/statistics/accuracy_comparison.csv",
    log:
        "<logs>/compare_accuracy.log",
    benchmark:
        "<benchmarks>/compare_accuracy.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        tasks={name: network["tasks"] for name, network in NETWORKS.items()},
        confidence=config["statistics"]["confidence"],
        code=fingerprint("compare_accuracy.py", "statistics.yaml"),
    script:
        "../scripts/compare_accuracy.py"


rule bootstrap_segregation:
    """Effects of lesions and segregation indices of a network with intervals, by either readout of the network."""
    input:
        responses=responses_of,
    output:
        effects="<results>/statistics/{network}/{readout}/effects.csv",
        segregation="<results>/statistics/{network}/{readout}/segregation.csv",
        by_seed="<results>/statistics/{network}/{readout}/segregation_by_seed.csv",
        by_severity="<results>/statistics/{network}/{readout}/segregation_by_severity.csv",
        comparisons="<results>/statistics/{network}/{readout}/comparisons.csv",
        draws="<results>/statistics/{network}/{readout}/segregation_draws.parquet",
    log:
        "<logs>/bootstrap_segregation/{network}/{readout}.log",
    benchmark:
        "<benchmarks>/bootstrap_segregation/{network}/{readout}.tsv"
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
        severities=config["evaluation"]["severities"],
        statistics=canonical(config["statistics"]),
        code=fingerprint("bootstrap_segregation.py", "statistics.yaml"),
    script:
        "../scripts/bootstrap_segregation.py"


rule compare_networks:
    """Combined segregation index of some networks in their last layer, and the differences of all pairs of them."""
    input:
        draws=draws_of_compared,
    output:
        networks="<results>/statistics/{compared}.csv",
        pairs="<results>/statistics/{compared}_pairs.csv",
    log:
        "<logs>/compare_networks/{compared}.log",
    benchmark:
        "<benchmarks>/compare_networks/{compared}.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        networks=compared_networks,
        confidence=config["statistics"]["confidence"],
        code=fingerprint("compare_networks.py", "statistics.yaml"),
    script:
        "../scripts/compare_networks.py"
