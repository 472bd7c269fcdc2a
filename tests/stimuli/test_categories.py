"""Sets of categories: purity of images, choice of classes, and what every class must look like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segregation.stimuli import photograph
from segregation.stimuli.food.dishes import FOOD
from segregation.stimuli.objects.categories import OBJECTS

SETS = {"objects": OBJECTS, "food": FOOD}
CALLS = {
    "objects": [("chair", 3, 1), ("key", 0, 1), ("chair", 4, 1), ("umbrella", 7, 2)],
    "food": [("apple", 3, 1), ("pizza", 0, 1), ("apple", 4, 1), ("salad", 7, 2)],
}
ONE = {"objects": ("chair", "sofa"), "food": ("pear", "apple")}
EVERY = [(which, name) for which in SETS.values() for name in which.categories]
IDS = [f"{which.name}-{name}" for which, name in EVERY]
of_every_class = pytest.mark.parametrize(("which", "name"), EVERY, ids=IDS)
of_both = pytest.mark.parametrize("which", SETS.values(), ids=SETS)


@of_both
def test_same_call_gives_the_same_bytes_in_any_order(which):
    calls = CALLS[which.name]
    forward = {call: which.draw(*call, 24).tobytes() for call in calls}
    backward = {call: which.draw(*call, 24).tobytes() for call in reversed(calls)}
    assert forward == backward
    assert len(set(forward.values())) == len(calls)


@of_both
@pytest.mark.parametrize("change", ["index", "seed", "class"])
def test_other_index_seed_or_class_changes_everything(which, change):
    name, another = ONE[which.name]
    changed = {"index": (name, 1, 0), "seed": (name, 0, 1), "class": (another, 0, 0)}[change]
    one, other = which.exemplar(name, 0, 0), which.exemplar(*changed)
    assert one.vertices.shape != other.vertices.shape or not np.allclose(one.vertices, other.vertices)
    difference = which.draw(name, 0, 0, 24) - which.draw(*changed, 24)
    assert np.abs(difference).mean() > 0.02


@of_every_class
def test_no_two_exemplars_of_a_class_share_a_mesh(which, name):
    assert len({which.exemplar(name, index, 5).vertices.tobytes() for index in range(6)}) == 6


@of_every_class
def test_exemplars_are_sound_meshes_in_the_unit_sphere(which, name):
    for index in range(6):
        mesh = which.exemplar(name, index, 11)
        for values in (mesh.vertices, mesh.normals, mesh.albedo):
            assert np.isfinite(values).all()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1)
        assert np.linalg.norm(mesh.vertices, axis=1).max() == pytest.approx(0.98)
        assert mesh.faces.min() >= 0 and mesh.faces.max() < len(mesh.vertices) and len(mesh.faces) < 5000
        assert mesh.albedo.min() > 0 and mesh.albedo.max() < 1


@of_every_class
def test_images_are_valid_and_show_enough_of_it(which, name, monkeypatch):
    # Before black, every lit pixel belongs to the exemplar.
    monkeypatch.setattr(photograph, "sample_background", lambda rng, size: np.zeros((size, size, 3)))
    least = {"objects": 0.02, "food": 0.04}[which.name]
    shares = []
    for index in range(4):
        image = which.draw(name, index, 2, 32)
        assert image.shape == (32, 32, 3) and np.isfinite(image).all()
        assert image.min() >= 0 and image.max() <= 1
        shares.append((image.max(-1) > 0).mean())
    assert min(shares) > least and max(shares) < 0.75
    assert np.mean(shares) > 2.5 * least


@of_both
@given(data=st.data())
def test_class_names_are_sorted_disjoint_and_independent(which, data):
    names = list(which.categories)
    trained, heldout = (data.draw(st.integers(0, len(names))) for _ in range(2))
    if trained + heldout > len(names):
        with pytest.raises(ValueError, match=rf"{trained} trained and {heldout} held-out .* only {len(names)} exist"):
            which.class_names(trained, heldout)
        return
    training, holding = which.class_names(trained, heldout)
    assert (len(training), len(holding)) == (trained, heldout)
    assert training == sorted(training) and holding == sorted(holding)
    assert not set(training) & set(holding)
    assert training == which.class_names(trained, 0)[0] and holding == which.class_names(0, heldout)[1]
    if trained:
        assert set(which.class_names(trained - 1, heldout)[0]) < set(training)
    if heldout:
        assert set(which.class_names(trained, heldout - 1)[1]) < set(holding)


@of_both
@pytest.mark.parametrize("numbers", [(-1, 5), (5, -1)])
def test_negative_numbers_of_classes_are_refused(which, numbers):
    with pytest.raises(ValueError, match="were asked for"):
        which.class_names(*numbers)


@of_both
def test_unknown_class_is_named_in_the_error(which):
    with pytest.raises(ValueError, match=rf"'unicorn'.*{ONE[which.name][0]}"):
        which.draw("unicorn", 0, 0, 16)


@of_both
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_poses_are_rotations(which, seed):
    rng = np.random.default_rng(seed)
    for category in which.categories.values():
        turn = category.pose.sample(rng)
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(turn) == pytest.approx(1)
