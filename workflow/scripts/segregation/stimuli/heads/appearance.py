"""Colour of heads, painted where a ray meets the surface, hence sharp at every image size.

What the painting needs at a point is interpolated by the renderer as if it were albedo: the columns named here.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from segregation.stimuli.heads.identity import Brows, Hair, Identity
from segregation.stimuli.heads.shapes import EYES, Part, load_shapes
from segregation.stimuli.renderer import normalise, pick, smoothstep

BASE, POSITION, LIPS, EARS, COLUMNS = slice(0, 3), slice(3, 6), 6, 7, 8  # position: that in the template
SCLERA, PUPIL = np.array([0.72, 0.70, 0.68]), np.array([0.004] * 3)
TEETH, TONGUE = 0.6, np.array([0.45, 0.12, 0.12])
PUPIL_SHARE = 0.42  # of the iris's radius
LASH_DARKNESS = 0.75
BROW_HEIGHT = 0.21  # above the eyes, dm
BLUSH = np.array([0.05, -0.14, -0.14])  # relative change of the skin's colour on cheeks and the tip of the nose
CHEEK, NOSE = np.array([0.48, -0.42, 0.12]), np.array([0.0, -0.45, 0.45])  # from between the eyes, dm


def attributes(identity: Identity) -> np.ndarray:
    """Return the painting's columns for the template's vertices, (n, COLUMNS)."""
    shapes = load_shapes()
    columns = np.zeros((len(shapes.vertices), COLUMNS))
    skin = identity.skin * np.exp(identity.mottling * identity.mottle)[:, None]
    offset = (shapes.vertices - shapes.between_eyes) * np.where(shapes.vertices[:, :1] < 0, [-1, 1, 1], 1)
    blush = np.exp(-((np.linalg.norm(offset - CHEEK, axis=1) / 0.25) ** 2))
    blush += 0.7 * np.exp(-((np.linalg.norm(offset - NOSE, axis=1) / 0.16) ** 2))
    columns[:, BASE] = skin * (1 + blush[:, None] * BLUSH)
    columns[shapes.vertex_part == Part.TEETH, BASE] = TEETH
    columns[shapes.vertex_part == Part.TONGUE, BASE] = TONGUE
    columns[:, POSITION], columns[:, LIPS], columns[:, EARS] = shapes.vertices, shapes.lips, shapes.ears
    return columns


class HairPainter(Protocol):
    """What paints hair."""

    def colours(self, hair: Hair, angle: np.ndarray) -> np.ndarray:
        """Return the colours (k, 3) of strands at angles (k,) around the head."""

    def grown(self, hair: Hair, position: np.ndarray, ears: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return colour (k, 3) and opacity (k,) of the hair on skin at template positions (k, 3)."""


@dataclass
class Painter:
    """A shader for the renderer: colours a head.

    face_part (m,) labels the rendered mesh's faces; eyes are the centres (2, 3) of the left and right eyeball, gaze
    (3,) their direction. tint (3,) multiplies every colour; hair paints hair, for those who have some.
    """

    identity: Identity
    face_part: np.ndarray
    eyes: np.ndarray
    gaze: np.ndarray
    tint: np.ndarray
    hair: HairPainter | None = None

    def __call__(
        self, face: np.ndarray, points: np.ndarray, normals: np.ndarray, columns: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return normals and albedo (k, 3) at points (k, 3) of faces (k,), given the columns (k, COLUMNS) there."""
        part = self.face_part[face]
        albedo = columns[:, BASE].copy("K")
        skin, hair = part == Part.SKIN, part == Part.HAIR
        albedo[skin] = self._skin(pick(columns, np.flatnonzero(skin)))
        if hair.any():
            albedo[hair] = self.hair.colours(self.identity.hair, columns[hair, POSITION.start])
        for which, centre in zip(EYES, self.eyes, strict=True):
            eye = part == which
            normals[eye] = normalise(points[eye] - centre)
            albedo[eye] = self._eye(normals[eye])
        return normals, np.clip(albedo * self.tint, 0.004, 0.95)

    def _skin(self, columns: np.ndarray) -> np.ndarray:
        """Paint lips, beard, brows, lashes and scalp over the skin, (k, 3)."""
        identity = self.identity
        position, colour = columns[:, POSITION], columns[:, BASE]
        lips = smoothstep((columns[:, LIPS] - 0.25) / 0.4)
        colour = _over(colour, identity.lips, lips)
        if identity.beard:
            colour = _over(colour, identity.hair.colour, identity.beard * beard(position) * (1 - lips))
        colour = _over(colour, 0.8 * identity.hair.colour, brows(position, identity.brows))
        colour = _over(colour, PUPIL, LASH_DARKNESS * lashes(position))
        if identity.hair.style != "bald":
            colour = _over(colour, *self.hair.grown(identity.hair, position, columns[:, EARS]))
        return colour

    def _eye(self, direction: np.ndarray) -> np.ndarray:
        """Paint pupil, iris and sclera at directions (k, 3) from the eyeball's centre, (k, 3)."""
        radius = np.arccos(np.clip(direction @ self.gaze, -1, 1)) / self.identity.iris_radius
        ring = self.identity.iris * (1 - 0.6 * smoothstep((radius - 0.75) / 0.25))[:, None]
        return np.where((radius < PUPIL_SHARE)[:, None], PUPIL, np.where((radius < 1)[:, None], ring, SCLERA))


def brows(position: np.ndarray, shape: Brows) -> np.ndarray:
    """Return the opacity (k,) of the brows at template positions (k, 3)."""
    eye_x, eye_y, _ = load_shapes().eyes[0]
    across = np.abs(position[:, 0]) / eye_x  # 1 above the pupil
    along = (across - 0.38) / 1.3  # 0 to 1 from the nose outwards
    arch = (0.03 + shape.arch) * np.sin(np.clip(along, 0, 1) ** 1.4 * np.pi) - shape.drop * np.clip(along - 0.5, 0, 1)
    distance = np.abs(position[:, 1] - (eye_y + BROW_HEIGHT + shape.height + arch))
    half = shape.thickness * np.clip(1.25 - 0.85 * along, 0.2, 1.1)
    edge = smoothstep((half - distance) / 0.025 + 0.5) * smoothstep(along / 0.1 + 0.5) * smoothstep((1 - along) / 0.15)
    return shape.opacity * edge * (position[:, 2] > 0.7)


def lashes(position: np.ndarray) -> np.ndarray:
    """Return the opacity (k,) of the upper lashes: skin that lies on the eyeball, above its middle."""
    eye = load_shapes().eyes[0]
    offset = position * np.where(position[:, :1] < 0, [-1, 1, 1], 1) - eye
    near = smoothstep((0.185 - np.linalg.norm(offset, axis=1)) / 0.02)
    return near * smoothstep(offset[:, 1] / 0.03) * (offset[:, 2] > 0)


def beard(position: np.ndarray) -> np.ndarray:
    """Return where (k,), in [0, 1], a beard and moustache grow at template positions (k, 3)."""
    x, y, z = position[:, 0], position[:, 1] - load_shapes().between_eyes[1], position[:, 2]
    nose = np.clip(1 - ((x / 0.17) ** 2 + ((y + 0.62) / 0.16) ** 2), 0, 1)
    return smoothstep((-0.62 - y) / 0.12) * smoothstep((z - 0.55) / 0.3) * smoothstep((y + 1.6) / 0.15) * (1 - nose)


def _over(below: np.ndarray, colour: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    """Lay a colour, (3,) or (k, 3), over colours (k, 3) with opacity (k,)."""
    return below + opacity[:, None] * (colour - below)
