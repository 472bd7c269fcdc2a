"""How many images and lesions are computed at a time: enough to fill the processor, within a budget of bytes."""

from dataclasses import dataclass

import torch
from torch import fx, nn

from segregation.lesions.cut import Cut

MEMORY = 4_000_000_000  # bytes, on a processor
SHARE = 0.6  # of what is free on a GPU: libraries take some, and so may another process
CACHE = 8_000_000  # bytes of a pass on a processor: larger ones fall out of its caches
KEPT, BLOCK, PASS = 0.25, 0.12, 0.12  # shares of the budget; the rest is for the network and what libraries take


def budget(device: torch.device) -> int:
    """Return how many bytes may be used on a device: a fixed number on a processor, of a GPU a share of what is free."""
    if device.type != "cuda":
        return MEMORY
    free, _ = torch.cuda.mem_get_info(device)
    idle = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(SHARE * (free + idle))


@dataclass(frozen=True)
class Plan:
    """Sizes of what is computed at a time.

    keeps_maps: whether the maps of all images are kept, instead of computed again every round; block: images whose maps are
    at hand at a time; before: images of a pass through the first part of the network; pairs: images, under one lesion each,
    of a pass through the last part, and lesioned: the same from the maps on.
    """

    keeps_maps: bool
    block: int
    before: int
    pairs: int
    lesioned: int


@torch.no_grad()
def plan(parts: Cut, image: torch.Tensor, n_images: int, memory: int) -> Plan:
    """Return the sizes for some images and a budget in bytes; image (1, ...) is one of them."""
    before, (maps, *skips) = _peak(parts.before, image)
    pool, (pooled,) = _peak(parts.pool, maps)
    behind, _ = _peak(parts.behind, pooled, *skips)
    outputs = [step.shaped(step.rows(pooled, 1)) for step in parts.steps]
    read = [*outputs, *([pooled] if parts.reads_maps else []), *skips]
    on_processor = image.device.type == "cpu"
    # What steps multiply for a pair: on a processor, where all pairs of a unit share its weights, without these.
    taps = max((step.taps() + (0 if on_processor else step.weights[0].numel()) for step in parts.steps), default=0)
    taps *= pooled.element_size()
    tail = max(_peak(parts.tail, *read)[0], _bytes(*read) + taps)
    kept = _bytes(pooled, *skips)
    at_hand = 4 * kept + 2 * _bytes(*outputs)

    def a_pass(peak: int, weights: int) -> int:
        # Weights are read once a pass: one that is smaller than they are would wait for them.
        enough = max(CACHE, weights) if on_processor else memory
        return max(1, int(min(enough, PASS * memory)) // max(1, peak))

    weights = _bytes(*parts.behind.parameters())
    return Plan(
        keeps_maps=n_images * kept <= KEPT * memory,
        block=max(1, min(n_images, int(BLOCK * memory) // at_hand)),
        before=a_pass(max(before, pool), 0),
        pairs=a_pass(tail, _bytes(*parts.tail.parameters())),
        lesioned=a_pass(behind, weights),
    )


def batch_of(peak: int, memory: int, device: torch.device) -> int:
    """Return how many images pass at a time through a network whose largest operation takes so many bytes for one."""
    enough = CACHE if device.type == "cpu" else memory
    return max(1, int(min(enough, PASS * memory)) // max(1, peak))


class _Watched(fx.Interpreter):
    """Runs a part of a network and keeps the largest sum of what an operation reads and puts out."""

    peak = 0

    def run_node(self, node):
        """Run an operation, and keep its size."""
        result = super().run_node(node)
        if node.op.startswith("call"):
            self.peak = max(self.peak, _bytes(result, *(self.env.get(of) for of in node.all_input_nodes)))
        return result


def _peak(part: nn.Module, *inputs: torch.Tensor) -> tuple[int, list[torch.Tensor]]:
    watched = _Watched(part, garbage_collect_values=False)
    result = watched.run(*inputs)
    return watched.peak, list(result) if isinstance(result, tuple) else [result]


def _bytes(*values: object) -> int:
    return sum(value.numel() * value.element_size() for value in values if isinstance(value, torch.Tensor))
