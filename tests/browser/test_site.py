"""The site of make docs: built without a warning, searched in a browser, from the disk."""

import subprocess
import sys
from pathlib import Path

import pytest

from studies import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The guides and the pages of the library, as make docs builds them; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [Path(sys.executable).with_name("sphinx-build"), "--quiet", "--fail-on-warning", "--keep-going"]
    done = subprocess.run(
        [*command, "--conf-dir", "docs", ".", folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_a_function_is_found_by_its_name_without_a_network(site, chromium):
    page, asked = chromium.new_page(), set()
    page.on("request", lambda request: asked.add(request.url.split(":")[0]))
    page.goto((site / "docs/index.html").as_uri())
    assert page.locator("h1").first.inner_text().startswith("Where to read what")
    page.locator("input[type=search], input[name=q]").first.fill("rank_filters")
    page.keyboard.press("Enter")
    page.locator("ul.search a", has_text="rank_filters").first.click()
    assert page.url.endswith("api.html#segregation.lesions.rank_filters")
    assert page.locator("[id='segregation.lesions.rank_filters']").is_visible()
    assert asked <= {"file", "data"}
    page.close()


def test_every_public_name_has_its_place(site):
    from importlib import import_module

    import yaml

    text = (site / "docs/api.html").read_text()
    for room in yaml.safe_load((ROOT / "workflow/rooms.yaml").read_text()):
        assert f'id="module-segregation.{room}"' in text
        missing = [n for n in import_module(f"segregation.{room}").__all__ if f'id="segregation.{room}.{n}"' not in text]
        assert missing in ([], ["SOURCES"]), room
