"""The share of each layer's filters that both tasks need most, beside the share expected by chance."""

from segregation.lesions.tops import read_tops
from segregation.statistics.shared import compare_with_chance, count_by_seed
from segregation.statistics.shared import trend as trend_over
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def count_shared_filters(
    rankings: dict[tuple[int, str, str], str],
    severity: float,
    shared: str,
    by_seed: str,
    trend: str,
) -> None:
    """Write what the tops of both tasks' rankings share: by layer, by layer and seed, and its trend over layers.

    rankings holds the file of each (seed, layer, task) of one network of two tasks, from the first layer to the last. Raises
    InputError as read_tops does.
    """
    tops, filters = read_tops(rankings, severity)
    counts = count_by_seed(tops)
    table = compare_with_chance(counts, filters)
    for frame, path in ((table, shared), (counts[["layer", "seed", "share"]], by_seed), (trend_over(table.share), trend)):
        write_table(path, frame)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "count shared filters"):
        count_shared_filters(
            rankings=dict(zip(map(tuple, snakemake.params.ranked), snakemake.input.rankings, strict=True)),
            severity=snakemake.params.severity,
            shared=snakemake.output.shared,
            by_seed=snakemake.output.by_seed,
            trend=snakemake.output.trend,
        )
