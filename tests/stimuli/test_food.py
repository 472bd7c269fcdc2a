"""Fruit and dishes: their register, colours and surfaces, and how pieces are laid out."""

import numpy as np
import pytest

from segregation.stimuli.food.dishes import DISHES, FOOD
from segregation.stimuli.food.ingredients import any_turns, around, copies, heap, sample_surface, sector
from segregation.stimuli.solids import Builder, rotation

NAMES = list(DISHES)
GROUPS = {"fruit", "vegetable", "snack", "plate", "bowl", "bakery", "sweet"}


@pytest.mark.parametrize("name", NAMES)
def test_no_two_exemplars_of_a_class_share_their_colours(name):
    meshes = [FOOD.exemplar(name, index, 5) for index in range(6)]
    assert len({mesh.albedo.tobytes() for mesh in meshes}) == 6


def test_enough_classes_of_known_groups_at_both_ends():
    assert len(NAMES) >= 24
    assert {dish.group for dish in DISHES.values()} == GROUPS
    for end in (NAMES[:8], NAMES[-8:]):
        assert len({DISHES[name].group for name in end}) >= 5


def test_copies_are_the_piece_turned_scaled_moved_and_shaded():
    piece, expected, solid = Builder(), Builder(), Builder()
    piece.box((0.4, 0.2, 0.1), (1, 2, 3))
    at, turns, sizes, factors = [(0, 1, 0), (5, 0, 2)], around(2, 30), [1, 2], [0.5, 1.5]
    copies(solid, piece, at, turns, sizes, factors)
    for place, turn, size, factor in zip(at, turns, sizes, factors, strict=True):
        expected.box(factor * np.array([0.4, 0.2, 0.1]), size * np.array([1, 2, 3]), place, turn)
    made, wanted = solid.mesh(), expected.mesh()
    for field in ("vertices", "faces", "normals", "albedo"):
        np.testing.assert_allclose(getattr(made, field), getattr(wanted, field), atol=1e-12)


def test_copies_share_a_single_turn_scale_and_shade():
    piece, solid = Builder(), Builder()
    piece.box((0.4, 0.2, 0.1), (1, 2, 3))
    copies(solid, piece, [(0, 0, 0), (9, 0, 0)], rotation("z", 90))
    vertices = solid.mesh().vertices
    np.testing.assert_allclose(np.ptp(vertices, axis=0), [11, 1, 3])


def test_turns_around_y_are_those_of_the_builder_and_equally_far_apart():
    np.testing.assert_allclose(around(4, 20), [rotation("y", angle) for angle in (20, 110, 200, 290)], atol=1e-12)


def test_any_turns_are_rotations_that_lean_no_further_than_asked():
    turns = any_turns(np.random.default_rng(0), 200, 25)
    np.testing.assert_allclose(turns @ turns.swapaxes(1, 2), np.broadcast_to(np.eye(3), turns.shape), atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(turns), 1)
    lean = np.rad2deg(np.arccos(turns[:, 1, 1]))
    assert 20 < lean.max() <= 25
    upright = turns[:, :, 1]  # where each takes the y axis: to every side
    assert (np.ptp(upright[:, [0, 2]], axis=0) > 0.7).all()


def test_heap_covers_its_disc_and_is_highest_in_the_middle():
    places = heap(np.random.default_rng(0), 200, 2, 0.5, base=1)
    out = np.hypot(places[:, 0], places[:, 2])
    assert out.max() <= 2 and np.abs(places[:, [0, 2]].mean(0)).max() < 0.1
    assert np.median(out) == pytest.approx(2 * np.sqrt(0.5), abs=0.1)  # even cover: half of them on half of the area
    np.testing.assert_allclose(places[:, 1], 1 + 0.5 * (1 - (out / 2) ** 2))


@pytest.mark.parametrize(("span", "area"), [(90, np.pi), (360, 4 * np.pi)])
def test_sector_has_the_area_of_its_share_of_a_disc(span, area):
    x, y = sector(span, 2, start=40, points=200).T
    assert abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2 == pytest.approx(area, rel=1e-3)


def test_surfaces_keep_normals_unit_and_change_brightness_alone():
    rng = np.random.default_rng(0)
    points, normals = rng.uniform(-1, 1, (50, 3)), rng.normal(size=(50, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    albedo = np.tile([0.6, 0.3, 0.1], (50, 1))
    for _ in range(20):
        bent, coloured = sample_surface(rng)(np.zeros(50, dtype=int), points, normals, albedo)
        np.testing.assert_allclose(np.linalg.norm(bent, axis=1), 1)
        assert (bent != normals).any() and (coloured != albedo).any() and coloured.min() > 0
        np.testing.assert_allclose(coloured / coloured[:, :1], albedo / albedo[:, :1])
