"""Accuracy of an intact network with intervals."""

import pandas as pd

from segregation.statistics.accuracy import accuracy_rows, intact_accuracies
from segregation.statistics.responses import READOUTS, read
from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def bootstrap_accuracy(
    responses: list[str], network: str, tasks: list[str], seeds: list[int], settings: dict, outputs: dict[str, str]
) -> None:
    """Write accuracy, by_seed and draws of a network, a file of responses a seed; outputs maps each of these to its file."""
    rows, single, draws = [], [], {}
    for task in tasks:
        for readout, column in READOUTS.items():
            answered = read(responses, task, column, ["none"])
            of_seeds, of_draws = intact_accuracies(answered, network, task, settings["draws"])
            condition = {"network": network, "task": task, "readout": readout}
            about = {"classes": len(set(answered.classes)), "images": len(answered.classes)}
            rows.append(condition | accuracy_rows(of_seeds, of_draws, settings["confidence"]) | about)
            single += [condition | {"seed": s, "accuracy": a} for s, a in zip(seeds, of_seeds, strict=True)]
            draws[f"{task} {readout}"] = of_draws
    for table, rows_of in ((outputs["accuracy"], rows), (outputs["by_seed"], single)):
        write_table(table, pd.DataFrame(rows_of))
    with replacing(outputs["draws"]) as temporary:
        pd.DataFrame(draws).to_parquet(temporary, index=False)


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
