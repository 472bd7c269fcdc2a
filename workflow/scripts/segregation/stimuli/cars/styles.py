"""Body styles: the ranges of proportions and the choices of details that their models are drawn from."""

from dataclasses import dataclass

PATTERNS = ("plain", "roof", "lower", "stripes", "doors", "front", "cladding", "band")
OPEN_PATTERNS = tuple(pattern for pattern in PATTERNS if pattern != "roof")


@dataclass(frozen=True)
class Proportions:
    """Lengths of a car in metres; shares where so said.

    length is that of the body, height that of the roof, clearance that of the body's bottom and wheel a wheel's radius.
    belt is the height of the windows' lower edge as a share of the way from clearance to height; nose and tail are the
    heights of the body's ends as shares of the way from clearance to the belt. bonnet and deck, what lies before and
    behind the cabin, and the overhangs, from the ends to the axles, are shares of the length. screen and backlight are
    how far the windscreen and the rear window reach along the car, and tumblehome the share of the width by which each
    side of the cabin leans inwards. glazed is the share of the cabin's sides, from the front, that has windows.
    """

    length: float
    width: float
    height: float
    clearance: float
    belt: float
    nose: float
    tail: float
    bonnet: float
    deck: float
    screen: float
    backlight: float
    tumblehome: float
    wheel: float
    front_overhang: float
    rear_overhang: float
    glazed: float

    @property
    def end(self) -> float:
        """How far, in metres, the ends of the body are from its middle."""
        return self.length / 2

    @property
    def belt_line(self) -> float:
        """Height of the windows' lower edge above ground, in metres."""
        return self.clearance + self.belt * (self.height - self.clearance)

    @property
    def nose_height(self) -> float:
        """Height of the bonnet's front edge above ground, in metres."""
        return self.clearance + self.nose * (self.belt_line - self.clearance)

    @property
    def tail_height(self) -> float:
        """Height of the deck's rear edge above ground, in metres."""
        return self.clearance + self.tail * (self.belt_line - self.clearance)

    @property
    def cowl(self) -> float:
        """Where along the car, in metres ahead of its middle, the bonnet meets the windscreen."""
        return (0.5 - self.bonnet) * self.length

    @property
    def stern(self) -> float:
        """Where along the car, in metres ahead of its middle, the rear window meets the deck."""
        return (self.deck - 0.5) * self.length


@dataclass(frozen=True)
class Style:
    """A body style: the least and greatest proportions of its models, the form they share and their choices of details.

    form is closed, open (no roof), bed (an open box behind the cabin) or classic (wings beside a narrow body). panes are
    numbers of windows on a side that is all windows, roofs and tails what these may carry.
    """

    least: Proportions
    greatest: Proportions
    form: str = "closed"
    panes: tuple[int, ...] = (2, 3)
    roofs: tuple[str, ...] = ("bare",)
    tails: tuple[str, ...] = ("bare",)
    patterns: tuple[str, ...] = PATTERNS


# Lengths are a quarter below those of real cars, so that cars fill the picture and are told apart at 48 pixels.
#                    length wide high  clear belt  nose  tail  bonn. deck  scrn. backl tumbl wheel front rear  glazed
STYLES = {
    "hatchback": Style(
        Proportions(2.45, 1.55, 1.40, 0.20, 0.46, 0.72, 0.95, 0.20, 0.00, 0.35, 0.15, 0.08, 0.29, 0.16, 0.13, 0.75),
        Proportions(3.10, 1.80, 1.65, 0.28, 0.60, 0.90, 1.00, 0.28, 0.02, 0.75, 0.70, 0.22, 0.42, 0.21, 0.19, 1.00),
        roofs=("bare", "rails", "sign"),
        tails=("bare", "lip", "wing"),
    ),
    "pick-up": Style(
        Proportions(3.40, 1.65, 1.60, 0.32, 0.50, 0.82, 0.85, 0.18, 0.32, 0.25, 0.02, 0.08, 0.35, 0.15, 0.18, 0.80),
        Proportions(4.05, 1.90, 2.00, 0.50, 0.60, 1.00, 1.00, 0.27, 0.48, 0.60, 0.25, 0.18, 0.53, 0.19, 0.24, 1.00),
        form="bed",
        panes=(1, 2),
        roofs=("bare", "lamps", "sign"),
        tails=("bare", "hoop", "load"),
    ),
    "saloon": Style(
        Proportions(3.15, 1.60, 1.35, 0.18, 0.50, 0.75, 0.78, 0.23, 0.14, 0.40, 0.30, 0.10, 0.28, 0.16, 0.18, 0.85),
        Proportions(3.80, 1.85, 1.60, 0.26, 0.60, 0.95, 1.00, 0.31, 0.24, 0.75, 0.65, 0.26, 0.40, 0.21, 0.24, 1.00),
        roofs=("bare", "sign", "rack"),
        tails=("bare", "wing", "fins"),
    ),
    "van": Style(
        Proportions(3.10, 1.65, 1.90, 0.22, 0.38, 0.65, 1.00, 0.02, 0.00, 0.25, 0.02, 0.04, 0.28, 0.13, 0.15, 0.25),
        Proportions(3.80, 1.90, 2.50, 0.34, 0.55, 0.95, 1.00, 0.15, 0.00, 0.90, 0.15, 0.14, 0.40, 0.18, 0.22, 1.00),
        panes=(1, 3, 4),
        roofs=("bare", "rack", "dome"),
        tails=("bare", "spare"),
    ),
    "sports car": Style(
        Proportions(2.90, 1.70, 1.08, 0.13, 0.50, 0.55, 0.75, 0.30, 0.02, 0.55, 0.70, 0.16, 0.30, 0.16, 0.16, 0.70),
        Proportions(3.55, 2.00, 1.30, 0.20, 0.62, 0.85, 1.00, 0.44, 0.14, 0.95, 1.30, 0.32, 0.44, 0.21, 0.22, 1.00),
        panes=(1, 2),
        tails=("bare", "wing", "lip"),
    ),
    "off-roader": Style(
        Proportions(2.60, 1.60, 1.75, 0.38, 0.46, 0.88, 1.00, 0.20, 0.00, 0.08, 0.02, 0.03, 0.39, 0.15, 0.15, 0.75),
        Proportions(3.55, 1.95, 2.10, 0.55, 0.58, 1.00, 1.00, 0.32, 0.00, 0.45, 0.35, 0.14, 0.57, 0.18, 0.19, 1.00),
        roofs=("bare", "rack", "lamps", "rails"),
        tails=("spare", "bare"),
    ),
    "convertible": Style(
        Proportions(2.75, 1.60, 1.15, 0.15, 0.58, 0.65, 0.75, 0.28, 0.20, 0.25, 0.10, 0.06, 0.28, 0.16, 0.16, 1.00),
        Proportions(3.70, 1.90, 1.40, 0.24, 0.70, 0.95, 1.00, 0.40, 0.34, 0.50, 0.20, 0.14, 0.41, 0.21, 0.22, 1.00),
        form="open",
        panes=(1,),
        tails=("bare", "fins", "wing", "hoop"),
        patterns=OPEN_PATTERNS,
    ),
    "estate": Style(
        Proportions(3.40, 1.60, 1.38, 0.18, 0.50, 0.75, 0.95, 0.22, 0.00, 0.40, 0.05, 0.08, 0.28, 0.15, 0.18, 0.85),
        Proportions(4.05, 1.85, 1.65, 0.28, 0.60, 0.95, 1.00, 0.31, 0.02, 0.75, 0.40, 0.20, 0.41, 0.20, 0.24, 1.00),
        panes=(3, 4),
        roofs=("rails", "rack", "bare", "box"),
        tails=("bare", "lip"),
    ),
    "city car": Style(
        Proportions(1.90, 1.45, 1.45, 0.20, 0.44, 0.65, 0.95, 0.06, 0.00, 0.35, 0.02, 0.06, 0.26, 0.15, 0.13, 0.70),
        Proportions(2.35, 1.65, 1.75, 0.28, 0.58, 0.90, 1.00, 0.20, 0.03, 0.80, 0.40, 0.20, 0.35, 0.20, 0.18, 1.00),
        panes=(1, 2),
        roofs=("bare", "sign", "rack"),
        tails=("bare", "spare", "lip"),
    ),
    "limousine": Style(
        Proportions(4.35, 1.65, 1.35, 0.18, 0.48, 0.82, 0.80, 0.17, 0.10, 0.40, 0.15, 0.08, 0.28, 0.13, 0.14, 0.85),
        Proportions(5.20, 1.85, 1.60, 0.26, 0.58, 1.00, 1.00, 0.25, 0.18, 0.65, 0.50, 0.20, 0.40, 0.17, 0.19, 1.00),
        panes=(3, 4, 5),
        tails=("bare", "fins", "spare"),
    ),
    "people carrier": Style(
        Proportions(3.00, 1.65, 1.55, 0.20, 0.46, 0.55, 0.95, 0.10, 0.00, 0.85, 0.10, 0.08, 0.29, 0.14, 0.14, 0.80),
        Proportions(3.70, 1.85, 1.85, 0.30, 0.58, 0.75, 1.00, 0.16, 0.02, 1.30, 0.55, 0.22, 0.42, 0.19, 0.20, 1.00),
        panes=(2, 3),
        roofs=("bare", "box", "rails"),
        tails=("lip", "bare"),
    ),
    "classic": Style(
        Proportions(2.65, 1.65, 1.50, 0.26, 0.50, 0.85, 0.60, 0.28, 0.00, 0.10, 0.15, 0.06, 0.33, 0.13, 0.15, 0.80),
        Proportions(3.55, 1.90, 1.85, 0.36, 0.62, 1.00, 0.90, 0.40, 0.18, 0.40, 0.70, 0.20, 0.48, 0.17, 0.20, 1.00),
        form="classic",
        panes=(1, 2),
        roofs=("bare", "rack"),
        tails=("bare", "spare"),
    ),
}
