"""What a network, and a faster way to lesion it, are held to at the start: full passes of the network itself."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from segregation.lesions.full import FullPasses
from segregation.lesions.groups import without_head
from segregation.lesions.seen import Shown, computing
from segregation.lesions.tails import Tails
from segregation.steps.reporting import InputError

OF_EPSILON, OF_NOISE = 64, 20  # how much larger than what rounding does once a difference may be
RANDOM = 1e-3  # of the largest score: a network at random changes by more, the order of sums on a GPU by less
POWER = 0.05  # of the largest score: where rounding may change more, a comparison says nothing
SHOWN = 3  # images of a check


def sample(shown: Shown) -> torch.Tensor:
    """Return the positions of the images of a check: from all over, as many as there are but no more than three."""
    return torch.linspace(0, len(shown) - 1, min(SHOWN, len(shown))).round().long()


def different(images: torch.Tensor) -> torch.Tensor:
    """Return three images that differ, (3, ...), made of the first ones where there are fewer."""
    factors = torch.tensor([1, 0.5, -0.25], dtype=images.dtype, device=images.device).view(-1, *[1] * (images.ndim - 1))
    return images if len(images) == SHOWN else images[:1] * factors


def check_scores(result: Any) -> None:
    """Raise InputError unless a network put out class scores (n_images, n_outputs)."""
    if not isinstance(result, torch.Tensor):
        raise InputError(
            f"The network puts out a {type(result).__name__}; it must put out one tensor, the class scores"
            " (n_images, n_outputs). Give a module that returns these alone."
        )
    if result.ndim != 2 or not result.is_floating_point():
        raise InputError(
            f"The network puts out {result.dtype} of shape {tuple(result.shape)}; expected class scores"
            " (n_images, n_outputs)."
        )


class Rounding:
    """What rounding may change in the scores of a network, seen in scores of images whose pixels were rounded otherwise.

    again is what another pass gave for the images. Raises InputError for a network whose scores change from one pass to the
    next, or with the images beside an image.
    """

    @torch.no_grad()
    def __init__(self, network: nn.Module, images: torch.Tensor, again: torch.Tensor):
        with computing("float32", images.device):
            first = network(images.clone())
            # Of what is stored in half precision rounding shows in the scores, as it were, by itself.
            tensors = [t for t in (first, *network.parameters(), *network.buffers()) if t.is_floating_point()]
            epsilon = max(torch.finfo(t.dtype).eps for t in tensors if t.itemsize >= min(4, first.itemsize))
            generator = torch.Generator().manual_seed(0)
            noise = torch.rand(images.shape, generator=generator).sub(0.5).to(images)
            rounded = network((images * (1 + 2 * epsilon * noise)).to(images.dtype))
            alone = self._alone(network, images)
        self.scale = float(first.abs().max())
        self.limit = RANDOM * self.scale
        if not self.allows(first, again):
            raise InputError(
                "The network's scores for the same images change from one pass to the next: it is random, or it keeps"
                " something of what it saw. A lesion cannot be told from that."
            )
        own = (OF_EPSILON if first.itemsize >= 4 else 1) * epsilon * self.scale
        self.limit = OF_NOISE * float((rounded - first).abs().max()) + own
        if not self.allows(first, alone):
            raise InputError(
                "The network's scores for an image depend on the images beside it (by up to"
                f" {float((first - alone).abs().max()):.2g}): a normalisation by the batch, say. They must follow from the"
                " image alone; give normalisations running statistics."
            )

    def allows(self, one: torch.Tensor, other: torch.Tensor) -> bool:
        """Tell whether other scores differ from one by no more than rounding; told of elsewhere if that is not finite."""
        apart = (one.double() - other.double()).abs()
        return bool((apart <= self.limit).all()) or not bool(one.isfinite().all())

    @staticmethod
    def _alone(network: nn.Module, images: torch.Tensor) -> torch.Tensor:
        try:
            scores = torch.cat([network(image[None].clone()) for image in images])
            check_scores(scores)
            return scores
        except Exception as error:  # whatever a network does with a single image
            raise InputError(f"The network cannot take one image at a time ({type(error).__name__}: {error}).") from error


def check_lesions(tails: Tails, full: FullPasses, rounding: Rounding) -> None:
    """Raise InputError where lesions of a network that was cut differ from those of full passes by more than rounding.

    A few units are silenced alone and with others, on a few images together and one by one, through all parts that will be
    used.
    """
    if rounding.limit > POWER * rounding.scale:
        raise InputError(
            f"Rounding may change the scores of the network by {rounding.limit:.2g}, of {rounding.scale:.2g} at most: parts"
            " of it cannot be compared with the whole."
        )
    at = sample(tails.shown)
    units = _units(tails, at)
    lesions = [[], *([unit] for unit in units), *([units[0], unit] for unit in units[1:]), units]
    full = FullPasses(full.changed, full.shown, full.baseline, "float32", len(at))  # all of them at a time
    expected = _gathered(full.scores(lesions, at), lesions, at)
    _compare(rounding, expected, _gathered(tails.scores(lesions, at), lesions, at), lesions, "together")
    weights = torch.linspace(-1, 1, expected.shape[-1], dtype=expected.dtype, device=expected.device)
    weights = (weights.roll(len(weights) // 3) + 0.5) / len(weights)

    def several(scores: torch.Tensor, _targets: torch.Tensor) -> torch.Tensor:
        return (scores * weights.to(scores)).sum(1)

    expected = (expected * weights).sum(2).cpu()
    targets, n = torch.zeros(len(tails.shown), dtype=torch.long), len(units)
    for column in (slice(None), *range(len(at))):  # all images, and one by one with a unit taken
        together = isinstance(column, slice)
        taken, candidates = ([], units) if together else (units[:1], units[1:])
        rows = [0, *range(1, n + 1)] if together else [1, *range(n + 1, 2 * n)]
        some = at[column].view(-1)
        of = tails.losses(several, targets, taken, candidates, some, torch.full(some.shape, torch.nan))
        found = torch.cat([of.without[None], of.losses])
        told = [lesions[row] for row in rows]
        _compare(
            rounding, expected[rows][:, column].view(found.shape), found, told, "together" if together else "one by one"
        )


@torch.no_grad()
def check_projection(network: nn.Module, path: str, full: FullPasses, rounding: Rounding) -> None:
    """Raise InputError where silencing heads of attention is not to take their part out of the output projection.

    network is the network itself and path that of its attention; full lesions the one whose heads are put out on their own.
    """
    at = sample(full.shown)
    plain = FullPasses(full.changed, full.shown, None, "float32", len(at))
    for head in (0, full.parts.n_units - 1):
        expected = without_head(network, path, head, full.parts.size)(full.shown(at).clone())
        found = _gathered(plain.scores([[head]], at), [[head]], at)
        if not rounding.allows(expected.to(found.dtype), found[0]):
            raise InputError(
                f"Layer '{path}' does more behind its output projection than hand it on; its heads cannot be silenced."
            )


def _compare(
    rounding: Rounding, expected: torch.Tensor, found: torch.Tensor, lesions: Sequence[Sequence[int]], how: str
) -> None:
    """Raise InputError where scores (n_lesions, n_images, ...) differ by more than rounding."""
    for lesion, one, other in zip(lesions, expected, found, strict=True):
        if not rounding.allows(one, other):
            apart = float((one - other).abs().max())
            units = f"unit {', '.join(map(str, lesion))} silenced" if lesion else "nothing silenced"
            raise InputError(
                f"With {units}, images {how}, the scores of the parts differ from those of the network by {apart:.2g};"
                f" rounding would be {rounding.limit:.2g}."
            )


def _units(tails: Tails, at: torch.Tensor) -> list[int]:
    """Return four units at most to silence: those that change the most, and the last."""
    sizes = sum(block.maps.transpose(0, 1).flatten(1).float().abs().sum(1) for block in tails.blocks(at))
    largest = sizes.argsort(descending=True, stable=True)[:SHOWN].tolist()
    return list(dict.fromkeys([*largest, len(sizes) - 1]))


def _gathered(passes, lesions: Sequence[Sequence[int]], at: torch.Tensor) -> torch.Tensor:
    place = {int(image): column for column, image in enumerate(at)}
    scores = None
    for of_lesions, images, found in passes:
        scores = found.new_zeros(len(lesions), len(at), found.shape[-1]) if scores is None else scores
        scores[of_lesions, [place[int(image)] for image in images]] = found
    return scores
