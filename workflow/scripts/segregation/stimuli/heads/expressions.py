"""What changes from image to image in a person's face: expression and gaze."""

from dataclasses import dataclass

import numpy as np

UNREST = 0.08  # scale of the small movements added to each expression
RESTLESS = (  # units that take part in them
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekSquintLeft",
    "cheekSquintRight",
    "eyeSquintLeft",
    "eyeSquintRight",
    "jawLeft",
    "jawOpen",
    "jawRight",
    "mouthLeft",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "noseSneerLeft",
    "noseSneerRight",
)
MOODS = {"neutral": 0.15, "smile": 0.35, "frown": 0.15, "surprise": 0.15, "pucker": 0.10, "talk": 0.10}  # shares


@dataclass(frozen=True)
class Expression:
    """An expression: weights of targets, and gaze, the eyes' direction (3,) in the head's frame, of unit length."""

    weights: dict[str, float]
    gaze: np.ndarray


def draw_expression(rng: np.random.Generator, moods: dict[str, float] = MOODS) -> Expression:
    """Draw an expression: a mood of varying strength, small movements of the whole face, a blink, a gaze.

    moods holds the shares of MOODS. All weights are continuous draws, so that no two images show the same one.
    """
    mood = str(rng.choice(list(moods), p=list(moods.values())))
    units = _mood(mood, rng.uniform(0.2, 0.9), rng)
    for unit, movement in zip(RESTLESS, UNREST * np.abs(rng.normal(size=len(RESTLESS))), strict=True):
        units[unit] = units.get(unit, 0) + movement
    blink = min(0.6, max(0.0, 0.25 * rng.normal()))
    units |= {"eyeBlinkLeft": blink, "eyeBlinkRight": blink}
    gaze = np.array([0.15 * rng.normal(), 0.08 * rng.normal(), 1.0])
    return Expression({f"expression/{unit}": weight for unit, weight in units.items()}, gaze / np.linalg.norm(gaze))


def _mood(mood: str, strength: float, rng: np.random.Generator) -> dict[str, float]:
    """Return the face units of a mood of some strength in [0, 1]."""
    if mood == "smile":
        units = {"mouthSmileLeft": strength, "mouthSmileRight": strength * rng.uniform(0.8, 1)}
        units |= dict.fromkeys(("cheekSquintLeft", "cheekSquintRight"), 0.5 * strength)
        return units | {"jawOpen": rng.uniform(0.05, 0.25) * (rng.uniform() < 0.4)}
    if mood == "frown":
        units = dict.fromkeys(("mouthFrownLeft", "mouthFrownRight"), 0.9 * strength)
        return units | dict.fromkeys(("browDownLeft", "browDownRight"), 0.7 * strength)
    if mood == "surprise":
        units = dict.fromkeys(("browInnerUp", "browOuterUpLeft", "browOuterUpRight"), 0.9 * strength)
        return units | dict.fromkeys(("eyeWideLeft", "eyeWideRight"), 0.6 * strength) | {"jawOpen": 0.45 * strength}
    if mood == "pucker":
        return {"mouthPucker": 0.9 * strength}
    return {"jawOpen": 0.55 * strength} if mood == "talk" else {}
