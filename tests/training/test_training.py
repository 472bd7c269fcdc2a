"""Training learns, repeats itself, and goes on where it was killed."""

import hashlib
import shutil
from functools import cache

import pytest
import torch
from torch import nn

from segregation.images.batches import Images
from segregation.networks import building
from segregation.steps.reporting import InputError
from segregation.training import loop
from segregation.training.progress import Keeper
from small import ARCHITECTURE, SETTINGS


def coloured(n=64, seed=0):
    """Noisy images of two classes, red and blue: easy to learn, whatever the crop."""
    rng = torch.Generator().manual_seed(seed)
    targets = torch.arange(n) % 2
    pixels = torch.randint(0, 60, (n, 3, 36, 36), generator=rng, dtype=torch.uint8)
    pixels[targets == 0, 0] += 120
    pixels[targets == 1, 2] += 120
    return Images(pixels, targets)


def train(state=None, seed=1, save_every=600.0, **changed):
    torch.set_num_threads(1)
    network = building.build(ARCHITECTURE, 32, 2, seed)
    history = loop.train(network, coloured(), coloured(16, 9), 32, SETTINGS | changed, seed, state, save_every)
    return network, history


def weights(network):
    return b"".join(weight.numpy().tobytes() for weight in network.state_dict().values())


def digest(network, history):
    return hashlib.sha256(weights(network) + repr(history).encode()).hexdigest()


def test_it_learns_what_is_easy():
    _, history = train()
    assert [row["epoch"] for row in history] == [1, 2, 3, 4, 5, 6]
    assert history[-1]["validation_accuracy"] > 0.9
    assert history[-1]["train_loss"] < history[0]["train_loss"]


def test_same_seed_same_bytes_other_seed_other_bytes():
    first, same, other = (digest(*train(seed=s, epochs=2)) for s in (1, 1, 2))
    assert first == same != other


def test_training_leaves_the_global_generator_alone():
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    train(epochs=1)
    assert torch.equal(torch.rand(1), expected)


def test_a_plateau_divides_the_learning_rate():
    _, history = train(optimizer="sgd", learning_rate=1e-7, schedule="plateau", epochs=5)
    assert history[-1]["learning_rate"] < history[0]["learning_rate"]


def test_the_best_epoch_is_kept(monkeypatch):
    """The weights are those that the network had when its validation loss, which is made up here, was lowest."""
    losses, seen = iter([0.7, 0.4, 0.2, 0.3, 0.5]), []
    scores = loop.scores
    monkeypatch.setattr(loop, "loss_and_accuracy", lambda *_: (next(losses), 0.5))
    monkeypatch.setattr(loop, "scores", lambda network, *of: (seen.append(weights(network)), scores(network, *of))[1])
    network, _ = train(keep="best", epochs=5)
    assert [weights(network) == of_epoch for of_epoch in seen] == [False, False, True, False, False]


@pytest.mark.parametrize("stop", [1, 4, 5, 7, 13], ids=lambda n: f"stopped after {n} states")
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({}, id="one_cycle"),
        pytest.param({"schedule": "plateau", "optimizer": "sgd", "keep": "best"}, id="plateau"),
        pytest.param({"optimizer": "muon", "muon_learning_rate": 0.02}, id="muon"),
        pytest.param({"precision": "bfloat16"}, id="bfloat16", marks=pytest.mark.slow),
        pytest.param({"precision": "float16"}, id="float16", marks=pytest.mark.slow),
    ],
)
def test_stopped_anywhere_it_ends_with_the_same_bytes(tmp_path, monkeypatch, wholes, changed, stop):
    """Four steps an epoch, a state after each step and epoch: stopped within an epoch, behind its last step, after it."""
    expected, keep, kept = wholes(*changed.items()), Keeper.keep, []

    def stopping(keeper, progress):
        keep(keeper, progress)
        kept.append((len(progress.history), progress.steps))
        if len(kept) == stop:
            raise KeyboardInterrupt

    monkeypatch.setattr(Keeper, "keep", stopping)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "state", epochs=3, save_every=0, **changed)
    assert kept[-1] == ((stop - 1) // 5 + (stop % 5 == 0), stop % 5)
    assert digest(*train(tmp_path / "state", epochs=3, save_every=0, **changed)) == expected
    assert len(kept) == 15, "finished steps are not done again"


@pytest.fixture(scope="module")
def wholes():
    """Digests of uninterrupted trainings."""
    return cache(lambda *changed: digest(*train(epochs=3, **dict(changed))))


def test_a_state_is_kept_after_each_epoch_and_every_so_many_seconds(tmp_path, monkeypatch):
    now, kept = [0.0], []
    monkeypatch.setattr("segregation.training.progress.time.monotonic", lambda: now[0])
    monkeypatch.setattr(Keeper, "keep", lambda k, p: (kept.append((len(p.history), p.steps)), setattr(k, "_kept", now[0])))
    augment = loop.augment
    monkeypatch.setattr(loop, "augment", lambda *args: now.__setitem__(0, now[0] + 4) or augment(*args))
    train(tmp_path / "state", epochs=2, save_every=10)  # a step takes four seconds
    assert kept == [(0, 3), (1, 0), (1, 3), (2, 0)]


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_it_learns_in_reduced_precision_with_weights_in_full(precision):
    network, history = train(precision=precision, learning_rate=0.002)
    assert history[-1]["validation_accuracy"] > 0.9
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}
    assert digest(network, history) != digest(*train(learning_rate=0.002))


def test_a_training_that_diverges_says_so():
    with pytest.raises(InputError, match=r"Epoch 1: the validation loss is not a number.*Lower training.learning_rate"):
        train(optimizer="sgd", learning_rate=1e30, clip_norm=0.0, schedule="plateau")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("gcc"), reason="compiling for a processor takes a compiler")
def test_a_compiled_network_learns_alike():
    """A small one, since each of its layers is compiled for batches of two sizes."""

    def history(compiling: bool) -> list[dict]:
        torch.manual_seed(0)
        layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2)]
        settings = SETTINGS | {"epochs": 2, "batch_size": 24, "compile": compiling}
        return loop.train(nn.Sequential(*layers), coloured(), coloured(16, 9), 32, settings, 1)

    compiled, plain = history(True), history(False)
    for ours, theirs in zip(compiled, plain, strict=True):
        assert ours["train_loss"] == pytest.approx(theirs["train_loss"], rel=0.2)


def test_a_plateau_schedule_ends_when_its_learning_rate_is_low_enough():
    """The validation loss stalls at once: 1e-6 and 1e-7 are used, 1e-8 is below 5e-8."""
    how = {"optimizer": "sgd", "learning_rate": 1e-6, "schedule": "plateau", "plateau_factor": 0.1, "epochs": 9}
    _, history = train(**how, stop_below=5e-8)
    rates = sorted({round(row["learning_rate"], 12) for row in history})
    assert rates == [1e-7, 1e-6] and len(history) < len(train(**how)[1]) == 9


def test_decoded_where_they_are_read_the_images_train_the_same_network(tmp_path):
    """Square images from a store train the same network in memory and read step by step, by one thread and by three."""
    from segregation.images.batches import open_images
    from segregation.images.store import Record, Store, encode, write_store

    images = coloured()
    records = [
        Record(f"{'ab'[t]}/{i}", "train", "ab"[t], encode(p.permute(1, 2, 0).numpy()))
        for i, (p, t) in enumerate(zip(images.pixels, images.targets.tolist(), strict=True))
    ]
    write_store(tmp_path / "s", records)
    part = [(Store(tmp_path / "s"), list(range(64)), 0)]
    digests = set()
    for memory, threads in ((10**9, 1), (0, 1), (0, 3)):
        network = building.build(ARCHITECTURE, 32, 2, 1)
        opened = open_images(part, threads, varied=True, memory=memory)
        digests.add(digest(network, loop.train(network, opened, coloured(16, 9), 32, SETTINGS | {"epochs": 2}, 1)))
    assert digests == {digest(*train(epochs=2))}


def test_an_image_left_over_goes_with_the_step_before():
    """By hand: 33 images in steps of 16. The last layers of other architectures have maps of one pixel at this size."""
    assert [len(batch) for batch in loop._batches(torch.arange(33), 16)] == [16, 17]
    assert [len(batch) for batch in loop._batches(torch.arange(34), 16)] == [16, 16, 2]
    assert [len(batch) for batch in loop._batches(torch.arange(1), 16)] == [1]
    network = building.build({"name": "shufflenet_v2_x0_5"}, 32, 2)
    history = loop.train(network, coloured(33), coloured(16, 9), 32, SETTINGS | {"epochs": 1}, 1)
    assert len(history) == 1 and history[0]["train_loss"] > 0
