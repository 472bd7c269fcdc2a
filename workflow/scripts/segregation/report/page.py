"""The page itself: a template filled in, with its style and program in it and nothing asked from elsewhere."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


def render(templates: str | Path, content: dict) -> str:
    """Return the page of the folder's page.html.j2; raises jinja2.UndefinedError where content lacks something."""
    templates = Path(templates)
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    parts = {name: Markup((templates / f"page.{name}").read_text()) for name in ("css", "js")}
    return environment.get_template("page.html.j2").render(**parts, **content)
