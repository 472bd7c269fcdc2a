"""A person's head as a mesh: built once, then given a new expression for every image."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from scipy import sparse

from segregation.stimuli.heads.appearance import COLUMNS, POSITION, HairPainter, Painter, attributes
from segregation.stimuli.heads.expressions import Expression
from segregation.stimuli.heads.identity import Hair, Identity
from segregation.stimuli.heads.shapes import EYES, Part, load_shapes
from segregation.stimuli.renderer import Mesh, normalise

HEAD_CENTRE = np.array([0.0, -0.12, -0.75])  # from between the eyes, dm
HEAD_RADIUS = 1.28  # dm; becomes the renderer's unit
# Faces whose normals' z lies below this are left out: no camera within 40 degrees of the front sees them, and other
# faces of the closed skin cast their shadow. Of the eyeballs, lids and sockets hide more.
BACKWARD, BACKWARD_EYE = -0.9, -0.3


class Hairdresser(HairPainter, Protocol):
    """What grows hair, and paints it."""

    def scalp(self, position: np.ndarray, ears: np.ndarray, hairline: float) -> np.ndarray:
        """Return how much (k,), in [0, 1], points of skin at template positions (k, 3) belong to the scalp."""

    def hair_sheet(self, hair: Hair, head: Mesh, eyes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Build the hair that hangs over a head: vertices (n, 3), faces (m, 3), place on the sheet (n, 2)."""


@dataclass
class Head:
    """A person's head with a neutral expression; pose gives it another.

    Lengths are the renderer's. vertices (n, 3) hold the template's ones first and then those of the hair's sheet,
    whose normals (h, 3) no expression changes. faces (m, 3), labelled by face_part (m,), are those rendered; columns
    (n, COLUMNS) are what the painter needs; hair paints hair, where there is some.
    """

    identity: Identity
    vertices: np.ndarray
    faces: np.ndarray
    face_part: np.ndarray
    columns: np.ndarray
    hair_normals: np.ndarray
    hair: HairPainter | None

    def pose(self, expression: Expression, tint: np.ndarray) -> tuple[Mesh, Painter]:
        """Return the head with an expression, as a mesh of its own, and the painter that colours it, tinted (3,)."""
        shapes = load_shapes()
        count = len(shapes.vertices)
        vertices = self.vertices.copy()
        vertices[:count] += shapes.displacement(expression.weights) / HEAD_RADIUS
        skin_normals = vertex_normals(vertices[:count], shapes.faces, _template_sums())
        mesh = Mesh(vertices, self.faces, np.concatenate([skin_normals, self.hair_normals]), self.columns)
        eyes = shapes.eye_centres(vertices[:count])
        return mesh, Painter(self.identity, self.face_part, eyes, expression.gaze, tint, self.hair)


def build_head(identity: Identity, hairdresser: Hairdresser | None = None) -> Head:
    """Build a person's head. Raises ValueError for a person with hair without what grows it."""
    shapes, hair = load_shapes(), identity.hair
    if hair.style != "bald" and hairdresser is None:
        raise ValueError(f"This person has hair ({hair.style}), and nothing was given that grows it.")
    vertices = shapes.vertices + shapes.displacement(identity.weights)
    normals = vertex_normals(vertices, shapes.faces, _template_sums())
    eyes = shapes.eye_centres(vertices).mean(0)
    columns = attributes(identity)
    sheet, sheet_faces, place = np.empty((0, 3)), np.empty((0, 3), int), np.empty((0, 2))
    if hair.style == "short":
        grown = hairdresser.scalp(shapes.vertices, shapes.ears, hair.hairline) * (shapes.vertex_part == Part.SKIN)
        vertices = vertices + hair.thickness * grown[:, None] * normals
    elif hair.style != "bald":
        sheet, sheet_faces, place = hairdresser.hair_sheet(hair, Mesh(vertices, shapes.faces, normals, columns), eyes)
    sheet_columns = np.zeros((len(sheet), COLUMNS))
    sheet_columns[:, POSITION][:, :2] = place
    limit = np.where(np.isin(shapes.face_part, EYES), BACKWARD_EYE, BACKWARD)
    seen = (normals[shapes.faces, 2] > limit[:, None]).any(1)
    return Head(
        identity=identity,
        vertices=(np.concatenate([vertices, sheet]) - eyes - HEAD_CENTRE) / HEAD_RADIUS,
        faces=np.concatenate([shapes.faces[seen], sheet_faces + len(vertices)]),
        face_part=np.concatenate([shapes.face_part[seen], np.full(len(sheet_faces), Part.HAIR)]),
        columns=np.concatenate([columns, sheet_columns]),
        hair_normals=vertex_normals(sheet, sheet_faces, corner_sums(len(sheet), sheet_faces)),
        hair=hairdresser,
    )


def vertex_normals(vertices: np.ndarray, faces: np.ndarray, sums: sparse.csr_array) -> np.ndarray:
    """Return unit normals (n, 3) of vertices (n, 3): those of the faces (m, 3) around, weighted by area.

    sums is corner_sums of the faces.
    """
    a, b, c = (vertices[faces[:, corner]] for corner in range(3))
    (x, y, z), (u, v, w) = (b - a).T, (c - a).T
    cross = np.stack([y * w - z * v, z * u - x * w, x * v - y * u], 1)  # several times as fast as numpy.cross
    return normalise(sums @ cross)


def corner_sums(count: int, faces: np.ndarray) -> sparse.csr_array:
    """Return the matrix (count, m) that sums over those of the faces (m, 3) around each vertex."""
    face = np.repeat(np.arange(len(faces)), 3)
    return sparse.csr_array((np.ones(faces.size), (faces.ravel(), face)), (count, len(faces)))


@cache
def _template_sums() -> sparse.csr_array:
    """Return corner_sums of the template."""
    shapes = load_shapes()
    return corner_sums(len(shapes.vertices), shapes.faces)
