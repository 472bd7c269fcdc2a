"""Hair: which skin is scalp, a sheet that hangs over the head from the crown for all but short hair, and their colours."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from segregation.stimuli.heads.identity import Hair
from segregation.stimuli.heads.shapes import load_shapes
from segregation.stimuli.renderer import Mesh, Scene, normalise, smoothstep

COLUMNS, ROWS = 64, 20  # of the sheet: around the head, and from the crown to the tips
SKULL_CENTRE = np.array([0.0, 0.30, -0.75])  # from between the eyes, dm
WIDEST = np.deg2rad(95)  # from the crown; below, hair hangs down
HAIRLINE = 0.62  # height of the forehead's edge above the eyes, dm
BLEND = 0.5  # angle over which hair lengthens from the forehead to the side, radians
WAVES = np.array([9, 17, 31, 53])  # strands around the head
WAVE_SHARES = np.array([0.35, 0.3, 0.3, 0.25])
FLARE = 0.12  # outward widening of hanging hair, per dm


def scalp(position: np.ndarray, ears: np.ndarray, hairline: float) -> np.ndarray:
    """Return how much (k,), in [0, 1], points of skin at template positions (k, 3) belong to the scalp.

    ears (k,) is the mask of the ears; hairline raises the edge above the forehead, in dm.
    """
    eyes = load_shapes().between_eyes
    x, y, z = np.abs(position[:, 0]), position[:, 1] - eyes[1], position[:, 2]
    front = y - (HAIRLINE + hairline)
    behind_ears = np.where(z < 0.35, y + 0.75, -1)
    temples = np.where((z < 0.8) & (x > 0.45), y - 0.05 - 0.9 * np.clip(z - 0.45, 0, 1), -1)
    edge = np.maximum(front, np.maximum(behind_ears, temples))
    return np.clip(edge / 0.12 + 0.5, 0, 1) * (1 - np.clip(4 * ears, 0, 1))


def strands(angle: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Return the strands' pattern (k,), about -1 to 1, at angles (k,) around the head."""
    waves = zip(WAVES, phases[: len(WAVES)], WAVE_SHARES, strict=True)
    return sum(share * np.sin(angle * wave + phase) for wave, phase, share in waves)


def colours(hair: Hair, angle: np.ndarray) -> np.ndarray:
    """Return the colours (k, 3), linear RGB, of strands at angles (k,) around the head."""
    return hair.colour * np.exp(0.45 * strands(angle, hair.phases))[:, None]


def grown(hair: Hair, position: np.ndarray, ears: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return colour (k, 3) and opacity (k,) of the hair on skin at template positions (k, 3); ears (k,) masks the ears."""
    angle = np.arctan2(position[:, 0], position[:, 2] - (load_shapes().between_eyes[2] + SKULL_CENTRE[2]))
    edge = scalp(position, ears, hair.hairline)
    return colours(hair, angle), smoothstep(edge + 0.15 * strands(3 * angle, hair.phases))


def hair_sheet(hair: Hair, head: Mesh, eyes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Build the hair that hangs over a head, whose point between the eyes is given.

    Returns vertices (n, 3), faces (m, 3) and the place of each vertex on the sheet (n, 2): angle around the head in
    radians and distance from the crown in [0, 1].
    """
    angle = np.linspace(-np.pi, np.pi, COLUMNS + 1)  # the seam lies at the back
    along = np.linspace(0, 1, ROWS)
    centre = eyes + SKULL_CENTRE
    face_side = 1 - smoothstep((np.abs(angle) - hair.opening) / BLEND)
    tips = eyes[1] + _tips(hair, angle, face_side)
    radius, height = _hang(*_skull(head, centre, angle), centre[1], tips, along)
    points = np.stack([centre[0] + radius * np.sin(angle), height, centre[2] + radius * np.cos(angle)], -1)
    outward = points - centre
    outward[..., 1] = np.maximum(outward[..., 1], 0)
    thickness = hair.thickness * (1 + hair.roughness * _unevenness(hair, angle, along))
    if not hair.hanging:  # the sheet's edge dips into the forehead
        thickness = thickness * (1 - 1.3 * face_side * smoothstep((along[:, None] - 0.55) / 0.45))
    vertices = points + thickness[..., None] * normalise(outward)
    place = np.stack(np.broadcast_arrays(angle, along[:, None]), -1)
    return vertices.reshape(-1, 3), _grid_faces(ROWS, COLUMNS + 1), place.reshape(-1, 2)


def _tips(hair: Hair, angle: np.ndarray, face_side: np.ndarray) -> np.ndarray:
    """Return the heights (columns,) above the eyes at which strands end: over the forehead, and beside the face."""
    front = hair.fringe if hair.hanging else HAIRLINE + hair.hairline - 0.05
    front = front + hair.parting * hair.hanging * np.exp(-(((angle - hair.part) / 0.35) ** 2))
    side = -hair.length + 0.5 * hair.roughness * strands(angle, hair.phases[4:8])
    return face_side * front + (1 - face_side) * side


def _skull(head: Mesh, centre: np.ndarray, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return horizontal distance and height (k, columns) of the skull from its centre, from the crown downwards."""
    polar = np.linspace(0, WIDEST, 24)[:, None]
    directions = np.stack(
        np.broadcast_arrays(np.sin(polar) * np.sin(angle), np.cos(polar), np.sin(polar) * np.cos(angle)), -1
    )
    rays = directions.reshape(-1, 3)
    distance = Scene(head).first_hits(np.broadcast_to(centre, rays.shape), rays)["tfar"].reshape(directions.shape[:2])
    distance = gaussian_filter1d(distance, 2, axis=1, mode="wrap")  # hair does not follow the ears
    return distance * np.sin(polar), distance * np.cos(polar)


def _hang(
    distance: np.ndarray, height: np.ndarray, centre: float, tips: np.ndarray, along: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Lead strands down the skull and from its widest point almost straight down to the heights of the tips (columns,).

    distance and height are _skull's, centre the height of its centre. Returns horizontal distance and height, (rows,
    columns), at shares along (rows,) of the strands' lengths.
    """
    hung = np.empty((2, len(along), len(tips)))
    for column, tip in enumerate(tips):
        distances, heights = np.maximum.accumulate(distance[:, column]), height[:, column] + centre
        low = min(tip, heights[-1] - 0.01)
        distances = np.append(distances, distances[-1] * (1 + FLARE * (heights[-1] - low)))
        heights = np.append(heights, low)
        run = np.concatenate([[0], np.cumsum(np.hypot(np.diff(distances), np.diff(heights)))])
        end = np.interp(-tip, -heights, run)
        hung[:, :, column] = [np.interp(along * end, run, values) for values in (distances, heights)]
    return hung[0], hung[1]


def _unevenness(hair: Hair, angle: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Return a pattern (rows, columns), about -1 to 1, of locks or, in bushy hair, of tufts."""
    locks = strands(angle, hair.phases[8:12]) * along[:, None]
    if hair.style != "bushy":
        return locks
    return np.sin(7 * angle + hair.phases[8]) * np.sin(19 * along[:, None] + hair.phases[9]) + 0.5 * locks


def _grid_faces(rows: int, columns: int) -> np.ndarray:
    """Return the triangles (m, 3) of a grid whose vertices are numbered row by row and whose first row is one point."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    right, below, across = corner + 1, corner + columns, corner + columns + 1
    upper = np.stack([corner, below, right], 1)[columns - 1 :]  # those of the first row have no area
    return np.concatenate([upper, np.stack([right, below, across], 1)])
