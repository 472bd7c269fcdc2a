"""Training learns, repeats itself, and goes on where it was killed."""

import hashlib

import pytest
import torch

from segregation import networks, training
from segregation.batches import Images

SETTINGS = {
    "epochs": 6,
    "batch_size": 16,
    "keep": "last",
    "optimizer": "adamw",
    "learning_rate": 0.003,
    "momentum": 0.9,
    "weight_decay": 1e-4,
    "clip_norm": 5.0,
    "schedule": "one_cycle",
    "plateau_factor": 0.1,
    "plateau_patience": 0,
    "flip": 0.5,
    "greyscale": 0.1,
    "contrast": 0.1,
    "brightness": 0.05,
}
ARCHITECTURE = {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0.2, "linear_init": "he"}


def coloured(n=64, seed=0):
    """Noisy images of two classes, red and blue: easy to learn, whatever the crop."""
    rng = torch.Generator().manual_seed(seed)
    targets = torch.arange(n) % 2
    pixels = torch.randint(0, 60, (n, 3, 36, 36), generator=rng, dtype=torch.uint8)
    pixels[targets == 0, 0] += 120
    pixels[targets == 1, 2] += 120
    return Images(pixels, targets)


def train(state=None, seed=1, **changed):
    torch.set_num_threads(1)
    network = networks.build(ARCHITECTURE, 32, 2, seed)
    history = training.train(network, coloured(), coloured(16, 9), 32, SETTINGS | changed, seed, state)
    return network, history


def digest(network, history):
    parts = [t.numpy().tobytes() for t in network.state_dict().values()] + [repr(history).encode()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


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


def test_the_best_epoch_is_kept():
    """At an absurd learning rate from the third epoch on nothing later is better; the kept weights give the best loss."""
    network, history = train(keep="best", optimizer="sgd", learning_rate=0.5, clip_norm=0.0, epochs=5, schedule="plateau")
    losses = [row["validation_loss"] for row in history]
    from segregation.batches import loss_and_accuracy, scores

    held = coloured(16, 9)
    assert loss_and_accuracy(scores(network, held, 32), held.targets)[0] == pytest.approx(min(losses))


@pytest.mark.parametrize("changed", [{}, {"schedule": "plateau", "optimizer": "sgd", "keep": "best"}])
def test_stopped_after_any_epoch_it_ends_with_the_same_bytes(tmp_path, monkeypatch, changed):
    whole = digest(*train(epochs=4, **changed))
    for stop in (1, 3):
        state = tmp_path / f"{stop}" / "state"
        keep = training._keep

        def stopping(path, *args, keep=keep, stop=stop):
            keep(path, *args)
            if len(args[-1].history) == stop:
                raise KeyboardInterrupt

        monkeypatch.setattr(training, "_keep", stopping)
        with pytest.raises(KeyboardInterrupt):
            train(state, epochs=4, **changed)
        monkeypatch.setattr(training, "_keep", keep)
        epochs, epoch = [], training._epoch
        counted = lambda *args, epochs=epochs, epoch=epoch: epochs.append(1) or epoch(*args)  # noqa: E731
        monkeypatch.setattr(training, "_epoch", counted)
        assert digest(*train(state, epochs=4, **changed)) == whole
        assert len(epochs) == 4 - stop, "finished epochs are not trained again"
        monkeypatch.setattr(training, "_epoch", epoch)


def test_an_image_left_over_goes_with_the_step_before():
    """By hand: 33 images in steps of 16. The last layers of other architectures have maps of one pixel at this size."""
    assert [len(batch) for batch in training._batches(torch.arange(33), 16)] == [16, 17]
    assert [len(batch) for batch in training._batches(torch.arange(34), 16)] == [16, 16, 2]
    assert [len(batch) for batch in training._batches(torch.arange(1), 16)] == [1]
    network = networks.build({"name": "shufflenet_v2_x0_5"}, 32, 2)
    history = training.train(network, coloured(33), coloured(16, 9), 32, SETTINGS | {"epochs": 1}, 1)
    assert len(history) == 1 and history[0]["train_loss"] > 0
