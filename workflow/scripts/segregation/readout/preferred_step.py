"""The step that finds what drives the top-ranked filters of some layers: synthesised images and test images."""

import numpy as np
import pandas as pd
import torch

from segregation.images import batches
from segregation.images.store import Store
from segregation.images.tasks import open_stores
from segregation.lesions.design import read_ranking
from segregation.lesions.shown import test_images
from segregation.networks import checkpoints
from segregation.readout import preferred
from segregation.steps.files import replacing
from segregation.steps.reporting import InputError
from segregation.steps.tables import write_table

COLUMNS = ["layer", "task", "place", "filter"]
COLUMNS += ["activation_synthesised", "activation_strongest", "activation_mean", "share_own"]


def find_preferred(
    network: dict,
    stores: list[str],
    weights: str,
    rankings: dict[tuple[str, str], str],
    filters: int,
    strongest: int,
    seed: int,
    threads: int,
    images: str,
    table: str,
) -> None:
    """Write what the first filters of each ranking prefer; rankings holds the file of each (layer, task).

    images gets the arrays synthesised (m, size, size, 3) and strongest (m, strongest, size, size, 3), uint8; table their m
    rows: layer, task (whose ranking), place in it (from 1), filter, its activation by the synthesised image, by the
    strongest test images shown and by all of them (means), and share_own, the task's share of the 20 strongest.
    """
    torch.set_num_threads(threads)
    model, description = checkpoints.load(weights)
    model, size = model.to(batches.device()), description["image_size"]
    shown, tasks, classes = _test_images(open_stores(network, stores), strongest)
    rows, made, best = [], [], []
    for layer in dict.fromkeys(layer for layer, _ in rankings):
        activation = preferred.activations(model, layer, shown, size)
        of_layer = {task: path for (ranked, task), path in rankings.items() if ranked == layer}
        top = [(task, *first) for task, path in of_layer.items() for first in _first(path, filters, activation.shape[1])]
        made.append(preferred.synthesise(model, layer, [f for *_, f in top], size, seed))
        reached = preferred.activations(model, layer, made[-1], size)
        for (task, place, f), of_made in zip(top, reached, strict=True):
            best.append(preferred.strongest(activation[:, f], classes, strongest))
            measured = (of_made[f], activation[best[-1], f].mean(), activation[:, f].mean())
            rows.append((layer, task, place, f, *measured, preferred.share_own(activation[:, f], tasks == task)))
    seen = _arrays(shown.pixels[torch.from_numpy(np.concatenate(best))])
    low = (seen.shape[1] - size) // 2
    seen = seen[:, low : low + size, low : low + size].reshape(len(best), strongest, size, size, 3)
    with replacing(images) as temporary, temporary.open(mode="wb") as file:
        np.savez_compressed(file, synthesised=np.concatenate(made), strongest=seen)
    write_table(table, pd.DataFrame(rows, columns=COLUMNS))


def _test_images(stores: dict[str, Store], strongest: int) -> tuple[batches.Images, np.ndarray, np.ndarray]:
    """Return all test images, with the task and class of each, (n,)."""
    rows = {task: store.rows("test") for task, store in stores.items()}
    n_classes = sum(len(store.classes) for store in stores.values())
    if n_classes < strongest:
        raise InputError(
            f"{' and '.join(stores)} have {n_classes} classes together, fewer than the {strongest} test images shown of a"
            " filter, each of another class: raise classes of these datasets."
        )
    tasks = np.repeat(list(rows), [len(of_task) for of_task in rows.values()])
    classes = [f"{task}/{name}" for task, store in stores.items() for name in store.labels[rows[task]]]
    return test_images(stores), tasks, np.array(classes)


def _arrays(pixels: torch.Tensor) -> np.ndarray:
    return pixels.permute(0, 2, 3, 1).numpy()


def _first(ranking: str, filters: int, n_filters: int) -> list[tuple[int, int]]:
    """Return (place, filter) of the first filters of a ranking."""
    ranked = read_ranking(ranking, n_filters)
    if len(ranked) < filters:
        raise InputError(
            f"{ranking} has {len(ranked)} filters, but figures.preferred_filters asks for {filters}: lower it or raise"
            " ranking.until."
        )
    return list(enumerate(ranked[:filters], 1))
