"""What a run computes with torch; loaded where it is needed, in this process or another."""

from segregation.images.tasks import open_stores
from segregation.lesions.evaluation_step import answers
from segregation.lesions.places import path_of
from segregation.networks import checkpoints
from segregation.networks.given import import_weights
from segregation.statistics.responses import table, write
from segregation.steps.states import remove_states


def take_in(layers: list[str], weights: str, **how: object) -> None:
    """Write the network that was given as import_weights() does. Raises InputError also for a layer that it has not."""
    import_weights(weights=weights, **how)
    network, _ = checkpoints.load(weights)
    for layer in layers:
        path_of(network, layer)


def test(network: dict, stores: list[str], responses: str, **how: object) -> None:
    """Write which test images are named right, intact and under lesions; how is what answers() takes."""
    opened = open_stores(network, stores)
    write(responses, [table(*part, opened) for part in answers(network, opened, responses=responses, **how)])
    remove_states(responses)
