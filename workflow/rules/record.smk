# Needs: everything before. Yields: config.yaml (the merged configuration), run.json and compute.csv (what the study took).

PRODUCTS = [
    *(f"<results>/figures/{name}.png" for name in FIGURE_NAMES),
    "<results>/stimuli/contact_sheet.png",
    *(f"<results>/datasets/{name}.json" for name in PACKED),
    *(["<results>/claims.csv"] if OF_TWO_TASKS else []),
]


rule gather_compute:
    """Gather what every step of the study took: jobs, hours, memory, GPU hours."""
    input:
        PRODUCTS,
    output:
        table="<results>/compute.csv",
    log:
        "<logs>/gather_compute.log",
    benchmark:
        "<benchmarks>/gather_compute.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        benchmarks=benchmarks_of_study,
        on_gpu=asking_for_a_gpu,
        code=fingerprint("gather_compute.py", "statistics.yaml"),
    script:
        "../scripts/gather_compute.py"


rule record_run:
    """Record the configuration, versions and times of the study."""
    input:
        PRODUCTS,
    output:
        run="<results>/run.json",
        config="<results>/config.yaml",
    log:
        "<logs>/record_run.log",
    benchmark:
        "<benchmarks>/record_run.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=500,
        runtime=5,
        cores=CORES,
    params:
        config=canonical(config),
        benchmarks=benchmarks_of_study,
        trainings=trainings_of_study,
        code=fingerprint("record_run.py", "statistics.yaml"),
    script:
        "../scripts/record_run.py"


rule pack_deposit:
    """Pack what statistics start from: all tables and figures can be made of it, without a network (make figures)."""
    input:
        deposited_of_study,
    output:
        archive="<results>/deposit.tar.xz",
        stated="<results>/deposit.tar.xz.sha256",
    log:
        "<logs>/pack_deposit.log",
    benchmark:
        "<benchmarks>/pack_deposit.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        benchmarks=benchmarks_of_study,
        trainings=trainings_of_study,
        code=fingerprint("pack_deposit.py", "statistics.yaml"),
    script:
        "../scripts/pack_deposit.py"
