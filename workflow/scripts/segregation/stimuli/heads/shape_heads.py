"""The source shape_heads: photographed as HEADS are, but nothing tells one person from another except the shape."""

from dataclasses import replace

import numpy as np

from segregation.stimuli.heads.collection import Collection
from segregation.stimuli.heads.identity import MODIFIED, POPULATION, Brows, Identity, draw_identity

SHAPE_POPULATION = replace(  # of wider spread: with POPULATION's, small networks hardly tell such heads apart
    POPULATION,
    male=(0.3, 0.3),
    age=(0.5, 0.5),
    weight=(0.5, 0.5),
    ancestry=(0.3, 0.3, 0.3),
    spread=dict.fromkeys(MODIFIED, 0.5) | {"forehead": 0.4},  # more of the forehead makes heads pointed
)


def _shape_only(*names: str | int) -> Identity:
    """Draw the person that belongs to names, who is bald and has everybody's colours and eyebrows."""
    person = draw_identity(*names, population=SHAPE_POPULATION)
    return replace(
        person,
        skin=np.array([0.42, 0.27, 0.20]),
        lips=np.array([0.36, 0.12, 0.10]),
        iris=np.array([0.10, 0.06, 0.03]),
        iris_radius=0.47,
        hair=replace(person.hair, style="bald", colour=np.array([0.06, 0.04, 0.03])),
        brows=Brows(opacity=0.9, thickness=0.045, height=0.0, arch=0.03, drop=0.04),
        beard=0.0,
        mottling=0.0,
    )


SHAPE_HEADS = Collection("shape_heads", "shape", identity=_shape_only, tint=(0.15, 0.08))
