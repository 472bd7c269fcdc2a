"""Files of weights as users have them: taken whole, or refused in one message."""

import re

import pytest
import torch
from torchvision import models

from inputs.weights import CASES, STATE
from segregation.networks import weights
from segregation.networks.reading import read_weights
from segregation.steps.reporting import InputError


@pytest.mark.filterwarnings("ignore")  # of torch, on formats that it will leave
@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in CASES for member in CASES[kind]])
def test_weights_are_taken_whole_or_refused_in_one_message(kind, member, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write, expected = CASES[kind][member]
    write(tmp_path / "w.pt")

    def take():
        state = weights.fitted(read_weights("w.pt"), STATE, "w.pt")
        weights._check("w.pt", state, STATE, "small")
        return state

    if expected is None:
        taken = take()
        assert taken.keys() == STATE.keys()
        for name, tensor in STATE.items():
            assert torch.equal(taken[name], tensor) and taken[name].dtype == tensor.dtype and not taken[name].requires_grad
        return
    with pytest.raises(InputError, match=re.escape(expected)) as raised:
        take()
    assert "w.pt" in str(raised.value) and len(str(raised.value)) < 600
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("member", ["two networks", "under another key", "epoch among the weights", "a number of numpy"])
def test_the_two_lines_of_a_message_save_weights_that_are_taken(member, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    CASES["beside other things"][member][0](tmp_path / "w.pt")
    with pytest.raises(InputError) as raised:
        read_weights("w.pt")
    exec(re.split(r"in Python:\n", str(raised.value))[1].replace("  ", ""), {"torch": torch})
    assert read_weights("weights.pt").keys() == STATE.keys()


@pytest.mark.parametrize(
    ("name", "former"),
    [
        ("densenet121", [(r"(denselayer\d+)\.(norm|relu|conv)(\d)\.", r"\1.\2.\3.")]),
        ("densenet169", [(r"(denselayer\d+)\.(norm|relu|conv)(\d)\.", r"\1.\2.\3.")]),
        ("vit_b_16", [("mlp.0.", "mlp.linear_1."), ("mlp.3.", "mlp.linear_2.")]),
        ("vit_b_32", [("mlp.0.", "mlp.linear_1."), ("mlp.3.", "mlp.linear_2.")]),
    ],
)
def test_former_names_of_torchvision_become_those_of_now(name, former):
    with torch.device("meta"):
        expected = models.get_model(name).state_dict()
    old = {}
    for key, tensor in expected.items():
        renamed = key
        for pattern, before in former:
            renamed = re.sub(pattern, before, renamed)
        old[renamed] = tensor
    assert len(old.keys() - expected.keys()) > 20
    taken = weights.fitted(old, expected)
    assert taken.keys() == expected.keys() and all(taken[key] is expected[key] for key in expected)
