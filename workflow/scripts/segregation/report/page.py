"""The page itself: a template filled in, with its style and program in it and nothing asked from elsewhere."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent / "web"
STYLE, PROGRAM = FOLDER / "page.css", FOLDER / "page.js"


def render(template: str | Path, style: str | Path, program: str | Path, content: dict) -> str:
    """Return the page of a template, a style sheet and a program; raises jinja2.UndefinedError for what content lacks.

    A template may import the macros of parts.html.j2.
    """
    how = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    environment = Environment(loader=FileSystemLoader(FOLDER), **how)
    parts = {"css": Markup(Path(style).read_text(encoding="utf-8")), "js": Markup(Path(program).read_text(encoding="utf-8"))}
    return environment.from_string(Path(template).read_text(encoding="utf-8")).render(**parts, **content)
