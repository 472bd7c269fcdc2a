# Needs: images on disk. Yields: datasets/ (which images a set has, a packed store of them, a manifest, a report).


rule select_images:
    """Choose the images of a set from its source."""
    input:
        lists=lists_of,
        images=images_of,
    output:
        selection="<results>/datasets/{dataset}.selection.csv",
        passed_over="<results>/datasets/{dataset}.passed_over.csv",
    log:
        "<logs>/select_images/{dataset}.log",
    benchmark:
        "<benchmarks>/select_images/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(PACKED),
    localrule: True
    conda:
        "../../envs/sources.yaml"
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        dataset=selection_parameters,
        code=code_of_selection,
    script:
        "../scripts/select_images.py"


rule pack_images:
    """Pack the selected images of a set."""
    input:
        selection="<results>/datasets/{dataset}.selection.csv",
        images=images_of,
    output:
        store="<results>/datasets/{dataset}.arrow",
        report="<results>/datasets/{dataset}.report.csv",
    log:
        "<logs>/pack_images/{dataset}.log",
    benchmark:
        "<benchmarks>/pack_images/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(PACKED),
    priority: 1  # before training on what is there: these jobs take all cores, and everything waits for them
    conda:
        "../../envs/sources.yaml"
    threads: CORES
    resources:
        mem_mb=4000,
        runtime=1440,
    params:
        dataset=packing_parameters,
        code=code_of_packing,
    script:
        "../scripts/pack_images.py"


rule write_manifest:
    """Say what a packed set holds, and under which terms: apart from packing, so that a word on terms repacks nothing."""
    input:
        store="<results>/datasets/{dataset}.arrow",
    output:
        manifest="<results>/datasets/{dataset}.json",
    log:
        "<logs>/write_manifest/{dataset}.log",
    benchmark:
        "<benchmarks>/write_manifest/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(PACKED),
    localrule: True
    conda:
        "../../envs/stimuli.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        dataset=dataset_parameters,
        code=fingerprint("write_manifest.py", "stimuli.yaml"),
    script:
        "../scripts/write_manifest.py"
