"""The convolutional layers of each architecture, by name; known without loading torch."""

CONVOLUTIONS = {"vgg16": [f"conv{block}_{i}" for block, depth in enumerate((2, 2, 3, 3, 3), 1) for i in range(1, depth + 1)]}
