"""Accuracy of an intact network with intervals."""

from segregation.statistics.accuracy import accuracy_tables
from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def bootstrap_accuracy(
    responses: list[str], network: str, tasks: list[str], seeds: list[int], settings: dict, outputs: dict[str, str]
) -> None:
    """Write accuracy, by_seed and draws of a network, a file of responses a seed; outputs maps each of these to its file."""
    accuracy, by_seed, draws = accuracy_tables(responses, network, tasks, seeds, settings)
    for path, table in ((outputs["accuracy"], accuracy), (outputs["by_seed"], by_seed)):
        write_table(path, table)
    with replacing(outputs["draws"]) as temporary:
        draws.to_parquet(temporary, index=False)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], f"bootstrap accuracy, {snakemake.wildcards.network}"):
        bootstrap_accuracy(
            responses=list(snakemake.input.responses),
            network=snakemake.wildcards.network,
            tasks=snakemake.params.network["tasks"],
            seeds=snakemake.params.seeds,
            settings=snakemake.params.statistics,
            outputs=dict(snakemake.output.items()),
        )
