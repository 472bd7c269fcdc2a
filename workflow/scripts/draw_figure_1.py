"""Draw figure 1: the networks and their tasks; accuracy of the dual-task network beside the single-task ones."""

import pandas as pd
from matplotlib import pyplot as plt

from segregation.figures import style
from segregation.figures.panels import dual_and_single
from segregation.figures.schematic import schematic
from segregation.files import replacing
from segregation.reporting import logging_to
from segregation.store import Store

EXAMPLES = 4


def draw_figure_1(
    accuracy: str,
    by_seed: str,
    stores: dict[str, str],
    networks: dict[str, list[str]],
    dual: str,
    architecture: str,
    outputs: dict[str, str],
) -> None:
    """Draw a dual network and the single networks of its tasks from the tables of accuracy; outputs: pdf, png, table."""
    tasks = networks[dual]
    shown = {name: of for name, of in networks.items() if name == dual or (len(of) == 1 and of[0] in tasks)}
    opened = {task: Store(stores[task]) for task in tasks}
    classes = {task: len(store.classes) for task, store in opened.items()}
    table, seeds = (_of_kinds(pd.read_csv(path), shown, classes) for path in (accuracy, by_seed))
    with replacing(outputs["table"]) as temporary:
        table.to_csv(temporary, index=False)
    figure = plt.figure(figsize=(style.FULL_WIDTH, 0.4 * style.FULL_WIDTH))
    left, right = figure.subplots(1, 2, width_ratios=(1.75, 1))
    schematic(left, shown, classes, {task: _examples(store) for task, store in opened.items()}, architecture.upper())
    dual_and_single(right, table, seeds)
    figure.subplots_adjust(left=0.03, right=0.99, bottom=0.08, top=0.85, wspace=0.14)
    left.set_anchor("W")
    for x, text in ((0.005, "A"), (right.get_position().x0 - 0.06, "C")):
        figure.text(x, 0.93, text, fontsize=10, fontweight="bold")
    style.export(figure, outputs["pdf"], outputs["png"])


def _of_kinds(table: pd.DataFrame, networks: dict[str, list[str]], classes: dict[str, int]) -> pd.DataFrame:
    """Return the full-softmax rows of some networks with their kind (single, dual) and chance level."""
    table = table[table.network.isin(networks) & (table.readout == "full")].copy()
    table["kind"] = ["single" if len(networks[name]) == 1 else "dual" for name in table.network]
    table["chance"] = [1 / sum(classes[task] for task in networks[name]) for name in table.network]
    return table


def _examples(store: Store):
    """Return a test image of each of the first classes, (EXAMPLES, size, size, 3)."""
    rows = store.rows("test")
    firsts = [rows[store.labels[rows] == name][0] for name in store.classes[:EXAMPLES]]
    return store.images(firsts)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "figure 1"):
        draw_figure_1(
            accuracy=snakemake.input.accuracy,
            by_seed=snakemake.input.by_seed,
            stores=dict(zip(snakemake.params.tasks, snakemake.input.stores, strict=True)),
            networks=snakemake.params.networks,
            dual=snakemake.params.dual,
            architecture=snakemake.params.architecture,
            outputs=dict(snakemake.output.items()),
        )
