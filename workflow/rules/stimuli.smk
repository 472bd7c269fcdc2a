# Needs: nothing, or datasets/. Yields: datasets/ (rendered ones: a packed store and a manifest each), stimuli/ (what they look
# like), export/ (images as files).


rule render_images:
    """Render a set of images and pack it."""
    output:
        store="<results>/datasets/{dataset}.arrow",
        manifest="<results>/datasets/{dataset}.json",
    log:
        "<logs>/render_images/{dataset}.log",
    benchmark:
        "<benchmarks>/render_images/{dataset}.tsv"
    wildcard_constraints:
        dataset=one_of(RENDERED),
    priority: 1  # before training on what is there: these jobs take all cores, and everything waits for them
    conda:
        "../../envs/stimuli.yaml"
    threads: CORES
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        dataset=dataset_parameters,
        code=code_of_rendering,
    script:
        "../scripts/render_images.py"


rule export_images:
    """Write a packed set of images out to folders, which source folder reads."""
    input:
        store="<results>/datasets/{dataset}.arrow",
    output:
        folder=directory("<results>/export/{dataset}"),
    log:
        "<logs>/export_images/{dataset}.log",
    benchmark:
        "<benchmarks>/export_images/{dataset}.tsv"
    localrule: True
    conda:
        "../../envs/stimuli.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        code=fingerprint("export_images.py", "stimuli.yaml"),
    script:
        "../scripts/export_images.py"


rule describe_stimuli:
    """Show images of every class, and compare the low-level statistics of the datasets."""
    input:
        stores=expand("<results>/datasets/{dataset}.arrow", dataset=DATASETS),
    output:
        sheet="<results>/stimuli/contact_sheet.png",
        lowlevel="<results>/stimuli/lowlevel.csv",
    log:
        "<logs>/describe_stimuli.log",
    benchmark:
        "<benchmarks>/describe_stimuli.tsv"
    localrule: True
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        datasets=list(DATASETS),
        code=fingerprint("describe_stimuli.py", "statistics.yaml"),
    script:
        "../scripts/describe_stimuli.py"


rule pick_examples:
    """Pick the few images of the main network's tasks that figure 1 shows."""
    input:
        stores=expand("<results>/datasets/{task}.arrow", task=MAIN_TASKS),
    output:
        examples="<results>/stimuli/examples.npz",
    log:
        "<logs>/pick_examples.log",
    benchmark:
        "<benchmarks>/pick_examples.tsv"
    localrule: True
    conda:
        "../../envs/stimuli.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        tasks=MAIN_TASKS,
        code=fingerprint("pick_examples.py", "stimuli.yaml"),
    script:
        "../scripts/pick_examples.py"
