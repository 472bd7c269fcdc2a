"""Object categories: their register and textures."""

import numpy as np

from segregation.stimuli.materials import TEXTURES, sample_texture
from segregation.stimuli.objects.categories import CATEGORIES

NAMES = list(CATEGORIES)
NAMED_GROUPS = ("vehicle", "kitchen", "furniture", "tool", "building", "plant", "food")
GROUPS = {*NAMED_GROUPS, "device", "household", "music", "sport", "clothing", "figure"}


def test_enough_categories_of_known_groups():
    assert len(NAMES) >= 40
    assert {category.group for category in CATEGORIES.values()} <= GROUPS
    assert sum(category.group not in ("vehicle", "food") for category in CATEGORIES.values()) >= 40
    assert len({category.group for name, category in CATEGORIES.items() if name in NAMES[:8]}) >= 5
    assert len({category.group for name, category in CATEGORIES.items() if name in NAMES[-8:]}) >= 5


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
