"""Packed sets are read from a copy on the node's own disk: the same bytes, copied once, whatever happens."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from segregation.images.scratch import VARIABLE, staged
from segregation.images.tasks import open_stores
from studies import ROOT


@pytest.fixture
def scratch(tmp_path, monkeypatch) -> Path:
    """A node's own disk, named by a variable of the job."""
    monkeypatch.setenv("NODE", str(tmp_path / "node"))
    monkeypatch.setenv(VARIABLE, "$NODE/copies")
    return tmp_path / "node/copies"


def test_nothing_is_copied_unless_asked_for(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert staged(tmp_path / "face.arrow") == tmp_path / "face.arrow"


def test_stores_are_opened_from_a_copy_and_are_the_same(scratch, make_store):
    store = make_store()
    (opened,) = open_stores({"tasks": ["face"]}, [store.path]).values()
    assert opened.path.parent == scratch and opened.path.read_bytes() == store.path.read_bytes()
    rows = np.arange(len(store.ids))
    assert opened.checksum == store.checksum and np.array_equal(opened.images(rows), store.images(rows))


def test_a_copy_is_made_once_and_anew_for_another_file(scratch, tmp_path):
    path = tmp_path / "face.arrow"
    path.write_bytes(b"first")
    first = staged(path)
    written = first.stat().st_mtime_ns
    assert staged(str(path)) == first and first.stat().st_mtime_ns == written
    path.write_bytes(b"other")
    os.utime(path, ns=(written + 10**9, written + 10**9))
    assert staged(path) != first and staged(path).read_bytes() == b"other" and first.read_bytes() == b"first"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/face.arrow").write_bytes(b"third")
    assert staged(tmp_path / "elsewhere/face.arrow").read_bytes() == b"third", "a set of another study"


def test_what_a_killed_copy_left_is_no_copy(scratch, tmp_path):
    path = tmp_path / "face.arrow"
    path.write_bytes(b"whole")
    copy = staged(path)
    copy.rename(copy.with_name(f"{copy.name}.part"))
    copy.with_name(f"{copy.name}.part").write_bytes(b"wh")
    assert staged(path).read_bytes() == b"whole" and not list(scratch.glob("*.part"))


def test_jobs_at_a_time_share_one_copy(scratch, tmp_path):
    path = tmp_path / "face.arrow"
    path.write_bytes(os.urandom(20_000_000))
    command = [
        sys.executable,
        "-c",
        "import sys; from segregation.images.scratch import staged; print(staged(sys.argv[1]))",
        path,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    jobs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    (copy,) = {job.communicate()[0].strip() for job in jobs}
    assert Path(copy).read_bytes() == path.read_bytes() and len(list(scratch.glob("*.arrow"))) == 1


def test_without_room_the_file_itself_is_read(scratch, tmp_path, monkeypatch, caplog):
    path = tmp_path / "face.arrow"
    path.write_bytes(b"whole")
    scratch.parent.write_text("no folder")
    assert staged(path) == path and "is read where it is" in caplog.text
