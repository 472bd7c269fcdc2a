"""Write the report of a study: one page with its finding, figures and tables, an explorer, and how it was made."""

from segregation.report.content import gather
from segregation.report.finding import Main
from segregation.report.page import render
from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to


def write_report(page: str, study: str, scale: str, files: dict, **content: object) -> None:
    """Write the page; files and content are what gather() takes, and files has its template, style and program."""
    filled = {"study": study, "scale": scale, **gather(files=files, **content)}
    with replacing(page) as temporary:
        temporary.write_text(render(files["template"], files["style"], files["program"], filled), encoding="utf-8")


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "write the report"):
        write_report(
            study=snakemake.params.study,
            scale=snakemake.params.scale,
            main=Main(**snakemake.params.main),
            same_kind=snakemake.params.same_kind,
            limits=snakemake.params.limits,
            networks=snakemake.params.networks,
            trained=snakemake.params.trained,
            figures=snakemake.params.figures,
            files=dict(snakemake.input.items()),
            page=snakemake.output.page,
        )
