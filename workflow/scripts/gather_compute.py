"""Gather what every step of the study took."""

from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table
from segregation.study.accounting import compute_table, gpu_reserved
from segregation.study.record import times


def gather_compute(benchmarks: dict[str, list[str]], on_gpu: list[str], table: str) -> None:
    """Write jobs, hours, memory and GPU hours by rule; on_gpu are the rules that ask for a GPU."""
    write_table(table, compute_table(times(benchmarks), on_gpu, gpu_reserved()))


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "gather compute"):
        gather_compute(
            benchmarks=snakemake.params.benchmarks,
            on_gpu=snakemake.params.on_gpu,
            table=snakemake.output.table,
        )
