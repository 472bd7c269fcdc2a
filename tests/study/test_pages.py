"""Pages that are made from other files are as these files say."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from studies import ROOT

PAGES = ("docs/config.md", "docs/claims.md", "docs/rooms.svg", "CONTRIBUTING.md")


@pytest.fixture(scope="module")
def made():
    """What each page would say, in a process of its own: the modules of pages have common names."""
    code = """
import json, runpy, sys
sys.path.insert(0, sys.argv[1])
pages = runpy.run_path(sys.argv[1] + "/__main__.py")["pages"]()
print(json.dumps({str(path): text for path, text in pages.items()}))
"""
    command = [sys.executable, "-c", code, str(ROOT / "workflow/pages")]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("page", PAGES)
def test_make_manual_has_been_run(made, page):
    assert (ROOT / page).read_text() == made[str(ROOT / page)], "make manual"


def test_every_claim_names_a_table_that_its_study_has():
    text = (ROOT / "docs/claims.md").read_text()
    targets = re.findall(r"`make ARGS=results/default/(\S+)`", text)
    assert len(targets) == len(yaml.safe_load((ROOT / "workflow/claims.yaml").read_text())["claims"])
    assert [name for name in targets if not (ROOT / "results/reference/default" / name).exists()] == []


def test_these_are_all_pages(made):
    assert set(made) == {str(ROOT / page) for page in PAGES}
