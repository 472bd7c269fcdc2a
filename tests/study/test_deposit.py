"""A deposit makes all tables and figures of a study, the same bytes, where no image and no network is."""

import io
import lzma
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from segregation.steps.hashing import checksum
from segregation.steps.reporting import InputError
from segregation.study import deposit
from studies import ROOT, TINY, copy_project, made, overlay, reruns, run_snakemake

NOTE = deposit.note_of("results/x/a.csv")
OF_STATISTICS = ("statistics/", "figures/", "claims.csv", "claims.md", "stimuli/", "readout/", "rankings/", "responses/")


@pytest.fixture
def finished(tmp_path, monkeypatch) -> Path:
    """A folder with a file of a study, Snakemake's note on it, and a benchmark file."""
    monkeypatch.chdir(tmp_path)
    for path, text in (
        ("results/x/a.csv", "1"),
        (str(NOTE), "{}"),
        ("results/x/b.tsv", "s\n"),
    ):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)
    return tmp_path


def packed(archive: Path, *files: str, beside=()) -> Path:
    deposit.pack(files, beside, archive)
    archive.with_name(f"{archive.name}.sha256").write_text(f"{checksum(archive)}  {archive.name}\n")
    return archive


def test_what_is_packed_is_unpacked_and_what_is_there_stays(finished):
    archive = packed(finished / "d.tar.xz", "results/x/a.csv", beside=["results/x/b.tsv", "results/x/none.tsv"])
    again = packed(finished / "e.tar.xz", "results/x/a.csv", beside=["results/x/b.tsv"])
    assert archive.read_bytes() == again.read_bytes()
    there = finished / "there"
    (there / "results/x").mkdir(parents=True)
    (there / "results/x/b.tsv").write_text("mine")
    made = deposit.unpack(archive, "x", there)
    assert {path.relative_to(there).as_posix() for path in made} == {
        "results/x/a.csv",
        str(deposit.note_of("results/x/a.csv")),
    }
    assert (there / "results/x/b.tsv").read_text() == "mine" and (there / "results/x/a.csv").read_text() == "1"
    assert deposit.unpack(archive, "x", there) == []
    assert deposit.deposited(archive, "x") == [Path("results/x/a.csv"), Path("results/x/b.tsv")]


def test_after_a_start_that_was_broken_off_no_file_is_older_than_another(finished):
    archive = packed(finished / "d.tar.xz", "results/x/a.csv")
    there = finished / "there"
    deposit.unpack(archive, "x", there)
    (there / NOTE).unlink()
    os.utime(there / "results/x/a.csv", (1, 1))
    assert deposit.unpack(archive, "x", there) == [there / NOTE]
    assert (there / "results/x/a.csv").stat().st_mtime == (there / NOTE).stat().st_mtime
    os.utime(there / "results/x/a.csv", (1, 1))
    assert deposit.unpack(archive, "x", there) == [] and (there / "results/x/a.csv").stat().st_mtime == 1, "nothing to do"


def test_a_file_without_a_note_is_not_packed(finished):
    (finished / "results/x/c.csv").write_text("2")
    with pytest.raises(InputError, match="is not there; a deposit is made of what Snakemake has finished"):
        deposit.pack(["results/x/c.csv"], [], finished / "d.tar.xz")
    assert not (finished / "d.tar.xz").exists()


@pytest.mark.parametrize(
    "name", ["../out.csv", "/out.csv", "results/y/a.csv", "workflow/a.py", "results/x/../a.csv", "LINK"]
)
def test_archives_that_reach_elsewhere_are_refused(finished, name):
    archive = finished / "d.tar.xz"
    with lzma.open(archive, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        entry = tarfile.TarInfo("results/x/a.csv" if name == "LINK" else name)
        if name == "LINK":
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry, io.BytesIO())
    (finished / "d.tar.xz.sha256").write_text(f"{checksum(archive)}  d.tar.xz\n")
    with pytest.raises(InputError, match=r"d\.tar\.xz: holds .*, which is no file of results/x"):
        deposit.unpack(archive, "x", finished / "there")
    assert not (finished / "there").exists()


def test_damaged_and_absent_archives_are_refused(finished):
    archive = packed(finished / "d.tar.xz", "results/x/a.csv")
    archive.write_bytes(archive.read_bytes()[:99])
    with pytest.raises(InputError, match=r"its checksum is not that of d\.tar\.xz\.sha256"):
        deposit.unpack(archive, "x")
    (finished / "d.tar.xz.sha256").write_text(checksum(archive))
    with pytest.raises(InputError, match="cannot be read"):
        deposit.unpack(archive, "x")
    with pytest.raises(InputError, match="cannot be read"):
        deposit.unpack(finished / "none.tar.xz", "x")


def test_all_tables_and_figures_are_made_of_it_and_an_edit_reruns_statistics_alone(copy, tiny, tmp_path):
    run_snakemake(copy, *TINY, "--", "results/tiny/deposit.tar.xz")
    study = copy_project(tmp_path / "clone")

    def figures(*arguments: str) -> subprocess.CompletedProcess:
        archive = copy / "results/tiny/deposit.tar.xz"
        command = [sys.executable, "workflow/figures.py", "--archive", archive, "--study", "tiny", "--", *arguments]
        return subprocess.run([*command, "--cores", "2"], cwd=study, capture_output=True, text=True, check=False)

    done = figures(*TINY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [*study.rglob("*.arrow")] and not [*study.rglob("*.safetensors")]
    expected, results = made(tiny), made(study)
    compared = [name for name in expected if name.startswith(OF_STATISTICS) and "/activations/" not in name]
    assert len(compared) > 100 and [name for name in compared if results.get(name) != expected[name]] == []
    assert reruns(study, *TINY) == set()

    floor = overlay(study, {"statistics": {"floor": 0.05}})
    planned = reruns(study, *floor)
    assert "bootstrap_segregation" in planned
    assert not planned & {"train", "rank_filters", "evaluate_lesions", "render_images", "find_preferred", "describe_stimuli"}
    refused = figures(*overlay(study, {"ranking": {"until": 0.6}}))
    assert refused.returncode == 1 and "is of another code or configuration: " in refused.stderr
    assert "rank_filters" in refused.stderr and "Traceback" not in refused.stderr


def test_the_references_is_of_todays_code(tmp_path):
    """What it holds would not be computed again. If it would, is it the same bytes? Else the reference is made anew."""
    study = copy_project(tmp_path / "clone")
    deposit.unpack(ROOT / "results/reference/default/deposit.tar.xz", "default", study)
    planned = reruns(study, "--configfile", "studies/reference.yaml", "--cores", "2")
    assert "bootstrap_segregation" in planned
    assert not planned & {"train", "rank_filters", "score_filters", "evaluate_lesions", "lesion_pseudo_tasks", "decode"}
    assert not planned & {"render_images", "find_preferred", "describe_stimuli", "lesion_single_filters"}
