"""Files are whole or absent; states belong to what they were made from."""

import pytest

from segregation.steps.files import replacing
from segregation.steps.states import remove_states, state_file


def test_a_file_is_replaced_only_by_a_whole_one(tmp_path):
    path = tmp_path / "new" / "file"
    with replacing(path) as temporary:
        temporary.write_text("first")
        assert not path.exists()
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "first"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_states_of_other_keys_are_not_taken_up_but_removed(tmp_path):
    output, other = tmp_path / "face.csv", tmp_path / "object.csv"
    states = [state_file(output, "a"), state_file(output, "b"), state_file(other, "a")]
    assert len(set(states)) == 3
    for state in states:
        state.write_text("")
    remove_states(output)
    assert [path.exists() for path in states] == [False, False, True]
