"""The renderer: brightness, shadow, background and cameras by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.stimuli.renderer import (
    GAMMA,
    SHADOW,
    SHININESS,
    SPECULAR,
    Camera,
    Light,
    Mesh,
    _enlarge,
    dot,
    normalise,
    render,
    sample_background,
    sample_camera,
)

FRONT = Camera(azimuth=0, elevation=0, roll=0, zoom=1, shift=(0, 0))
GREY = np.full((64, 64, 3), 0.3)


def plate(half, z=0.0, albedo=0.5):
    """A square that faces the viewer."""
    vertices = np.array([[-half, -half, z], [half, -half, z], [half, half, z], [-half, half, z]], float)
    return Mesh(vertices, np.array([[0, 1, 2], [0, 2, 3]]), np.tile([0, 0, 1.0], (4, 1)), np.full((4, 3), albedo))


def joined(first, second):
    faces = np.concatenate([first.faces, second.faces + len(first.vertices)])
    parts = [np.concatenate(pair) for pair in ((first.vertices, second.vertices), (first.normals, second.normals))]
    return Mesh(parts[0], faces, parts[1], np.concatenate([first.albedo, second.albedo]))


def test_a_plate_lit_from_the_viewer():
    """Albedo times ambient (three quarters of it on a vertical wall) and 1.25 of the direct share, plus the highlight."""
    light = Light(np.array([0, 0, 1.0]), np.ones(3), ambient=0.4)
    image = render(plate(0.5), FRONT, light, GREY, size=32)
    expected = 0.5 * (0.4 * 0.75 + 0.6 * 1.25) + SPECULAR
    assert image[16, 16] == pytest.approx([expected ** (1 / GAMMA)] * 3, abs=2e-3)
    assert image[0, 0] == pytest.approx([0.3 ** (1 / GAMMA)] * 3), "beside the plate there is background"


def test_shadow_dims_direct_light_and_highlight():
    """Light from the right at 45 degrees: a plate in front casts its shadow on the left of the wall behind it."""
    light = Light(np.array([1, 0, 1.0]) / 2**0.5, np.ones(3), ambient=0.4)
    scene = joined(plate(0.9), plate(0.15, z=0.4))
    image = render(scene, FRONT, light, GREY, size=32) ** GAMMA
    direct = 0.6 * 1.25 / 2**0.5
    for column, x, share in ((10, -0.385, SHADOW), (27, 0.805, 1)):
        ray = np.array([x, 0, -1.12 / np.tan(np.deg2rad(12))])
        half = light.direction - ray / np.linalg.norm(ray)
        highlight = SPECULAR * (half[2] / np.linalg.norm(half)) ** SHININESS
        assert image[16, column, 0] == pytest.approx(0.5 * (0.4 * 0.75 + share * direct) + share * highlight, abs=0.003)


def test_what_faces_away_from_the_light_has_the_ambient_term_alone():
    image = render(plate(0.5), FRONT, Light(np.array([0, 0, -1.0]), np.ones(3), ambient=0.4), GREY, size=32)
    assert image[16, 16] == pytest.approx([(0.5 * 0.4 * 0.75) ** (1 / GAMMA)] * 3)


def test_a_shader_paints_what_is_hit():
    def red(face, points, normals, albedo):
        assert points.shape == normals.shape == albedo.shape == (len(face), 3)
        return normals, np.where(points[:, :1] > 0, [1.0, 0, 0], albedo)

    light = Light(np.array([0, 0, 1.0]), np.ones(3), ambient=1.0)
    image = render(plate(0.5), FRONT, light, GREY, size=32, shader=red)
    assert image[16, 20, 0] > image[16, 20, 1]
    assert image[16, 12, 0] == pytest.approx(image[16, 12, 1])


def test_zoom_and_shift_by_hand():
    """At zoom 1 the picture is 2.24 wide at the origin: a plate of half width 0.5 covers the square of 0.5 / 1.12."""
    light = Light(np.array([0, 0, 1.0]), np.ones(3), ambient=1.0)
    for camera, share in ((FRONT, 0.5 / 1.12), (Camera(0, 0, 0, 1.1, (0, 0)), 0.55 / 1.12)):
        covered = render(plate(0.5, albedo=0.0), camera, light, GREY * 3, size=32)[..., 0] < 0.8
        assert covered.mean() == pytest.approx(share**2, abs=0.05)
    shifted = render(plate(0.3, albedo=0.0), Camera(0, 0, 0, 1, (0.1, 0)), light, GREY * 3, size=32)[..., 0] < 0.8
    assert np.nonzero(shifted)[1].mean() == pytest.approx(15.5 + 3.2, abs=0.7), "a tenth of the width to the right"


@given(st.integers(0, 500))
def test_cameras_are_orthonormal_and_in_range(seed):
    camera = sample_camera(np.random.default_rng(seed))
    assert camera.axes() @ camera.axes().T == pytest.approx(np.eye(3), abs=1e-9)
    assert abs(np.rad2deg(camera.azimuth)) <= 40 and -15 <= np.rad2deg(camera.elevation) <= 25


@given(st.integers(0, 100), st.integers(32, 120))
def test_backgrounds_are_colours_of_any_size(seed, size):
    field = sample_background(np.random.default_rng(seed), size)
    assert field.shape == (size, size, 3) and field.min() >= 0.01 and field.max() <= 1


@given(st.integers(2, 9), st.integers(2, 40))
def test_a_grid_is_enlarged_by_linear_interpolation(cells, size):
    """Row by row, then column by column, by numpy's own."""
    grid, at = np.random.default_rng(cells).normal(size=(3, cells, cells)), np.linspace(0, cells - 1, size)
    rows = np.apply_along_axis(lambda values: np.interp(at, np.arange(cells), values), 1, grid)
    both = np.apply_along_axis(lambda values: np.interp(at, np.arange(cells), values), 2, rows)
    assert np.allclose(_enlarge(grid, size), both, rtol=0, atol=1e-12)


def test_what_is_kept_of_the_last_mesh_is_not_taken_for_another():
    """A plate, two plates, the first again, and its faces changed in place to those of half of it."""
    light, one = Light(np.array([0, 0, 1.0]), np.ones(3), ambient=0.4), plate(0.5)
    first, both, again = (render(mesh, FRONT, light, GREY, 32) for mesh in (one, joined(one, plate(0.9, z=-0.2)), one))
    assert np.array_equal(first, again) and not np.array_equal(first, both)
    one.faces[1] = one.faces[0]
    half = render(one, FRONT, light, GREY, 32)
    assert half[20, 20] == pytest.approx(first[20, 20]) and half[12, 12] == pytest.approx(first[0, 0])


def test_lengths_and_products_are_numpys_to_the_bit():
    a, b = np.random.default_rng(0).normal(size=(2, 10_000, 3)) * np.logspace(-6, 6, 10_000)[:, None]
    assert np.array_equal(dot(a, b), (a * b).sum(1))
    assert np.array_equal(normalise(a), a / np.linalg.norm(a, axis=1, keepdims=True))
    assert normalise(np.zeros((1, 3))).tolist() == [[0, 0, 0]]
