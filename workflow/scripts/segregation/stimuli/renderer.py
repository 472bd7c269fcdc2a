"""Ray-cast rendering of small triangle meshes: one camera, one distant light with shadows, an ambient term.

Conventions: right-handed coordinates, y up, an object faces +z. Meshes lie within the unit sphere around the origin.
Colours are linear RGB in [0, 1]; a rendered image is gamma-encoded. Arrays (k, 3) of many points are stored column by column
(pick): numpy's loops then run along the points, and not, anew for each of them, over three numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh

FIELD_OF_VIEW = np.deg2rad(24)
GAMMA = 2.2
SHADOW = 0.25  # share of the direct light that reaches a point in shadow
SHADOW_OFFSET = 0.012  # start of a shadow ray above its surface, so that a facet does not shade itself
SPECULAR, SHININESS = 0.10, 18


@dataclass
class Mesh:
    """A triangle mesh.

    vertices (n, 3), normals (n, 3, unit length) and albedo (n, 3, linear RGB; or any channels that a shader turns into RGB)
    belong to vertices; faces is (m, 3).
    """

    vertices: np.ndarray
    faces: np.ndarray
    normals: np.ndarray
    albedo: np.ndarray


@dataclass
class Camera:
    """Where the picture is taken from: angles in radians, shift in fractions of the picture's width."""

    azimuth: float
    elevation: float
    roll: float
    zoom: float
    shift: tuple[float, float]

    def axes(self) -> np.ndarray:
        """Return the camera's right, up and forward unit vectors as rows, (3, 3)."""
        sin, cos = np.sin, np.cos
        forward = -np.array(
            [sin(self.azimuth) * cos(self.elevation), sin(self.elevation), cos(self.azimuth) * cos(self.elevation)]
        )
        right = normalise(np.cross(forward, [0.0, 1.0, 0.0]))
        up = np.cross(right, forward)
        return np.stack(
            [cos(self.roll) * right + sin(self.roll) * up, cos(self.roll) * up - sin(self.roll) * right, forward]
        )


@dataclass
class Light:
    """A distant light: direction towards it in the camera's frame (right, up, towards the viewer), RGB, ambient share."""

    direction: np.ndarray
    colour: np.ndarray
    ambient: float


# Given face index, position (k, 3), normal (k, 3) and albedo (k, 3) at k points of a surface, return (normal, albedo).
Shader = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def smoothstep(values: np.ndarray) -> np.ndarray:
    """Map values to [0, 1], smoothly from 0 at 0 and below to 1 at 1 and above."""
    values = np.clip(values, 0, 1)
    return values * values * (3 - 2 * values)


def dot(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the scalar products (...,) of vectors (..., 3); a sum over so short an axis takes several times as long."""
    products = first * second
    return products[..., 0] + products[..., 1] + products[..., 2]


def pick(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return some rows (k,) of values (n, c), (k, c), stored column by column."""
    return np.take(values.T, rows, axis=1).T


def normalise(vectors: np.ndarray) -> np.ndarray:
    """Scale vectors (..., 3) to unit length; a zero vector stays zero."""
    return vectors / np.maximum(np.sqrt(dot(vectors, vectors)), 1e-9)[..., None]


def sample_camera(rng: np.random.Generator, azimuth=(-40, 40), elevation=(-15, 25), roll=(-12, 12)) -> Camera:
    """Draw a camera uniformly; azimuth, elevation and roll are ranges in degrees."""
    angles = [np.deg2rad(rng.uniform(*limits)) for limits in (azimuth, elevation, roll)]
    return Camera(*angles, zoom=rng.uniform(0.9, 1.12), shift=tuple(rng.uniform(-0.07, 0.07, 2)))


def sample_light(rng: np.random.Generator) -> Light:
    """Draw a light from the upper front hemisphere of the camera, of slightly warm to slightly cold colour."""
    side, height = rng.uniform(-1.25, 1.25), rng.uniform(-0.15, 1.1)
    direction = np.array([np.sin(side) * np.cos(height), np.sin(height), np.cos(side) * np.cos(height)])
    warmth = 0.10 * rng.normal()
    colour = np.array([1 + warmth, 1, 1 - warmth]) * rng.uniform(0.75, 1.15)
    return Light(direction, colour, ambient=rng.uniform(0.22, 0.5))


def sample_background(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw a smooth coloured noise field (size, size, 3) with power at four spatial scales."""
    base = (0.55 * rng.uniform(0.03, 0.7, 3) + 0.45 * rng.uniform(0.03, 0.7)) * rng.uniform(0.5, 1)
    field = np.broadcast_to(base[:, None, None], (3, size, size)).copy()
    amplitude = rng.uniform(0.05, 0.35)
    for cells, weight in ((2, 1.0), (4, 0.7), (9, 0.5), (19, 0.35)):
        grid = 0.25 * rng.normal(size=(cells, cells, 3)) + 0.7 * rng.normal(size=(cells, cells, 1))
        field += 0.5 * amplitude * weight * _enlarge(np.moveaxis(grid, 2, 0), size)
    return np.moveaxis(np.clip(field, 0.01, 1), 0, 2)


def _enlarge(grid: np.ndarray, size: int) -> np.ndarray:
    """Enlarge a grid (channels, k, k) to (channels, size, size) by linear interpolation."""
    cells = grid.shape[1]
    at = np.linspace(0, cells - 1, size)
    low = np.minimum(at.astype(int), cells - 2)
    share = at - low
    grid = np.take(grid, low, 1) * (1 - share)[:, None] + np.take(grid, low + 1, 1) * share[:, None]
    return np.take(grid, low, 2) * (1 - share) + np.take(grid, low + 1, 2) * share


class Scene:
    """A mesh in the ray caster's own form."""

    _last = np.empty((0, 3), int), np.empty(0, object)  # faces, and their rows: all images of a person have the same

    def __init__(self, mesh: Mesh):
        self.mesh = mesh
        self._scene = rtcore_scene.EmbreeScene()
        faces, rows = Scene._last
        if not np.array_equal(mesh.faces, faces):
            rows = np.empty(len(mesh.faces), object)
            rows[:] = list(zip(*mesh.faces.T.tolist(), strict=True))
            Scene._last = mesh.faces.copy(), rows
        # embreex reads the arrays item by item, as Python objects: made at once they take half the time.
        vertices = mesh.vertices.astype(np.float32).astype(object)
        self._geometry = TriangleMesh(self._scene, vertices, rows)  # the scene holds no reference to it

    def first_hits(self, origins: np.ndarray, directions: np.ndarray) -> dict[str, np.ndarray]:
        """Return primID (-1: none), barycentric u and v, and distance tfar of each ray's first hit."""
        rays = [of.astype(np.float32, order="C") for of in (origins, directions)]
        return self._scene.run(*rays, query="INTERSECT", output=True)

    def blocked(self, origins: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Tell for each origin (k, 3) whether something lies in one common direction (3,)."""
        directions = np.broadcast_to(direction.astype(np.float32), origins.shape).copy()
        return self._scene.run(origins.astype(np.float32, order="C"), directions, query="INTERSECT") >= 0


def _rays(camera: Camera, axes: np.ndarray, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where a camera stands, (3,), and the directions of the rays through its pixels, row by row, (pixels^2, 3)."""
    right, up, forward = axes
    slope = np.tan(FIELD_OF_VIEW / 2)
    at = (np.arange(pixels) + 0.5) / pixels * 2 - 1
    x, y = np.meshgrid(at - 2 * camera.shift[0], -at - 2 * camera.shift[1])
    along = [f + slope * (x * r + y * u) for r, u, f in zip(right, up, forward, strict=True)]
    return -forward * 1.12 / slope / camera.zoom, normalise(np.stack(along).reshape(3, -1).T)


def render(
    mesh: Mesh,
    camera: Camera,
    light: Light,
    background: np.ndarray,
    size: int,
    supersampling: int = 2,
    shader: Shader | None = None,
) -> np.ndarray:
    """Render a mesh to a float image (size, size, 3) in [0, 1], gamma-encoded.

    background is (size * supersampling, size * supersampling, 3), linear. Shading is Lambert with a shadow ray, an
    ambient term that falls from above, and a Blinn-Phong highlight.
    """
    axes = camera.axes()
    eye, rays = _rays(camera, axes, size * supersampling)
    scene = Scene(mesh)
    found = scene.first_hits(np.broadcast_to(eye, rays.shape), rays)
    hit = np.flatnonzero(found["primID"] >= 0)
    face, rays = found["primID"][hit], pick(rays, hit)
    points = eye + rays * found["tfar"][hit][:, None]
    u, v = found["u"][hit][:, None], found["v"][hit][:, None]
    first, second, third = mesh.faces[face].T

    def interpolate(values):
        return pick(values, first) * (1 - u - v) + pick(values, second) * u + pick(values, third) * v

    normals, albedo = normalise(interpolate(mesh.normals)), interpolate(mesh.albedo)
    normals = np.where((dot(normals, rays) > 0)[:, None], -normals, normals)
    if shader is not None:
        normals, albedo = shader(face, points, normals, albedo)
    towards = normalise(light.direction @ (axes * [[1], [1], [-1]]))
    direct = np.maximum(dot(normals, towards), 0)
    facing = np.flatnonzero(direct)  # where no light falls, a shadow takes none
    lit = np.ones(len(hit))
    lit[facing] = np.where(scene.blocked(pick(points + SHADOW_OFFSET * normals, facing), towards), SHADOW, 1)
    diffuse = light.ambient * (0.75 + dot(0.25 * normals, axes[1]))[:, None]
    diffuse = diffuse + (1 - light.ambient) * 1.25 * (lit * direct)[:, None] * light.colour
    highlight = SPECULAR * np.maximum(dot(normals, normalise(towards - rays)), 0) ** SHININESS * (direct > 0) * lit
    image = background.reshape(-1, 3).copy("K")
    image[hit] = albedo * diffuse + highlight[:, None] * light.colour
    image = np.clip(image, 0, 1) ** (1 / GAMMA)
    each = image.reshape(size, supersampling, size, supersampling, 3)
    total = sum(each[:, row, :, column] for row, column in np.ndindex(supersampling, supersampling))
    return np.ascontiguousarray(total / supersampling**2)
