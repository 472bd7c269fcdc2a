"""Whole rankings by the engine and by full forward passes, with what counting multiply-adds allows.

Counted are convolutions and linear layers. A candidate and image cost the naive procedure all of them; the engine those
behind the next one, and in the next one the part of one unit; beside that what lies before once a ranking, and the next one
once a round. Pairs whose unit is silent are counted, though the engine leaves them out.
"""

from collections.abc import Callable

import torch
from timing import seconds
from torch import nn
from torch.nn import functional as F

from segregation.lesions.counting import layers_run, rounds_of
from segregation.lesions.engine import Engine
from segregation.lesions.places import place_of
from segregation.lesions.ranking import rank
from segregation.lesions.silence import silenced

SAMPLED = 3  # candidates that full passes are timed on where a ranking would take days


def limit(network: nn.Module, number: int, units: int, rounds: list[int], image: torch.Tensor) -> float:
    """Return the ratio that counting allows for a ranking of the layer with a number (from 0) among those with weights."""
    counts = [of.multiply_adds for of in layers_run(network, image)]
    before, following, behind = sum(counts[: number + 1]), counts[number + 1], sum(counts[number + 2 :])
    candidates = sum(rounds)
    return candidates * sum(counts) / (before + len(rounds) * following + candidates * (following / units + behind))


def relu_of(network: nn.Module, name: str, images: torch.Tensor) -> nn.Module:
    """Return the ReLU behind a layer."""
    return place_of(network, name, images[:1]).chains[0][-1].of


def naive_losses(network: nn.Module, module: nn.Module, images, targets, sets: list[list[int]]) -> torch.Tensor:
    """Return the losses (n_sets, n_images) of full passes."""
    losses = []
    with torch.inference_mode():
        for filters in sets:
            with silenced(module, filters):
                losses.append(F.cross_entropy(network(images), targets, reduction="none"))
    return torch.stack(losses)


def naive_ranking(network: nn.Module, name: str, images, targets, a_round: int, until: float = 0.5) -> list[int]:
    """Return the filters of a ranking by full passes."""
    module, chosen = relu_of(network, name, images), []
    n_filters = Engine(network, name, images[:1]).parts.n_units
    while len(chosen) < until * n_filters:
        left = [f for f in range(n_filters) if f not in chosen]
        losses = naive_losses(network, module, images, targets, [[*chosen, f] for f in left]).double().mean(1).tolist()
        chosen += [left[i] for i in sorted(range(len(left)), key=lambda i: (-losses[i], left[i]))[:a_round]]
    return chosen


def whole(network: nn.Module, name: str, number: int, images, targets, step: float) -> dict:
    """Compare whole rankings of half a layer."""
    engine_s, chosen = seconds(lambda: rank(Engine(network, name, images), targets, step))
    naive_s, expected = seconds(
        lambda: naive_ranking(network, name, images, targets, max(1, int(step * chosen[0].n_filters)))
    )
    rounds = rounds_of(chosen[0].n_filters, max(1, int(step * chosen[0].n_filters)))
    return {
        "filters": chosen[0].n_filters,
        "images": len(images),
        "candidates": sum(rounds),
        "naive_s": naive_s,
        "engine_s": engine_s,
        "ratio": naive_s / engine_s,
        "limit": limit(network, number, chosen[0].n_filters, rounds, images[:1]),
        "same_order": [choice.filter for choice in chosen] == expected,
    }


def sampled(network: nn.Module, name: str, number: int, images, targets, a_round: int, say: Callable = print) -> dict:
    """Compare rankings of half a layer in groups: full passes on some candidates, the engine on its first round.

    Both are scaled to all candidates of the ranking, which their cost is proportional to; what the engine does once is
    counted once. same_order tells whether the sampled candidates have the same order, difference how far their losses are.
    """
    every = torch.arange(len(images))
    once_s, engine = seconds(lambda: Engine(network, name, images))
    kept_s, _ = seconds(lambda: engine.losses(targets, [], [], every))
    units = engine.parts.n_units
    round_s, found = seconds(lambda: engine.losses(targets, [], range(units), every))
    sample = [[int(unit)] for unit in torch.linspace(0, units - 1, SAMPLED)]
    naive_losses(network, relu_of(network, name, images), images, targets, sample[:1])
    sample_s, expected = seconds(lambda: naive_losses(network, relu_of(network, name, images), images, targets, sample))
    ours = found.losses[[unit for (unit,) in sample]]
    rounds = rounds_of(units, a_round)
    naive_s, engine_s = sample_s / SAMPLED * sum(rounds), once_s + kept_s + round_s * sum(rounds) / units
    row = {
        "filters": units,
        "images": len(images),
        "candidates": sum(rounds),
        "naive_s": naive_s,
        "engine_s": engine_s,
        "ratio": naive_s / engine_s,
        "limit": limit(network, number, units, rounds, images[:1]),
        "same_order": torch.equal(ours.mean(1).argsort(), expected.mean(1).argsort()),
        "difference": float((ours - expected).abs().max()),
        "silent": 1 - (found.pairs - len(images)) / (units * len(images)),
    }
    say(f"{name}: {row['ratio']:.1f} of {row['limit']:.1f}")
    return row
