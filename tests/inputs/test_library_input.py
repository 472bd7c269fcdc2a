"""Targets, lesions, images and settings as callers of the library have them: brought to one type, or refused by name."""

import re

import numpy as np
import pytest
import torch
from torch import nn

from segregation.lesions.engine import unwrapped
from segregation.lesions.evaluation import evaluate_lesions
from segregation.lesions.given import like_probabilities, units_of
from segregation.lesions.ranking import rank_filters
from segregation.steps.reporting import InputError

N_UNITS, N_OUTPUTS, N_IMAGES = 6, 5, 8


def network(*end):
    torch.manual_seed(0)
    layers = [
        nn.Conv2d(3, N_UNITS, 3),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(N_UNITS, N_OUTPUTS),
        *end,
    ]
    return nn.Sequential(*layers).eval()


NETWORK = network()
IMAGES = torch.randn(N_IMAGES, 3, 8, 8, generator=torch.Generator().manual_seed(1))
TARGETS = torch.arange(N_IMAGES) % N_OUTPUTS
OWN = [slice(0, N_OUTPUTS)]


def rank(targets=TARGETS, images=IMAGES, of=NETWORK, **how):
    return [choice.filter for choice in rank_filters(of, "0", images, targets, **how)]


def right(lesion=(), targets=TARGETS, own=OWN, of=NETWORK):
    return evaluate_lesions(of, "0", IMAGES, targets, [lesion], own)[0].tolist()


ONE_HOT = nn.functional.one_hot(TARGETS, N_OUTPUTS)
MASK = np.arange(N_UNITS) == 5
TAKEN = {
    "targets": {
        "int32": lambda: rank(TARGETS.int()) == rank(),
        "int16": lambda: rank(TARGETS.short()) == rank(),
        "uint8": lambda: rank(TARGETS.to(torch.uint8)) == rank(),
        "numpy": lambda: rank(TARGETS.numpy()) == rank(),
        "numpy of 32 bits without a sign": lambda: rank(TARGETS.numpy().astype(np.uint32)) == rank(),
        "a list": lambda: rank(TARGETS.tolist()) == rank(),
        "a tuple of numpy's numbers": lambda: rank(tuple(TARGETS.numpy())) == rank(),
        "a list of tensors": lambda: rank(list(TARGETS)) == rank(),
        "int32 when tested": lambda: right([1], TARGETS.int()) == right([1]),
        "a list when tested": lambda: right([1], TARGETS.tolist()) == right([1]),
    },
    "lesions": {
        "a tensor": lambda: right(torch.tensor([1, 4])) == right([1, 4]),
        "numpy": lambda: right(np.array([4, 1])) == right([1, 4]),
        "a set": lambda: right({1, 4}) == right([1, 4]),
        "a range": lambda: right(range(3)) == right([0, 1, 2]),
        "a list of numpy's numbers": lambda: right(list(np.array([1, 4]))) == right([1, 4]),
        "a list of tensors": lambda: right([torch.tensor(1), torch.tensor(4)]) == right([1, 4]),
        "nothing, as an array of floats": lambda: right(np.array([])) == right([]),
        "both units of a layer of two": lambda: units_of([0, 1], 2) == [0, 1],
    },
    "images": {
        "numpy": lambda: rank(images=IMAGES.numpy()) == rank(),
        "a list of tensors": lambda: rank(images=list(IMAGES)) == rank(),
        "a list of arrays": lambda: rank(images=list(IMAGES.numpy())) == rank(),
        "numpy turned around": lambda: rank(images=IMAGES.numpy()[..., ::-1]) == rank(images=IMAGES.flip(-1)),
    },
    "ranges": {
        "a range": lambda: right([1], own=[range(N_OUTPUTS)]) == right([1]),
        "an open slice": lambda: right([1], own=[slice(None)]) == right([1]),
    },
    "networks": {
        "compiled": lambda: rank(of=torch.compile(NETWORK)) == rank(),
        "compiled twice, for several GPUs": lambda: rank(of=nn.DataParallel(torch.compile(NETWORK))) == rank(),
        "a part compiled": lambda: rank(of=nn.Sequential(*NETWORK[:4], torch.compile(NETWORK[4])).eval()) == rank(),
        "the layer compiled": lambda: rank(of=nn.Sequential(torch.compile(NETWORK[0]), *NETWORK[1:]).eval()) == rank(),
        "with a log-softmax": lambda: rank(of=network(nn.LogSoftmax(1))) == rank(),
        "with a softmax, tested": lambda: right([1], of=network(nn.Softmax(1))) == right([1]),
        "with a softmax, and a metric for it": lambda: (
            rank(of=network(nn.Softmax(1)), metric=lambda p, y: -p.gather(1, y[:, None])[:, 0].log()) == rank()
        ),
    },
}
REFUSED = {
    "targets": {
        "float32": (lambda: rank(TARGETS.float()), "The targets are torch.float32 of shape (8,); expected the number of"),
        "one-hot": (lambda: rank(ONE_HOT), "(one-hot); expected the number of an output for each image, (n_images,), int64"),
        "one-hot, floating": (lambda: rank(ONE_HOT.float()), "give targets.argmax(1)"),
        "one-hot, true and false": (lambda: rank(ONE_HOT.bool()), "give targets.argmax(1)"),
        "a column": (lambda: rank(TARGETS[:, None]), "of shape (8, 1); expected the number of an output"),
        "true and false": (lambda: rank(TARGETS > 2), "a mask; expected the number of an output"),
        "one number": (lambda: rank(3), "8 images and 1 targets were given"),
        "too few": (lambda: rank(TARGETS[:5]), "8 images and 5 targets were given"),
        "names": (lambda: rank(["ann"] * 8), "The targets are of type list and make no tensor"),
        "None": (lambda: rank(None), "targets"),
        "of another network": (lambda: rank(TARGETS + 1), "run from 1 to 5; the network has outputs 0 to 4"),
        "negative": (lambda: right([1], TARGETS - 1), "run from -1 to 3; the network has outputs 0 to 4"),
        "one-hot when tested": (lambda: right([1], ONE_HOT), "give targets.argmax(1)"),
        "ragged": (lambda: rank([[1, 2], [3]] * 4), "make no tensor"),
    },
    "lesions": {
        "a mask of numpy": (
            lambda: right(MASK),
            "a mask of 6 units (0 and 1); expected the numbers",
        ),
        "a mask of torch": (lambda: right(torch.from_numpy(MASK)), "give numpy.flatnonzero(mask)"),
        "a mask in a list": (lambda: right(MASK.tolist()), "give numpy.flatnonzero(mask)"),
        "a mask of 0 and 1": (lambda: right(MASK.astype(int)), "give numpy.flatnonzero(mask)"),
        "a mask of 0.0 and 1.0": (lambda: right(MASK.astype(float)), "A lesion holds 0.0"),
        "floats": (lambda: right([1.0, 4.0]), "A lesion holds 1.0; expected the numbers of units"),
        "one number": (lambda: right(3), "A lesion is 3; expected the numbers of units, such as [3] or []"),
        "text": (lambda: right("13"), "A lesion is '13'; expected the numbers of units"),
        "negative": (lambda: right([-1]), "Layer '0' has units 0 to 5, not -1"),
        "beyond": (lambda: right([6, 7]), "Layer '0' has units 0 to 5, not 6, 7"),
        "None": (lambda: right(None), "A lesion is None; expected the numbers of units"),
    },
    "images": {
        "of several sizes": (lambda: rank(images=[IMAGES[0], IMAGES[1, :, :4]]), "make no tensor"),
        "names": (lambda: rank(images=["a.png"] * 8), "The images are of type list and make no tensor"),
        "bytes": (lambda: rank(images=(IMAGES.clamp(0, 1) * 255).to(torch.uint8)), "run from 0 to 255, but networks take"),
        "bytes of ink": (lambda: rank(images=torch.ones(8, 3, 8, 8, dtype=torch.uint8)), "would be shown torch.uint8"),
        "bytes that prepare cannot take": (
            lambda: rank(images=torch.full((8, 3, 8, 8), 255, dtype=torch.uint8), prepare=lambda x: x.sub_(0.5)),
            "prepare fails on images of shape (3, 3, 8, 8) (torch.uint8, 255 to 255)",
        ),
        "0 to 255 where prepare wants 0 to 1": (
            lambda: rank(images=IMAGES.abs() * 100, prepare=lambda x: (x - 0.5) / 0.2),
            "prepare was made for images of another range",
        ),
        "nan": (lambda: rank(images=IMAGES * torch.nan), "The images run from nan to nan"),
        "none that prepare gives back": (lambda: rank(prepare=lambda x: None), "prepare makes a NoneType of 3 images"),
        "fewer that prepare gives back": (lambda: rank(prepare=lambda x: x[:1]), "prepare makes (1, 3, 8, 8) of 3 images"),
    },
    "settings": {
        "until nan": (lambda: rank(until=float("nan")), "until is nan; expected a number from 0 to 1"),
        "until above 1": (lambda: rank(until=50), "until is 50; expected a number from 0 to 1"),
        "step negative": (lambda: rank(step=-0.1), "step is -0.1; expected a number from 0 to 1"),
        "step as text": (lambda: rank(step="0.1"), "step is '0.1'; expected a number from 0 to 1"),
        "an error rate of 5": (lambda: rank(search="racing", error_rate=5), "error_rate is 5; expected"),
        "an infinite tolerance": (lambda: rank(search="racing", tolerance=float("inf")), "tolerance is inf; expected"),
        "memory of nothing": (lambda: rank(memory=0), "memory is 0; expected a number of bytes above 0"),
        "memory nan": (lambda: rank(memory=float("nan")), "memory is nan; expected a number of bytes above 0"),
        "classes as numbers": (lambda: right([1], own=[0, 5]), "The classes of a task are 0; expected a slice of outputs"),
        "classes beyond": (lambda: right([1], own=[slice(0, 9)]), "are outputs 0 to 9; the network has 0 to 4"),
        "classes of none": (lambda: right([1], own=[slice(2, 2)]), "are outputs 2 to 2; the network has 0 to 4"),
    },
    "networks": {
        "with a softmax": (lambda: rank(of=network(nn.Softmax(1))), "The scores look like probabilities"),
        "in training mode": (lambda: rank(of=network().train()), "is in training mode"),
        "a script": (lambda: rank(of=torch.jit.script(network())), "is compiled by TorchScript"),
    },
}


@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in TAKEN for member in TAKEN[kind]])
def test_what_means_the_same_gives_the_same(kind, member):
    assert TAKEN[kind][member]()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in REFUSED for member in REFUSED[kind]])
def test_what_means_nothing_is_refused_by_name(kind, member):
    run, message = REFUSED[kind][member]
    with pytest.raises(InputError, match=re.escape(message)):
        run()


def test_probabilities_are_told_from_scores():
    scores = 5 * torch.randn(4, 1000)
    for kind in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        assert like_probabilities(scores.to(kind).softmax(1)) and not like_probabilities(scores.to(kind).abs())
    assert not like_probabilities(torch.tensor([[0.5, 0.5], [3.0, 0.25]])) and not like_probabilities(torch.ones(3, 1))


def test_paths_of_layers_lose_what_wraps_them():
    wrapped = nn.DataParallel(torch.compile(nn.Sequential(torch.compile(NETWORK))))
    for path in ("module._orig_mod.0._orig_mod.2", "0.2", "module.0.2"):
        bare, layer = unwrapped(wrapped, path)
        assert layer == "0.2" and bare.get_submodule(layer) is NETWORK[2]
