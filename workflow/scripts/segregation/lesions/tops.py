"""The filters at the top of rankings in files."""

from segregation.lesions.design import layer_size, read_ranking, top_lesions
from segregation.steps.reporting import InputError


def read_tops(
    rankings: dict[tuple[int, str, str], str], severity: float
) -> tuple[dict[tuple[int, str, str], list[int]], dict[str, int]]:
    """Return the first filters of each ranking, and the number of filters of each layer.

    rankings holds the file of each (seed, layer, task), severity says how many filters are the first. Raises InputError if a
    ranking is shorter than the severity asks for, or if the severity is less than one filter of a layer.
    """
    tops, filters = {}, {layer: layer_size(path) for (_, layer, _), path in rankings.items()}
    for (seed, layer, task), path in rankings.items():
        ranking = read_ranking(path, filters[layer])
        tops[seed, layer, task] = top_lesions(layer, task, ranking, [severity], filters[layer])[0].filters
        if not tops[seed, layer, task]:
            raise InputError(
                f"A severity of {severity} is not one of {layer}'s {filters[layer]} filters: raise architecture.width."
            )
    return tops, filters
