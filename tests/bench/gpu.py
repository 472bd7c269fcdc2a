"""Speed and agreement on a GPU, in one table that is written as it goes: make bench-gpu (ten minutes, after make).

Written: results/benchmarks/gpu.csv, a number a row: what (of what, in unit), network, layer, task, precision, images, share
of the device's own matrix rate at that precision, peak memory. The processor that a number is held to is that of make: its
network of both tasks, its rankings and indices. A name (engine, training, ...) makes its rows alone.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd
import torch
from loading import packed, photographs

import training
from evaluate_lesions import evaluate_lesions
from rank_filters import rank_filters
from segregation.images import batches
from segregation.images.tasks import open_stores
from segregation.lesions.counting import layers_run
from segregation.lesions.design import size_of
from segregation.lesions.engine import Engine
from segregation.lesions.ranking import rank
from segregation.lesions.seen import PRECISIONS, computing
from segregation.lesions.shown import ranking_images
from segregation.networks import building, checkpoints
from segregation.networks.architectures import CONVOLUTIONS
from segregation.statistics import responses, segregation
from train import train

ROOT = Path(__file__).resolve().parents[2]
STUDY, OUT = ROOT / "results/default", ROOT / "results/benchmarks/gpu.csv"
WIDE = {"name": "vgg16", "width": 1, "batch_norm": False, "dropout": 0.5, "linear_init": "he"}
TASKS, LAYERS, IMAGES, STEP, HEADLINE, FLOOR = ["face", "object"], list(CONVOLUTIONS["vgg16"]), 6400, 0.016, 0.2, 0.02
DEEP = ("conv1_2", "conv3_1", "conv4_2", "conv5_3")
PASSED = 2048
HELD, READ = 12 * 128, 64 * 128  # images in training
SECONDS = 2.0  # of a measurement of the engine, at half of the matrix rate
SHOWN = {"tasks": TASKS}
STORES = [str(STUDY / f"datasets/{task}.arrow") for task in TASKS]
WEIGHTS = str(STUDY / "networks/dual/1/weights.safetensors")
DEVICE = torch.device("cuda")
ROWS: list[dict] = []


def say(what: str, value: float, unit: str, **more: object) -> None:
    """Add a row, and write all there are."""
    ROWS.append({"device": torch.cuda.get_device_name(DEVICE), "what": what, "value": value, "unit": unit, **more})
    columns = ["device", "what", "network", "layer", "task", "precision", "images", "value", "unit", "share", "peak_gb"]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(ROWS).reindex(columns=columns).to_csv(OUT, index=False, float_format="%.5g")
    print(ROWS[-1], flush=True)


def matrix_rate(precision: str) -> float:
    """Return the operations a second of a product of two large matrices."""
    with computing("tf32" if precision == "tf32" else "float32", DEVICE):
        return training.matrix_rate(DEVICE, torch.bfloat16 if precision == "bfloat16" else torch.float32)


def rates() -> None:
    """Say the matrix rate at each precision."""
    for precision in PRECISIONS:
        say("matrix product", matrix_rate(precision), "operations a second", precision=precision)


def engine() -> None:
    """Say how many pairs of a candidate and an image a second, in a round of VGG16 at 224 pixels, and their share."""
    rng = torch.Generator().manual_seed(1)
    network = building.build(WIDE, 224, 1000, seed=1).eval().requires_grad_(False).to(DEVICE)
    pixels = torch.randint(0, 256, (IMAGES, 3, 224, 224), dtype=torch.uint8, generator=rng)
    targets, run = torch.arange(IMAGES) % 1000, layers_run(network, batches.centre(pixels[:1].to(DEVICE), 224))
    some = batches.Images(pixels[:PASSED].to(DEVICE), targets[:PASSED].to(DEVICE))
    whole = 2 * sum(of.multiply_adds for of in run)
    for precision in reversed(PRECISIONS):
        rate = matrix_rate(precision)
        with computing(precision, DEVICE):
            batches.scores(network, some, 224)
            took = training.seconds(lambda: batches.scores(network, some, 224), DEVICE)
        more = {"network": "vgg16", "precision": precision, "images": len(some)}
        say("intact passes", len(some) / took, "images a second", **more, share=len(some) / took * whole / rate)
        for layer in DEEP:
            torch.cuda.reset_peak_memory_stats()
            lesioned = Engine(network, layer, pixels, lambda of: batches.centre(of, 224), precision=precision)
            at = LAYERS.index(layer)
            a_pair = 2 * (run[at + 1].multiply_adds / run[at].units + sum(of.multiply_adds for of in run[at + 2 :]))
            few = max(2, min(lesioned.n_units, int(SECONDS * rate / 2 / a_pair / IMAGES)))
            lesioned.losses(targets, [0], [1], torch.arange(min(64, IMAGES)))
            found: list = []

            def a_round(lesioned=lesioned, few=few, found=found):
                found.append(lesioned.losses(targets, [0], range(1, few), torch.arange(IMAGES)))

            took, peak = training.seconds(a_round, DEVICE), torch.cuda.max_memory_allocated() / 1e9
            pairs = found[0].pairs / took
            more = {"network": "vgg16", "layer": layer, "precision": precision, "images": IMAGES}
            say("round of a ranking", pairs, "pairs a second", **more, share=pairs * a_pair / rate, peak_gb=peak)
            del lesioned, found
            torch.cuda.empty_cache()


def photographs_and_training() -> None:
    """Say how many images a second VGG16 trains on at 224 pixels: from memory and from a packed set, compiled and not."""
    training.REPEATS = 3
    rng = torch.Generator().manual_seed(1)
    pixels = torch.randint(0, 256, (HELD, 256, 256, 3), dtype=torch.uint8, generator=rng).permute(0, 3, 1, 2)
    held = batches.Images(pixels, torch.arange(HELD) % 8)
    with tempfile.TemporaryDirectory() as temporary:
        where = Path(temporary)
        read = training.opened(packed(photographs(where / "originals"), where), READ)
        for images, compiled in ((held, False), (held, True), (read, True)):
            torch.cuda.reset_peak_memory_stats()
            of = training.case("vgg16", training.WIDE, 224, training.BATCH, images, "bfloat16", compiled)
            what = f"training, images {of['images']}{', compiled' * compiled}"
            more = {"network": "vgg16", "precision": "bfloat16", "images": len(images), "share": of["matrix_rate_fraction"]}
            peak = torch.cuda.max_memory_allocated() / 1e9
            say(what, of["images_per_s"], "images a second", **more, peak_gb=peak)
            torch.cuda.empty_cache()


def shown(task: str, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return n training images of a task as a network of the default study sees them, and targets.

    Where there are fewer, they are cut out at other places too, so that each is another view.
    """
    found = ranking_images(SHOWN, open_stores(SHOWN, STORES), task, n, 1)
    views, most = [], found.pixels.shape[-1] - 48
    for shift in range(-(-n // len(found))):
        low, left = ((most // 2 + shift * step) % (most + 1) for step in (2, 3))
        views.append(found.pixels[:, :, low : low + 48, left : left + 48])
    return batches.scale(torch.cat(views)[:n]), found.targets.repeat(len(views))[:n]


def agreement() -> None:
    """Say how rankings and losses of each precision agree with those of float32 on the processor."""
    network, processor = checkpoints.load(WEIGHTS)[0], {}
    for layer in ("conv3_1", "conv4_2", "conv5_3"):
        for task in TASKS:
            images, targets = shown(task, 128)
            exact = rank(Engine(network.cpu(), layer, images), targets, STEP, HEADLINE)
            first = Engine(network, layer, images)
            processor[layer, task] = exact, first.losses(targets, [], range(first.n_units), torch.arange(128)).losses
    network = network.to(DEVICE)
    for (layer, task), (exact, losses) in processor.items():
        images, targets = shown(task, 128)
        for precision in PRECISIONS:
            lesioned = Engine(network, layer, images, precision=precision)
            chosen = rank(lesioned, targets, STEP, HEADLINE)
            found = lesioned.losses(targets, [], range(lesioned.n_units), torch.arange(128)).losses
            shared = {c.filter for c in exact} & {c.filter for c in chosen}
            more = {"network": "dual", "layer": layer, "task": task, "precision": precision, "images": 128}
            say("top 20% shared with the processor", len(shared) / len(exact), "share", **more)
            apart = float((found - losses).abs().max()) / float(losses.max())
            say("largest difference of losses from the processor", apart, "of the largest loss", **more)


def indices(weights: str, precision: str, layers: list[str]) -> pd.DataFrame:
    """Return the index of some layers, ranked and lesioned on the GPU: layer, task, index."""
    lesion = {"kind": "zero"} | ({"precision": precision} if precision != "float32" else {})
    settings = {"images": 128, "step": STEP, "until": HEADLINE, "search": "exact", "error_rate": 0.1, "tolerance": 0.0}
    asked = {"severities": [HEADLINE], "headline": HEADLINE, "random_draws": 2}
    with tempfile.TemporaryDirectory() as temporary:
        where, of = Path(temporary), {"network": SHOWN, "stores": STORES, "weights": weights, "seed": 1, "threads": 1}
        rankings = {(layer, task): str(where / f"{layer}_{task}.csv") for layer in layers for task in TASKS}
        for (layer, task), path in rankings.items():
            rank_filters(**of, layer=layer, task=task, settings=settings, lesion=lesion, code=[], ranking=path)
        written = [str(where / f"{layer}.parquet") for layer in layers]
        how = {"settings": asked, "lesion": lesion, "code": []}
        for layer, path in zip(layers, written, strict=True):
            ranked = [rankings[layer, task] for task in TASKS]
            evaluate_lesions(**of, layer=layer, rankings=ranked, responses=path, **how)
        answered = {task: responses.read([written], task) for task in TASKS}
        drops = segregation.measure_drops(answered, "dual", 1)
        rows = segregation.by_seed(drops, layers, HEADLINE, FLOOR, [1])
        rows.attrs["accuracy"] = {
            task: float(of_task.right[0, :, of_task.intact].mean()) for task, of_task in answered.items()
        }
        return rows[rows.variant == "contrast"]


def study() -> None:
    """Say the indices of the default study's network on the GPU, and of one that is trained there; then the processor's."""
    layers = ["conv1_2", "conv3_2", "conv5_3"]
    made = pd.read_csv(STUDY / "statistics/dual/full/segregation_by_seed.csv")
    made = made[(made.variant == "contrast") & (made.seed == 1) & made.layer.isin(layers)]
    for row in made.itertuples(index=False):
        say("index, processor", row.index, "", network="dual", layer=row.layer, task=row.task, precision="float32")
    for row in pd.read_csv(STUDY / "statistics/dual/accuracy.csv").itertuples():
        if row.readout == "full":
            say("accuracy, processor", row.accuracy, "", network="dual", task=row.task, precision="float32")
    for precision in PRECISIONS:
        for row in indices(WEIGHTS, precision, layers).itertuples(index=False):
            say("index, same weights", row.index, "", network="dual", layer=row.layer, task=row.task, precision=precision)
    _, description = checkpoints.load(WEIGHTS)
    appearance = {key: description[key] for key in ("architecture", "image_size")}
    with tempfile.TemporaryDirectory() as temporary:
        weights = str(Path(temporary) / "weights.safetensors")
        how = {"settings": description["training"], "seed": 1, "code": [], "threads": 4}
        took = training.seconds(
            lambda: train(SHOWN, STORES, appearance, **how, weights=weights, history=f"{temporary}/history.csv"),
            DEVICE,
        )
        say("training of the default network", took, "seconds", network="dual", precision="float32")
        found = indices(weights, "float32", layers)
        for task, accuracy in found.attrs["accuracy"].items():
            say("accuracy, trained here", accuracy, "", network="dual", task=task, precision="float32")
        for row in found.itertuples(index=False):
            say("index, trained here", row.index, "", network="dual", layer=row.layer, task=row.task, precision="float32")


def race() -> None:
    """Say which share of an exact search's pairs a race computes at 6,400 images, and what of the top 20% it shares."""
    network = checkpoints.load(WEIGHTS)[0].to(DEVICE)
    for layer in ("conv3_1", "conv4_2", "conv5_3"):
        for task in TASKS:
            images, targets = shown(task, IMAGES)
            lesioned, ends = Engine(network, layer, images), {}
            for search in ("exact", "racing"):
                ends[search] = rank(lesioned, targets, STEP, search=search)
            pairs = {of: sum({c.round: c.pairs for c in chosen}.values()) for of, chosen in ends.items()}
            top = size_of(HEADLINE, lesioned.n_units)
            exact, raced = ({c.filter for c in chosen[:top]} for chosen in ends.values())
            more = {"network": "dual", "layer": layer, "task": task, "precision": "float32", "images": IMAGES}
            say("pairs of a race", pairs["racing"] / pairs["exact"], "of an exact search's", **more)
            say("top 20% of a race shared with an exact search", len(exact & raced) / top, "share", **more)


if __name__ == "__main__":
    if not torch.cuda.is_available():
        sys.exit("No GPU was found here; this table is of one.")
    if not Path(WEIGHTS).exists():
        sys.exit(f"{Path(WEIGHTS).relative_to(ROOT)}: not there; run make first.")
    parts = {"rates": rates, "engine": engine, "agreement": agreement, "training": photographs_and_training}
    parts |= {"study": study, "race": race}
    for chosen in sys.argv[1:] or parts:
        parts[chosen]()
