"""The step that takes in a network that was trained elsewhere."""

from segregation.images.tasks import open_stores
from segregation.networks import checkpoints
from segregation.networks.weights import given_network
from segregation.steps import hashing


def import_weights(network: dict, stores: list[str], given: dict, appearance: dict, weights: str) -> None:
    """Write the weights of a network that was given, its outputs in the order of the classes of its tasks, a store each.

    network holds tasks and without, appearance architecture and image_size; given the files weights and classes, and mean
    and std of the pixels that the network was trained on.
    """
    classes = {task: store.classes for task, store in open_stores(network, stores).items()}
    model = given_network(given["weights"], given["classes"], **appearance, tasks=classes)
    scale = {"mean": given["mean"], "std": given["std"]}
    origin = hashing.checksum(given["weights"])
    checkpoints.save(weights, model, {**appearance, **scale, "classes": classes, "given": origin})
