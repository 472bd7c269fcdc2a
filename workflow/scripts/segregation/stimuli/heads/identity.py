"""What belongs to a person: shape, colours, hair, brows, eyes and beard, each drawn from a generator of its own."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np

from segregation.steps.randomness import generator
from segregation.stimuli.heads.shapes import AGES, ANCESTRIES, SEXES, WEIGHTS, load_shapes

ONE_SIDED_THRESHOLD = 0.3  # of modifiers without an opposite, so that most people lack most of them
ASYMMETRY = 0.25
OPPOSITES = (
    ("incr", "decr"),
    ("up", "down"),
    ("out", "in"),
    ("forward", "backward"),
    ("convex", "concave"),
    ("uncompress", "compress"),
)
MODIFIED = ("cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "nose")
UNUSED = ("head/head-trans", "head/head-age")  # a shift of the whole head; age is drawn with the macro targets

# Linear RGB.
LIGHT_SKIN, DARK_SKIN = np.array([0.80, 0.56, 0.44]), np.array([0.17, 0.085, 0.055])
DARKNESS = np.array([0.85, 0.32, 0.12])  # by ancestry
HAIR_COLOURS = np.array(
    [
        [0.015, 0.012, 0.01],
        [0.06, 0.03, 0.015],
        [0.17, 0.085, 0.035],
        [0.48, 0.32, 0.13],
        [0.30, 0.09, 0.03],
        [0.45] * 3,
    ]
)
IRIS_COLOURS = np.array(
    [[0.10, 0.045, 0.02], [0.05, 0.025, 0.012], [0.10, 0.22, 0.35], [0.12, 0.20, 0.08], [0.20, 0.22, 0.24]]
)
IRIS_SHARES = [0.35, 0.25, 0.18, 0.12, 0.10]
STYLES = ("bald", "short", "bob", "long", "bushy")


@dataclass(frozen=True)
class Population:
    """Whom people are drawn from.

    male (0: female), age (0: young) and weight, each (2,), are the parameters of beta distributions over [0, 1],
    ancestry (3,) those of a Dirichlet distribution over ANCESTRIES. styles holds the shares of STYLES by sex, beards
    the opacities that men's beards are drawn from, and spread the standard deviation of each kind of modifier in
    MODIFIED.
    """

    male: tuple[float, float]
    age: tuple[float, float]
    weight: tuple[float, float]
    ancestry: tuple[float, float, float]
    styles: dict[str, list[float]]
    beards: tuple[float, ...]
    spread: dict[str, float]


POPULATION = Population(
    male=(0.5, 0.5),
    age=(1, 1.3),
    weight=(2, 2),
    ancestry=(0.6, 0.6, 0.6),
    styles={"female": [0.04, 0.16, 0.32, 0.36, 0.12], "male": [0.22, 0.46, 0.14, 0.08, 0.10]},
    beards=(0, 0, 0.35, 0.8),
    spread=dict.fromkeys(MODIFIED, 0.38),  # at 0.55 throughout, faces look grotesque
)


@dataclass(frozen=True)
class Hair:
    """A person's hair; lengths in decimetres, angles in radians, measured around the vertical axis from the nose.

    style is one of STYLES. fringe is the height above the eyes to which hair falls over the forehead, parting how far
    it opens at the angle part, and opening half the angle left free for the face. hairline shifts the edge of the
    scalp; length is measured downward from the eyes. roughness is the share of the thickness that varies from place
    to place and phases (12,) are those of its strands.
    """

    style: str
    colour: np.ndarray
    hairline: float
    thickness: float
    length: float
    fringe: float
    hanging: bool
    parting: float
    part: float
    opening: float
    roughness: float
    phases: np.ndarray


@dataclass(frozen=True)
class Brows:
    """Eyebrows: opacity in [0, 1]; half their thickness, height, arch and outer drop in decimetres."""

    opacity: float
    thickness: float
    height: float
    arch: float
    drop: float


@dataclass(frozen=True)
class Identity:
    """A person.

    weights are those of the shape's targets. Colours are linear RGB. iris_radius is the angle of the iris seen from
    the eyeball's centre; beard its opacity; mottling the standard deviation of the skin's log brightness, mottle its
    standard normal field over the template's vertices.
    """

    weights: dict[str, float]
    skin: np.ndarray
    lips: np.ndarray
    iris: np.ndarray
    iris_radius: float
    hair: Hair
    brows: Brows
    beard: float
    mottling: float
    mottle: np.ndarray


def draw_identity(*names: str | int, population: Population = POPULATION) -> Identity:
    """Draw the person that belongs to names, such as ("heads", seed, "head_0003"), from a population."""
    rng = generator(*names, "population")
    male, age = rng.beta(*population.male), rng.beta(*population.age)
    ancestry, weight = rng.dirichlet(population.ancestry), rng.beta(*population.weight)
    rng = generator(*names, "skin")
    dark = np.clip(ancestry @ DARKNESS + 0.08 * rng.normal(), 0, 1)
    skin = LIGHT_SKIN * (DARK_SKIN / LIGHT_SKIN) ** dark * np.exp(0.05 * rng.normal(size=3))
    lips = skin * [1, 0.62, 0.62] * np.exp(0.1 * rng.normal(size=3)) * (1 - 0.25 * (1 - male) * rng.uniform())
    mottling, mottle = rng.uniform(0, 0.05), rng.normal(size=len(load_shapes().vertices))
    rng = generator(*names, "eyes")
    iris, iris_radius = IRIS_COLOURS[rng.choice(len(IRIS_COLOURS), p=IRIS_SHARES)], rng.uniform(0.42, 0.52)
    rng = generator(*names, "beard")
    beard = rng.choice(population.beards) if male > 0.5 else 0.0
    modifier_weights = _modifier_weights(generator(*names, "shape"), population.spread)
    return Identity(
        weights=_population_weights(male, age, ancestry, weight) | modifier_weights,
        skin=skin,
        lips=lips,
        iris=iris,
        iris_radius=iris_radius,
        hair=_draw_hair(generator(*names, "hair"), population.styles["male" if male > 0.5 else "female"], age, dark),
        brows=_draw_brows(generator(*names, "brows"), male),
        beard=beard,
        mottling=mottling,
        mottle=mottle,
    )


def _population_weights(male: float, age: float, ancestry: np.ndarray, weight: float) -> dict[str, float]:
    """Blend the corners of MakeHuman's space of sex, age, ancestry and body weight linearly."""
    sexes, ages = dict(zip(SEXES, (1 - male, male), strict=True)), dict(zip(AGES, (1 - age, age), strict=True))
    weights = dict(zip(WEIGHTS, (max(0, 1 - 2 * weight), 1 - abs(2 * weight - 1), max(0, 2 * weight - 1)), strict=True))
    blend = {}
    for sex, of_sex in sexes.items():
        for old, of_age in ages.items():
            for name, share in zip(ANCESTRIES, ancestry, strict=True):
                blend[f"macro/{name}-{sex}-{old}"] = share * of_sex * of_age
            for name, share in weights.items():
                blend[f"macro/universal-{sex}-{old}-averagemuscle-{name}"] = share * of_sex * of_age
    return blend


@cache
def modifiers() -> dict[str, tuple[list[str], list[str]]]:
    """Return the local modifiers: by name, the targets of its positive and of its negative direction.

    Left and right belong to one modifier, so that it keeps the head's symmetry.
    """
    found = defaultdict(lambda: ([], []))
    sides = {suffix: side for pair in OPPOSITES for side, suffix in enumerate(pair)}
    for target in sorted(load_shapes().target_index):
        kind, name = target.split("/")
        if kind not in MODIFIED or target.startswith(UNUSED):
            continue
        stem, _, suffix = name.removeprefix("l-").removeprefix("r-").rpartition("-")
        pair = next((pair for pair in OPPOSITES if suffix in pair), None)
        # The pair is part of the key: a stem such as "eye-bag" has both in/out and incr/decr.
        key = f"{kind}/{stem}-{'/'.join(pair)}" if pair else f"{kind}/{stem}-{suffix}"
        found[key][sides.get(suffix, 0)].append(target)
    return dict(sorted(found.items()))


def _modifier_weights(rng: np.random.Generator, spread: dict[str, float]) -> dict[str, float]:
    """Draw the weights of the local modifiers and of the asymmetries."""
    weights = {}
    for name, (positive, negative) in modifiers().items():
        value = np.clip(spread[name.split("/")[0]] * rng.normal(), -1, 1)
        if not negative:
            value = max(0.0, value - ONE_SIDED_THRESHOLD)
        weights |= dict.fromkeys(positive if value > 0 else negative, abs(value))
    for target in sorted(load_shapes().target_index):
        if target.startswith("asym/"):
            weights[target] = max(0.0, ASYMMETRY * rng.normal())
    return weights


def _draw_hair(rng: np.random.Generator, style_shares: list[float], age: float, dark: float) -> Hair:
    """Draw hair in one of STYLES, given their shares, whose colour depends on age and the skin's darkness."""
    shares = np.array([0.3 + 0.4 * dark, 0.25, 0.2, 0.14 * (1 - dark), 0.07 * (1 - dark), 0.5 * max(0, age - 0.5)])
    colour = HAIR_COLOURS[rng.choice(len(shares), p=shares / shares.sum())] * np.exp(0.12 * rng.normal(size=3))
    style = str(rng.choice(STYLES, p=style_shares))
    thickness = {"bob": (0.10, 0.24), "long": (0.08, 0.22), "bushy": (0.25, 0.5)}.get(style, (0.03, 0.14))
    length = {"bob": (0.55, 1.15), "long": (1.4, 2.6), "bushy": (0.1, 0.6)}.get(style, (0.0, 0.0))
    return Hair(
        style=style,
        colour=colour,
        hairline=0.06 * rng.normal() + 0.05 * (style == "bald"),
        thickness=rng.uniform(*thickness),
        length=rng.uniform(*length),
        fringe=rng.uniform(0.32, 0.62),
        hanging=style in ("bob", "long") and rng.uniform() < 0.6,
        parting=rng.uniform(0, 0.35),
        part=rng.uniform(-0.5, 0.5),
        opening=rng.uniform(0.75, 1.15),
        roughness=rng.uniform(0.1, 0.3) if style == "bushy" else rng.uniform(0.02, 0.12),
        phases=rng.uniform(0, 2 * np.pi, 12),
    )


def _draw_brows(rng: np.random.Generator, male: float) -> Brows:
    """Draw eyebrows, on average thicker in men."""
    return Brows(
        opacity=rng.uniform(0.45, 0.95),
        thickness=rng.uniform(0.025, 0.055) + 0.015 * male,
        height=0.02 * rng.normal(),
        arch=rng.uniform(0.0, 0.06),
        drop=rng.uniform(0.0, 0.08),
    )
