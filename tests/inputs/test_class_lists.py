"""Class lists as users have them: each output by its names, or one message; and no text that ends otherwise."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inputs.classes import CASES
from segregation.networks.classes import output_order, read_classes
from segregation.steps.reporting import InputError


@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in CASES for member in CASES[kind]])
def test_lists_give_the_order_of_outputs_or_one_message(kind, member, tmp_path):
    content, tasks, expected = CASES[kind][member]
    path = tmp_path / "classes.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if isinstance(expected, list):
        assert output_order(read_classes(path), tasks, path) == expected
        return
    with pytest.raises(InputError, match=re.escape(expected)) as raised:
        output_order(read_classes(path), tasks, path)
    assert "classes.txt" in str(raised.value) and len(str(raised.value)) < 500


def test_json_by_its_suffix_alone_is_held_to_it(tmp_path):
    (tmp_path / "classes.json").write_text('["a", "b"')
    with pytest.raises(InputError, match=r"classes\.json: cannot be read as JSON"):
        read_classes(tmp_path / "classes.json")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1), min_size=1, unique=True))
def test_any_names_one_a_line_are_the_names_of_their_lines(tmp_path_factory, names):
    """Whatever else a line may be taken for, it is its own name too, and no other line's."""
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_bytes("\n".join(["x", *names]).encode())
    try:
        outputs = read_classes(path)
    except InputError as error:
        assert re.search("is empty; expected|more than once|not in their order", str(error)), error
        return
    whole = [of[0] for of in outputs]
    assert output_order(outputs, {"all": whole}) == list(range(len(whole)))


@given(
    st.binary(max_size=200)
    | st.text(st.characters(codec="utf-8"), max_size=200).map(str.encode)
    | st.from_regex(rb"\s*[\[{][\[\]{},:0-9\"a ]*")
)
def test_no_bytes_end_in_anything_but_names_or_a_message(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.txt"
    path.write_bytes(content)
    try:
        outputs = read_classes(path)
        assert outputs and all(isinstance(name, str) for names in outputs for name in names)
    except InputError as error:
        assert "bytes.txt" in str(error)
