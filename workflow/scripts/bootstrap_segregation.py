"""Effects of lesions and segregation indices of a network, with intervals."""

from segregation.statistics import segregation
from segregation.statistics.responses import READOUTS, by_seed, read
from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to
from segregation.steps.tables import write_table


def bootstrap_segregation(
    responses: list[str],
    network: str,
    tasks: list[str],
    seeds: list[int],
    layers: list[str],
    severity: float,
    severities: list[float],
    column: str,
    settings: dict,
    outputs: dict[str, str],
) -> None:
    """Write effects, segregation, by_seed, by_severity, comparisons and draws; outputs maps each of these to its file.

    responses holds the files of each seed, seed by seed; draws are of the last of the layers.
    """
    floor, confidence, last = settings["floor"], settings["confidence"], layers[-1]
    answered = {task: read(by_seed(responses, len(seeds)), task, column) for task in tasks}
    drops = segregation.measure_drops(answered, network, settings["draws"])
    tables = {
        "effects": segregation.effects(drops, confidence),
        "segregation": segregation.segregation(drops, layers, severity, floor, confidence),
        "by_severity": segregation.by_severity(drops, layers, severities, floor, confidence),
        "comparisons": segregation.comparisons(drops, layers, severity, floor, confidence),
    }
    tables = {name: frame.assign(n_seeds=frame.get("n_seeds", len(seeds))) for name, frame in tables.items()}
    tables["by_seed"] = segregation.by_seed(drops, layers, severity, floor, seeds)
    for name, frame in tables.items():
        frame.insert(0, "network", network)
        write_table(outputs[name], frame)
    with replacing(outputs["draws"]) as temporary:
        segregation.combined_draws(drops, last, severity, floor).to_parquet(temporary, index=False)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "bootstrap segregation, {network}, {readout}".format(**snakemake.wildcards)):
        bootstrap_segregation(
            responses=list(snakemake.input.responses),
            network=snakemake.wildcards.network,
            tasks=snakemake.params.network["tasks"],
            seeds=snakemake.params.seeds,
            layers=snakemake.params.layers,
            severity=snakemake.params.severity,
            severities=snakemake.params.severities,
            column=READOUTS[snakemake.wildcards.readout],
            settings=snakemake.params.statistics,
            outputs=dict(snakemake.output.items()),
        )
