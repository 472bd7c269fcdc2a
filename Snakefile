"""Dobs et al. (2022): segregation of face and object processing in networks trained on both."""

from snakemake.utils import min_version

min_version("9.27")


configfile: f"{workflow.basedir}/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/cluster.smk"
include: "workflow/rules/sources.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/summaries.smk"
include: "workflow/rules/comparisons.smk"


pathvars:
    results=f"results/{config['study']}",
    logs=f"results/{config['study']}/logs",
    benchmarks=f"results/{config['study']}/benchmarks",


include: "workflow/rules/stimuli.smk"
include: "workflow/rules/packing.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/lesions.smk"
include: "workflow/rules/readout.smk"
include: "workflow/rules/statistics.smk"
include: "workflow/rules/controls.smk"
include: "workflow/rules/many.smk"
include: "workflow/rules/modules.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/supplement.smk"
include: "workflow/rules/extras.smk"
include: "workflow/rules/sizes.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/record.smk"
include: "workflow/rules/report.smk"


# Snakemake's limit of a rate plans, for each step that has ended, one more look a second at all steps that are ready, which
# in a study of hundreds of steps keeps a good part of a core busy. On one machine there is no rate to keep.
onstart:
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None
    else:
        ask_again()


rule all:
    """Every figure and table of the study."""
    default_target: True
    input:
        PRODUCTS,
        "<results>/compute.csv",
        "<results>/run.json",
        "<results>/report.html",
        "<results>/ro-crate-metadata.json",
