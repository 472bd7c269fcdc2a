"""The house in one picture and one table, from workflow/rooms.yaml: docs/rooms.svg, and the table in CONTRIBUTING.md."""

import io
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

WIDE, HIGH = 1.55, 0.42  # of a room, inches
ACROSS, DOWN = 1.9, 0.95  # from room to room
INK, PAPER, LINE = "#222222", "#eef2f7", "#5b7ea4"
STYLE = {"svg.hashsalt": "rooms", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 10}


def floors(rooms: dict) -> list[list[str]]:
    """Return the rooms floor by floor, the lowest first: each stands on the highest of those that it imports."""
    height: dict[str, int] = {}
    for room, of in rooms.items():  # the table begins with the lowest
        height[room] = 1 + max((height[below] for below in of["imports"]), default=-1)
    return [[room for room in rooms if height[room] == floor] for floor in range(max(height.values()) + 1)]


def shown(rooms: dict) -> list[tuple[str, str]]:
    """Return the arrows to draw: imports but those of rooms that another imported room imports too."""

    def reached(room: str) -> set[str]:
        return set(rooms[room]["imports"]).union(*(reached(below) for below in rooms[room]["imports"]))

    return [
        (room, below)
        for room, of in rooms.items()
        for below in of["imports"]
        if not any(below in reached(other) for other in of["imports"])
    ]


def picture(rooms: dict) -> str:
    """Return the drawing as SVG, the same bytes for the same table."""
    stack = floors(rooms)
    width = max(map(len, stack)) * ACROSS
    at = {
        room: ((width - len(floor) * ACROSS) / 2 + (i + 0.5) * ACROSS, (level + 0.5) * DOWN)
        for level, floor in enumerate(stack)
        for i, room in enumerate(floor)
    }
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, len(stack) * DOWN))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, len(stack) * DOWN))
        axes.axis("off")
        for room, below in shown(rooms):
            (x, y), (x_below, y_below) = at[room], at[below]
            ends = {"xytext": (x, y - HIGH / 2), "xy": (x_below, y_below + HIGH / 2)}
            axes.annotate("", **ends, arrowprops={"arrowstyle": "-|>", "color": LINE, "lw": 1.1, "shrinkA": 0, "shrinkB": 0})
        for room, (x, y) in at.items():
            box = {"boxstyle": "round,pad=0.02,rounding_size=0.08", "facecolor": PAPER, "edgecolor": INK, "linewidth": 0.9}
            axes.add_patch(mpl.patches.FancyBboxPatch((x - WIDE / 2, y - HIGH / 2), WIDE, HIGH, **box))
            axes.text(x, y, room, ha="center", va="center", color=INK)
        svg = io.StringIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in svg.getvalue().splitlines()) + "\n"


def table(rooms: dict) -> str:
    """Return the table of rooms in Markdown, the highest first."""
    rows = [
        f"| `{room}` | {of['holds']} | {', '.join(f'`{below}`' for below in of['imports']) or 'nothing'} |"
        for room, of in reversed(rooms.items())
    ]
    return "\n".join(["| room | holds | may import |", "|---|---|---|", *rows]) + "\n"


def filled(page: str, rooms: dict) -> str:
    """Return CONTRIBUTING.md with the table between its two marks."""
    first, last = "<!-- rooms -->\n", "<!-- /rooms -->\n"
    return page[: page.index(first)] + first + table(rooms) + page[page.index(last) :]


def pages(root: Path, rooms: dict) -> dict[Path, str]:
    """Return what each file says."""
    page = root / "CONTRIBUTING.md"
    return {root / "docs/rooms.svg": picture(rooms), page: filled(page.read_text(), rooms)}
