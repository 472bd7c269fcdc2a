"""Record the configuration, versions and times of the study."""

import json

import yaml

from segregation.steps.files import replacing
from segregation.steps.reporting import logging_to
from segregation.study.record import busy_seconds, machines, times, versions


def record_run(
    config: dict, benchmarks: dict[str, list[str]], trainings: dict[int, list[str]], cores: int, run: str, merged: str
) -> None:
    """Write run.json and the merged configuration.

    trainings maps each seed to the logs of its trainings, which say on which machine they ran. minutes_total is the time in
    which at least one step ran, minutes_by_rule the sum over a rule's steps.
    """
    steps = times(benchmarks)
    by_rule = (steps.end - steps.start).groupby(steps.rule).sum() / 60
    summary = {
        "study": config["study"],
        "seeds": config["seeds"],
        "cores": cores,
        "steps": len(steps),
        "minutes_total": round(busy_seconds(steps) / 60, 2),
        "minutes_by_rule": by_rule.sort_values(ascending=False).round(2).to_dict(),
        "machines": machines(trainings),
        "versions": versions(),
    }
    with replacing(run) as temporary:
        temporary.write_text(json.dumps(summary, indent=1) + "\n")
    with replacing(merged) as temporary:
        temporary.write_text(yaml.safe_dump(config, sort_keys=False))


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "record the run"):
        record_run(
            config=snakemake.params.config,
            benchmarks=snakemake.params.benchmarks,
            trainings=snakemake.params.trainings,
            cores=snakemake.resources.cores,
            run=snakemake.output.run,
            merged=snakemake.output.config,
        )
