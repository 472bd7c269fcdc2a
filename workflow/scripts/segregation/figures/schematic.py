"""Panel 1A: what goes into each network and what comes out."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from segregation.figures.style import GREY, INK, LIGHT, colour

TILE, GAP = 0.62, 0.08
ROW = 2.05
STACK = (1.30, 1.08, 0.86, 0.66, 0.48)  # heights of the five convolutional blocks


def schematic(
    axes: Axes, networks: dict[str, list[str]], classes: dict[str, int], examples: dict[str, np.ndarray], name: str
) -> None:
    """Draw a row a network: images of its tasks, its layers, one softmax over the classes of all its tasks.

    networks maps each network to its tasks, classes each task to its number of classes, examples each task to images
    (n, size, size, 3), uint8.
    """
    tasks = list(classes)
    for row, (network, of_network) in enumerate(networks.items()):
        y = -row * ROW
        shades = [colour(task, tasks) for task in of_network]
        own = shades[0] if len(shades) == 1 else GREY
        axes.text(-0.25, y, f"{network.replace('_', ' ')}\nnetwork", ha="right", va="center", color=INK)
        _images(axes, y, [examples[task] for task in of_network], shades)
        _arrow(axes, 2.75, 3.15, y)
        x = _layers(axes, 3.3, y, own)
        _arrow(axes, x + 0.1, x + 0.5, y)
        _softmax(axes, x + 0.65, y, [classes[task] for task in of_network], shades, of_network)
    axes.text(4.15, 1.1, name, ha="center", color=INK)
    axes.text(5.85, 1.1, "softmax", ha="center", color=INK)
    axes.set(xlim=(-1.2, 7.8), ylim=(-(len(networks) - 1) * ROW - 0.85, 1.3), aspect="equal")
    axes.axis("off")


def _images(axes: Axes, y: float, examples: list[np.ndarray], shades: list[str]) -> None:
    """Show four tiles, two of each task where there are two, framed in the task's colour."""
    a_task = 4 // len(examples)
    tiles = [(image, shade) for of_task, shade in zip(examples, shades, strict=True) for image in of_task[:a_task]]
    for i, (image, shade) in enumerate(tiles):
        left, low = i * (TILE + GAP), y - TILE / 2
        axes.imshow(image, extent=(left, left + TILE, low, low + TILE), interpolation="lanczos", zorder=2)
        axes.add_patch(Rectangle((left, low), TILE, TILE, fill=False, edgecolor=shade, linewidth=1.2, zorder=3))


def _layers(axes: Axes, x: float, y: float, shade: str) -> float:
    """Draw the blocks of a network as a funnel, then its two fully connected layers; return where they end."""
    for height in STACK:
        axes.add_patch(Rectangle((x, y - height / 2), 0.22, height, facecolor=shade, edgecolor="white", linewidth=0.6))
        x += 0.25
    for _ in range(2):
        axes.add_patch(Rectangle((x + 0.05, y - 0.4), 0.1, 0.8, facecolor=LIGHT, edgecolor=GREY, linewidth=0.5))
        x += 0.2
    return x


def _softmax(axes: Axes, x: float, y: float, sizes: list[int], shades: list[str], tasks: list[str]) -> None:
    """Draw one output layer, a segment a task in proportion to its classes."""
    total, top, height = sum(sizes), y + 0.75, 1.5
    for size, shade, task in zip(sizes, shades, tasks, strict=True):
        part = height * size / total
        axes.add_patch(Rectangle((x, top - part), 0.22, part, facecolor=shade, edgecolor="white", linewidth=0.8))
        axes.text(x + 0.34, top - part / 2, f"{size} {task}\nclasses", va="center", color=INK)
        top -= part


def _arrow(axes: Axes, start: float, end: float, y: float) -> None:
    axes.add_patch(FancyArrowPatch((start, y), (end, y), arrowstyle="-|>", mutation_scale=6, color=INK, linewidth=0.8))
