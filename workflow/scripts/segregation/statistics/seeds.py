"""What the networks of one kind, one a seed, differ in, and whether their index goes with it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from segregation.statistics.bootstrap import accuracies
from segregation.statistics.discovery import false_discovery
from segregation.statistics.index import drop, indices
from segregation.statistics.responses import Responses

INDEX, BOTH = "index", "both"
OF_DROPS = ("own_drop", "other_drop")  # of which the index is made: that it goes with them is no explanation


def lesioned(
    responses: Mapping[str, Responses], layer: str, severity: float, floor: float, seeds: Sequence[int]
) -> pd.DataFrame:
    """Return seed, quantity, task and value of two tasks' lesions of a layer: index, top1, own_drop and other_drop.

    responses maps each task to what networks of the seeds answered. top1 is that of the intact network; own_drop is that of
    the task under its own lesion, other_drop that of the other task under the same one.
    """
    intact, drops = {}, {}
    for task, answered in responses.items():
        right = accuracies(answered.right, np.ones((1, len(answered.classes)), np.float32))[0]
        intact[task] = right[:, answered.intact]
        fallen = drop(right, right[:, [answered.intact]])
        drops[task] = {lesion: fallen[:, answered.index(layer, lesion, severity)] for lesion in responses}
    first, second = responses
    own = np.stack([drops[task][task] for task in (first, second)], -1)
    other = np.stack([drops[second][first], drops[first][second]], -1)
    rows = [(BOTH, INDEX, indices(own, other, floor)["contrast"][:, -1])]
    for place, task in enumerate(responses):
        rows += [(task, "top1", intact[task]), (task, "own_drop", own[:, place]), (task, "other_drop", other[:, place])]
    frames = [pd.DataFrame({"seed": seeds, "quantity": name, "task": task, "value": of}) for task, name, of in rows]
    return pd.concat(frames, ignore_index=True)


def silent(gradients: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return silent_filters of each seed: the share of filters that never fire on ranking images of any task.

    gradients has filter and score, the first-order effect of a lesion, by seed: it is 0 where there is nothing to lesion.
    """
    shares = {seed: float((of.score.abs().groupby(of["filter"]).max() == 0).mean()) for seed, of in gradients.items()}
    return of_networks("silent_filters", shares)


def trained(histories: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return train_loss and validation_loss of each seed after the last epoch, nats."""
    ends = {seed: history.iloc[-1] for seed, history in histories.items() if len(history)}
    losses = ("train_loss", "validation_loss")
    parts = [of_networks(name, {seed: end[name] for seed, end in ends.items()}) for name in losses]
    return pd.concat(parts, ignore_index=True)


def of_networks(quantity: str, values: Mapping[int, float]) -> pd.DataFrame:
    """Return seed, quantity, task and value of what a network has one of, by seed."""
    return pd.DataFrame({"seed": list(values), "quantity": quantity, "task": BOTH, "value": list(values.values())})


def correlations(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row a quantity and task: mean and sd over seeds, Spearman's rho with the index, p, and q over quantities.

    table has seed, quantity, task and value. sd is that of a sample (n - 1). rho, p and q are nan where all seeds have one
    value, and q where the index is made of the quantity (own and other drops).
    """
    wide = table.pivot(index="seed", columns=["quantity", "task"], values="value")
    index, rows = wide[INDEX, BOTH], []
    for (quantity, task), values in wide.items():
        both = pd.DataFrame({"index": index, "value": values}).dropna()
        varied = quantity != INDEX and len(both) > 2 and (both.nunique() > 1).all()
        rho, p = spearmanr(both["index"], both["value"]) if varied else (np.nan, np.nan)
        row = {"quantity": quantity, "task": task, "n_seeds": values.count(), "mean": values.mean(), "sd": values.std()}
        rows.append(row | {"rho": rho, "p": p})
    found = pd.DataFrame(rows)
    free = ~found.quantity.isin(OF_DROPS)
    return found.assign(q=pd.Series(false_discovery(found.p.where(free)), found.index))
