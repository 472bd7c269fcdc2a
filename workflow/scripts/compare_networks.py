"""The combined index of several networks of two tasks, and the differences between them."""

import pandas as pd

from segregation.statistics.comparison import of_networks, of_pairs, side_by_side
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def compare_networks(draws: dict[str, str], confidence: float, networks: str, pairs: str) -> None:
    """Write the index of each network and the difference of each pair; draws holds the file of bootstrap draws of each."""
    variants = side_by_side({network: pd.read_parquet(path) for network, path in draws.items()})
    for frame, path in ((of_networks(variants, confidence), networks), (of_pairs(variants, confidence), pairs)):
        write_table(path, frame)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "compare networks"):
        compare_networks(
            draws=dict(zip(snakemake.params.networks, snakemake.input.draws, strict=True)),
            confidence=snakemake.params.confidence,
            networks=snakemake.output.networks,
            pairs=snakemake.output.pairs,
        )
