"""A builder of meshes from primitives: boxes, surfaces of revolution, tubes and panels.

Round surfaces get smooth normals, sharp edges keep one normal for each side. Lengths are in any unit
(a finished mesh is scaled to the unit sphere by `fitted`), angles in degrees, y is up. A colour is linear RGB, (3,).
"""

import numpy as np
from numpy.typing import ArrayLike

from segregation.stimuli.geometry import circle, cross, grid, length, lifted, plane_normal, quads, revolve, soften, strips
from segregation.stimuli.renderer import Mesh, normalise

WIDEST_MITRE = 2.0  # a tube's corner is at most that many times wider than the tube, as an acute one would be a spike
ALBEDO = (0.004, 0.95)  # no real surface is perfectly black or white

_CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
_SIDES = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])


def rotation(axis: str, degrees: float) -> np.ndarray:
    """Return the (3, 3) matrix that turns column vectors around the axis "x", "y" or "z", right-handed."""
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    angle = np.deg2rad(degrees)
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = np.cos(angle)
    matrix[second, first] = np.sin(angle)
    matrix[first, second] = -np.sin(angle)
    return matrix


TO_FRONT = rotation("x", 90)  # turns a primitive's y axis to +z
TO_SIDE = rotation("z", -90)  # turns a primitive's y axis to +x


def fitted(mesh: Mesh, turn: np.ndarray, radius: float = 0.98) -> Mesh:
    """Return the mesh turned by a (3, 3) rotation, its bounding box centred, scaled into a sphere of that radius."""
    vertices = mesh.vertices @ turn.T
    vertices = vertices - (vertices.min(0) + vertices.max(0)) / 2
    vertices *= radius / np.linalg.norm(vertices, axis=1).max()
    return Mesh(vertices, mesh.faces, mesh.normals @ turn.T, mesh.albedo)


class Builder:
    """Collects primitives and joins them into one mesh.

    Each primitive is made around the origin, turned by the (3, 3) rotation `turn` and then moved to `at`.
    """

    def __init__(self):
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def mesh(self) -> Mesh:
        """Return everything added so far as one mesh; raises ValueError when that is nothing."""
        if not self._parts:
            raise ValueError("nothing was added to this builder, so there is no mesh")
        vertices, faces, normals, albedo = zip(*self._parts, strict=True)
        starts = np.cumsum([0] + [len(part) for part in vertices[:-1]])
        joined = np.concatenate(vertices)
        indices = np.concatenate([part + start for part, start in zip(faces, starts, strict=True)])
        first, second, third = joined[indices].swapaxes(0, 1)
        solid = length(cross(second - first, third - first)) > 1e-9  # poles leave empty triangles
        return Mesh(joined, indices[solid], np.concatenate(normals), np.clip(np.concatenate(albedo), *ALBEDO))

    def add(
        self,
        colour: ArrayLike,
        vertices: np.ndarray,
        faces: np.ndarray,
        normals: np.ndarray,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
    ) -> None:
        """Add triangles: vertices (n, 3), faces (m, 3) counter-clockwise from outside, unit normals (n, 3)."""
        if turn is not None:
            vertices, normals = vertices @ turn.T, normals @ turn.T
        albedo = np.empty(vertices.shape)
        albedo[:] = colour
        self._parts.append((vertices + np.asarray(at, dtype=float), faces, normals, albedo))

    def include(self, other: "Builder", at: ArrayLike = (0, 0, 0), turn: np.ndarray | None = None) -> None:
        """Add all that another builder holds, turned and moved as one piece."""
        for vertices, faces, normals, albedo in other._parts:
            self.add(albedo, vertices, faces, normals, at, turn)

    def box(
        self,
        colour: ArrayLike,
        size: ArrayLike,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
        taper: float | tuple[float, float] = 1.0,
        lean: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Add a box of size (x, y, z) whose top is scaled by taper (one number, or x and z) and shifted by lean (x, z).

        A taper of 0 along one axis gives a ridge, along both a pyramid.
        """
        corners = _CORNERS * np.asarray(size, dtype=float) / 2
        top = _CORNERS[:, 1] > 0
        corners[np.ix_(top, [0, 2])] = corners[np.ix_(top, [0, 2])] * taper + lean
        self.hexahedron(colour, corners, at, turn)

    def hexahedron(
        self, colour: ArrayLike, corners: np.ndarray, at: ArrayLike = (0, 0, 0), turn: np.ndarray | None = None
    ) -> None:
        """Add a solid of six sides: corners (8, 3) ordered with z changing fastest, then y, then x, low before high.

        Corners may coincide; a side that collapses to a line is left out.
        """
        sides = corners[_SIDES]
        normals = cross(sides[:, 2] - sides[:, 0], sides[:, 3] - sides[:, 1])
        size = length(normals)
        kept = size > 1e-9
        sides, normals = sides[kept], normals[kept] / size[kept, None]
        self.add(colour, sides.reshape(-1, 3), quads(len(sides)), np.repeat(normals, 4, axis=0), at, turn)

    def lathe(
        self,
        colour: ArrayLike,
        profile: ArrayLike,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
        sides: int = 24,
        scale: ArrayLike = (1, 1, 1),
        arc: tuple[float, float] = (0, 360),
    ) -> None:
        """Add a surface of revolution around y, stretched by scale (x, y, z).

        profile (k, 2) lists (radius, height); its outside lies to the right of the way along it, as it does from the
        middle of the bottom outwards and up. Neighbouring points differ. arc limits the angle, from x towards z.
        """
        profile = np.asarray(profile, dtype=float)
        step = np.diff(profile, axis=0)
        normal = step[:, ::-1] * [1, -1] / length(step)[:, None]
        mirrored = normal * [-1, 1]  # at the axis a segment meets its own mirror image
        before = np.concatenate([mirrored[:1] if profile[0, 0] == 0 else normal[:1], normal[:-1]])
        after = np.concatenate([normal[1:], mirrored[-1:] if profile[-1, 0] == 0 else normal[-1:]])
        flank = np.stack([soften(normal, before), soften(normal, after)], axis=1)
        rim = np.stack([profile[:-1], profile[1:]], axis=1)
        around = circle(sides, *arc)
        vertices, normals = revolve(rim, around), revolve(flank, around)
        if tuple(scale) != (1, 1, 1):
            vertices, normals = vertices * scale, normalise(normals / scale)
        faces = strips(len(step), sides)
        self.add(colour, vertices.reshape(-1, 3), faces, normals.reshape(-1, 3), at, turn)

    def cylinder(
        self,
        colour: ArrayLike,
        radius: float,
        height: float,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
        top: float | None = None,
        sides: int = 24,
    ) -> None:
        """Add a closed cylinder along y, centred; with another radius at its top it is a cone."""
        top = radius if top is None else top
        half = height / 2
        lid = [(0, half)] if top > 0 else []
        self.lathe(colour, [(0, -half), (radius, -half), (top, half), *lid], at, turn, sides)

    def ellipsoid(
        self,
        colour: ArrayLike,
        radii: float | ArrayLike,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
        sides: int = 20,
    ) -> None:
        """Add an ellipsoid of radii (x, y, z), or a sphere of one radius."""
        angle = np.linspace(-np.pi / 2, np.pi / 2, sides // 2 + 1)
        profile = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        profile[[0, -1], 0] = 0
        self.lathe(colour, profile, at, turn, sides, np.broadcast_to(radii, 3))

    def tube(self, colour: ArrayLike, points: ArrayLike, radius: ArrayLike, sides: int = 8, closed: bool = False) -> None:
        """Add a tube along points (k, 3), with flat ends or closed to a loop; radius is one number or one a point.

        Corners are mitred. The points lie about in one plane: no part of the way runs along the normal of its sharpest
        bend.
        """
        points = np.asarray(points, dtype=float)
        radius = np.broadcast_to(np.asarray(radius, dtype=float), len(points))
        if closed:
            points, radius = np.concatenate([points, points[:1]]), np.append(radius, radius[0])
        direction = normalise(np.diff(points, axis=0))
        first, last = (direction[-1:], direction[:1]) if closed else (direction[:1], direction[-1:])
        before, after = np.concatenate([first, direction]), np.concatenate([direction, last])
        tangent = normalise(before + after)
        side = normalise(cross(plane_normal(direction), tangent))[:, None]
        above = cross(tangent[:, None], side)
        mitre = np.minimum(1 / np.maximum((tangent * after).sum(1), 1e-9), WIDEST_MITRE)
        cos, sin = circle(sides).T[..., None]
        outward = side * cos + above * sin
        reach = side * cos * mitre[:, None, None] + above * sin
        rings = points[:, None] + reach * radius[:, None, None]
        vertices, normals = rings.reshape(-1, 3), outward.reshape(-1, 3)
        self.add(colour, vertices, grid(len(points), sides + 1)[:, ::-1], normals)
        if not closed:
            self._fan(colour, rings[0, ::-1], -tangent[0])
            self._fan(colour, rings[-1], tangent[-1])

    def ring(
        self,
        colour: ArrayLike,
        radius: float | tuple[float, float],
        thickness: float,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
        arc: tuple[float, float] = (0, 360),
        steps: int = 20,
    ) -> None:
        """Add a torus of tube radius thickness in the xy-plane, or the arc of it between two angles from x towards y.

        radius is one number or, for an ellipse, that along x and that along y.
        """
        closed = arc[1] - arc[0] >= 360
        points = lifted(circle(steps, *arc)[: steps if closed else steps + 1] * radius, 0)
        piece = Builder()
        piece.tube(colour, points, thickness, closed=closed)
        self.include(piece, at, turn)

    def panel(
        self,
        colour: ArrayLike,
        outline: ArrayLike,
        thickness: float,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
    ) -> None:
        """Add a flat outline (k, 2) in the xy-plane, thickness along z, centred on z = 0.

        The mean of the outline's points sees all of it (every convex outline will do). Either sense of turning is fine.
        """
        outline = np.asarray(outline, dtype=float)
        following = np.roll(outline, -1, axis=0)
        if (outline[:, 0] * following[:, 1] - outline[:, 1] * following[:, 0]).sum() < 0:
            outline = outline[::-1]
            following = np.roll(outline, -1, axis=0)
        step = following - outline
        normal = step[:, ::-1] * [1, -1] / length(step)[:, None]
        ends = soften(normal, np.roll(normal, 1, axis=0)), soften(normal, np.roll(normal, -1, axis=0))
        half = thickness / 2
        corners = [(outline, -half), (following, -half), (following, half), (outline, half)]
        vertices = np.stack([lifted(xy, z) for xy, z in corners], axis=1)
        normals = np.stack([lifted(xy, 0) for xy in (ends[0], ends[1], ends[1], ends[0])], axis=1)
        self.add(colour, vertices.reshape(-1, 3), quads(len(outline)), normals.reshape(-1, 3), at, turn)
        loop = np.concatenate([outline, outline[:1]])
        self._fan(colour, lifted(loop, half), np.array([0.0, 0.0, 1.0]), at, turn)
        self._fan(colour, lifted(loop[::-1], -half), np.array([0.0, 0.0, -1.0]), at, turn)

    def _fan(
        self,
        colour: ArrayLike,
        loop: np.ndarray,
        normal: np.ndarray,
        at: ArrayLike = (0, 0, 0),
        turn: np.ndarray | None = None,
    ) -> None:
        """Fill a closed loop (k, 3), its last point repeating the first, with triangles around the mean."""
        k = len(loop) - 1
        vertices = np.concatenate([loop[:-1].mean(0, keepdims=True), loop])
        faces = np.stack([np.zeros(k, dtype=int), np.arange(1, k + 1), np.arange(2, k + 2)], axis=1)
        self.add(colour, vertices, faces, np.tile(normal, (k + 2, 1)), at, turn)
