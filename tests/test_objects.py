"""Object categories: purity of images, choice of classes, and what every category must look like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segregation.stimuli.materials import TEXTURES, sample_texture
from segregation.stimuli.objects import draw
from segregation.stimuli.objects.categories import CATEGORIES

NAMES = list(CATEGORIES)
NAMED_GROUPS = ("vehicle", "kitchen", "furniture", "tool", "building", "plant", "food")
GROUPS = {*NAMED_GROUPS, "device", "household", "music", "sport", "clothing", "figure"}


def test_same_call_gives_the_same_bytes_in_any_order():
    calls = [("chair", 3, 1), ("key", 0, 1), ("chair", 4, 1), ("umbrella", 7, 2)]
    forward = {call: draw.draw(*call, 24).tobytes() for call in calls}
    backward = {call: draw.draw(*call, 24).tobytes() for call in reversed(calls)}
    assert forward == backward
    assert len(set(forward.values())) == len(calls)


@pytest.mark.parametrize("change", [("chair", 1, 0), ("chair", 0, 1), ("sofa", 0, 0)])
def test_other_index_seed_or_class_changes_everything(change):
    one, other = draw.exemplar("chair", 0, 0), draw.exemplar(*change)
    assert one.vertices.shape != other.vertices.shape or not np.allclose(one.vertices, other.vertices)
    difference = draw.draw("chair", 0, 0, 24) - draw.draw(*change, 24)
    assert np.abs(difference).mean() > 0.02


@pytest.mark.parametrize("name", NAMES)
def test_no_two_exemplars_of_a_category_share_a_mesh(name):
    meshes = {draw.exemplar(name, index, 5).vertices.tobytes() for index in range(6)}
    assert len(meshes) == 6


@pytest.mark.parametrize("name", NAMES)
def test_exemplars_are_sound_meshes_in_the_unit_sphere(name):
    for index in range(6):
        mesh = draw.exemplar(name, index, 11)
        for values in (mesh.vertices, mesh.normals, mesh.albedo):
            assert np.isfinite(values).all()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1)
        assert np.linalg.norm(mesh.vertices, axis=1).max() == pytest.approx(0.98)
        assert mesh.faces.max() < len(mesh.vertices) and len(mesh.faces) < 5000
        assert mesh.albedo.min() > 0 and mesh.albedo.max() < 1


@pytest.mark.parametrize("name", NAMES)
def test_images_are_valid_and_show_enough_of_the_object(name, monkeypatch):
    # Before black, every lit pixel belongs to the object.
    monkeypatch.setattr(draw, "sample_background", lambda rng, size: np.zeros((size, size, 3)))
    shares = []
    for index in range(4):
        image = draw.draw(name, index, 2, 32)
        assert image.shape == (32, 32, 3) and np.isfinite(image).all()
        assert image.min() >= 0 and image.max() <= 1
        shares.append((image.max(-1) > 0).mean())
    assert min(shares) > 0.02 and max(shares) < 0.75
    assert np.mean(shares) > 0.05


def test_enough_categories_of_known_groups():
    assert len(NAMES) >= 40
    assert {category.group for category in CATEGORIES.values()} <= GROUPS
    assert sum(category.group not in ("vehicle", "food") for category in CATEGORIES.values()) >= 40
    assert len({category.group for name, category in CATEGORIES.items() if name in NAMES[:8]}) >= 5
    assert len({category.group for name, category in CATEGORIES.items() if name in NAMES[-8:]}) >= 5


@given(trained=st.integers(0, len(NAMES)), heldout=st.integers(0, len(NAMES)))
def test_class_names_are_sorted_disjoint_and_independent(trained, heldout):
    if trained + heldout > len(NAMES):
        with pytest.raises(ValueError, match=rf"{trained} trained and {heldout} held-out .* only {len(NAMES)} exist"):
            draw.class_names(trained, heldout)
        return
    training, holding = draw.class_names(trained, heldout)
    assert (len(training), len(holding)) == (trained, heldout)
    assert training == sorted(training) and holding == sorted(holding)
    assert not set(training) & set(holding)
    assert training == draw.class_names(trained, 0)[0] and holding == draw.class_names(0, heldout)[1]
    if trained:
        assert set(draw.class_names(trained - 1, heldout)[0]) < set(training)
    if heldout:
        assert set(draw.class_names(trained, heldout - 1)[1]) < set(holding)


@pytest.mark.parametrize("numbers", [(-1, 5), (5, -1)])
def test_negative_numbers_of_classes_are_refused(numbers):
    with pytest.raises(ValueError, match="were asked for"):
        draw.class_names(*numbers)


def test_unknown_class_is_named_in_the_error():
    with pytest.raises(ValueError, match=r"'unicorn'.*chair"):
        draw.draw("unicorn", 0, 0, 16)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_poses_are_rotations(seed):
    rng = np.random.default_rng(seed)
    for category in CATEGORIES.values():
        turn = category.pose.sample(rng)
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(turn) == pytest.approx(1)


def test_textures_keep_normals_unit_and_albedo_positive():
    rng = np.random.default_rng(0)
    points, normals = rng.uniform(-1, 1, (50, 3)), rng.normal(size=(50, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    albedo, plain = np.full((50, 3), 0.5), 0
    for _ in range(10 * len(TEXTURES)):
        shader = sample_texture(rng)
        if shader is None:
            plain += 1
            continue
        bent, coloured = shader(np.zeros(50, dtype=int), points, normals, albedo)
        np.testing.assert_allclose(np.linalg.norm(bent, axis=1), 1)
        assert coloured.shape == (50, 3) and coloured.min() > 0
        assert (bent != normals).any() or (coloured != albedo).any()
    assert 5 < plain < 40
