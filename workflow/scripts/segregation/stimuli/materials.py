"""Colours and procedural textures of objects; colours are linear RGB, (3,), and need not be within [0, 1]."""

import colorsys
from collections.abc import Callable

import numpy as np

from segregation.stimuli.renderer import Shader, normalise

Material = Callable[[np.random.Generator], np.ndarray]

TEXTURES = ("plain", "stripes", "checks", "clouds", "bumps")
TEXTURE_SHARES = (0.4, 0.15, 0.1, 0.2, 0.15)


def grey(value: float) -> np.ndarray:
    """Return the neutral colour of that reflectance."""
    return np.full(3, float(value))


def wood(rng: np.random.Generator) -> np.ndarray:
    """Draw a colour of wood, from dark walnut to pine."""
    return np.array([0.38, 0.22, 0.11]) * rng.uniform(0.4, 1.6) * np.exp(0.12 * rng.normal(size=3))


def metal(rng: np.random.Generator) -> np.ndarray:
    """Draw a colour of metal: steel, or in every fourth case brass or copper."""
    if rng.random() < 0.25:
        return np.array([0.5, rng.uniform(0.25, 0.4), 0.12]) * rng.uniform(0.5, 1.3)
    return grey(rng.uniform(0.2, 0.6)) * np.exp(0.04 * rng.normal(size=3))


def paint(rng: np.random.Generator) -> np.ndarray:
    """Draw a colour of any hue, pale to saturated and dark to bright."""
    hue, saturation, value = rng.uniform(), rng.uniform(0.05, 0.85), rng.uniform(0.15, 0.95)
    return np.array(colorsys.hsv_to_rgb(hue, saturation, value)) ** 1.5 + 0.01


def pale(rng: np.random.Generator) -> np.ndarray:
    """Draw a light colour, such as that of plaster, porcelain or paper."""
    return 0.4 * paint(rng) + rng.uniform(0.3, 0.55)


def dark(rng: np.random.Generator) -> np.ndarray:
    """Draw a nearly black colour, such as that of rubber or cast iron."""
    return 0.08 * paint(rng) + rng.uniform(0.01, 0.06)


def leaf(rng: np.random.Generator) -> np.ndarray:
    """Draw a colour of leaves: green of many sorts, at times autumnal or in blossom."""
    tone = [(0.06, 0.22, 0.04), (0.14, 0.24, 0.05), (0.05, 0.16, 0.12), (0.40, 0.14, 0.03), (0.50, 0.30, 0.34)]
    return np.array(tone[rng.choice(5, p=(0.4, 0.2, 0.15, 0.15, 0.1))]) * np.exp(0.3 * rng.normal(size=3))


def any_of(rng: np.random.Generator, *materials: Material) -> np.ndarray:
    """Draw one of the materials, all equally likely, and a colour of it."""
    return materials[rng.integers(len(materials))](rng)


def sample_texture(rng: np.random.Generator) -> Shader | None:
    """Draw a solid texture for a mesh in the unit sphere; None leaves the surface plain."""
    kind = rng.choice(TEXTURES, p=TEXTURE_SHARES)
    axes = normalise(rng.normal(size=(3, 3)))
    frequency, strength = rng.uniform(6, 22), rng.uniform(0.15, 0.5)
    if kind == "plain":
        return None
    if kind == "bumps":
        return _bumps(2 * frequency * axes, 0.7 * strength)
    if kind == "clouds":
        return _clouds(0.6 * frequency * axes, strength)
    return _bands(frequency * axes[: 1 if kind == "stripes" else 2], strength)


def _bands(waves: np.ndarray, strength: float) -> Shader:
    """Darken every second layer across a wave vector; two of them (2, 3) make checks."""

    def shade(face, points, normals, albedo):
        odd = np.prod(np.sin(points @ waves.T), axis=1, keepdims=True) > 0
        return normals, albedo * (1 - strength * odd)

    return shade


def _clouds(waves: np.ndarray, strength: float) -> Shader:
    """Modulate brightness smoothly by a wave that two others bend."""

    def shade(face, points, normals, albedo):
        first, second, third = (points @ waves.T).T
        level = np.sin(first + 2 * np.sin(0.7 * second) + np.sin(0.9 * third))
        return normals, albedo * (1 + strength * level[:, None])

    return shade


def _bumps(waves: np.ndarray, strength: float) -> Shader:
    """Tilt the normals by the slope of three crossed waves."""

    def shade(face, points, normals, albedo):
        return normalise(normals + strength * np.cos(points @ waves.T) @ normalise(waves)), albedo

    return shade
