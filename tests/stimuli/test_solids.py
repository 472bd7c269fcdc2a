"""Primitives of the mesh builder against cases computed by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segregation.stimuli.solids import ALBEDO, TO_FRONT, TO_SIDE, Builder, fitted, rotation

HEXAGON = [(np.cos(a), np.sin(a)) for a in np.pi / 3 * np.arange(6)]
PRIMITIVES = {
    "box": lambda solid: solid.box((1, 0, 0), (1, 2, 3), taper=(0.5, 0.8), lean=(0.1, 0)),
    "ridge": lambda solid: solid.box((1, 0, 0), (1, 2, 3), taper=(1, 0)),
    "pyramid": lambda solid: solid.box((1, 0, 0), (1, 2, 3), taper=0),
    "cylinder": lambda solid: solid.cylinder((1, 0, 0), 0.5, 2),
    "cone": lambda solid: solid.cylinder((1, 0, 0), 0.5, 2, top=0),
    "ellipsoid": lambda solid: solid.ellipsoid((1, 0, 0), (1, 2, 0.5)),
    "rod": lambda solid: solid.tube((1, 0, 0), [(0, 0, 0), (1, 2, 3)], 0.2),
    "bent tube": lambda solid: solid.tube((1, 0, 0), [(0, 0, 0), (1, 0, 0), (1, 1, 0)], 0.2),
    "ring": lambda solid: solid.ring((1, 0, 0), 1, 0.2),
    "arc": lambda solid: solid.ring((1, 0, 0), (1, 0.7), 0.2, arc=(30, 200)),
    "panel": lambda solid: solid.panel((1, 0, 0), HEXAGON, 0.3),
    "clockwise panel": lambda solid: solid.panel((1, 0, 0), HEXAGON[::-1], 0.3),
}


def built(draw):
    solid = Builder()
    draw(solid)
    return solid.mesh()


def areas_and_normals(mesh):
    first, second, third = mesh.vertices[mesh.faces].swapaxes(0, 1)
    doubled = np.cross(second - first, third - first)
    length = np.linalg.norm(doubled, axis=1)
    return length / 2, doubled / length[:, None]


def volume(mesh):
    first, second, third = mesh.vertices[mesh.faces].swapaxes(0, 1)
    return (first * np.cross(second, third)).sum() / 6


@pytest.mark.parametrize("name", PRIMITIVES)
def test_normals_are_unit_vectors_and_faces_wind_counter_clockwise(name):
    mesh = built(PRIMITIVES[name])
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1)
    _, flat = areas_and_normals(mesh)
    for corner in range(3):
        assert ((mesh.normals[mesh.faces[:, corner]] * flat).sum(1) > 0.5).all()
    assert volume(mesh) > 0  # of a closed surface: positive only when its faces look outwards


@pytest.mark.parametrize("name", ["box", "cylinder", "cone", "ellipsoid", "rod", "panel"])
def test_normals_of_convex_primitives_point_away_from_the_middle(name):
    mesh = built(PRIMITIVES[name])
    middle = (mesh.vertices.min(0) + mesh.vertices.max(0)) / 2
    assert ((mesh.vertices - middle) * mesh.normals).sum(1).min() > 0


def test_box_has_the_area_volume_and_normals_of_a_box():
    mesh = built(lambda solid: solid.box((1, 0, 0), (1, 2, 3), at=(5, 6, 7)))
    areas, normals = areas_and_normals(mesh)
    assert len(mesh.faces) == 12
    assert areas.sum() == pytest.approx(2 * (1 * 2 + 2 * 3 + 1 * 3))
    assert {tuple(n) for n in np.round(normals).astype(int)} == {
        tuple(sign * row) for row in np.eye(3, dtype=int) for sign in (-1, 1)
    }
    np.testing.assert_allclose([mesh.vertices.min(0), mesh.vertices.max(0)], [[4.5, 5, 5.5], [5.5, 7, 8.5]])


def test_taper_to_a_point_makes_a_pyramid_without_empty_faces():
    mesh = built(PRIMITIVES["pyramid"])
    areas, _ = areas_and_normals(mesh)
    assert len(mesh.faces) == 6 and areas.min() > 0
    assert volume(mesh) == pytest.approx(1 * 3 * 2 / 3)


def test_ridge_is_half_a_box():
    assert volume(built(PRIMITIVES["ridge"])) == pytest.approx(1 * 2 * 3 / 2)


def test_lathed_wall_has_radial_normals_and_sharp_edges():
    mesh = built(lambda solid: solid.cylinder((1, 0, 0), 0.5, 2, sides=12))
    vertical = np.abs(mesh.normals[:, 1])
    wall = vertical < 0.5
    radial = mesh.vertices[wall] * [1, 0, 1] / 0.5
    np.testing.assert_allclose(mesh.normals[wall], radial, atol=1e-12)
    np.testing.assert_allclose(vertical[~wall], 1)
    assert np.abs(mesh.vertices[:, 1]).max() == 1


def test_sphere_has_the_normals_of_a_sphere():
    mesh = built(lambda solid: solid.ellipsoid((1, 0, 0), 2, at=(1, 0, 0)))
    np.testing.assert_allclose(mesh.normals, (mesh.vertices - [1, 0, 0]) / 2, atol=1e-12)


def test_stretched_sphere_has_the_normals_of_an_ellipsoid():
    radii = np.array([1, 2, 0.5])
    mesh = built(PRIMITIVES["ellipsoid"])
    gradient = mesh.vertices / radii**2
    np.testing.assert_allclose(mesh.normals, gradient / np.linalg.norm(gradient, axis=1, keepdims=True), atol=1e-12)


def test_straight_tube_has_its_length_and_radius():
    mesh = built(lambda solid: solid.tube((1, 0, 0), [(0, 0, 0), (1, 2, 2)], 0.25))
    along = np.array([1, 2, 2]) / 3
    position = mesh.vertices @ along
    assert position.min() == pytest.approx(0) and position.max() == pytest.approx(3)
    away = np.linalg.norm(mesh.vertices - position[:, None] * along, axis=1)
    assert set(np.round(away, 9)) == {0, 0.25}


def test_mitred_corner_keeps_the_tube_as_wide_as_its_radius():
    mesh = built(PRIMITIVES["bent tube"])
    np.testing.assert_allclose(mesh.vertices.max(0), [1.2, 1, 0.2])
    np.testing.assert_allclose(mesh.vertices.min(0), [0, -0.2, -0.2])


def test_ring_lies_between_its_radii():
    mesh = built(PRIMITIVES["ring"])
    radius = np.hypot(mesh.vertices[:, 0], mesh.vertices[:, 1])
    assert radius.min() == pytest.approx(0.8, abs=0.02) and radius.max() == pytest.approx(1.2, abs=0.02)
    assert volume(mesh) == pytest.approx(2 * np.pi**2 * 0.2**2, rel=0.15)  # of a round torus, from inside


def test_panel_has_the_volume_of_its_outline():
    assert volume(built(PRIMITIVES["panel"])) == pytest.approx(1.5 * np.sqrt(3) * 0.3)


@pytest.mark.parametrize(("axis", "source", "target"), [("x", 1, 2), ("y", 2, 0), ("z", 0, 1)])
def test_rotation_is_right_handed(axis, source, target):
    np.testing.assert_allclose(rotation(axis, 90) @ np.eye(3)[source], np.eye(3)[target], atol=1e-12)


def test_named_turns_send_up_to_the_front_and_to_the_side():
    np.testing.assert_allclose(TO_FRONT @ [0, 1, 0], [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(TO_SIDE @ [0, 1, 0], [1, 0, 0], atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(angle=st.floats(-360, 360), axis=st.sampled_from("xyz"), name=st.sampled_from(sorted(PRIMITIVES)))
def test_including_a_turned_part_keeps_its_volume(angle, axis, name):
    part, whole = Builder(), Builder()
    PRIMITIVES[name](part)
    whole.include(part, at=(1, -2, 3), turn=rotation(axis, angle))
    assert volume(whole.mesh()) == pytest.approx(volume(part.mesh()))


def test_mesh_joins_parts_with_their_own_colours():
    solid = Builder()
    solid.box((0.2, 0.3, 0.4), 1)
    solid.box((-1, 0.5, 7), 1, at=(3, 0, 0))
    mesh = solid.mesh()
    right = mesh.vertices[:, 0] > 1.5
    assert len(mesh.faces) == 24 and mesh.faces.max() == len(mesh.vertices) - 1
    np.testing.assert_allclose(mesh.albedo[~right], np.tile((0.2, 0.3, 0.4), (24, 1)))
    np.testing.assert_allclose(mesh.albedo[right], np.tile((ALBEDO[0], 0.5, ALBEDO[1]), (24, 1)))


def test_fitted_mesh_is_centred_and_touches_the_sphere():
    mesh = fitted(built(lambda solid: solid.box((1, 0, 0), (1, 2, 3), at=(9, 9, 9))), rotation("y", 30), radius=0.5)
    np.testing.assert_allclose(mesh.vertices.min(0), -mesh.vertices.max(0))
    assert np.linalg.norm(mesh.vertices, axis=1).max() == pytest.approx(0.5)


def test_empty_builder_has_no_mesh():
    with pytest.raises(ValueError, match="nothing was added"):
        Builder().mesh()
