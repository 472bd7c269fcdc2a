"""Networks that a user's own file of Python builds, or timm: from the seed alone, kept, refused in one message."""

import textwrap

import pytest
import torch
from safetensors.torch import save_file

from segregation.networks import building, checkpoints, models
from segregation.networks.weights import given_network
from segregation.steps import meaning
from segregation.steps.reporting import InputError
from segregation.study.provenance import source_of

NETWORK = '''
import torch
from torch import nn

class Net(nn.Module):
    """Its last layer is not the last that it names."""

    def __init__(self, n_classes, width):
        super().__init__()
        self.head = nn.Linear(2 * width, n_classes)
        self.a, self.b, self.relu = nn.Conv2d(3, width, 3, 2, 1), nn.Conv2d(width, 2 * width, 3, 2, 1), nn.ReLU()
        self.unused = nn.Linear(4, n_classes)

    def forward(self, x):
        x = self.relu(self.b(self.relu(self.a(x)))).mean((2, 3))
        return self.head(x if float(x.sum()) > -1 else -x)  # what it decides is known only where there are numbers

def build(n_classes, width=8):
    return Net(n_classes, width)

def sized(n_classes, image_size):
    return nn.Sequential(nn.Flatten(1), nn.Linear(3 * image_size**2, n_classes))
'''


@pytest.fixture
def own(tmp_path):
    """Write a file of Python; return the architecture of a function in it."""

    def write(code=NETWORK, function="build", **arguments):
        (tmp_path / "network.py").write_text(textwrap.dedent(code))
        meaning._read.cache_clear()
        architecture = {"file": str(tmp_path / "network.py"), "function": function, "arguments": arguments}
        return architecture | source_of(architecture)

    return write


def test_it_is_built_from_its_seed_and_its_arguments_and_kept_without_change(own, tmp_path):
    architecture = own(width=6)
    first, same, other = (building.build(architecture, 24, 5, seed).eval() for seed in (1, 1, 2))
    assert torch.equal(first.a.weight, same.a.weight) and not torch.equal(first.a.weight, other.a.weight)
    assert first.a.out_channels == 6
    checkpoints.save(tmp_path / "w", first.train(), {"architecture": architecture, "image_size": 24, "classes": {}})
    assert first.training and first.a.training, "it stays in the mode it is in"
    loaded, about = checkpoints.load(tmp_path / "w")
    images = torch.randn(2, 3, 24, 24)
    assert torch.equal(loaded(images), first.eval()(images)) and about["outputs"] == 5
    assert building.build(own(function="sized"), 10, 4)(torch.randn(1, 3, 10, 10)).shape == (1, 4)


def test_a_sequence_of_a_user_is_kept_too(own, tmp_path):
    architecture = own(function="sized")
    network = building.build(architecture, 10, 4).eval()
    checkpoints.save(tmp_path / "w", network, {"architecture": architecture, "image_size": 10, "classes": {}})
    assert torch.equal(checkpoints.load(tmp_path / "w")[0][1].weight, network[1].weight)


def test_the_outputs_that_are_put_in_order_are_those_of_the_layer_that_puts_out_the_scores(own, tmp_path):
    architecture = own()
    network = building.build(architecture, 24, 4).eval()
    save_file({name: weights.contiguous() for name, weights in network.state_dict().items()}, tmp_path / "w.safetensors")
    (tmp_path / "classes.txt").write_text("cup\nann\nbag\nbob\n")
    tasks = {"faces": ["ann", "bob"], "things": ["bag", "cup"]}
    given = given_network(tmp_path / "w.safetensors", tmp_path / "classes.txt", architecture, 24, tasks).eval()
    images = torch.randn(3, 3, 24, 24)
    with torch.no_grad():
        assert torch.allclose(given(images), network(images)[:, [1, 3, 2, 0]], atol=1e-6)
    assert models.last(models.empty(architecture, 24, 4), 24)[0] == "head"


def test_its_source_is_what_it_says(own):
    one = own()
    assert own(NETWORK.replace("def build", "# a remark\ndef build"))["source"] == one["source"]
    assert own(NETWORK.replace("> -1", "> -2"))["source"] != one["source"]
    assert source_of({"name": "resnet18"}) == {}


def test_modules_beside_it_are_part_of_it(own, tmp_path):
    code = "from parts import last\n\ndef build(n_classes):\n    return last(n_classes)"
    parts = "from torch import nn\n\ndef last(n):\n    return nn.Sequential(nn.Flatten(1), nn.Linear(300, n))"
    (tmp_path / "parts.py").write_text(parts)
    architecture = own(code)
    assert building.build(architecture, 10, 5)(torch.zeros(1, 3, 10, 10)).shape == (1, 5)
    (tmp_path / "parts.py").write_text(parts.replace("300, n", "300, n, bias=False"))
    assert own(code)["source"] != architecture["source"]


def test_modules_of_the_same_name_belong_to_the_file_beside_them(tmp_path):
    for name, n in (("one", 5), ("other", 7)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "width.py").write_text(f"N = {n}")
        code = "from torch import nn\n\ndef build(n_classes):\n    from width import N\n"
        code += "    return nn.Sequential(nn.Flatten(1), nn.Linear(12, N), nn.Linear(N, n_classes))"
        (tmp_path / name / "network.py").write_text(code)
    built = [
        building.build({"file": f"{tmp_path}/{n}/network.py", "function": "build"}, 2, 3) for n in ("one", "other", "one")
    ]
    assert [network[1].out_features for network in built] == [5, 7, 5]


def test_weights_are_not_read_into_code_that_has_changed(own, tmp_path):
    architecture = own()
    network = building.build(architecture, 24, 4)
    checkpoints.save(tmp_path / "w", network, {"architecture": architecture, "image_size": 24, "classes": {}})
    own(NETWORK.replace("> -1", "> -2"))
    with pytest.raises(InputError, match=r"^\S+network\.py: is not the code that this network was built by"):
        checkpoints.load(tmp_path / "w")


BAD = {
    "no function": ("def other(n_classes): pass", r"network\.py: has no function 'build' \(it has other\)"),
    "no classes": ("def build(width): pass", r"build: takes no n_classes"),
    "no module": ("def build(n_classes): return n_classes", r"build: returned a int; expected a torch\.nn\.Module"),
    "an error": (
        "import torch\n\ndef build(n_classes):\n    return 1 / 0",
        r"build: ZeroDivisionError: .*, line 4 of network\.py",
    ),
    "an error of the file": ("\nimport nowhere_to_be_found", r"ModuleNotFoundError: .*, line 2 of network\.py"),
    "arguments": ("def build(n_classes, *, width): pass", r"build: TypeError: build\(\) missing 1 required"),
    "other scores": (
        "from torch import nn\ndef build(n_classes): return nn.Sequential(nn.Flatten(1), nn.Linear(300, 7))",
        r"build: puts out \(1, 7\) for an image; expected scores \(1, 5\)",
    ),
    "maps": ("from torch import nn\ndef build(n_classes): return nn.Conv2d(3, n_classes, 1)", r"puts out \(1, 5, 10, 10\)"),
    "another size": (
        "from torch import nn\ndef build(n_classes): return nn.Sequential(nn.Flatten(1), nn.Linear(9, n_classes))",
        r"build cannot take images of 10 pixels",
    ),
    "chance": (
        "import random\nfrom torch import nn\ndef build(n_classes):\n    net = nn.Sequential(nn.Flatten(1),"
        " nn.Linear(300, n_classes))\n    net[1].bias.data[0] = random.random()\n    return net",
        r"build: 1\.bias starts otherwise each time; its initial weights must be drawn by torch",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_faults_of_a_file_are_one_message(own, what):
    code, message = BAD[what]
    with pytest.raises(InputError, match=message):
        building.build(own(code), 10, 5)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.py: no such file; expected one of Python"):
        models.empty({"file": str(tmp_path / "nowhere.py"), "function": "build"}, 10, 5)


def test_timms_models_are_built_from_their_seed_and_kept(tmp_path):
    architecture = {"name": "timm/vit_tiny_patch16_224"}  # of one size, unless it is told another
    network = building.build(architecture, 32, 5, seed=3).eval()
    same = building.build(architecture, 32, 5, seed=3)
    assert all(torch.equal(one, other) for one, other in zip(network.parameters(), same.parameters(), strict=True))
    checkpoints.save(tmp_path / "w", network, {"architecture": architecture, "image_size": 32, "classes": {}})
    images = torch.randn(2, 3, 32, 32)
    assert torch.allclose(checkpoints.load(tmp_path / "w")[0](images), network(images), atol=1e-6)
    assert models.empty({"name": "timm/resnet18", "dropout": 0.2}, 48, 5).drop_rate == 0.2
    with pytest.raises(InputError, match=r"timm/resnet18dd: timm has no such model; the nearest are resnet18d"):
        models.empty({"name": "timm/resnet18dd"}, 32, 5)
