"""Pack what statistics start from: all tables and figures can be made of it, without a network."""

from itertools import chain
from pathlib import Path

from segregation.steps.hashing import checksum
from segregation.steps.reporting import logging_to
from segregation.study.deposit import pack


def pack_deposit(
    files: list[str], benchmarks: dict[str, list[str]], trainings: dict[int, list[str]], archive: str, stated: str
) -> None:
    """Write the archive of some files, the benchmark files of all steps and the logs of trainings, and its checksum."""
    pack(files, sorted(chain(*benchmarks.values(), *trainings.values())), Path(archive))
    Path(stated).write_text(f"{checksum(archive)}  {Path(archive).name}\n", encoding="utf-8")


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "deposit"):
        pack_deposit(
            files=list(snakemake.input),
            benchmarks=snakemake.params.benchmarks,
            trainings=snakemake.params.trainings,
            archive=snakemake.output.archive,
            stated=snakemake.output.stated,
        )
