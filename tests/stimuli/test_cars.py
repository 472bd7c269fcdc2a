"""Rendered cars: purity, what belongs to a model and what to an image, and the soundness of every style and detail."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segregation.steps.randomness import generator
from segregation.steps.reporting import InputError
from segregation.stimuli import photograph
from segregation.stimuli.cars import draw
from segregation.stimuli.cars.body import build
from segregation.stimuli.cars.model import CHOICES, STRATA, draw_model
from segregation.stimuli.cars.patches import BLACK, GLASS, PAINT
from segregation.stimuli.cars.styles import STYLES, Proportions
from segregation.stimuli.renderer import Camera, Light, Scene, render, sample_background, sample_camera, sample_light
from segregation.stimuli.solids import fitted

SEED = 5
TRAINED, HELDOUT = draw.class_names(40, 12)


def model_of(style, turn=0):
    """Return the model of a style that comes when the styles have had so many turns."""
    return draw_model(f"car_{turn * len(STYLES) + list(STYLES).index(style):04d}", SEED)


def test_an_image_depends_on_its_arguments_only():
    wanted = [("car_0000", 3), ("car_0001", 0), ("newcar_0000", 3)]
    forward = {key: draw.draw(*key, SEED, 32).tobytes() for key in wanted}
    draw._unpainted.cache_clear()
    draw.class_names(900, 7)
    assert {key: draw.draw(*key, SEED, 32).tobytes() for key in reversed(wanted)} == forward


@pytest.mark.parametrize("change", [("car_0000", 1, 0), ("car_0000", 0, 1), ("car_0012", 0, 0), ("newcar_0000", 0, 0)])
def test_another_index_seed_or_class_gives_another_image(change):
    difference = draw.draw("car_0000", 0, 0, 24) - draw.draw(*change, 24)
    assert np.abs(difference).mean() > 0.02


def test_no_two_images_share_a_mesh():
    assert len({draw.specimen("car_0000", index, SEED).vertices.tobytes() for index in range(30)}) == 30


def test_an_image_keeps_its_view_at_another_size():
    small = draw.draw("car_0003", 1, SEED, 32)
    large = draw.draw("car_0003", 1, SEED, 64).reshape(32, 2, 32, 2, 3).mean((1, 3))
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.9


def test_what_is_sampled_for_an_image_is_what_heads_and_objects_sample(monkeypatch):
    seen = []
    monkeypatch.setattr(photograph, "render", lambda *arguments: seen.append(arguments))
    draw.draw("car_0001", 7, SEED, 20)
    ((_, camera, light, background, size, supersampling, _),) = seen
    names = ("cars", SEED, "car_0001", 7)
    assert camera == sample_camera(generator(*names, "camera"))
    expected = sample_light(generator(*names, "light"))
    assert (light.direction.tobytes(), light.ambient) == (expected.direction.tobytes(), expected.ambient)
    assert background.tobytes() == sample_background(generator(*names, "background"), 40).tobytes()
    assert (size, supersampling) == (20, 2)


def test_cars_are_seen_from_either_side_and_mostly_not_end_on():
    unposed, ahead = draw._unpainted("car_0002", SEED), []
    for index in range(200):
        posed = draw.specimen("car_0002", index, SEED)
        turn = np.linalg.lstsq(unposed.normals, posed.normals, rcond=None)[0].T
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-9)
        ahead.append(turn[:, 0])
    x, y, z = np.array(ahead).T
    bearing = np.rad2deg(np.arctan2(x, z))
    assert 0.4 < (bearing > 0).mean() < 0.6
    assert 27 < np.abs(bearing).min() < 40 and 110 < np.abs(bearing).max() < 123
    assert np.abs(np.rad2deg(np.arcsin(y))).max() < 20


def test_styles_take_turns():
    lengths = {style: (STYLES[style].least.length, STYLES[style].greatest.length) for style in STYLES}
    for number, name in enumerate(TRAINED):
        style = list(STYLES)[number % len(STYLES)]
        model = draw_model(name, SEED)
        assert model.form == STYLES[style].form
        assert lengths[style][0] <= model.proportions.length <= lengths[style][1]


@pytest.mark.parametrize("style", STYLES)
def test_models_of_a_style_go_through_all_choices_before_any_comes_again(style):
    of_style = {"pattern": STYLES[style].patterns, "roof": STYLES[style].roofs, "tail": STYLES[style].tails}
    for name, choices in (CHOICES | of_style).items():
        for deck in range(2):
            turns = range(deck * len(choices), (deck + 1) * len(choices))
            assert sorted(getattr(model_of(style, turn).details, name) for turn in turns) == sorted(choices)
    for field in fields(Proportions):
        least, greatest = getattr(STYLES[style].least, field.name), getattr(STYLES[style].greatest, field.name)
        values = sorted(getattr(model_of(style, turn).proportions, field.name) for turn in range(STRATA))
        steps = np.linspace(least, greatest, STRATA + 1)
        assert (steps[:-1] <= values).all() and (values <= steps[1:]).all()


def test_any_two_models_look_different_in_the_same_view_and_paint():
    light = Light(np.array([0.3, 0.6, 0.74]), np.ones(3), 0.4)
    camera, backdrop = Camera(0.6, 0.25, 0, 1, (0, 0)), np.full((64, 64, 3), 0.3)
    images = np.array(
        [render(fitted(draw._unpainted(name, SEED), np.eye(3)), camera, light, backdrop, 32) for name in TRAINED + HELDOUT]
    )
    differences = np.abs(images[:, None] - images[None]).mean((2, 3, 4))
    assert differences[~np.eye(len(images), dtype=bool)].min() > 0.015


def test_paint_belongs_to_the_image_and_the_rest_to_the_model():
    for name in TRAINED[: len(STYLES)]:
        unpainted = draw._unpainted(name, SEED).albedo
        painted = (unpainted == PAINT).all(1)
        assert 0.05 < painted.mean() < 0.9
        paints = set()
        for index in range(5):
            albedo = draw.specimen(name, index, SEED).albedo
            np.testing.assert_array_equal(albedo[~painted], unpainted[~painted])
            paints |= {tuple(colour) for colour in albedo[painted]}
        assert len(paints) == 5 and tuple(PAINT) not in paints


def test_paints_of_a_model_have_all_hues():
    for name in TRAINED[:6]:
        paints = np.array([draw.paint(generator("cars", SEED, name, index, "paint")) for index in range(60)])
        strongest = np.bincount(paints.argmax(1), minlength=3)
        assert strongest.min() > 8
        assert paints.max(1).min() > 0.1 and paints.max() < 0.8


def test_colours_besides_the_paint_are_neutral_but_for_lights():
    for name in TRAINED:
        albedo = draw._unpainted(name, SEED).albedo
        albedo = albedo[~(albedo == PAINT).all(1)]
        coloured = albedo[np.ptp(albedo, axis=1) > 0.03]
        assert {tuple(colour) for colour in coloured} == {(0.95, 0.95, 0.8), (0.55, 0.01, 0.01)}


@pytest.mark.parametrize("name", TRAINED + HELDOUT)
def test_meshes_are_sound_and_in_the_unit_sphere(name):
    mesh = draw.specimen(name, 0, SEED)
    for values in (mesh.vertices, mesh.normals, mesh.albedo):
        assert np.isfinite(values).all()
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1)
    assert np.linalg.norm(mesh.vertices, axis=1).max() == pytest.approx(0.98)
    assert mesh.faces.max() < len(mesh.vertices) and len(mesh.faces) < 5000
    assert mesh.albedo.min() > 0 and mesh.albedo.max() < 1
    first, second, third = mesh.vertices[mesh.faces].swapaxes(0, 1)
    outward = np.cross(second - first, third - first)
    assert (np.einsum("ij,ij->i", outward, mesh.normals[mesh.faces].mean(1)) > 0).all()


@pytest.mark.parametrize("name", TRAINED + HELDOUT)
def test_cars_stand_on_round_wheels_that_fit_below_them(name):
    model = draw_model(name, SEED)
    p, mesh = model.proportions, build(model)
    low = mesh.vertices[mesh.vertices[:, 1] < 0.05 * p.wheel]
    assert low[:, 1].min() == pytest.approx(0, abs=0.03 * p.wheel)
    corners = np.unique(np.sign(low[:, [0, 2]]), axis=0)
    assert len(corners) == 4
    front, rear = low[low[:, 0] > 0, 0], low[low[:, 0] < 0, 0]
    assert front.mean() - rear.mean() > 2 * p.wheel
    assert front.mean() + p.wheel < p.end and rear.mean() - p.wheel > -p.end
    assert mesh.vertices[:, 1].max() >= p.height - 1e-9 and p.clearance < p.belt_line < p.height


@pytest.mark.parametrize("style", [style for style in STYLES if STYLES[style].form != "open"])
def test_windows_on_all_four_sides_are_seen_from_outside(style):
    model = model_of(style)
    mesh = build(replace(model, details=replace(model.details, roof="bare", tail="bare")))
    glass = (mesh.albedo[mesh.faces] == GLASS).all((1, 2))
    centres, normals = mesh.vertices[mesh.faces[glass]].mean(1), mesh.normals[mesh.faces[glass, 0]]
    hit = Scene(mesh).first_hits(centres + 0.05 * normals, -normals)["primID"]
    assert glass[hit].all()
    along, across = normals[:, 0], normals[:, 2]
    sideways = np.abs(across) > np.abs(along)
    assert {-1, 1} == set(np.sign(across[sideways])) == set(np.sign(along[~sideways]))


def test_a_bed_is_open_and_dark_inside():
    model = model_of("pick-up")
    mesh, p = build(replace(model, details=replace(model.details, tail="bare", pattern="plain"))), model.proportions
    middle = np.array([[(p.stern - p.end) / 2, p.height, 0.0]])
    face = Scene(mesh).first_hits(middle, np.array([[0.0, -1.0, 0.0]]))["primID"]
    np.testing.assert_array_equal(mesh.albedo[mesh.faces[face]], np.broadcast_to(BLACK, (1, 3, 3)))


@pytest.mark.parametrize("style", STYLES)
def test_every_detail_shows_on_every_style(style):
    model = model_of(style)
    kind = STYLES[style]
    of_style = {"pattern": kind.patterns, "roof": kind.roofs, "tail": kind.tails}
    plain = replace(model, details=replace(model.details, pattern="lower", tail="bare", rim="ring"))
    for name, choices in (CHOICES | of_style).items():
        meshes = [build(replace(plain, details=replace(plain.details, **{name: choice}))) for choice in choices]
        assert len({(mesh.vertices.tobytes(), mesh.albedo.tobytes()) for mesh in meshes}) == len(choices), name


@pytest.mark.parametrize("name", TRAINED[: len(STYLES)] + HELDOUT)
def test_images_are_valid_and_show_enough_of_the_car(name, monkeypatch):
    # Before black, every lit pixel belongs to the car.
    monkeypatch.setattr(photograph, "sample_background", lambda rng, size: np.zeros((size, size, 3)))
    for index in range(6):
        image = draw.draw(name, index, SEED, 32)
        assert image.shape == (32, 32, 3) and np.isfinite(image).all()
        assert image.min() >= 0 and image.max() <= 1
        shown = image.max(-1) > 0
        assert 0.08 < shown.mean() < 0.6
        rows, columns = np.flatnonzero(shown.any(1)), np.flatnonzero(shown.any(0))
        assert max(np.ptp(rows), np.ptp(columns)) > 12


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_class_names_are_two_sequences_in_order(trained, heldout):
    first, second = draw.class_names(trained, heldout)
    assert (len(first), len(second)) == (trained, heldout)
    assert first == sorted(first) and second == sorted(second) and not set(first) & set(second)
    assert draw.class_names(trained, 0)[0] == first and draw.class_names(0, heldout)[1] == second
    assert draw.class_names(10_000, 10_000)[0][:trained] == first


@pytest.mark.parametrize("counts", [(-1, 0), (0, 10_001)])
def test_impossible_numbers_of_classes_are_refused(counts):
    with pytest.raises(InputError, match="10,000"):
        draw.class_names(*counts)


@pytest.mark.parametrize("name", ["", "car", "car_1", "car_00001", "oldcar_0001", "car_0001\n", "car_٠٠٠١"])
def test_unknown_classes_are_named_in_the_error(name):
    with pytest.raises(InputError, match=r"no car .* car_0000 or newcar_0000"):
        draw.draw(name, 0, SEED, 16)
