"""The correlation of need and selectivity: over the top half of a layer's rankings, for both tasks."""

from segregation.lesions.design import read_ranking, size_of
from segregation.statistics import selectivity
from segregation.steps.reporting import InputError, logging_to
from segregation.steps.tables import read_table, write_table

RANKED = 0.5  # the fraction of the layer that the paper correlates, 256 of 512 filters


def correlate_selectivity(
    scores: dict[int, str],
    rankings: dict[tuple[int, str], str],
    draws: int,
    confidence: float,
    outputs: dict[str, str],
) -> None:
    """Write points, correlation and by_seed; outputs maps each of these to its file.

    scores holds the file of each seed, with the selectivity of every filter of the layer for every task; rankings that of
    each (seed, task). Raises InputError if a ranking does not reach half the layer.
    """
    tops, of_filters = {}, {}
    tables = {seed: read_table(path).query("method == 'selectivity'") for seed, path in scores.items()}
    for (seed, task), path in rankings.items():
        of_filters[seed, task] = tables[seed][tables[seed].task == task].set_index("filter").score
        n_filters = len(of_filters[seed, task])
        ranking, needed = read_ranking(path, n_filters), size_of(RANKED, n_filters)
        if len(ranking) < needed:
            raise InputError(
                f"{path}: ranks {len(ranking)} of {n_filters} filters, {needed} are needed: raise ranking.until."
            )
        tops[seed, task] = ranking[:needed]
    points = selectivity.ranked_selectivity(tops, of_filters)
    by_seed = selectivity.correlate_by_seed(points)
    correlation = selectivity.correlate(points, by_seed, draws, confidence)
    for name, frame in {"points": points, "correlation": correlation, "by_seed": by_seed}.items():
        write_table(outputs[name], frame)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "correlate selectivity"):
        correlate_selectivity(
            scores=dict(zip(snakemake.params.seeds, snakemake.input.scores, strict=True)),
            rankings=dict(zip(map(tuple, snakemake.params.ranked), snakemake.input.rankings, strict=True)),
            draws=snakemake.params.draws,
            confidence=snakemake.params.confidence,
            outputs=dict(snakemake.output.items()),
        )
