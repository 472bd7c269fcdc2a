"""A study described for archives: a Workflow RO-Crate of its workflow, configuration, tables and figures and the run.

Profile: https://w3id.org/workflowhub/workflow-ro-crate/1.0 on RO-Crate 1.1, which archives such as WorkflowHub read.
"""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

LICENCE = "https://spdx.org/licenses/{}"
FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
}
FORMATS |= {".png": "image/png", ".yaml": "application/yaml", ".zip": "application/zip"}
DESCRIPTIONS = {  # of what has no caption; the first pattern that fits
    "config.yaml": "The merged configuration of the study.",
    "run.json": "Cores, steps, minutes, versions and seeds of the run.",
    "compute.csv": "What the steps took, a row a rule: jobs, hours, memory, hours on a GPU.",
    "report.html": "The report: finding, claims, an explorer, figures with their tables, and how they were made.",
    "claims.*": "What became of each claim of the sources, by the criterion stated for it.",
    "source/code.zip": "Rules, scripts, library and environments, to be unpacked beside the Snakefile.",
    "datasets/*.json": "What a set of images was made of: counts, checksum, licence.",
    "stimuli/contact_sheet.png": "Images of every class.",
    "stimuli/lowlevel.csv": "Luminance, contrast and spectral slope of the images of each set.",
    "figures/*.csv": "The table of what a figure shows.",
    "statistics/*/effects.csv": "Performance under lesions over that of the intact network, with intervals.",
    "statistics/*/comparisons.csv": "Differences in the last layer, with intervals.",
    "statistics/*segregation_by_seed.csv": "Segregation index of single seeds.",
    "statistics/*segregation*.csv": "Segregation index by layer, task and variant, with intervals.",
    "statistics/*accuracy*.csv": "Accuracy of intact networks.",
    "statistics/decoding*.csv": "Accuracy of decoding new classes from intact networks.",
    "statistics/selectivity*.csv": "Selectivity of filters beside their place in the ranking.",
    "statistics/shared_filters*.csv": "Share of filters that both tasks need, beside what chance would give.",
    "statistics/nulls*.csv": "Segregation index under pseudo-tasks and under random lesions.",
    "statistics/*.csv": "Segregation index of networks compared with each other.",
}


def describe(path: str, captions: dict[str, str]) -> str:
    """Return a sentence on a file of a study, by its path below the study's folder; captions: of figures, by name.

    Raises KeyError for a figure without one, and for a file of a kind that nothing is said of.
    """
    stem = Path(path).stem
    if fnmatch(path, "figures/*.p[nd][gf]"):
        return captions[stem]
    return DESCRIPTIONS[next((pattern for pattern in DESCRIPTIONS if fnmatch(path, pattern)), path)]


def study_crate(
    folder: Path, snakefile: Path, files: Sequence[Path], captions: dict[str, str], citation: dict, run: dict, span: tuple
) -> ROCrate:
    """Return the crate of a study, whose root is its folder; all files lie below it and stay as they are.

    captions: of figures by name; citation: what CITATION.cff says; run: what run.json says; span: start and end of the run
    in seconds since the epoch. Raises KeyError as describe() does, and ValueError for a file outside the folder.
    """
    crate = ROCrate(version="1.1")
    start, end = (datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") for seconds in span)
    name = f"{citation['title']}: study {run['study']}"
    licence = _entity(crate, LICENCE.format(citation["license"]), "CreativeWork", name=f"{citation['license']} license")
    authors = [
        _entity(crate, f"#{a['name'].replace(' ', '-')}", "Organization", name=a["name"]) for a in citation["authors"]
    ]
    crate.name, crate.description, crate.datePublished = name, citation["abstract"], end
    crate.license, crate.keywords, crate.creator = licence, citation["keywords"], authors
    crate.root_dataset["author"] = authors
    crate.root_dataset["citation"] = [_article(crate, reference) for reference in citation["references"]]
    about = {"name": citation["title"], "version": citation["version"], "description": citation["abstract"]}
    workflow = crate.add_workflow(
        snakefile,
        snakefile.relative_to(folder).as_posix(),
        main=True,
        lang="snakemake",
        lang_version=run["versions"].get("snakemake"),
        properties=about,
    )
    workflow["license"], workflow["creator"] = licence, authors
    workflow["softwareRequirements"] = [_package(crate, *item) for item in run["versions"].items()]
    entities = {}
    for path in files:
        below = path.relative_to(folder).as_posix()
        said = {"name": below, "description": describe(below, captions), "contentSize": str(path.stat().st_size)}
        entities[below] = crate.add_file(path, below, properties=said | {"encodingFormat": FORMATS[path.suffix]})
    given = [entities.pop(below) for below in ("config.yaml", "source/code.zip")]
    did = {"name": f"Run of the study {run['study']}", "startTime": start, "endTime": end}
    did["description"] = (
        f"{run['steps']} steps on {run['cores']} cores, {run['minutes_total']} minutes with at least one running."
    )
    status = {"actionStatus": "http://schema.org/CompletedActionStatus"}
    action = crate.add_action(workflow, "#run", object=given, result=list(entities.values()), properties=did | status)
    crate.root_dataset["mentions"] = action
    return crate


def write_source(archive: Path, files: Sequence[Path], root: Path = Path()) -> None:
    """Write files below root, the project's folder, into an archive: the same files are the same bytes."""
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, path.read_bytes())


def _entity(crate: ROCrate, identifier: str, kind: str, **properties: object) -> ContextEntity:
    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))


def _package(crate: ROCrate, name: str, version: str) -> ContextEntity:
    return _entity(crate, f"#{name}-{version}", "SoftwareApplication", name=name, version=version)


def _article(crate: ROCrate, reference: dict) -> ContextEntity:
    people = ", ".join(f"{person['given-names']} {person['family-names']}" for person in reference["authors"])
    about = {"name": reference["title"], "author": people, "datePublished": str(reference["year"])}
    return _entity(crate, f"https://doi.org/{reference['doi']}", "ScholarlyArticle", **about)
