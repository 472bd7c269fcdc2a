"""Tables and lists of images as users write them: read, or refused with the lines that are wrong."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inputs.test_folders import two
from segregation.sources.choosing import choose
from segregation.steps.reporting import InputError
from selections import classes_of, parameters

ROWS = "".join(f"{name}/{i}.png,{name}\n" for name in "ab" for i in range(4))
PLAIN = "path,class\n" + ROWS
CASES = {
    "written otherwise": {
        "a byte order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), None),
        "Windows line ends": (PLAIN.replace("\n", "\r\n").encode(), None),
        "spaces behind commas": (PLAIN.replace(",", ", ").encode(), None),
        "backslashes": (PLAIN.replace("/", "\\").encode(), None),
        "dots and slashes": (PLAIN.replace("a/", "./b/../a/").encode(), None),
        "further columns": (PLAIN.replace(",", ",x,").replace("path,x,", "path,note,").encode(), None),
        "quotes": (re.sub(r"(\w/\d.png)", r'"\1"', PLAIN).encode(), None),
    },
    "paths": {
        "absolute": ("path,class\n" + ROWS.replace("a/", "ROOT/a/").replace("b/", "ROOT/b/"), None),
        "absolute, of another root": (
            PLAIN.replace("a/0", "/elsewhere/a/0"),
            "line 2: /elsewhere/a/0.png is not below",
        ),
        "above the root": (PLAIN.replace("a/0", "../a/0"), "line 2: ../a/0.png is not below the root"),
        "twice": (PLAIN + "a/./0.png,a\n", "line 10: a/./0.png is in line 2 already"),
        "of Windows": (PLAIN.replace("a/0", "C:\\x\\0"), "C:/x/0.png: unreadable image"),
        "with a newline": (PLAIN.replace("a/0.png", '"a/0\n.png"'), "holds a newline or the like"),
        "empty": (PLAIN.replace("a/0.png", ""), "line 2: no path"),
    },
    "columns": {
        "no head": (ROWS, "no column class and path; expected a CSV file with the columns path"),
        "another head": (PLAIN.replace("class", "label"), "no column class; expected a CSV file"),
        "semicolons": (PLAIN.replace(",", ";"), "no column class and path"),
        "a short row": (PLAIN + "a/9.png\n", "line 10: no class"),
        "an unknown split": (
            "path,class,split\n" + ROWS.replace(",a\n", ",a,dev\n"),
            "split dev is none of train",
        ),
        "nothing": ("", "no column class and path"),
        "a head alone": ("path,class\n", "no images"),
        "a class with a slash": (PLAIN.replace(",a\n", ",a/b\n"), "class a/b has a slash"),
    },
    "encodings": {
        "Latin-1": (PLAIN.replace(",a\n", ",caf\xe9\n").encode("latin-1"), "cannot be read ("),
        "bytes of zero": (b"path,class\n\0\0,a\n", "mine.csv: "),
        "no table": (b"\x89PNG\r\n\x1a\n\xff", "cannot be read ("),
    },
}


@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in CASES for member in CASES[kind]])
def test_tables_are_read_or_refused_with_their_lines(kind, member, tmp_path, monkeypatch):
    from segregation.sources.packing import pack

    monkeypatch.chdir(tmp_path)
    two("root")
    content, message = CASES[kind][member]
    content = content if isinstance(content, bytes) else content.replace("ROOT", str(tmp_path / "root")).encode()
    Path("mine.csv").write_bytes(content)
    asked = parameters("table", Path("root"), 2, 2, 2, table="mine.csv")

    def run():
        chosen = choose(asked)
        list(pack(chosen, Path("root"), 48, "png", 0, 1, Path("state"))[0])
        return chosen

    if message is None:
        assert classes_of(run(), "train") == ["a", "b"]
        return
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        run()
    assert len(str(raised.value)) < 1500


def test_lists_may_name_classes_that_begin_with_a_hash(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("#1", "#2 b", "c", "d"):
        two(f"made/{name}")
        Path(f"made/{name}/a").rename(f"made/{name}-")
    asked = parameters("folder", Path("made"), 2, 2, 2, only="only.txt")
    Path("only.txt").write_bytes("# a note\r\n#1-\r\n  # another\r\n#2 b-\r\n".encode("utf-16"))
    assert classes_of(choose(asked), "train") == ["#1-", "#2 b-"]


ROW = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), max_size=4).map(",".join)


@given(st.binary(max_size=80) | st.lists(ROW, max_size=6).map(lambda rows: "\n".join(["path,class,split", *rows]).encode()))
def test_no_table_ends_in_anything_but_a_message(tmp_path_factory, content):
    table = tmp_path_factory.getbasetemp() / "fuzzed.csv"
    table.write_bytes(content)
    for asked in ({"source": "table", "table": str(table)}, {"source": "folder", "only": str(table)}):
        try:
            choose(parameters(asked["source"], tmp_path_factory.getbasetemp(), 2, 1, 1) | asked)
        except InputError as error:
            assert str(error)
