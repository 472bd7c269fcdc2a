# Needs: everything else. Yields: report.html, ro-crate-metadata.json (the study described for archives) and source/ (what made it).


rule write_report:
    """Write the report: one page with the finding, figures, tables, an explorer, and how they were made."""
    input:
        figures=[figure["png"] for figure in drawn_figures()],
        drawn=[path for figure in drawn_figures() for path in figure["tables"]],
        captions=ancient([figure["caption"] for figure in drawn_figures()]),
        claims="<results>/claims.csv" if OF_TWO_TASKS else [],
        listed=ancient(ours("workflow/claims.yaml")),
        networks="<results>/statistics/networks.csv" if OF_TWO_TASKS else [],
        segregation=f"<results>/statistics/{MAIN}/full/segregation.csv",
        comparisons=f"<results>/statistics/{MAIN}/full/comparisons.csv",
        effects=expand(
            "<results>/statistics/{network}/full/effects.csv", network=LESIONED
        ),
        by_severity=expand(
            "<results>/statistics/{network}/full/segregation_by_severity.csv",
            network=LESIONED,
        ),
        pairs=expand("<results>/statistics/{network}/full/pairs.csv", network=MANY),
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
        template=ancient(ours("workflow/report/page.html.j2")),
        style=ancient(ours("workflow/scripts/segregation/report/web/page.css")),
        program=ancient(ours("workflow/scripts/segregation/report/web/page.js")),
        parts=ancient(ours("workflow/scripts/segregation/report/web/parts.html.j2")),
    output:
        page="<results>/report.html",
    log:
        "<logs>/write_report.log",
    benchmark:
        "<benchmarks>/write_report.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        study=config["study"],
        scale=scale_of_study(),
        limits=LIMITS,
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
            for folder in (
                "workflow/report",
                "workflow/scripts/segregation/report/web",
            )
            for path in sorted(Path(workflow.basedir, folder).glob("*"))
        ],
        listed=checksum(ours("workflow/claims.yaml")),
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
            *(["<results>/claims.md"] if OF_TWO_TASKS else []),
            "<results>/stimuli/lowlevel.csv",
        ],
        products=PRODUCTS,
        tables=tables_of_study,
        run="<results>/run.json",
        captions=ancient([ours(f"workflow/report/{name}.rst") for name in FIGURE_NAMES]),
        citation=ancient(ours("CITATION.cff")),
        code=ancient(code_of_study()),
    output:
        crate="<results>/ro-crate-metadata.json",
        snakefile="<results>/source/Snakefile",
        archive="<results>/source/code.zip",
    log:
        "<logs>/write_crate.log",
    benchmark:
        "<benchmarks>/write_crate.tsv"
    localrule: True
    conda:
        "../../envs/crate.yaml"
    resources:
        mem_mb=500,
        runtime=5,
    params:
        benchmarks=benchmarks_of_study,
        cited=checksum(ours("CITATION.cff")),
        code=fingerprint("write_crate.py", "crate.yaml"),
    script:
        "../scripts/write_crate.py"
