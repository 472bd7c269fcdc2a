"""The share of each layer's filters that each pair of a network's tasks needs most, beside the share expected by chance."""

from segregation.lesions.tops import read_tops
from segregation.statistics.tasks import shared_pairs
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def count_shared_pairs(rankings: dict[tuple[int, str, str], str], severity: float, network: str, table: str) -> None:
    """Write what the tops of each two tasks' rankings share, by pair and layer.

    rankings holds the file of each (seed, layer, task) of a network, from the first layer to the last. Raises InputError as
    read_tops does.
    """
    counted = shared_pairs(*read_tops(rankings, severity))
    counted.insert(0, "network", network)
    write_table(table, counted)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "count shared filters of pairs of tasks, {network}".format(**snakemake.wildcards)):
        count_shared_pairs(
            rankings=dict(zip(map(tuple, snakemake.params.ranked), snakemake.input.rankings, strict=True)),
            severity=snakemake.params.severity,
            network=snakemake.wildcards.network,
            table=snakemake.output.table,
        )
