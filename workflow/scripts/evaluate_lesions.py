"""Classify all test images of a network, intact and under every lesion of a layer."""

from segregation.images.tasks import open_stores
from segregation.lesions.evaluation_step import answers
from segregation.statistics.responses import table, write
from segregation.steps import limits
from segregation.steps.reporting import logging_to
from segregation.steps.states import remove_states


def evaluate_lesions(network: dict, stores: list[str], responses: str, **how: object) -> None:
    """Write which test images are named right, intact and under the lesions of a layer; how is what answers() takes."""
    opened = open_stores(network, stores)
    write(responses, [table(*part, opened) for part in answers(network, opened, responses=responses, **how)])
    remove_states(responses)


if __name__ == "__main__":
    with logging_to(snakemake.log[0], "evaluate {network} seed {seed} {layer}".format(**snakemake.wildcards)):
        evaluate_lesions(
            network=snakemake.params.network,
            stores=list(snakemake.input.stores),
            weights=snakemake.input.weights,
            layer=snakemake.wildcards.layer,
            rankings=[*snakemake.input.rankings, *snakemake.input.scores],
            seed=int(snakemake.wildcards.seed),
            settings=snakemake.params.evaluation,
            lesion=snakemake.params.lesion,
            code=list(snakemake.params.code),
            threads=snakemake.threads,
            responses=snakemake.output.responses,
            limit=limits.of_job(snakemake.resources.get("runtime")),
        )
