"""What lesions for every task of a network do to every task, and the index of each pair of its tasks, with intervals."""

from segregation.statistics import tasks as by_task
from segregation.statistics.responses import READOUTS, by_seed, read
from segregation.statistics.segregation import measure_drops
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def compare_tasks(
    responses: list[str],
    network: str,
    tasks: list[str],
    seeds: list[int],
    layers: list[str],
    severity: float,
    column: str,
    settings: dict,
    outputs: dict[str, str],
) -> None:
    """Write matrix and pairs; outputs maps both to their files, responses holds those of each seed, seed by seed."""
    floor, confidence = settings["floor"], settings["confidence"]
    answered = {task: read(by_seed(responses, len(seeds)), task, column) for task in tasks}
    drops = measure_drops(answered, network, settings["draws"])
    tables = {
        "matrix": by_task.matrix(drops, layers, severity, confidence),
        "pairs": by_task.pairs(drops, layers, severity, floor, confidence),
    }
    for name, frame in tables.items():
        frame.insert(0, "network", network)
        write_table(outputs[name], frame)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "compare tasks, {network}, {readout}".format(**snakemake.wildcards)):
        compare_tasks(
            responses=list(snakemake.input.responses),
            network=snakemake.wildcards.network,
            tasks=snakemake.params.network["tasks"],
            seeds=snakemake.params.seeds,
            layers=snakemake.params.layers,
            severity=snakemake.params.severity,
            column=READOUTS[snakemake.wildcards.readout],
            settings=snakemake.params.statistics,
            outputs=dict(snakemake.output.items()),
        )
