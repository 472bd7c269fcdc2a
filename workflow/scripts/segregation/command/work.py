"""What a run computes with torch; loaded where it is needed, in this process or another."""

from segregation.images.tasks import open_stores
from segregation.lesions.evaluation_step import answers
from segregation.statistics.responses import table, write
from segregation.steps.states import remove_states


def test(network: dict, stores: list[str], responses: str, **how: object) -> None:
    """Write which test images are named right, intact and under lesions; how is what answers() takes."""
    opened = open_stores(network, stores)
    write(responses, [table(*part, opened) for part in answers(network, opened, responses=responses, **how)])
    remove_states(responses)
