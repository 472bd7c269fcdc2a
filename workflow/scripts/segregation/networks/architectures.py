"""Architectures by name, and the layers of our own; known without loading torch."""

from difflib import get_close_matches

CONVOLUTIONS = {"vgg16": [f"conv{block}_{i}" for block, depth in enumerate((2, 2, 3, 3, 3), 1) for i in range(1, depth + 1)]}
TIMM = "timm/"  # in front of the name of a model of timm
PAPER = {"width": 1, "batch_norm": False, "dropout": 0.5, "linear_init": "normal"}
# torchvision's models for classification. Of these vgg16 is built by this project, of any width.
NAMES = tuple(
    """
    alexnet
    convnext_base convnext_large convnext_small convnext_tiny
    densenet121 densenet161 densenet169 densenet201
    efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_b4 efficientnet_b5 efficientnet_b6
    efficientnet_b7 efficientnet_v2_l efficientnet_v2_m efficientnet_v2_s
    googlenet inception_v3 maxvit_t
    mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3
    mobilenet_v2 mobilenet_v3_large mobilenet_v3_small
    regnet_x_16gf regnet_x_1_6gf regnet_x_32gf regnet_x_3_2gf regnet_x_400mf regnet_x_800mf regnet_x_8gf
    regnet_y_128gf regnet_y_16gf regnet_y_1_6gf regnet_y_32gf regnet_y_3_2gf regnet_y_400mf regnet_y_800mf regnet_y_8gf
    resnet101 resnet152 resnet18 resnet34 resnet50
    resnext101_32x8d resnext101_64x4d resnext50_32x4d
    shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0
    squeezenet1_0 squeezenet1_1
    swin_b swin_s swin_t swin_v2_b swin_v2_s swin_v2_t
    vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn
    vit_b_16 vit_b_32 vit_h_14 vit_l_16 vit_l_32
    wide_resnet101_2 wide_resnet50_2
    """.split()  # noqa: SIM905, as a list these are 80 lines
)


def is_own(architecture: dict) -> bool:
    """Tell whether a network is built by code of others: a user's own file, or timm."""
    return "file" in architecture or architecture["name"].startswith(TIMM)


def called(architecture: dict) -> str:
    """Return what to call an architecture."""
    return f"{architecture['file']}:{architecture['function']}" if "file" in architecture else architecture["name"]


def unknown(name: str) -> str | None:
    """Return what to tell somebody who asks for an architecture that there is not; None for one that there is.

    Which models timm has, it tells itself where it is loaded.
    """
    if name in NAMES or (name.startswith(TIMM) and name != TIMM):
        return None
    near = get_close_matches(name, NAMES, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(NAMES)}"
    return f"no architecture is called '{name}'; {hint}"


def resolved(architecture: dict) -> dict:
    """Return what a network of an architecture is built from.

    Of vgg16 these are name, width, batch_norm, dropout and linear_init, as in the paper where nothing is said; of any other
    name and, where it is said, dropout; of one in a file, the file, its function and their arguments, whatever else is said.
    """
    if "file" in architecture:
        return {key: architecture[key] for key in ("file", "function", "arguments") if key in architecture}
    if architecture["name"] in CONVOLUTIONS:
        return PAPER | architecture
    return {key: architecture[key] for key in ("name", "dropout") if key in architecture}
