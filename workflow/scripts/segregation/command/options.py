"""The options of `segregation lesion`, and what its help says of them."""

import argparse
from collections.abc import Sequence

from segregation.command.settings import HEADLINE, IMAGENET, JOBS, SEVERITIES
from segregation.lesions.register import SEARCHES, SILENCES

SUMMARY = "find the filters that groups of images need, and tell how far they are kept apart"
DESCRIPTION = """\
Finds, in some layers of a network, the filters that each group of images needs most (greedy lesions); silences
them, and as many at random; and tells by the segregation index how far the groups rely on different filters.
"""
EXAMPLE = """\
example:
  segregation lesion --network resnet50 --weights resnet50.pt --classes classes.txt \\
      --layers layer2.3.conv2 layer4.2.conv2 --images faces=my/faces objects=my/objects

  my/faces and my/objects have a subfolder of images a class, called as its line in classes.txt. Of more than
  two groups of images every pair has its index.

written to the folder --out:
  page.html     what was found, with an explorer of every layer and severity; open it in a browser
  figure.png    performance under the lesions, and the index of each layer; figure.pdf is the same
  *.csv         accuracy, effects of lesions, indices, comparisons, all with intervals; rankings; images
  work/         what lets the same command go on where it was stopped: what is finished is not done again
"""
FLOATS, WHOLE, SEVERAL = {"type": float, "metavar": "X"}, {"type": int, "metavar": "N"}, {"nargs": "+", "default": []}
PIXELS, COLOURS = {"type": int, "metavar": "PIXELS"}, {"type": float, "nargs": 3, "metavar": ("R", "G", "B")}
FILE = {"metavar": "FILE", "required": True}


class Help(argparse.RawDescriptionHelpFormatter):
    """Help with room for its columns, and with lists as 'LAYER ...'."""

    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=27, width=112)

    def _format_args(self, action: argparse.Action, default_metavar: str) -> str:
        said = super()._format_args(action, default_metavar)
        return f"{action.metavar} ..." if action.nargs == "+" else said


def _said(values: Sequence[float]) -> str:
    return " ".join(f"{value:g}" for value in values)


# By heading: the name of each option, what is said of it, and how it is read.
OPTIONS: dict[str, list[tuple[str, str, dict]]] = {
    "the network and its images": [
        (
            "--network",
            "torchvision's name (resnet50), timm's (timm/resnet50d), or FILE.py:FUNCTION, a function that takes n_classes"
            " and returns the network",
            {"required": True},
        ),
        ("--arguments", "further arguments of FUNCTION", SEVERAL | {"metavar": "NAME=VALUE"}),
        ("--weights", "its state dict: .safetensors, or what torch.save(network.state_dict(), FILE) writes", FILE),
        ("--classes", "a text file: the class of each output of the network, one a line", FILE),
        (
            "--layers",
            "modules by their paths, from the first to the last; leave it out to see which there are",
            SEVERAL | {"metavar": "LAYER"},
        ),
        (
            "--images",
            "groups of images: the name of each, and a folder with a subfolder of images a class, or with train/ (images"
            " that rank) and test/ (images that test) of such subfolders",
            {"nargs": "+", "required": True, "metavar": "NAME=FOLDER"},
        ),
        ("--out", "where to write (default: %(default)s)", {"metavar": "FOLDER", "default": "lesions"}),
    ],
    "what the network sees": [
        ("--size", "width and height of its images (default: %(default)s)", PIXELS | {"default": 224}),
        (
            "--resize",
            "what the shorter side is scaled to, before the middle is cut out (default: as --size)",
            PIXELS,
        ),
        (
            "--mean",
            "what was taken from red, green and blue, as 0 to 1, in training (default with torchvision's names:"
            f" {_said(IMAGENET['mean'])})",
            COLOURS,
        ),
        (
            "--std",
            f"what they were then divided by (default with torchvision's names: {_said(IMAGENET['std'])})",
            COLOURS,
        ),
    ],
    "which images are used": [
        (
            "--train-images",
            "images a class that may rank (default: half of what the smallest class has; of train/ what its smallest has)",
            WHOLE,
        ),
        ("--test-images", "other images a class, that test (default: the other half; the same of test/)", WHOLE),
        ("--n-classes", "classes of each group (default: all)", WHOLE),
        ("--without", "classes to leave out, each after the name of its group", SEVERAL | {"metavar": "NAME=CLASS"}),
        (
            "--bad-images",
            "images of a group that may be unusable, and are left out (default: %(default)s)",
            WHOLE | {"default": 0},
        ),
        ("--seed", "that images and random lesions are drawn with (default: %(default)s)", WHOLE | {"default": 1}),
    ],
    "rankings and lesions (defaults: those of the default study)": [
        (
            "--ranking-images",
            "images of a group that rank, even over its classes (default: %(default)s, or all if there are fewer)",
            WHOLE | {"default": 128},
        ),
        (
            "--step",
            "filters chosen a round, as a fraction of the layer; at least one (default: %(default)s)",
            FLOATS | {"default": 0.016},
        ),
        ("--until", "fraction of the layer that is ranked (default: %(default)s)", FLOATS | {"default": 0.5}),
        (
            "--search",
            "exact, or racing, which leaves filters out as soon as they cannot be among the best (default: %(default)s)",
            {"choices": list(SEARCHES), "default": "exact"},
        ),
        (
            "--severities",
            f"fractions of a layer's filters that are silenced (default: {_said(SEVERITIES)})",
            FLOATS | {"nargs": "+", "default": list(SEVERITIES)},
        ),
        (
            "--headline",
            "the one of random lesions, segregation.csv and the figure (default: %(default)s)",
            FLOATS | {"default": HEADLINE},
        ),
        ("--random-draws", "random lesions a layer (default: %(default)s)", WHOLE | {"default": 20}),
        (
            "--lesion",
            "what a silenced filter puts out: nothing, its mean, or its map for another image (default: %(default)s)",
            {"choices": list(SILENCES), "default": "zero"},
        ),
        (
            "--units",
            "heads, groups or a number of channels, for layers whose units are not single channels",
            SEVERAL | {"metavar": "LAYER=UNITS"},
        ),
        (
            "--precision",
            "of the passes; tf32 and bfloat16 are faster on a GPU (default: %(default)s)",
            {"choices": ["float32", "tf32", "bfloat16"], "default": "float32"},
        ),
    ],
    "intervals": [
        (
            "--draws",
            "draws of the bootstrap over classes and images (default: %(default)s)",
            WHOLE | {"default": 10_000},
        ),
        ("--confidence", "level of the intervals (default: %(default)s)", FLOATS | {"default": 0.95}),
        (
            "--floor",
            "sum of two drops under which an index is undefined (default: %(default)s)",
            FLOATS | {"default": 0.02},
        ),
    ],
    "running": [
        ("--jobs", f"what runs side by side, each on a core or GPU; numbers do not depend on it (default: {JOBS})", WHOLE),
    ],
}


def add_lesion(commands: argparse._SubParsersAction) -> None:
    """Add the command to those that there are."""
    parser = commands.add_parser(
        "lesion",
        help=SUMMARY,
        description=DESCRIPTION,
        usage="segregation lesion --network NETWORK --weights FILE --classes FILE --layers LAYER ...\n"
        "                         --images NAME=FOLDER NAME=FOLDER ... [options]",
        epilog=EXAMPLE,
        formatter_class=Help,
        allow_abbrev=False,
    )
    for heading, options in OPTIONS.items():
        group = parser.add_argument_group(heading)
        for name, text, how in options:
            group.add_argument(name, help=text, **how)
