"""Car models: what belongs to a class, that is body style, proportions, two-tone pattern and details.

Paint does not: every model comes in every colour, and whatever it has of other colours is neutral.
"""

import re
from dataclasses import dataclass, fields

from segregation.steps.randomness import generator
from segregation.steps.reporting import InputError
from segregation.stimuli.cars.styles import STYLES, Proportions

STRATA = 3  # of a proportion's range; models of one style with neighbouring numbers come from different ones
NARROW = 0.72  # width of a classic car's body between its wings, as a share of the whole
BED_FLOOR = 0.7  # height of a bed's floor above the body's bottom, as a share of that of the body's edge
CHOICES = {
    "tone": ("pale", "dark"),
    "rim": ("disc", "spokes", "ring", "dark", "hub"),
    "headlight": ("round", "slit", "twin", "square", "bar", "tall"),
    "tail_light": ("square", "bar", "tall", "round"),
    "grille": ("wide", "none", "tall", "mouth", "full"),
    "bumper": ("dark", "paint", "bright"),
}


@dataclass(frozen=True)
class Details:
    """Choices of details by name; tone is that of the second colour; the rest are as in Style and CHOICES."""

    pattern: str
    tone: str
    rim: str
    headlight: str
    tail_light: str
    grille: str
    bumper: str
    panes: int
    roof: str
    tail: str


@dataclass(frozen=True)
class Model:
    """A car model; form is that of its style."""

    form: str
    proportions: Proportions
    details: Details

    @property
    def half_body(self) -> float:
        """Half the width of the body in metres; a classic car's wings stand beside it."""
        return self.proportions.width / 2 * (NARROW if self.form == "classic" else 1)


def draw_model(class_name: str, seed: int) -> Model:
    """Draw the car model of a class, car_0000 to car_9999 or newcar_0000 to newcar_9999; raises InputError for another.

    Body styles take turns, hence the first classes cover them evenly. Within a style every choice and every third of a
    proportion's range comes once before any comes again, hence models of one style with neighbouring numbers differ.
    """
    found = re.fullmatch(r"(car|newcar)_(\d{4})", class_name, re.ASCII)
    if found is None:
        raise InputError(f"There is no car {class_name!r}; cars are called car_0000 or newcar_0000 and so on.")
    turn, place = divmod(int(found[2]), len(STYLES))
    name, style = list(STYLES.items())[place]

    def deal(purpose: str, count: int) -> int:
        return _dealt(turn, count, "cars", seed, found[1], name, purpose)

    def proportion(purpose: str) -> float:
        least, greatest = getattr(style.least, purpose), getattr(style.greatest, purpose)
        share = (deal(purpose, STRATA) + generator("cars", seed, class_name, purpose).random()) / STRATA
        return least + (greatest - least) * share

    choices = CHOICES | {"pattern": style.patterns, "panes": style.panes, "roof": style.roofs, "tail": style.tails}
    return Model(
        style.form,
        Proportions(**{field.name: proportion(field.name) for field in fields(Proportions)}),
        Details(**{purpose: choice[deal(purpose, len(choice))] for purpose, choice in choices.items()}),
    )


def _dealt(turn: int, count: int, *names: str | int) -> int:
    """Return a number below count as if dealt from a shuffled deck, shuffled anew after every count turns."""
    deck, card = divmod(turn, count)
    return int(generator(*names, deck).permutation(count)[card])
