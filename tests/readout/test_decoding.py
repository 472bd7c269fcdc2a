"""Decoding: features of known answers, the right layer, stratified folds, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.svm import LinearSVC

from decode import decode
from segregation.images import batches
from segregation.images.store import Record, Store, encode, write_store
from segregation.networks import building, checkpoints
from segregation.readout import activations, decoding
from segregation.statistics.decoding import summarise
from segregation.steps.reporting import InputError
from show_new_classes import show_new_classes
from summarise_decoding import summarise_decoding

ARCHITECTURE = {"name": "vgg16", "width": 0.0625, "batch_norm": True, "dropout": 0.5, "linear_init": "he"}
SIZE = 32


@pytest.fixture(scope="module")
def network():
    return building.build(ARCHITECTURE, SIZE, 4).eval().requires_grad_(False)


@pytest.fixture
def heldout(tmp_path):
    """Write a store of held-out classes, each of one colour with a little noise; return it."""

    def make(colours, images, name="face.arrow"):
        rng = np.random.default_rng(0)
        records = []
        for class_name, rgb in colours.items():
            drawn = (np.array(rgb) + rng.integers(0, 9, (images, SIZE + 4, SIZE + 4, 3))).astype(np.uint8)
            records += [Record(f"{class_name}/{i}", "heldout", class_name, encode(image)) for i, image in enumerate(drawn)]
        write_store(tmp_path / name, records)
        return Store(tmp_path / name)

    return make


@pytest.fixture
def machines(monkeypatch):
    """The (features, targets) that each support vector machine was fitted to."""
    fitted = []

    class Watched(LinearSVC):
        def fit(self, features, targets):
            fitted.append((features, targets))
            return super().fit(features, targets)

    monkeypatch.setattr(decoding, "LinearSVC", Watched)
    return fitted


def test_separable_classes_are_told_apart_whatever_their_scale():
    """One unit in a thousandth of the others' scale tells the classes; only scaled units show it."""
    targets = np.repeat(np.arange(3), 20)
    features = np.random.default_rng(0).normal(0, 1000, (60, 6))
    features[:, 2] = np.array([-1.0, 0.0, 1.0])[targets] * 1e-3
    features[:, 3] = (targets == 1) * 1e-3
    assert decoding.decode(features, targets, 5, 1, "decoding").tolist() == [1.0] * 5


def test_noise_is_at_chance():
    """200 images of 10 classes: chance is .1, its standard deviation .021."""
    features = np.random.default_rng(1).normal(size=(200, 50))
    accuracy = decoding.decode(features, np.repeat(np.arange(10), 20), 10, 1, "decoding")
    assert accuracy.shape == (10,) and 0.02 < accuracy.mean() < 0.18


def test_folds_are_stratified_scaled_by_themselves_and_named(machines):
    targets = np.repeat(np.arange(4), 5)
    features = np.random.default_rng(2).normal(3, 2, (20, 4))
    first = decoding.decode(features, targets, 5, 1, "decoding", "face")
    assert len(machines) == 5
    for fitted, of_fold in machines:
        assert np.bincount(of_fold).tolist() == [4] * 4, "an image of each class is left out"
        assert np.allclose(fitted.mean(0), 0) and np.allclose(fitted.std(0), 1), "scaled by the training part"
    trained = [fitted for fitted, _ in machines]
    assert np.array_equal(decoding.decode(features, targets, 5, 1, "decoding", "face"), first)
    assert all(np.array_equal(a, b[0]) for a, b in zip(trained, machines[5:], strict=True))
    decoding.decode(features, targets, 5, 2, "decoding", "face")
    assert not all(np.array_equal(a, b[0]) for a, b in zip(trained, machines[10:], strict=True))


def test_what_cannot_be_traced_is_read_where_its_last_layer_reads():
    class Decides(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)

        def forward(self, x):
            x = self.a(x)
            return self.b(x if float(x.sum()) > 0 else -x)

    network, images = Decides(), torch.randn(5, 3)
    read = activations.penultimate(network)(images)
    assert torch.equal(network.b(read), network(images)) and not network.b._forward_pre_hooks


def test_the_penultimate_layer_is_fc2_behind_its_relu(network, noise):
    pixels, seen = batches.centre(torch.from_numpy(noise(3, SIZE)).permute(0, 3, 1, 2), SIZE), []
    hook = network.classifier[4].register_forward_hook(lambda _m, _i, units: seen.append(units.clone()))
    scores = network(pixels)
    hook.remove()
    hidden = activations.penultimate(network)(pixels)
    assert hidden.shape == (3, 256) and torch.allclose(hidden, seen[0], atol=1e-6)
    assert hidden.min() == 0 and torch.allclose(network.classifier[-1](hidden), scores, atol=1e-6)


def test_activations_are_those_of_the_rows_asked_for(network, heldout):
    store = heldout({"red": (200, 0, 0), "blue": (0, 0, 200)}, 3)
    pixels = batches.centre(torch.from_numpy(store.images([4, 1])).permute(0, 3, 1, 2), SIZE)
    features = activations.activations(network, store, np.array([4, 1]), SIZE)
    assert np.allclose(features, activations.penultimate(network)(pixels), atol=1e-5)


COLOURS = {"red": (200, 0, 0), "green": (0, 200, 0), "blue": (0, 0, 200)}


def test_held_out_classes_are_decoded_and_written_a_row_a_fold(tmp_path, network, heldout):
    checkpoints.save(tmp_path / "weights.safetensors", network, {"image_size": SIZE})
    face, grey = heldout(COLOURS, 5), heldout({"a": (90, 90, 90), "b": (90, 90, 90)}, 8, "object.arrow")
    stores, weights = {"face": str(face.path), "object": str(grey.path)}, str(tmp_path / "weights.safetensors")
    for name in ("first", "again"):
        answers = str(tmp_path / f"{name}.npz")
        show_new_classes(stores=stores, weights=weights, threads=1, answers=answers)
        decode(answers=answers, tasks=list(stores), folds=4, seed=1, decoding=str(tmp_path / f"{name}.csv"))
    table = pd.read_csv(tmp_path / "first.csv")
    assert list(table) == ["task", "fold", "accuracy", "classes"]
    assert table.task.tolist() == ["face"] * 4 + ["object"] * 4 and table.fold.tolist() == [1, 2, 3, 4] * 2
    assert table.classes.tolist() == [3] * 4 + [2] * 4
    assert (table.accuracy[table.task == "face"] == 1).all() and table.accuracy[table.task == "object"].mean() < 0.9
    for kind in ("csv", "npz"):
        assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"again.{kind}").read_bytes()


@pytest.mark.parametrize(("names", "n"), [((), 0), (("z",), 1)])
def test_too_few_classes_are_refused_by_name(make_store, names, n):
    with pytest.raises(InputError, match=rf"store\.arrow has {n} held-out classes.*raise heldout_classes"):
        activations.heldout_rows(make_store(heldout=names))


def test_too_few_images_are_refused_by_name(heldout):
    store = heldout(COLOURS, 3)
    rows = activations.heldout_rows(store)
    assert rows.tolist() == list(range(9))
    decoding.check_folds("face", store.labels[rows], 3)
    message = r"datasets\.face: .*'blue' has 3 .* the 4 folds.*heldout_images.*evaluation\.folds"
    with pytest.raises(InputError, match=message):
        decoding.check_folds("face", store.labels[rows], 4)


def test_accuracy_is_summarised_over_all_folds_by_hand(tmp_path):
    """.2 .4 and .6 .8: mean .5, standard deviation .2582 over four values, hence .1291; averaged seeds would give .1."""
    accuracies = {("dual", 1): (0.2, 0.4), ("dual", 7): (0.6, 0.8), ("face", 1): (1.0, 0.8)}
    files = {}
    for (network, seed), values in accuracies.items():
        files[network, seed] = str(tmp_path / f"{network}_{seed}.csv")
        frame = pd.DataFrame({"task": "face", "fold": [1, 2], "accuracy": values, "classes": 20})
        frame.to_csv(files[network, seed], index=False)
    folds = pd.concat([pd.read_csv(path).assign(network=n, seed=s) for (n, s), path in files.items()])
    table = summarise(folds)
    assert table[["network", "task"]].to_numpy().tolist() == [["dual", "face"], ["face", "face"]]
    assert table.accuracy.tolist() == pytest.approx([0.5, 0.9])
    assert table["sem"].tolist() == pytest.approx([0.129099, 0.1], rel=1e-5)
    assert table.chance.tolist() == pytest.approx([0.05, 0.05]) and table.classes.tolist() == [20, 20]
    assert table.n_folds.tolist() == [2, 2] and table.n_seeds.tolist() == [2, 1]
    outputs = {"decoding": str(tmp_path / "decoding.csv"), "differences": str(tmp_path / "differences.csv")}
    del files["dual", 7]
    summarise_decoding(files, 0.95, outputs)
    assert pd.read_csv(outputs["decoding"]).accuracy.tolist() == pytest.approx([0.3, 0.9])


def test_the_panel_shows_the_table():
    from matplotlib import pyplot as plt

    from segregation.figures import style
    from segregation.figures.decoding import decoding as panel

    shown, tasks = ["face", "dual", "untrained"], ["face", "object"]
    rows = [(n, t, 0.1 * (1 + i + 3 * j), 0.02, 0.25 / (1 + j)) for j, t in enumerate(tasks) for i, n in enumerate(shown)]
    table = pd.DataFrame(rows, columns=["network", "task", "accuracy", "sem", "chance"]).sample(frac=1, random_state=0)
    figure, axes = plt.subplots()
    panel(axes, table, tasks, shown, ["untrained"])
    bars = sorted(axes.patches, key=lambda bar: bar.get_x())
    assert [bar.get_height() for bar in bars] == pytest.approx([10, 20, 30, 40, 50, 60])
    assert [bool(bar.get_hatch()) for bar in bars] == [False, False, True] * 2
    assert bars[0].get_facecolor() == pytest.approx(plt.matplotlib.colors.to_rgba(style.TASKS["face"]))
    chance = [line.get_segments()[0][:, 1].tolist() for line in axes.collections if "chance" in line.get_label()]
    assert chance == [pytest.approx([25, 25])]
    assert [text.get_text() for text in axes.get_legend().get_texts()][-1] == "chance"
    plt.close(figure)
