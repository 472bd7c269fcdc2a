"""Judge the claims of the sources by the tables of the study."""

from pathlib import Path

import pandas as pd
import yaml

from segregation.statistics.claims import judge, markdown
from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to
from segregation.steps.tables import read_table, write_table


def judge_claims(
    claims: str,
    tables: dict[str, list[str]],
    names: dict[str, str],
    scale: str,
    limits: str,
    confidence: float,
    table: str,
    text: str,
) -> None:
    """Write a row a claim of the file claims, as CSV and as a page; tables maps each name of a table to its files.

    names says what $main and the like stand for; scale tells a reader of the data and networks that were used, and the part
    limits of the file what they do not allow one to conclude; confidence is that of the tables' intervals.
    """
    stated = yaml.safe_load(Path(claims).read_text(encoding="utf-8"))
    read = {name: pd.concat(map(read_table, paths)) for name, paths in tables.items()}
    judged = judge(stated["claims"], read, names, stated["effect"], confidence)
    write_table(table, judged)
    with replacing(text) as temporary:
        temporary.write_text(markdown(judged, scale, stated[limits]))


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "judge claims"):
        judge_claims(
            claims=snakemake.input.claims,
            tables={name: list(snakemake.input[name]) for name in snakemake.params.tables},
            names=snakemake.params.names,
            scale=snakemake.params.scale,
            limits=snakemake.params.limits,
            confidence=snakemake.params.confidence,
            table=snakemake.output.table,
            text=snakemake.output.text,
        )
