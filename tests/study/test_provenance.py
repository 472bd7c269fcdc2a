"""Fingerprints: what a file says, not how or when it was written."""

import sys

import pytest

from segregation.steps import hashing
from segregation.steps.meaning import digest, meaning
from segregation.study import provenance


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("x = 1", "x = 1  # one", True),
        ("x = 1", "x  =  1\n\n", True),
        ("def f():\n    return 1", 'def f():\n    """One."""\n    return 1', True),
        ('"""A."""\nx = 1', '"""B."""\nx = 1', True),
        ("x = 1", "x = 2", False),
        ("x = 'a'", "x = 'b'", False),
        ("def f():\n    pass", "def g():\n    pass", False),
    ],
)
def test_meaning_of_python(tmp_path, first, second, same):
    for name, text in (("a.py", first), ("b.py", second)):
        (tmp_path / name).write_text(text)
    assert (meaning(tmp_path / "a.py") == meaning(tmp_path / "b.py")) is same


def test_other_files_count_as_they_are(tmp_path):
    (tmp_path / "a.yaml").write_text("x: 1  # one")
    assert meaning(tmp_path / "a.yaml") == "x: 1  # one"


def test_sources_are_all_that_is_imported_and_no_more():
    names = {path.name for path in provenance.sources("rank_filters.py")}
    assert {"rank_filters.py", "ranking.py", "engine.py", "cut.py", "store.py", "states.py"} <= names
    assert (
        not {
            "bootstrap.py",
            "training.py",
            "networks.py",
            "panels.py",
            "renderer.py",
            "reporting.py",
            "files.py",
            "racing.py",
            "baselines.py",
        }
        & names
    )
    assert not {"checkpoints.py", "engine.py"} & {path.name for path in provenance.sources("bootstrap_segregation.py")}


def test_a_fingerprint_has_a_line_a_file():
    lines = provenance.fingerprint("train.py", "torch.yaml")
    files = [line.split()[0] for line in lines]
    assert files[0] == "envs/torch.yaml"
    assert "workflow/scripts/segregation/training/loop.py" in files
    assert len(files) == len(set(files)) == len(provenance.sources("train.py")) + 1


def test_what_is_known_of_files_is_kept_and_a_broken_record_made_anew(tmp_path, monkeypatch):
    kept = tmp_path / "known.json"
    monkeypatch.setattr(provenance, "_kept", lambda: kept)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def lines() -> list[str]:
        for of_file in (provenance.fingerprint, provenance._line, provenance._imported, provenance._read, provenance._known):
            of_file.cache_clear()
        return provenance.fingerprint("train.py", "torch.yaml")

    first, record = lines(), kept.read_text()
    with monkeypatch.context() as patch:
        patch.setattr(provenance, "imported", None)
        assert lines() == first, "no file was read again"
    kept.write_text(record[:-9])
    assert lines() == first and kept.read_text() == record


def test_of_a_file_that_was_edited_while_it_was_read_nothing_is_kept(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("x = 1")
    known: dict[str, list] = {}
    monkeypatch.setattr(provenance, "_known", lambda: known)

    def edited(path):
        path.write_text("x = 2")
        return digest(path)

    monkeypatch.setattr(provenance, "digest", edited)
    assert provenance._read(tmp_path / "a.py")[0] == digest(tmp_path / "a.py") and known == {}


def test_keys_ignore_the_order_of_mappings():
    assert hashing.key({"a": 1, "b": 2}) == hashing.key({"b": 2, "a": 1}) != hashing.key({"a": 1, "b": 3})


def test_names_of_generators():
    from segregation.steps.randomness import generator, seed_of

    assert seed_of("a", 1) == seed_of("a", 1) != seed_of("a", 2)
    assert generator("a").integers(1 << 60) == generator("a").integers(1 << 60)
    assert seed_of("heads", "head_0001", 3, "camera") == 6613385132359803439  # the same on every machine
    with pytest.raises(ValueError, match="at least one name"):
        seed_of()


def test_what_code_says_does_not_depend_on_the_version_of_python(tmp_path):
    # In these Python 3.11, 3.12 and 3.13 differ: quotes in f-strings, formats in formats, and fields of syntax trees.
    said = ["def f(x: str, *, n=None) -> dict:"]
    said += ["    return {**{'a': f'{x!r:>{n}} \"{x}\" \\u03b1'}, 'b': lambda: f\"it's {n:.2f}\"}"]
    said += ["class A:", "    pass", ""]
    (tmp_path / "a.py").write_text("\n".join(said), encoding="utf-8")
    assert digest(tmp_path / "a.py") == "a38c8a987fce"
