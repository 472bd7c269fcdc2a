"""The README and the other pages, and what tests of their words share."""

from studies import ROOT

README = (ROOT / "README.md").read_text()
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "results/README.md"])


def percent(value: float) -> str:
    return f"{100 * value:.0f}%"


def without(text: str, parts: list[str]) -> str:
    for part in parts:
        text = text.replace(part, " ")
    return text
