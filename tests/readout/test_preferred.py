"""Preferred stimuli: filters whose weights say what they prefer, planted images, tables counted by hand."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from draw_figure_3 import draw_figure_3
from drawings import make
from find_preferred import find_preferred
from passes import relu_of
from segregation.images import batches
from segregation.images.store import Record, encode, write_store
from segregation.networks import building, checkpoints
from segregation.readout import preferred
from segregation.steps.reporting import InputError

ARCHITECTURE = {"name": "vgg16", "width": 0.0625, "batch_norm": False, "dropout": 0.0, "linear_init": "he"}
SIZE, STORED = 32, 36
VERTICAL, HORIZONTAL, RED, SILENT = range(4)  # filters of conv1_1


@pytest.fixture(scope="module")
def network():
    """Filters of conv1_1 that see vertical edges, horizontal edges, red but no green and blue, and nothing."""
    network = building.build(ARCHITECTURE, SIZE, 4).eval().requires_grad_(False)
    first = network.features[0]
    first.weight.zero_()
    first.bias.zero_()
    first.weight[VERTICAL, :, :, 0], first.weight[VERTICAL, :, :, 2] = -1, 1
    first.weight[HORIZONTAL, :, 0, :], first.weight[HORIZONTAL, :, 2, :] = -1, 1
    first.weight[RED, 0, 1, 1], first.weight[RED, 1:, 1, 1] = 2, -1
    return network


@pytest.fixture(scope="module")
def made(network):
    """An image for each of the four filters, asked for in another order."""
    order = [RED, VERTICAL, SILENT, HORIZONTAL]
    return preferred.synthesise(network, "conv1_1", order, SIZE, 1)[np.argsort(order)]


def steps(image, axis):
    """Return how much an image changes from pixel to pixel along an axis."""
    return np.abs(np.diff(image.astype(float), axis=axis)).mean()


@pytest.mark.parametrize(("name", "batch_norm"), [("conv1_2", False), ("conv3_3", True), ("conv5_2", True)])
def test_the_activation_is_the_mean_of_the_map_behind_the_relu_and_before_pooling(noise, name, batch_norm):
    network, images = building.build(ARCHITECTURE | {"batch_norm": batch_norm}, SIZE, 4).eval(), noise(5, STORED)
    seen = []
    hook = relu_of(network, name).register_forward_hook(lambda _m, _i, maps: seen.append(maps.clone()))
    network(batches.centre(torch.from_numpy(images).permute(0, 3, 1, 2), SIZE))
    hook.remove()
    measured = preferred.activations(network, name, images, SIZE, batch_size=2)
    assert np.allclose(measured, seen[0].mean((2, 3)).detach(), atol=1e-6) and measured.min() >= 0


def test_synthesised_images_look_as_the_weights_say(made):
    vertical, horizontal, red, _ = made
    assert made.shape == (4, SIZE, SIZE, 3) and made.dtype == np.uint8
    assert steps(vertical, 1) > 3 * steps(vertical, 0)
    assert steps(horizontal, 0) > 3 * steps(horizontal, 1)
    assert red[..., 0].mean() > red[..., 1:].mean() + 80


def test_synthesised_images_drive_their_filter_most(network, made, noise, monkeypatch):
    """More than the images of the other filters, than noise of the same contrast, and than what ascent starts from."""
    reached = preferred.activations(network, "conv1_1", made, SIZE)
    assert reached[:3, :3].argmax(0).tolist() == [VERTICAL, HORIZONTAL, RED]
    spread = noise(50, SIZE).astype(float) - 127.5
    same_contrast = np.clip(127.5 + spread / spread.std() * made[VERTICAL].std(), 0, 255).astype(np.uint8)
    monkeypatch.setattr(preferred, "STEPS", 0)
    starts = preferred.synthesise(network, "conv1_1", list(range(50)), SIZE, 1)
    others = preferred.activations(network, "conv1_1", np.concatenate([same_contrast, starts]), SIZE)
    assert (reached.diagonal()[:3] > 2 * others[:, :3].max(0)).all()


def test_a_silent_filter_gives_an_image_all_the_same(network, made):
    assert made[SILENT].std() > 5
    assert preferred.activations(network, "conv1_1", made, SIZE)[SILENT, SILENT] == 0


def test_a_filter_that_is_silent_at_the_start_is_woken(network, monkeypatch):
    """Red is 4 at most; under a bias of -2 no part of the first image drives the filter, and only the leak shows the way."""
    network.features[0].bias[RED] = -2
    woken = preferred.synthesise(network, "conv1_1", [RED], SIZE, 1)
    monkeypatch.setattr(preferred, "STEPS", 0)
    start = preferred.synthesise(network, "conv1_1", [RED], SIZE, 1)
    reached = preferred.activations(network, "conv1_1", np.concatenate([start, woken]), SIZE)[:, RED]
    network.features[0].bias[RED] = 0
    assert reached[0] == 0 and reached[1] > 0.5


def test_an_image_belongs_to_seed_layer_and_filter_alone(network, made, monkeypatch):
    alone = preferred.synthesise(network, "conv1_1", [HORIZONTAL], SIZE, 1)[0]
    assert np.abs(alone.astype(int) - made[HORIZONTAL]).max() <= 2, "not to the others in its batch"
    monkeypatch.setattr(preferred, "STEPS", 3)
    deep = [preferred.synthesise(network, "conv4_1", [2, 5], SIZE, 1) for _ in range(2)]
    assert np.array_equal(*deep)
    monkeypatch.setattr(preferred, "STEPS", 0)
    asked = (("conv1_1", [0, 1], 1), ("conv1_1", [0], 2), ("conv2_1", [0], 1))
    starts = [image for name, filters, seed in asked for image in preferred.synthesise(network, name, filters, SIZE, seed)]
    assert len({start.tobytes() for start in starts}) == 4, "each start is its own"


def test_nothing_is_left_on_the_network(network, noise):
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    preferred.synthesise(network, "conv2_1", [0], SIZE, 1)
    preferred.activations(network, "conv2_1", noise(2, SIZE), SIZE)
    assert all(torch.equal(weights, before[name]) for name, weights in network.state_dict().items())
    assert not any(m._forward_hooks or m._forward_pre_hooks or m.training for m in network.modules())
    assert not any(p.requires_grad or p.grad is not None for p in network.parameters())


def test_the_strongest_images_are_of_different_classes():
    activation, classes = np.array([1.0, 5, 4, 4, 5, 3, 0]), np.array(list("babcbca"))
    assert preferred.strongest(activation, classes, 2).tolist() == [1, 4]
    assert preferred.strongest(activation, classes, 9).tolist() == [1, 4, 3]


def test_shares_by_hand():
    """25 images fall in activation, 5 of the first 20 are own; of 3 that drive the filter one is own; none does."""
    own = np.zeros(25, bool)
    own[[0, 4, 7, 11, 19, 20, 21, 22, 23, 24]] = True
    falling = np.arange(25.0, 0, -1)
    assert preferred.share_own(falling, own) == pytest.approx(5 / 20)
    assert preferred.share_own(np.where(falling > 22, falling, 0), own) == pytest.approx(1 / 3)
    assert math.isnan(preferred.share_own(np.zeros(25), own))


@pytest.fixture
def study(tmp_path, network):
    """Two tasks of two classes, one of a name that both have; four images are planted red."""
    rng = np.random.default_rng(0)

    def store(task, colours):
        records = []
        for name, of_class in colours.items():
            for i, rgb in enumerate(of_class):
                image = np.full((STORED, STORED, 3), rgb) + rng.integers(0, 4, (STORED, STORED, 3))
                records.append(Record(f"{name}/{i}", "test", name, encode(image.astype(np.uint8))))
        write_store(tmp_path / f"{task}.arrow", [*records, Record(f"{name}/t", "train", name, records[-1].image)])
        return str(tmp_path / f"{task}.arrow")

    face = store("face", {"a": [(90, 90, 90), (220, 0, 0), (230, 0, 0)], "b": [(200, 0, 0), (0, 0, 90)]})
    object_ = store("object", {"a": [(0, 90, 0), (180, 0, 0)], "x": [(0, 0, 0), (0, 90, 90)]})
    checkpoints.save(tmp_path / "weights.safetensors", network, {"image_size": SIZE})
    rankings = {("conv1_1", "face"): [RED, SILENT, VERTICAL], ("conv1_1", "object"): [HORIZONTAL, RED, SILENT]}
    rankings |= {("conv2_1", "face"): [3, 1], ("conv2_1", "object"): [1, 0]}
    files = {}
    for (name, task), filters in rankings.items():
        files[name, task] = str(tmp_path / f"{name}_{task}.csv")
        rows = [{"filter": f, "round": i + 1, "loss": 1.0} for i, f in enumerate(filters)]
        pd.DataFrame(rows).to_csv(files[name, task], index=False)
    return {
        "network": {"tasks": ["face", "object"]},
        "stores": [face, object_],
        "weights": str(tmp_path / "weights.safetensors"),
        "rankings": files,
        "filters": 2,
        "strongest": 3,
        "seed": 1,
        "threads": 1,
        "images": str(tmp_path / "preferred.npz"),
        "table": str(tmp_path / "preferred.csv"),
    }


@pytest.fixture
def found(study, monkeypatch):
    monkeypatch.setattr(preferred, "STEPS", 20)
    monkeypatch.setattr(preferred, "ASSESSED", 4)
    find_preferred(**study)
    with np.load(study["images"], allow_pickle=False) as arrays:
        return pd.read_csv(study["table"]), dict(arrays)


def test_the_table_and_the_arrays_are_in_one_order(found, network):
    table, arrays = found
    expected = [("conv1_1", "face", 1, RED), ("conv1_1", "face", 2, SILENT), ("conv1_1", "object", 1, HORIZONTAL)]
    expected += [("conv1_1", "object", 2, RED), ("conv2_1", "face", 1, 3), ("conv2_1", "face", 2, 1)]
    expected += [("conv2_1", "object", 1, 1), ("conv2_1", "object", 2, 0)]
    assert [tuple(row) for row in table[["layer", "task", "place", "filter"]].to_numpy()] == expected
    assert {name: array.shape for name, array in arrays.items()} == {
        "synthesised": (8, SIZE, SIZE, 3),
        "strongest": (8, 3, SIZE, SIZE, 3),
    }
    for row, image, best in zip(table.itertuples(), arrays["synthesised"], arrays["strongest"], strict=True):
        reached = preferred.activations(network, row.layer, np.concatenate([image[None], best]), SIZE)[:, row.filter]
        assert reached[0] == pytest.approx(row.activation_synthesised, rel=1e-4, abs=1e-6)
        assert reached[1:].mean() == pytest.approx(row.activation_strongest, rel=1e-4, abs=1e-6)


def test_planted_images_are_found_one_a_class(found):
    """Red: 230 and 200 of the faces a and b, then 180 of the objects a; of the strongest 4, three are faces."""
    table, arrays = found
    shown = arrays["strongest"][0]
    assert shown[..., 0].mean((1, 2)).round(-1).tolist() == [230, 200, 180] and shown[..., 1].max() < 5
    assert table.share_own[0] == pytest.approx(3 / 4) and table.share_own[3] == pytest.approx(1 / 4)
    assert math.isnan(table.share_own[1])
    assert table.activation_strongest[0] > table.activation_mean[0] > 0


def test_the_same_study_gives_the_same_bytes(found, study, tmp_path):
    find_preferred(**study | {"images": str(tmp_path / "again.npz"), "table": str(tmp_path / "again.csv")})
    for name in ("npz", "csv"):
        assert (tmp_path / f"again.{name}").read_bytes() == (tmp_path / f"preferred.{name}").read_bytes()


def test_what_is_too_little_is_refused(study):
    deeper = {key: path for key, path in study["rankings"].items() if key[0] == "conv2_1"}
    with pytest.raises(InputError, match=r"conv2_1_face\.csv has 2 filters, but figures\.preferred_filters asks for 3"):
        find_preferred(**study | {"filters": 3, "rankings": deeper})
    with pytest.raises(InputError, match="face and object have 4 classes together, fewer than the 5 test images"):
        find_preferred(**study | {"strongest": 5})


def test_classes_that_a_network_leaves_out_are_not_shown(study, monkeypatch):
    """Without class a of the objects there are three classes left."""
    monkeypatch.setattr(preferred, "STEPS", 1)
    with pytest.raises(InputError, match="3 classes together"):
        find_preferred(**study | {"network": {"tasks": ["face", "object"], "without": {"object": ["a"]}}, "strongest": 4})


def test_figure_3_shows_every_image_in_its_place_and_nothing_overlaps(tmp_path, noise):
    from matplotlib import pyplot as plt

    from segregation.figures.grids import preferred_stimuli

    layers, tasks = ["conv1_2", "conv5_3"], ["face", "object"]
    rows = [(name, t, p, 500 + p, 0.95) for name in layers for t in tasks for p in (1, 2, 3, 4)]
    table = pd.DataFrame(rows, columns=["layer", "task", "place", "filter", "share_own"])
    table.loc[0, "share_own"] = np.nan
    images, best = noise(16), noise(48, seed=1).reshape(16, 3, 8, 8, 3)
    figure = preferred_stimuli(table, images, best, tasks)
    (axes,) = figure.axes
    tiles = [(*image.get_extent(), image.get_array()) for image in axes.images]
    assert len(tiles) == 16 * 4
    place = {image.tobytes(): i for i, image in enumerate([*images, *best.reshape(-1, 8, 8, 3)])}
    order = [place[np.asarray(tile[4]).tobytes()] for tile in sorted(tiles, key=lambda tile: (round(tile[3], 3), tile[0]))]
    upper, lower = list(range(8)), list(range(16, 40))
    assert order == [*upper, *lower, *[i + 8 for i in upper], *[i + 24 for i in lower]], "row by row, from left to right"
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts] + [image.get_window_extent() for image in axes.images]
    whole = figure.bbox
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= whole.x1 and b.y1 <= whole.y1 for b in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert sum(text.get_text().endswith("(both)") for text in axes.texts) == 16
    plt.close(figure)
    np.savez(tmp_path / "images.npz", synthesised=images, strongest=best)
    table.to_csv(tmp_path / "table.csv", index=False)
    outputs = {name: str(tmp_path / f"figure.{name}") for name in ("pdf", "png", "table")}
    make(draw_figure_3, outputs, {"table": str(tmp_path / "table.csv")}, images=str(tmp_path / "images.npz"), tasks=tasks)
    assert (tmp_path / "figure.table").read_bytes() == (tmp_path / "table.csv").read_bytes()
    assert (tmp_path / "figure.png").stat().st_size > 10_000 and (tmp_path / "figure.pdf").stat().st_size > 10_000
