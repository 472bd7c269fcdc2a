"""The convolutional layers of each architecture, by name and number of filters; known without loading torch."""

CONVOLUTIONS = {"vgg16": [f"conv{block}_{i}" for block, depth in enumerate((2, 2, 3, 3, 3), 1) for i in range(1, depth + 1)]}
BLOCK_FILTERS = {"vgg16": (64, 128, 256, 512, 512)}  # at width 1


def filters_of(architecture: dict) -> dict[str, int]:
    """Return the number of filters of each convolutional layer; architecture holds name and width."""
    name, width = architecture["name"], architecture["width"]
    return {layer: max(1, round(BLOCK_FILTERS[name][int(layer[4]) - 1] * width)) for layer in CONVOLUTIONS[name]}
