# Needs: statistics/, claims.yaml. Yields: claims.csv and claims.md (what became of each claim of the sources).


rule judge_claims:
    """Judge the claims of the sources by the tables of the study."""
    input:
        claims=ancient(ours("workflow/claims.yaml")),
        networks=["<results>/statistics/networks.csv"],
        pairs=["<results>/statistics/same_kind_pairs.csv"],
        accuracy=["<results>/statistics/accuracy_comparison.csv"],
        decoding=["<results>/statistics/decoding_differences.csv"],
        selectivity=["<results>/statistics/selectivity.csv"],
        shared=["<results>/statistics/shared_filters_trend.csv"],
        nulls=["<results>/statistics/nulls.csv"],
        segregation=expand(
            "<results>/statistics/{network}/full/segregation.csv", network=PAIRED
        ),
        comparisons=expand(
            "<results>/statistics/{network}/full/comparisons.csv", network=PAIRED
        ),
    output:
        table=report(
            "<results>/claims.csv",
            caption="../report/claims.rst",
            category="Claims",
            labels={"table": "claims"},
        ),
        text="<results>/claims.md",
    log:
        "<logs>/judge_claims.log",
    benchmark:
        "<benchmarks>/judge_claims.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tables=[
            "networks",
            "pairs",
            "accuracy",
            "decoding",
            "selectivity",
            "shared",
            "nulls",
            "segregation",
            "comparisons",
        ],
        names={
            "main": MAIN,
            "same_kind": FIGURES.get("same_kind"),
            "same_first": NETWORKS[SAME_KIND]["tasks"][0],
            "same_second": NETWORKS[SAME_KIND]["tasks"][1],
            "first_task": MAIN_TASKS[0],
            "second_task": MAIN_TASKS[1],
            "first_single": SINGLE[0],
            "second_single": SINGLE[1],
        },
        scale=scale_of_study(),
        limits=LIMITS,
        confidence=config["statistics"]["confidence"],
        listed=checksum(ours("workflow/claims.yaml")),
        code=fingerprint("judge_claims.py", "statistics.yaml"),
    script:
        "../scripts/judge_claims.py"
