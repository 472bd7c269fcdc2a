"""Networks compared: the combined index of several networks of two tasks, and its differences."""

from itertools import combinations

import numpy as np
import pandas as pd

from segregation.statistics.bootstrap import interval, p_value
from segregation.statistics.discovery import false_discovery


def side_by_side(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the index of each variant, by draw (rows) and network (columns).

    tables has the columns variant, draw and index for each network; draw -1 is the estimate from the data themselves, 0 and
    on are bootstrap draws. A draw that a network lacks is nan there.
    """
    table = pd.concat(tables, names=["network"]).reset_index("network")
    return {
        variant: of_variant.pivot(index="draw", columns="network", values="index")[list(tables)]
        for variant, of_variant in table.groupby("variant", sort=False)
    }


def of_networks(variants: dict[str, pd.DataFrame], confidence: float) -> pd.DataFrame:
    """Return a row for each variant and network: network, variant, index, low, high; variants is that of side_by_side."""
    frames = []
    for variant, values in variants.items():
        low, high = interval(values.drop(index=-1).to_numpy(), confidence)
        columns = {"network": values.columns, "variant": variant, "index": values.loc[-1].to_numpy()}
        frames.append(pd.DataFrame(columns | {"low": low, "high": high}))
    return pd.concat(frames, ignore_index=True)


def of_pairs(variants: dict[str, pd.DataFrame], confidence: float) -> pd.DataFrame:
    """Return a row for each variant and unordered pair of networks: the index of the first minus that of the second.

    Columns: first, second, variant, difference, low, high, p (two-sided bootstrap) and q, which controls the false discovery
    rate over the pairs of a variant (Benjamini and Hochberg, 1995). Differences are taken draw by draw, so that networks
    which share the draw of a task's images are paired; draws in which either network is undefined are left out.
    variants is that of side_by_side.
    """
    frames = []
    for variant, values in variants.items():
        rows = []
        for first, second in combinations(values.columns, 2):
            difference = values[first] - values[second]
            estimate, draws = difference.loc[-1], difference.drop(index=-1).to_numpy()
            low, high = interval(draws, confidence)
            p = np.nan if np.isnan(estimate) else float(p_value(draws))
            rows.append((first, second, variant, estimate, float(low), float(high), p))
        frame = pd.DataFrame(rows, columns=["first", "second", "variant", "difference", "low", "high", "p"])
        frames.append(frame.assign(q=false_discovery(frame.p)))
    return pd.concat(frames, ignore_index=True)
