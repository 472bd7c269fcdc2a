"""Whole rankings by an earlier commit and by this tree, in turn, each in a process of its own; what the check costs.

A table says beside each ranking how long this tree takes to make the engine, which checks it, and for the first round.

Called with the name of a network, it times its layers in this process, with the library that PYTHONPATH names, and prints
what it found as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 3
TOP = 0.5  # the share of a layer that is ranked, as in the default study
IMAGES, PIXELS, CLASSES = 128, 224, 100  # of noise; the network of the default study has its own
LAYERS = {
    "default": ["conv1_2", "conv2_2", "conv3_1", "conv3_3", "conv4_1", "conv4_3", "conv5_1", "conv5_2", "conv5_3"],
    "resnet18": ["layer4.1.conv1"],
}
STEP = {"default": 0.016}  # the share of a layer that a round chooses; of others 0.05


def compared(commit: str) -> Iterator[dict]:
    """Yield, layer by layer and for all of a network, the least seconds of an earlier commit and of this tree."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["git", "archive", commit, "workflow/scripts"], cwd=ROOT, capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
        for network, layers in LAYERS.items():
            earlier, now = [], []
            for _ in range(REPEATS):
                earlier.append(_by(Path(folder), network))
                now.append(_by(ROOT, network))
            rows = [(layer, [layer]) for layer in layers]
            for layer, names in rows + [("all of these", layers)] * (len(layers) > 1):
                before_s, after_s = _least(earlier, names, "s"), _least(now, names, "s")
                row = {"network": network, "layer": layer, "images": now[0][names[0]]["images"], "commit": commit}
                row |= {"before_s": before_s, "after_s": after_s, "ratio": before_s / after_s}
                same = all(run[name]["chosen"] == now[0][name]["chosen"] for run in (*earlier, *now) for name in names)
                yield row | {"same_order": same} | {key: _least(now, names, key) for key in ("start_s", "round_s")}


def _least(runs: list[dict], names: list[str], key: str) -> float:
    return sum(min(run[name][key] for run in runs) for name in names)


def _by(tree: Path, network: str) -> dict:
    environment = os.environ | {"PYTHONPATH": str(tree / "workflow/scripts")}
    done = subprocess.run([sys.executable, __file__, network], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{network} by {tree}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _times(network: str) -> dict:
    """Return seconds and filters chosen of whole rankings, and seconds to make the engine and of a round, by layer."""
    import torch
    from timing import seconds

    from segregation.lesions import rank_filters
    from segregation.lesions.engine import Engine

    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    if network == "default":
        from default import TASKS, default_network

        built, shown = default_network()
        images, targets = shown[TASKS[0]]
    else:
        from torchvision.models import get_model

        torch.manual_seed(0)
        built = get_model(network, weights=None, num_classes=CLASSES).eval().requires_grad_(False)
        images, targets = torch.randn(IMAGES, 3, PIXELS, PIXELS), torch.arange(IMAGES) % CLASSES
    ranking = partial(rank_filters, built, images=images, targets=targets, step=STEP.get(network, 0.05), until=TOP)
    ranking(LAYERS[network][-1], until=0.01)  # loads what is loaded at the first use
    found, every = {}, torch.arange(len(images))
    for layer in LAYERS[network]:
        s, chosen = seconds(partial(ranking, layer))
        start_s, engine = seconds(partial(Engine, built, layer, images))
        engine.losses(targets, [], [0], every)  # computes the maps, which are kept
        round_s, _ = seconds(partial(engine.losses, targets, [], range(engine.parts.n_units), every))
        found[layer] = {"images": len(images), "s": s, "chosen": [choice.filter for choice in chosen]}
        found[layer] |= {"start_s": start_s, "round_s": round_s}
    return found


if __name__ == "__main__":
    print(json.dumps(_times(sys.argv[1])))
