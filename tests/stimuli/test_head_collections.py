"""Collections of heads: that they share nobody, differ as they claim, and that shape heads differ in shape alone."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from segregation.steps.randomness import generator
from segregation.stimuli import photograph
from segregation.stimuli.heads import collection as collections
from segregation.stimuli.heads import hair
from segregation.stimuli.heads.heads import HEADS
from segregation.stimuli.heads.model import build_head
from segregation.stimuli.heads.portraits import PORTRAITS
from segregation.stimuli.heads.shape_heads import SHAPE_HEADS
from segregation.stimuli.heads.shapes import Part, load_shapes

SEED = 5
UNTINTED = np.ones(3)
COLLECTIONS = pytest.mark.parametrize("collection", [HEADS, PORTRAITS, SHAPE_HEADS], ids=lambda item: item.name)


def people(collection, count):
    """Return identities of a collection, half of them held out."""
    trained, heldout = collection.class_names(count // 2, count // 2)
    return [collection.identity(collection.name, SEED, name) for name in trained + heldout]


def samples(sample, count=300):
    """Draw something some times, each time from another generator."""
    return [sample(generator("sample", number)) for number in range(count)]


def form(person):
    """Return how a person displaces the template's vertices, (n, 3), besides shifting all of them."""
    displacement = load_shapes().displacement(person.weights)
    return displacement - displacement.mean(0)


def skin_colours(person, tint):
    """Paint all skin of a person's template, under some expression and tint (3,), as (k, 3)."""
    template = load_shapes()
    mesh, painter = build_head(person, hair).pose(HEADS.expression(generator("expression")), tint)
    skin = np.flatnonzero(template.vertex_part == Part.SKIN)
    painter = replace(painter, face_part=template.vertex_part)  # one sample at each vertex instead of at hit faces
    return painter(skin, mesh.vertices[skin], mesh.normals[skin], mesh.albedo[skin])[1]


@COLLECTIONS
def test_an_image_depends_on_its_arguments_only(collection):
    first, second = (names[0] for names in collection.class_names(1, 1))
    wanted = [(first, 3), (second, 3)]
    forward = {key: collection.draw(*key, SEED, 32).tobytes() for key in wanted}
    collections._head.cache_clear()
    assert {key: collection.draw(*key, SEED, 32).tobytes() for key in reversed(wanted)} == forward


@COLLECTIONS
def test_images_differ_by_index_identity_kind_and_seed(collection):
    (first, second), (new,) = collection.class_names(2, 1)
    keys = [(first, 0, SEED), (first, 1, SEED), (second, 0, SEED), (new, 0, SEED), (first, 0, SEED + 1)]
    images = [collection.draw(*key, 32) for key in keys]
    assert len({image.tobytes() for image in images}) == len(images)
    assert all(np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1 for image in images)


@COLLECTIONS
def test_every_generator_belongs_to_collection_seed_class_and_index_and_has_one_use(collection, monkeypatch):
    asked = []
    for module in (collections, photograph):
        monkeypatch.setattr(module, "generator", lambda *names: asked.append(names) or generator(*names))
    monkeypatch.setattr(photograph, "render", lambda *arguments: None)
    collection.draw("someone", 7, SEED, 8)
    assert {names[:-1] for names in asked} == {(collection.name, SEED, "someone", 7)}
    assert len(set(asked)) == len(asked) == 5


@COLLECTIONS
def test_a_seed_has_people_of_its_own(collection):
    first, other = (collections._head(collection, "someone", seed).identity for seed in (SEED, SEED + 1))
    assert np.abs(form(first) - form(other)).max() > 0.05  # decimetres


def test_collections_share_no_class_and_no_shape():
    assert [item.name for item in (HEADS, PORTRAITS, SHAPE_HEADS)] == ["heads", "portraits", "shape_heads"]
    names = [name for item in (HEADS, PORTRAITS, SHAPE_HEADS) for kind in item.class_names(3, 3) for name in kind]
    assert len(set(names)) == len(names) == 18
    assert names[6] == "portrait_0000" and names[9] == "newportrait_0000"
    assert names[12] == "shape_0000" and names[15] == "newshape_0000"
    forms = np.array([form(person).ravel() for item in (HEADS, PORTRAITS, SHAPE_HEADS) for person in people(item, 6)])
    distances = np.linalg.norm(forms[:, None] - forms[None], axis=-1) + 1e9 * np.eye(len(forms))
    assert distances.min() > 1  # decimetres, summed over some 5,000 vertices


def test_a_class_name_is_another_person_in_another_collection():
    heads, portraits = (item.identity(item.name, SEED, "head_0000") for item in (HEADS, PORTRAITS))
    assert np.abs(form(heads) - form(portraits)).max() > 0.05  # decimetres


def test_portraits_are_taken_nearer_lower_less_from_the_side_and_more_tilted():
    of_heads, of_portraits = samples(HEADS.camera), samples(PORTRAITS.camera)
    spans = {
        name: [np.ptp([getattr(camera, name) for camera in cameras]) for cameras in (of_heads, of_portraits)]
        for name in ("azimuth", "roll")
    }
    assert spans["azimuth"][1] < 0.7 * spans["azimuth"][0]
    assert spans["roll"][1] > 1.5 * spans["roll"][0]
    elevation, zoom = (
        [np.mean([getattr(camera, name) for camera in cameras]) for cameras in (of_heads, of_portraits)]
        for name in ("elevation", "zoom")
    )
    assert elevation[1] < 0 < elevation[0]
    assert zoom[1] > 1.05 * zoom[0]


def test_portraits_are_lit_harder_and_from_nearer_the_camera():
    of_heads, of_portraits = samples(HEADS.light), samples(PORTRAITS.light)
    assert np.allclose([np.linalg.norm(light.direction) for light in of_portraits], 1)
    frontal = [np.mean([light.direction[2] for light in lights]) for lights in (of_heads, of_portraits)]
    ambient = [np.mean([light.ambient for light in lights]) for lights in (of_heads, of_portraits)]
    assert frontal[1] > frontal[0] + 0.05
    assert ambient[1] < 0.9 * ambient[0]


def test_fewer_people_in_portraits_have_long_hair_and_more_of_them_smile():
    styles = [Counter(person.hair.style for person in people(item, 200)) for item in (HEADS, PORTRAITS)]
    assert styles[1]["bob"] + styles[1]["long"] < 0.7 * (styles[0]["bob"] + styles[0]["long"])
    assert styles[1]["bald"] > styles[0]["bald"]
    smiles = [
        sum(drawn.weights.get("expression/mouthSmileLeft", 0) > 0 for drawn in samples(item.expression))
        for item in (HEADS, PORTRAITS)
    ]
    assert smiles[1] > 1.1 * smiles[0]


def test_portraits_vary_as_much_in_shape_as_heads_do_and_shape_heads_more():
    variance = [
        np.var([form(person) for person in people(item, 60)], axis=0).mean() for item in (HEADS, PORTRAITS, SHAPE_HEADS)
    ]
    assert 0.75 < variance[1] / variance[0] < 1.33
    assert variance[2] > 1.2 * variance[0]


def test_shape_heads_share_every_colour_and_have_neither_hair_nor_beard():
    persons = people(SHAPE_HEADS, 6)
    assert len({skin_colours(person, UNTINTED).tobytes() for person in persons}) == 1
    assert len({person.iris.tobytes() for person in persons}) == len({person.iris_radius for person in persons}) == 1
    assert all(person.hair.style == "bald" and person.beard == 0 for person in persons)
    assert not any((build_head(person).face_part == Part.HAIR).any() for person in persons)
    assert len({skin_colours(person, UNTINTED).tobytes() for person in people(HEADS, 6)}) == 6


def test_the_tint_of_shape_heads_differs_from_image_to_image_and_not_between_people(monkeypatch):
    tints = []
    monkeypatch.setattr(photograph, "render", lambda *arguments: tints.append(arguments[-1].tint))
    for index in range(40):
        SHAPE_HEADS.draw("shape_0000", index, SEED, 8)
    assert len({tint.tobytes() for tint in tints}) == 40
    brightness = np.log(tints).mean(1)
    colour = np.log(tints) - brightness[:, None]
    assert brightness.std() > 0.1 and colour.std(0).min() > 0.04
    tints.clear()
    monkeypatch.setattr(collections, "generator", lambda *names: generator("any person", names[-1]))
    for name in ("shape_0000", "shape_0001", "newshape_0000"):
        SHAPE_HEADS.draw(name, 0, SEED, 8)
    assert len({tint.tobytes() for tint in tints}) == 1


@pytest.mark.parametrize("collection", [HEADS, PORTRAITS], ids=lambda item: item.name)
def test_colours_of_people_who_have_their_own_are_kept(collection):
    assert all((tint == 1).all() for tint in samples(collection.draw_tint, 20))


def test_a_tint_multiplies_every_painted_colour():
    person, tint = people(HEADS, 2)[0], np.array([0.9, 0.7, 0.8])
    plain, tinted = skin_colours(person, UNTINTED), skin_colours(person, tint)
    assert np.allclose(tinted, np.clip(plain * tint, 0.004, None))
