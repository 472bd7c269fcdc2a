# Needs: the figures. Yields: config.yaml (the merged configuration) and run.json (what the study took).


rule record_run:
    """Record the configuration, versions and times of the study."""
    input:
        "<results>/figures/figure_1.png",
        "<results>/figures/figure_2.png",
        "<results>/statistics/masked/segregation.csv",
        "<results>/stimuli/contact_sheet.png",
    output:
        run="<results>/run.json",
        config="<results>/config.yaml",
    log:
        "<logs>/record_run.log",
    benchmark:
        "<benchmarks>/record_run.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=500,
        runtime=5,
        cores=workflow.cores or 1,
    params:
        config=canonical(config),
        benchmarks=benchmarks_of_study(),
        code=fingerprint("record_run.py", "statistics.yaml"),
    script:
        "../scripts/record_run.py"
