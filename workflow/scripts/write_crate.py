"""Describe the study for archives, as an RO-Crate, beside a copy of the workflow that made it."""

import json
import shutil
from pathlib import Path

import yaml

from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to
from segregation.study.crate import study_crate, write_source
from segregation.study.record import times


def write_crate(
    files: list[str],
    run: str,
    captions: list[str],
    citation: str,
    code: list[str],
    benchmarks: dict[str, list[str]],
    crate: str,
    snakefile: str,
    archive: str,
) -> None:
    """Write the crate of the files of a study, and copies of the Snakefile and, in an archive, of all that it needs.

    captions are files named after figures, code the Snakefile and the files that go into the archive.
    """
    with replacing(snakefile) as temporary:
        shutil.copyfile(code[0], temporary)
    with replacing(archive) as temporary:
        write_source(temporary, [Path(path) for path in code[1:]], Path(code[0]).parent)
    steps = times(benchmarks)
    described = study_crate(
        Path(crate).parent,
        Path(snakefile),
        [Path(path) for path in [*files, archive]],
        {Path(path).stem: Path(path).read_text(encoding="utf-8").strip() for path in captions},
        yaml.safe_load(Path(citation).read_text(encoding="utf-8")),
        json.loads(Path(run).read_text(encoding="utf-8")),
        (steps.start.min(), steps.end.max()),
    )
    with replacing(crate) as temporary:
        temporary.write_text(json.dumps(described.metadata.generate(), indent=1) + "\n")


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "write crate"):
        write_crate(
            files=[*snakemake.input.about, *snakemake.input.products, *snakemake.input.tables],
            run=snakemake.input.run,
            captions=snakemake.input.captions,
            citation=snakemake.input.citation,
            code=snakemake.input.code,
            benchmarks=snakemake.params.benchmarks,
            crate=snakemake.output.crate,
            snakefile=snakemake.output.snakefile,
            archive=snakemake.output.archive,
        )
