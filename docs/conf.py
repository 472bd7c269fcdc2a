"""Sphinx: guides and library as one searchable site that asks for nothing from elsewhere (make docs)."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from segregation import __version__ as release  # noqa: E402, the path comes first

project = "segregation"
author = "The segregation study maintainers"
project_copyright = author
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "NOTICE.md", "docs/**", "results/README.md"]
include_patterns += ["workflow/lists/README.md"]
html_theme = "furo"
html_title = f"segregation {release}"
html_show_sourcelink = False
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
autodoc_member_order = "bysource"
maximum_signature_line_length = 100
# Guides link to files of the project, which the site does not hold: these links become the names of the files.
FILE = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")


def name_files(app, docname: str, source: list[str]) -> None:
    """Turn links to what is no page of the site into text."""
    folder = (Path(app.srcdir) / docname).parent

    def replaced(match: re.Match) -> str:
        target = (folder / match[2]).resolve()
        is_page = target.is_file() and target.suffix == ".md" and target.relative_to(app.srcdir).as_posix() in PAGES
        if is_page or not target.exists():  # a link to nothing is left for the warning
            return match[0]
        return f"{match[1]} (`{target.relative_to(app.srcdir)}`)" if match[1] != match[2] else f"`{match[1]}`"

    if Path(app.srcdir, f"{docname}.md").exists():
        source[0] = FILE.sub(replaced, source[0])


def find_pages(app, _env, docnames: list[str]) -> None:
    """Note which files are pages."""
    PAGES.update(f"{name}.md" for name in app.env.found_docs)


PAGES: set[str] = set()


def setup(app) -> None:
    app.connect("env-before-read-docs", find_pages)
    app.connect("source-read", name_files)
