"""Speeds as ratios against a stated peer, both measured here in turn: make bench. Not a test: nothing is asserted.

Written to results/benchmarks/: peers.csv (bootstrap against scipy, a round of ranking against captum), heads.csv (rounds
over heads of attention against full passes), lesions.csv and lesions.png (rankings against full forward passes), racing.csv
(races against exact searches), replays.csv (races over other orders of the images, against what they state), draws.csv (the
index over draws of ranking images, of the networks of studies/regime.yaml), recipes.csv (ways to train three networks),
precision.csv (bfloat16 against float32), memory.csv, loading.csv (images from disk, against torchvision), training.csv
(training on them, against a batch that stays), before.csv (rankings against an earlier commit, BEFORE=..., or the last). The
network of the default study is needed: make comes first. A name (peers, ...) makes one.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import loading
import pandas as pd
import torch
from before import compared
from default import ROOT, STUDY, TASKS, default_network, trained
from draws import draws
from heads import LAYERS
from heads import a_round as heads_of
from peers import a_round, ten_thousand_draws
from racing import races as races_of
from ranking import sampled, whole
from recipes import recipes
from replays import replays

import training
from segregation.lesions.engine import Engine
from segregation.lesions.memory import MEMORY
from segregation.lesions.places import layers
from segregation.lesions.ranking import rank
from segregation.networks import building
from segregation.networks.architectures import CONVOLUTIONS

OUT = ROOT / "results/benchmarks"
STEP, HEADLINE = 0.016, 0.2
FEW = 2  # images at 224 pixels
WIDE = {"name": "vgg16", "width": 1, "batch_norm": False, "dropout": 0.5, "linear_init": "he"}


def wide_network() -> tuple:
    """Return VGG16 at full width with fresh weights, and some images of noise at 224 pixels with targets."""
    network = building.build(WIDE, 224, 1000, seed=1).eval().requires_grad_(False)
    rng = torch.Generator().manual_seed(1)
    images = torch.randn(FEW, 3, 224, 224, generator=rng).contiguous(memory_format=torch.channels_last)
    return network, images, torch.randint(0, 1000, (FEW,), generator=rng)


def rankings() -> pd.DataFrame:
    """Compare rankings of every layer of both networks."""
    rows = []
    network, shown = default_network()
    for number, name in enumerate(CONVOLUTIONS["vgg16"]):
        images, targets = shown[TASKS[0]]  # full passes take minutes a layer; the other task's would take as long
        row = whole(network, name, number, images, targets, STEP)
        rows.append({"network": "default", "image_size": images.shape[-1], "layer": name} | row)
        print(rows[-1], flush=True)
    network, images, targets = wide_network()
    for number, name in enumerate(layers(network)):
        row = sampled(network, name, number, images, targets, 8)
        rows.append({"network": "vgg16", "image_size": 224, "layer": name} | row)
    return pd.DataFrame(rows)


def told(found: Iterable[dict]) -> pd.DataFrame:
    """Return rows as a table, each printed when it is there."""
    rows = []
    for row in found:
        rows.append(row)
        print(row, flush=True)
    return pd.DataFrame(rows)


def races() -> pd.DataFrame:
    """Compare races with exact searches; see racing.py."""
    return told(races_of(*trained(), TASKS, [str(STUDY / f"datasets/{task}.arrow") for task in TASKS]))


def over_orders() -> pd.DataFrame:
    """Compare races over orders of the images with what they state; see replays.py."""
    return told(replays(*trained(), TASKS, [str(STUDY / f"datasets/{task}.arrow") for task in TASKS]))


def over_draws() -> pd.DataFrame:
    """Compare draws of ranking images; see draws.py."""
    return told(draws(ROOT / "results/regime", "dual", TASKS))


def precisions() -> pd.DataFrame:
    """Compare bfloat16 with float32: the share of the top 20% that both rankings name."""
    rows = []
    network, shown = default_network()
    for name in CONVOLUTIONS["vgg16"]:
        for task, (images, targets) in shown.items():
            exact, reduced = (
                rank(Engine(network, name, images, precision=precision), targets, STEP, HEADLINE)
                for precision in ("float32", "bfloat16")
            )
            shared = {c.filter for c in exact} & {c.filter for c in reduced}
            row = {"network": "default", "layer": name, "task": task, "precision": "bfloat16", "device": "processor"}
            rows.append(row | {"shared_top20": len(shared) / len(exact)})
    return pd.DataFrame(rows)


def memory() -> pd.DataFrame:
    """Measure the memory of a process that ranks conv1_2 of VGG16 at 224 pixels, on as many images as are kept at a time."""
    command = [sys.executable, str(Path(__file__).with_name("memory.py"))]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return pd.DataFrame([{"network": "vgg16", "layer": "conv1_2", "budget_bytes": MEMORY, "peak_bytes": int(done.stdout)}])


def peers() -> pd.DataFrame:
    """Compare with kept libraries."""
    rows = [{"what": "10,000 draws, 40 conditions", "peer": "scipy.stats.bootstrap", **ten_thousand_draws()}]
    rows += [{"what": f"a round, {name}", "peer": "captum", **a_round(name)} for name in ("conv3_1", "conv5_3")]
    return pd.DataFrame(rows)


def heads() -> pd.DataFrame:
    """Compare rounds over heads of attention with full passes."""
    return pd.DataFrame([heads_of(*layer) for layer in LAYERS])


def before() -> pd.DataFrame:
    """Compare rankings with those of an earlier commit; see before.py."""
    return told(compared(os.environ.get("BEFORE", "HEAD")))


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    OUT.mkdir(parents=True, exist_ok=True)
    tables = {
        "peers": peers,
        "racing": races,
        "replays": over_orders,
        "draws": over_draws,
        "recipes": lambda: told(recipes()),
        "precision": precisions,
        "memory": memory,
        "lesions": rankings,
    }
    tables |= {"heads": heads, "loading": loading.compare, "training": training.compare, "before": before}
    for chosen in sys.argv[1:] or tables:
        table = tables[chosen]()
        table.to_csv(OUT / f"{chosen}.csv", index=False, float_format="%.4g")
        print(table.to_string(index=False, float_format="%.3g"))
        if chosen == "lesions":
            from plot import plot

            plot(table, OUT / "lesions.png")
