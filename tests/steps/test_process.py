"""A step seldom looks for cycles of objects, and not at its end; a program that imports the library does as it did."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from studies import ROOT

SAYING = """
import atexit, gc
{before}
atexit.register(lambda: print(gc.get_freeze_count() > 0, gc.isenabled()))
import segregation
print(*gc.get_threshold())
"""


def printed(before: str, tmp_path: Path) -> list[str]:
    (tmp_path / "own.py").write_text(SAYING.format(before=before))
    command = [sys.executable, str(tmp_path / "own.py")]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(ROOT / "workflow/scripts")}, capture_output=True, text=True, check=True
    )
    assert not done.stderr
    return done.stdout.splitlines()


AS_IT_IS = " ".join(map(str, gc.get_threshold()))
SPARED = AS_IT_IS.replace(str(gc.get_threshold()[0]), "50000", 1)


@pytest.mark.parametrize(
    ("before", "looks", "at_end"),
    [
        ("", AS_IT_IS, "False True"),
        ("snakemake = object()", SPARED, "True False"),
        ("import sys; snakemake = object(); sys.modules['triton'] = None", SPARED, "False False"),
    ],
)
def test_collections_are_spared_in_a_step_alone(before, looks, at_end, tmp_path):
    assert printed(before, tmp_path) == [looks, at_end]
