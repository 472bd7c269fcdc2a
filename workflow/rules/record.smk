# Needs: everything else. Yields: config.yaml (the merged configuration), run.json and compute.csv (what the study took),
# report.html, ro-crate-metadata.json (the study described for archives) and source/ (what made it).

PRODUCTS = [
    *(f"<results>/figures/{name}.png" for name in FIGURE_NAMES),
    "<results>/stimuli/contact_sheet.png",
    *(f"<results>/datasets/{name}.json" for name in PACKED),
    "<results>/claims.csv",
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
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        benchmarks=benchmarks_of_study(),
        on_gpu=asking_for_a_gpu(),
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
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=500,
        runtime=5,
        cores=CORES,
    params:
        config=canonical(config),
        benchmarks=benchmarks_of_study(),
        code=fingerprint("record_run.py", "statistics.yaml"),
    script:
        "../scripts/record_run.py"


rule write_report:
    """Write the report: one page with the finding, figures, tables, an explorer, and how they were made."""
    input:
        figures=[figure["png"] for figure in drawn_figures()],
        drawn=[path for figure in drawn_figures() for path in figure["tables"]],
        captions=ancient([figure["caption"] for figure in drawn_figures()]),
        claims="<results>/claims.csv",
        listed=ancient("workflow/claims.yaml"),
        networks="<results>/statistics/networks.csv",
        segregation=f"<results>/statistics/{MAIN}/full/segregation.csv",
        comparisons=f"<results>/statistics/{MAIN}/full/comparisons.csv",
        effects=expand(
            "<results>/statistics/{network}/full/effects.csv", network=LESIONED
        ),
        by_severity=expand(
            "<results>/statistics/{network}/full/segregation_by_severity.csv",
            network=LESIONED,
        ),
        accuracies=expand(
            "<results>/statistics/{network}/accuracy.csv", network=LESIONED
        ),
        accuracy="<results>/statistics/accuracy.csv",
        preferred="<results>/readout/preferred.csv",
        images="<results>/readout/preferred.npz",
        sheet="<results>/stimuli/contact_sheet.png",
        lowlevel="<results>/stimuli/lowlevel.csv",
        histories=[
            f"<results>/networks/{network}/{seed}/history.csv"
            for network, seed in trained_networks()
        ],
        compute="<results>/compute.csv",
        run="<results>/run.json",
        config="<results>/config.yaml",
        template=ancient("workflow/report/page.html.j2"),
        style=ancient("workflow/report/page.css"),
        program=ancient("workflow/report/page.js"),
    output:
        page="<results>/report.html",
    log:
        "<logs>/write_report.log",
    benchmark:
        "<benchmarks>/write_report.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        study=config["study"],
        scale=scale_of_study(),
        main={
            "network": MAIN,
            "tasks": MAIN_TASKS,
            "layer": LAST,
            "severity": config["evaluation"]["headline"],
        },
        same_kind=same_kind_of_study(),
        networks=[
            {"name": name, "tasks": NETWORKS[name]["tasks"], "layers": layers_of(name)}
            for name in LESIONED
        ],
        trained=trained_networks(),
        figures=drawn_figures(),
        written=[
            checksum(path)
            for path in sorted(Path(workflow.basedir).glob("workflow/report/*"))
        ],
        listed=checksum("workflow/claims.yaml"),
        code=fingerprint("write_report.py", "statistics.yaml"),
    script:
        "../scripts/write_report.py"


rule write_crate:
    """Describe the study for archives: its workflow, configuration, tables and figures and the run that made them."""
    input:
        about=[
            "<results>/config.yaml",
            "<results>/run.json",
            "<results>/compute.csv",
            "<results>/report.html",
            "<results>/claims.md",
            "<results>/stimuli/lowlevel.csv",
        ],
        products=PRODUCTS,
        tables=tables_of_study(),
        run="<results>/run.json",
        captions=ancient(expand("workflow/report/{name}.rst", name=FIGURE_NAMES)),
        citation=ancient("CITATION.cff"),
        code=ancient(code_of_study()),
    output:
        crate="<results>/ro-crate-metadata.json",
        snakefile="<results>/source/Snakefile",
        archive="<results>/source/code.zip",
    log:
        "<logs>/write_crate.log",
    benchmark:
        "<benchmarks>/write_crate.tsv"
    conda:
        "../../envs/crate.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        benchmarks=benchmarks_of_study(),
        cited=checksum("CITATION.cff"),
        code=fingerprint("write_crate.py", "crate.yaml"),
    script:
        "../scripts/write_crate.py"
